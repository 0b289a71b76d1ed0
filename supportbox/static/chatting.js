// A chat on its ticket's page: new messages come by themselves, the composer and what is typed there stay untouched.
const box = document.querySelector("#chatting");
const $ = (selector) => box.querySelector(selector);
const timeline = document.querySelector(".timeline"), form = $("form"), field = $("textarea");
const ACTIVE = 2000, IDLE = 15000, QUIET_AFTER = 60000;
let after = Number(box.dataset.after), tag = "", timer, typed = 0, active = "here" in box.dataset ? Date.now() : 0, isPolling = false, isSending = false;

async function poll() {
  clearTimeout(timer);
  if (isPolling) return;
  isPolling = true;
  const typing = Date.now() - typed < 4000 ? "&typing=1" : "";
  const headers = tag ? { "If-None-Match": tag } : {};
  const answer = document.hidden ? null : await fetch(`${box.dataset.poll}?after=${after}${typing}`, { headers }).catch(() => null);
  isPolling = false;
  if (answer?.status === 200 && answer.headers.get("Content-Type")?.startsWith("application/json")) {
    tag = answer.headers.get("ETag") || "";
    show(await answer.json());
  }
  timer = setTimeout(poll, Date.now() - active < QUIET_AFTER ? ACTIVE : IDLE);
}

function show({ html, after: upTo, line, typing }) {
  $("#chat-line").textContent = line;
  $("#chat-typing").textContent = typing ? box.dataset.writes : "";
  if (typing) active = Date.now();
  if (!html) return;
  active = Date.now();
  const isAtEnd = box.getBoundingClientRect().top < innerHeight;
  const end = timeline.querySelector(".to-reply");
  for (const one of [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("article.message")]) {
    if (!document.getElementById(one.id)) timeline.insertBefore(document.importNode(one, true), end);
  }
  after = upTo;
  if (isAtEnd) box.scrollIntoView({ block: "nearest" });
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text || isSending) return;
  isSending = true;
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } }).catch(() => null);
  isSending = false;
  const problem = $("#chat-problem");
  problem.hidden = Boolean(answer?.ok);
  problem.textContent = answer?.ok ? "" : (await answer?.json().catch(() => null))?.problem || box.dataset.failed;
  if (!answer?.ok) return;
  // The next words are another message; the same ones sent twice are not.
  const token = form.elements.send_token;
  token.value = `${token.value.split("c")[0].slice(0, 60)}c${crypto.randomUUID?.() || Date.now()}`;
  if (field.value.trim() === text) field.value = "";
  typed = 0;
  active = Date.now();
  poll();
});
field?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
field?.addEventListener("input", () => {
  const wasQuiet = Date.now() - active >= QUIET_AFTER;
  typed = active = Date.now();
  if (wasQuiet) poll();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
// The page itself has just said what there is.
timer = setTimeout(poll, active ? ACTIVE : IDLE);
