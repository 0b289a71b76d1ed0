// Tells the server that somebody has this ticket before them, and shows who else has.
const company = document.querySelector("#company");
const token = document.querySelector("input[name=csrf_token]")?.value;
const EVERY = 10000;
let known = "", timer, typed = 0;

const isWriting = () => Date.now() - typed < 60000 && [...document.querySelectorAll("form.reply textarea")].some((field) => field.value.trim());
const body = (what) => new URLSearchParams({ csrf_token: token, what });

async function beat() {
  clearTimeout(timer);
  if (document.hidden) return;
  timer = setTimeout(beat, EVERY);
  if (!navigator.onLine) return;
  const headers = known ? { "If-None-Match": known } : {};
  const answer = await fetch(company.dataset.beat, { method: "POST", body: body(isWriting() ? "replying" : "viewing"), headers }).catch(() => null);
  if (answer?.status !== 200 || !answer.headers.get("Content-Type")?.startsWith("application/json")) return;
  known = answer.headers.get("ETag") || "";
  const { others } = await answer.json();
  company.replaceChildren(...others.map((sentence) => {
    const pill = document.createElement("span");
    pill.className = "pill warn";
    pill.textContent = sentence;
    return pill;
  }));
}

// A ticket that was just started is there: the words of its form need not be kept any more.
const sent = sessionStorage.getItem("sent-new");
if (sent && location.hash.startsWith("#m")) { localStorage.removeItem(sent); sessionStorage.removeItem("sent-new"); }

if (company && token) {
  // The first letter of an answer is told at once: that is when a colleague must not begin one too.
  document.addEventListener("input", (event) => {
    if (!event.target.closest("form.reply")) return;
    const began = !isWriting();
    typed = Date.now();
    if (began) beat();
  });
  document.addEventListener("visibilitychange", beat);
  addEventListener("pagehide", () => navigator.sendBeacon(company.dataset.beat, body("gone")));
  beat();
}
