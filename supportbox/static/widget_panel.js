// The panel: search, talk, leave a message. Words wait in the browser until the server has them, each under its own key.
const $ = (id) => document.getElementById(id);
const body = document.body, host = body.dataset.host;
const say = (name, values = {}) => (body.getAttribute(`data-t-${name}`) || "").replace(/%\((\w+)\)s/g, (_, key) => values[key] ?? "");
const ACTIVE = 2000, IDLE = 15000, QUIET_AFTER = 60000;
const STORE = "supportbox-chat";
let kept = read(), identityToken = "", page = "", title = "";
let last = 0, seen = 0, tag = "", typed = 0, active = Date.now(), timer, isShown = host === "", unread = 0, isSending = false, isPolling = false;

// What is kept: the token, and words that are not sent yet. Nothing before something is written.
function read() {
  try { return JSON.parse(localStorage.getItem(STORE)) || { queue: [] }; } catch { return { queue: [] }; }
}
// Other windows keep theirs in the same place: what they added since is read first.
function change(how) {
  const there = read();
  if (there.token) kept = there;
  how(kept);
  try { localStorage.setItem(STORE, JSON.stringify(kept)); } catch { /* private mode: this page's memory has to do */ }
}
const random = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const token = () => kept.token || identityToken;
const tell = (said) => host && parent !== window && parent.postMessage({ supportbox: 1, ...said }, host);

async function ask(path, fields, extra = {}) {
  const headers = { "Accept-Language": document.documentElement.lang, ...extra };
  if (token()) headers["X-Visitor"] = token();
  const post = fields && { method: "POST", body: new URLSearchParams({ ...fields, page, title }) };
  return fetch(`/widget/${path}`, { headers, credentials: "omit", ...post }).catch(() => null);
}
const problem = async (answer) => (await answer?.json().catch(() => null))?.problem || say("wrong");

// Views
function view(name) {
  for (const one of document.querySelectorAll(".view")) one.hidden = one.id !== name;
  $("back").hidden = name === "home";
  $("title").textContent = name === "home" ? $("title").dataset.name : say(name);
  ({ home: $("q"), chat: $("words"), letter: $("letter-name"), call: $("call-name") }[name] || $("title")).focus();
  if (name === "chat") { active = Date.now(); down(); poll(); }
  if (name === "home") requests();
}
$("title").dataset.name = $("title").textContent;
for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => view(button.dataset.view));
$("back").addEventListener("click", () => view("home"));
$("shut").addEventListener("click", () => tell({ what: "shut" }));
addEventListener("keydown", (event) => {
  if (event.key === "Escape") tell({ what: "shut" });
  if (event.key !== "Tab" || !host) return;
  const all = [...document.querySelectorAll("a[href], button, input, textarea, summary, [tabindex='0']")].filter((one) => one.checkVisibility());
  const ends = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
  if (document.activeElement === ends[0]) { event.preventDefault(); ends[1].focus(); }
});

// Search
let searching;
$("q")?.addEventListener("input", () => {
  clearTimeout(searching);
  searching = setTimeout(async () => {
    const q = $("q").value.trim();
    const answer = q.length > 2 ? await ask(`articles?q=${encodeURIComponent(q)}`) : null;
    if (q !== $("q").value.trim()) return;
    $("found").innerHTML = answer?.ok ? await answer.text() : "";
    if (answer?.ok && !$("found").firstElementChild) $("found").textContent = say("nothing");
    outside($("found"));
  }, 250);
});
$("search")?.addEventListener("submit", (event) => { event.preventDefault(); $("found").querySelector("summary")?.focus(); });
function outside(where) {
  for (const link of where.querySelectorAll("a")) { link.target = "_blank"; link.rel = "noopener noreferrer"; }
}

// Talk
const isNear = () => $("log").scrollHeight - $("log").scrollTop - $("log").clientHeight < 80;
function down() { $("log").scrollTop = $("log").scrollHeight; }
function bubble(message) {
  const box = document.createElement("div"), words = document.createElement("div"), when = document.createElement("div");
  box.className = message.own ? "message own" : "message";
  if (message.id) box.dataset.id = message.id;
  if (message.key) box.dataset.key = message.key;
  if (message.html === undefined) words.textContent = message.text; else words.innerHTML = message.html;
  outside(words);
  when.className = "when";
  const time = message.at ? new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : "";
  when.textContent = [message.own ? say("you") : message.who, message.channel === "email" ? say("mail") : "", time || say(navigator.onLine ? "sending" : "waits")].filter(Boolean).join(" · ");
  words.className = "words";
  box.append(words, when);
  return box;
}
function put(message) {
  const near = isNear();
  const there = (message.id && $("log").querySelector(`[data-id="${message.id}"]`)) || (message.key && $("log").querySelector(`[data-key="${message.key}"]`));
  const box = bubble(message);
  if (there) there.replaceWith(box);
  else {
    // What is still on its way stays last.
    const waiting = message.id ? [...$("log").children].find((one) => !one.dataset.id) : null;
    $("log").insertBefore(box, waiting ?? null);
  }
  if (near || message.own) down();
}
async function send() {
  if (isSending) return;
  isSending = true;
  while (kept.queue.length) {
    const first = kept.queue[0];
    const answer = await ask("talk", first);
    if (!answer || answer.status >= 500) break;
    if (answer.status === 429) { $("chat-problem").textContent = await problem(answer); break; }
    $("chat-problem").textContent = answer.ok ? "" : await problem(answer);
    change((mine) => { mine.queue = mine.queue.filter((one) => one.key !== first.key); });
    if (answer.ok) put({ ...first, own: true, id: (await answer.json()).id, at: Date.now() });
  }
  isSending = false;
  poll();
}
$("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("words").value.trim();
  if (!text) return;
  const message = { text, key: crypto.randomUUID?.() || random().slice(0, 40) };
  change((mine) => { mine.token ||= identityToken || random(); mine.queue.push(message); });
  put({ ...message, own: true });
  $("words").value = "";
  active = Date.now();
  send();
});
$("words").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $("say").requestSubmit(); }
});
$("words").addEventListener("input", () => { typed = active = Date.now(); });

async function poll() {
  clearTimeout(timer);
  if (isPolling) return;
  isPolling = true;
  const isTalking = isShown && !$("chat").hidden && !document.hidden;
  if (isTalking) seen = last;
  const typing = isTalking && Date.now() - typed < 4000 ? "&typing=1" : "";
  const where = isTalking ? `&page=${encodeURIComponent(page)}&title=${encodeURIComponent(title)}` : "";
  const answer = await ask(`talk?after=${last}&seen=${seen}${typing}${where}`, null, tag ? { "If-None-Match": tag } : {});
  isPolling = false;
  if (answer?.status === 200) { tag = answer.headers.get("ETag") || ""; news(await answer.json(), isTalking); }
  const isQuick = isTalking && Date.now() - active < QUIET_AFTER;
  // Whoever did not write yet is not asked about: only the panel in sight wants to know who is there.
  if (token() || isShown) timer = setTimeout(poll, isQuick ? ACTIVE : IDLE);
  if (kept.queue.length && navigator.onLine && !isSending) send();
}
// Outside the opening hours, and while nobody is there, a new talk is not offered; one's own is.
function presence(names, away) {
  const [chat, letter] = ["chat", "letter"].map((name) => document.querySelector(`.ways [data-view=${name}]`));
  if (!chat) return;
  $("presence").textContent = names ? say("there", { name: names }) : away || say("away");
  chat.hidden = !names && Boolean(away) && !last && !kept.token;
  letter.classList.toggle("primary", chat.hidden);
}
function news(said, isTalking) {
  const names = said.there.join(", ");
  presence(names, said.away);
  for (const message of said.messages || []) {
    put(message);
    last = Math.max(last, message.id);
    active = Date.now();
    if (!message.own) { unread += 1; if (message.machine) $("person").hidden = false; else $("person").hidden = true; }
  }
  if (isTalking) { unread = 0; if (last > seen) setTimeout(poll, 50); } else if (said.messages?.length) tell({ what: "unread", count: unread });
  $("typing").textContent = said.typing ? say("writes", { name: said.typing }) : said.closed ? say("closed") : !names && last ? said.away || say("away") : "";
  $("reach").hidden = !last || said.confirmed;
  $("reached").textContent = said.address ? say(said.confirmed ? "proven" : "claimed", { address: said.address }) : "";
}
$("person").addEventListener("click", async () => { $("person").hidden = true; await ask("person", {}); $("words").focus(); });
$("address").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await ask("address", Object.fromEntries(new FormData(event.target)));
  $("chat-problem").textContent = answer?.ok ? "" : await problem(answer);
  if (answer?.ok) { $("reach").open = false; poll(); }
});

// Leave a message, be called
function form(id, path, done, shown) {
  let key = crypto.randomUUID?.() || random();
  $(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = $(id).querySelector("button"), bad = $(id).querySelector("[role=alert]");
    button.disabled = true;
    const answer = await ask(path, { ...Object.fromEntries(new FormData($(id))), key });
    button.disabled = false;
    bad.textContent = answer?.ok ? "" : await problem(answer);
    if (!answer?.ok) return;
    const { href } = await answer.json();
    $(id).hidden = true;
    $(done).textContent = `${say(shown)} `;
    if (href) { const link = document.createElement("a"); link.href = href; link.textContent = say("follow"); $(done).append(link); outside($(done)); }
    key = random();
  });
}
form("leave", "letters", "left", "left");
form("ring", "calls", "called", "called");

async function requests() {
  const answer = token() ? await ask("requests") : null;
  const found = answer?.ok ? (await answer.json()).requests : [];
  $("requests").hidden = !found.length;
  $("requests").querySelector("ul").replaceChildren(...found.map((one) => {
    const line = document.createElement("li"), link = document.createElement("a");
    link.href = one.href; link.textContent = `${one.reference} ${one.subject}`;
    line.append(link, ` – ${one.status}`);
    outside(line);
    return line;
  }));
}

// The site around us
async function vouch(identity, isAgain) {
  identityToken ||= kept.token || random();
  const answer = await ask("identity", { identity });
  if (answer?.status === 409 && !isAgain) {
    // Somebody else signed in on this computer: nothing of the one before is theirs.
    localStorage.removeItem(STORE);
    kept = { queue: [] }; identityToken = random(); last = seen = 0; tag = "";
    $("log").replaceChildren();
    return vouch(identity, true);
  }
  if (!answer?.ok) identityToken = "";
  requests();
  poll();
}
addEventListener("message", ({ origin, source, data }) => {
  if (!host || origin !== host || source !== parent || data?.supportbox !== 1) return;
  if (data.what === "page") { page = String(data.page).slice(0, 500); title = String(data.title).slice(0, 200); }
  if (data.what === "identity") vouch(String(data.identity));
  if (data.what === "shut") isShown = false;
  if (data.what === "open") { isShown = true; active = Date.now(); if (!$("chat").hidden) $("words").focus(); else ($("q") || $("title")).focus(); poll(); }
});
addEventListener("online", send);
addEventListener("storage", ({ key }) => { if (key === STORE) { const now = read(); if (now.token) kept.token = now.token; } });
document.addEventListener("visibilitychange", () => { if (!document.hidden) { active = Date.now(); poll(); } });
$("shut").hidden = !host;
presence(body.dataset.there, body.dataset.away);
for (const message of kept.queue) put({ ...message, own: true });
if (kept.token) { view("chat"); send(); requests(); }
tell({ what: "ready" });
