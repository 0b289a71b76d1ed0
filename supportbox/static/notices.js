// Notices: one tab of this browser asks for all of them now and then; it may say them in a corner of the screen.
const bell = document.querySelector(".bell .count"), name = document.querySelector(".bell .hidden");
const channel = "BroadcastChannel" in self && bell ? new BroadcastChannel("supportbox-notices") : null;
const pops = () => "Notification" in self && Notification.permission === "granted" && localStorage.getItem("pop") === "on";
function count(number) {
  bell.textContent = number;
  if (name) name.textContent = number ? `${name.dataset.name} (${number})` : name.dataset.name;
}
let after = 0;
async function ask() {
  if (!navigator.onLine || (document.hidden && !pops())) return;
  const answer = await fetch(`/notices/news?after=${after || ""}`).catch(() => null);
  if (answer?.status !== 200 || answer.redirected) return;
  const { count: number, newest, notices } = await answer.json();
  count(number);
  channel?.postMessage(number);
  if (after && pops() && !document.hasFocus()) for (const one of notices.reverse()) {
    const shown = new Notification(one.title, { body: one.text, tag: `supportbox-${one.id}` });
    shown.onclick = () => { window.focus(); location.href = one.place; };
  }
  after = Math.max(after, newest);
}
if (bell) {
  channel?.addEventListener("message", (event) => count(event.data));
  // Whoever holds the lock is the one that asks; when that tab is shut, the next one holds it.
  // The page itself has just said how many there are: the first question can wait until nothing else is loading.
  const lead = () => new Promise(() => { setTimeout(ask, 15000); setInterval(ask, 30000); });
  if (navigator.locks) navigator.locks.request("supportbox-notices", lead); else lead();
}
const pop = document.querySelector("#pop");
if (pop && "Notification" in self) {
  const part = (which) => pop.querySelector(`[data-pop=${which}]`);
  const draw = () => {
    part("on").hidden = pops();
    part("off").hidden = !pops();
    part("denied").hidden = Notification.permission !== "denied";
  };
  part("on").addEventListener("click", async () => { localStorage.setItem("pop", "on"); await Notification.requestPermission(); draw(); });
  part("off").addEventListener("click", () => { localStorage.removeItem("pop"); draw(); });
  pop.hidden = false;
  draw();
}
