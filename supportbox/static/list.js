// The list's own script: ticking rows, and keys that act on the ticked rows or on the one in focus.
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const boxes = $$("#tickets .pick input"), all = $("#all"), bulk = $("#bulk"), chosen = $("#bulk .chosen");
let last = -1; // the row that was ticked last: a range begins there

function count() {
  const number = boxes.filter((box) => box.checked).length;
  if (chosen) chosen.textContent = number === 1 ? chosen.dataset.one : chosen.dataset.many.replace("%(num)s", number);
  if (all) { all.checked = number === boxes.length; all.indeterminate = number > 0 && number < boxes.length; }
}
function tick(index, isRange) {
  if (isRange && last >= 0) for (let i = Math.min(last, index); i <= Math.max(last, index); i++) boxes[i].checked = boxes[last].checked;
  last = index;
  count();
}
boxes.forEach((box, index) => box.addEventListener("click", (event) => tick(index, event.shiftKey)));
all?.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; last = -1; count(); });
addEventListener("pageshow", count); // a browser that goes back remembers ticks

// Before the desk's own keys: x ticks the row in focus, and what acts on tickets gets that row where none is ticked.
const here = () => boxes.findIndex((box) => box.closest(".row").contains(document.activeElement));
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off" || $("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, summary, .menu")) return;
  const key = event.key, index = here();
  if (key.toLowerCase() === "x" && index >= 0) {
    event.preventDefault();
    event.stopPropagation();
    if (!event.shiftKey) boxes[index].checked = !boxes[index].checked;
    tick(index, event.shiftKey);
  } else if (key === "Escape" && boxes.some((box) => box.checked)) {
    for (const box of boxes) box.checked = false;
    count();
  } else if (bulk && $$("[data-key]", bulk).some((one) => one.dataset.key === key) && !boxes.some((box) => box.checked)) {
    if (index >= 0) { boxes[index].checked = true; tick(index, false); } else event.stopPropagation();
  }
}, true);
