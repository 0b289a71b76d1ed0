// The panel: search, talk, leave a message, be called. What is sent goes by the outbox.
const { say, told, ask, problem, picker, shown, element } = outbox;
const $ = (id) => document.getElementById(id);
const body = document.body, host = body.dataset.host;
const ACTIVE = 2000, IDLE = 15000, QUIET_AFTER = 60000;
let last = 0, seen = 0, tag = "", typed = 0, active = Date.now(), timer, isShown = host === "", unread = 0, isPolling = false;

const tell = (said) => host && parent !== window && parent.postMessage({ supportbox: 1, ...said }, host);

// Views
function view(name) {
  for (const one of document.querySelectorAll(".view")) one.hidden = one.id !== name;
  $("back").hidden = name === "home";
  $("title").textContent = name === "home" ? $("title").dataset.name : say(name);
  ({ home: $("q"), chat: $("words"), letter: $("letter-name"), call: $("call-name") }[name] || $("title")).focus();
  if (name === "chat") { active = Date.now(); down(); poll(); }
  if (name === "home") requests();
  for (const form of document.querySelectorAll("#leave, #ring")) form.hidden = false;
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
  const box = element("div", "", { className: message.own ? "message own" : "message" }), words = element("div"), when = element("div");
  if (message.id) box.dataset.id = message.id;
  if (message.key) box.dataset.key = message.key;
  if (message.waits) box.dataset.waits = "1";
  if (message.html === undefined) words.textContent = message.text; else words.innerHTML = message.html;
  outside(words);
  when.className = "when";
  const time = message.at ? new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : "";
  when.textContent = [message.own ? say("you") : message.who, message.channel === "email" ? say("mail") : "", time || say(message.waits || !navigator.onLine ? "waits" : "sending")].filter(Boolean).join(" · ");
  words.className = "words";
  const files = (message.files || []).map(shown);
  if (message.html ?? message.text) box.append(words);
  box.append(...files, when);
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
const asMessage = ({ fields, key, files }) => ({ text: fields.text, key, files, own: true });
const bubbleOf = (entry) => $("log").querySelector(`[data-key="${entry.key}"]`);
told.talk = {
  waits: (entry, why) => {
    // Said once: a log is read aloud.
    if (!bubbleOf(entry)?.dataset.waits) put({ ...asMessage(entry), waits: true });
    if (why) $("chat-problem").textContent = why;
  },
  moves: (entry, part) => moves(bubbleOf(entry), part),
  arrived: (entry, { id }) => {
    $("chat-problem").textContent = "";
    // The next poll may have been faster, and knows more of it.
    if (!bubbleOf(entry)?.dataset.id) put({ ...asMessage(entry), id, at: Date.now() });
    poll();
  },
  refused: (entry, why, files) => {
    $("chat-problem").textContent = why;
    bubbleOf(entry)?.remove();
    $("words").value ||= entry.fields.text;
    attached.add(files);
  },
};
function moves(box, part) {
  const bar = box?.querySelector("progress") || element("progress", "", { max: 1, ariaLabel: say("sending") });
  bar.value = part;
  if (!bar.isConnected) box?.append(bar);
}
const attached = picker($("say"), $("chat-problem"));
$("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("words").value.trim(), files = attached.take();
  if (!text && !files.length) return;
  $("words").value = "";
  active = Date.now();
  put(asMessage(await outbox.put("talk", { text }, files)));
  outbox.send();
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
  const where = isTalking ? `&${new URLSearchParams(outbox.place())}` : "";
  const answer = await ask(`talk?after=${last}&seen=${seen}${typing}${where}`, null, tag ? { "If-None-Match": tag } : {});
  isPolling = false;
  if (answer?.status === 200) { tag = answer.headers.get("ETag") || ""; news(await answer.json(), isTalking); }
  const isQuick = isTalking && Date.now() - active < QUIET_AFTER;
  // Whoever did not write yet is not asked about: only the panel in sight wants to know who is there.
  if (outbox.token() || isShown) timer = setTimeout(poll, isQuick ? ACTIVE : IDLE);
}
// Outside the opening hours, and while nobody is there, a new talk is not offered; one's own is.
function presence(names, away) {
  const [chat, letter] = document.querySelectorAll(".ways [data-view=chat], .ways [data-view=letter]");
  if (letter) $("presence").textContent = names ? say("there", { name: names }) : away || say("away");
  letter?.classList.toggle("primary", (chat.hidden = !names && Boolean(away) && !last && !outbox.isKnown()));
}
function news(said, isTalking) {
  const names = said.there.join(", "); presence(names, said.away);
  for (const message of said.messages || []) {
    put(message);
    last = Math.max(last, message.id);
    active = Date.now();
    if (!message.own) { unread += 1; if (message.machine) $("person").hidden = false; else $("person").hidden = true; }
  }
  if (isTalking) { unread = 0; if (last > seen) setTimeout(poll, 50); } else if (said.messages?.length) tell({ what: "unread", count: unread });
  $("typing").textContent = said.typing ? say("writes", { name: said.typing }) : said.closed ? say("closed") : !names ? said.away || say("away") : last ? "" : say("there", { name: names });
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

// Leave a message, be called: what waits and what arrived is said above all views.
function line(entry) {
  const found = $("sent").querySelector(`[data-key="${entry.key}"]`), made = found || element("p");
  made.dataset.key = entry.key;
  if (!found) $("sent").append(made);
  return made;
}
function form(id, kind, name) {
  const own = $(id), bad = own.querySelector("[role=alert]"), files = own.querySelector(".clip") && picker(own, bad);
  told[kind] = {
    waits: (entry, why) => {
      const words = `${say(name)}: ${why || say("waits")}`;
      if (line(entry).textContent !== words) line(entry).textContent = words;
    },
    moves: (entry, part) => moves(line(entry), part),
    arrived: (entry, { href }) => {
      line(entry).textContent = `${say(kind)} `;
      if (href) line(entry).append(element("a", say("follow"), { href }));
      outside(line(entry));
    },
    refused: (entry, why, given) => {
      line(entry).remove();
      view(name);
      bad.textContent = why;
      for (const [field, text] of Object.entries(entry.fields)) if (own.elements[field]) own.elements[field].value ||= text;
      files?.add(given);
    },
  };
  own.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries([...new FormData(own)].filter(([, value]) => typeof value === "string"));
    const taken = files ? files.take() : [];
    bad.textContent = "";
    own.reset();
    own.hidden = true;
    const entry = await outbox.put(kind, fields, taken);
    line(entry).textContent = `${say(name)}: ${say("sending")}`;
    $("sent").focus();
    outbox.send();
  });
}
form("leave", "letters", "letter");
form("ring", "calls", "call");

async function requests() {
  const answer = outbox.token() ? await ask("requests") : null;
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
  outbox.begin();
  const answer = await ask("identity", { identity });
  if (answer?.status === 409 && !isAgain) {
    outbox.forget();
    last = seen = 0; tag = "";
    $("log").replaceChildren();
    $("sent").replaceChildren();
    return vouch(identity, true);
  }
  if (!answer?.ok) outbox.end();
  requests();
  poll();
}
addEventListener("message", ({ origin, source, data }) => {
  if (!host || origin !== host || source !== parent || data?.supportbox !== 1) return;
  if (data.what === "page") outbox.at(String(data.page).slice(0, 500), String(data.title).slice(0, 200));
  if (data.what === "identity") vouch(String(data.identity));
  if (data.what === "shut") isShown = false;
  if (data.what === "open") { isShown = true; active = Date.now(); if (!$("chat").hidden) $("words").focus(); else ($("q") || $("title")).focus(); poll(); }
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) { active = Date.now(); poll(); } });
$("shut").hidden = !host;
presence(body.dataset.there, body.dataset.away);
for (const entry of outbox.queue()) told[entry.kind].waits(entry);
if (outbox.isKnown()) { view("chat"); requests(); }
if (outbox.queue().length) outbox.send();
tell({ what: "ready" });
