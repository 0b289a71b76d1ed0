// How much of a message its channel still takes, while it is written.
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
  count();
}
