// Known customers under an address field, and the words of a new ticket kept on this device until they are sent.
for (const field of document.querySelectorAll("[data-people]")) {
  const list = document.getElementById(field.dataset.people);
  const name = document.getElementById(field.dataset.nameField || "");
  let timer, asked = "";
  // A name is no address: the browser's own check would refuse it before anybody could choose.
  const find = async () => {
    const words = field.value.trim();
    if (words === asked) return;
    asked = words;
    if (words.length < 2) return list.replaceChildren();
    const answer = await fetch(`/inbox/people?q=${encodeURIComponent(words)}`).catch(() => null);
    if (answer?.ok && field.value.trim() === words) list.innerHTML = await answer.text();
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 150); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.firstElementChild) { event.preventDefault(); list.querySelector("button").focus(); }
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (event.key === "Escape") { list.replaceChildren(); field.focus(); }
    if (!step) return;
    event.preventDefault();
    (event.target.closest("li")[step]?.querySelector("button") || field).focus();
  });
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("button");
    if (!chosen) return;
    field.value = asked = chosen.dataset.address;
    if (name) name.value = chosen.dataset.name;
    list.replaceChildren();
    field.focus();
  });
}

const form = document.querySelector("form[data-keep]");
if (form) {
  const key = `kept:${form.dataset.keep}`, fields = ["to", "name", "subject", "text"].map((name) => form.elements[name]);
  const kept = JSON.parse(localStorage.getItem(key) || "null");
  if (kept && fields.every((field) => !field.value)) fields.forEach((field, i) => { field.value = kept[i] || ""; });
  let timer;
  const save = () => localStorage.setItem(key, JSON.stringify(fields.map((field) => field.value)));
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 400); });
  // The page of the new ticket proves that it was taken, and forgets them.
  form.addEventListener("submit", () => { clearTimeout(timer); save(); sessionStorage.setItem("sent-new", key); });
}
