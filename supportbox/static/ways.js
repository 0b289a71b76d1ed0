// The menu of channels by keys, and how much of a message its channel still takes while it is written.
const menu = document.querySelector("#way"), text = document.querySelector("#reply"), said = document.querySelector("#way-limit");
function count() {
  const longest = Number(menu.selectedOptions[0]?.dataset.longest) || 0, left = longest - [...text.value].length;
  const near = longest && left < longest / 4;
  said.classList.toggle("over", Boolean(longest) && left < 0);
  said.textContent = near ? said.dataset[left < 0 ? "over" : "left"].replace("{}", Math.abs(left)) : "";
}
if (menu && text && said) {
  menu.addEventListener("change", count);
  text.addEventListener("input", count);
  // Enter keeps what the arrows chose, Escape what stood there before; both go back to the words. What was chosen from
  // the list that the browser opens is kept by its own Enter already.
  let before = menu.value, isByArrows = false;
  menu.addEventListener("focus", () => { before = menu.value; });
  menu.addEventListener("change", () => { if (!isByArrows) before = menu.value; });
  menu.addEventListener("keydown", (event) => {
    isByArrows = event.key.startsWith("Arrow") && !event.altKey;
    if ((event.key !== "Enter" && event.key !== "Escape") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") menu.value = before;
    count();
    text.focus();
  });
  count();
}
