// The wizard's own script: stages appear one by one, passwords can be looked at, records copied. All works without it.
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const trial = $("#trial");

// A form that starts a test says that somebody watches: the answer then comes at once, and stages follow.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-live]") || form.elements.live) return;
  const live = document.createElement("input");
  Object.assign(live, { type: "hidden", name: "live", value: "1" });
  form.append(live);
  const button = event.submitter;
  if (button?.dataset.busyWords) button.textContent = button.dataset.busyWords;
});

async function watch() {
  let said = 0;
  while ($("[data-running]", trial)) {
    await new Promise((wake) => setTimeout(wake, 500));
    const answer = await fetch(trial.dataset.stages).catch(() => null);
    if (!answer) continue;
    if (!answer.ok) { location.reload(); return; }
    trial.innerHTML = await answer.text();
    const told = $$(".stage:is(.ok, .bad, .warn)", trial);
    for (const one of told.slice(said)) $("#trial-said").textContent = $("h2", one).textContent;
    said = told.length;
  }
  dress();
}

function dress() {
  for (const button of $$("[data-copy]")) button.hidden = !navigator.clipboard;
  for (const button of $$("[data-reveal]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]"), reveal = event.target.closest("[data-reveal]");
  if (copy) {
    const from = document.getElementById(copy.dataset.copy);
    await navigator.clipboard.writeText(from.value ?? from.textContent);
    copy.textContent += " ✓";
  }
  if (reveal) {
    const field = document.getElementById(reveal.dataset.reveal), isShown = field.type === "text";
    field.type = isShown ? "password" : "text";
    reveal.setAttribute("aria-pressed", String(!isShown));
  }
});

// How long a password would last, in words: length counts most, and what everybody uses not at all.
const meter = $("[data-strength]");
if (meter) {
  const field = document.getElementById(meter.dataset.strength), words = meter.dataset.words.split("|");
  field.addEventListener("input", () => {
    const text = field.value, kinds = new Set(text.toLowerCase()).size;
    const isUsual = /^(.)\1*$|^(0?123456789?0?|azerty|qwerty|password|motdepasse)/i.test(text);
    const level = !text ? -1 : text.length < 10 ? 0 : isUsual || kinds < 6 ? 1 : text.length < 14 ? 2 : 3;
    meter.textContent = words[level] ?? "";
  });
}

// A fresh desk most likely lives where its owner's browser does.
const zone = $("[data-zone]"), here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && $$("#zones option").some((one) => one.value === here)) zone.value = here;

if (trial) watch();
dress();
$("#problem")?.focus();
