// Who is calling, as soon as the number is complete enough; and the moment beside "call back" chooses itself.
const field = document.querySelector("[data-who]"), known = document.getElementById("known");
let timer, asked = field.value.trim();
async function find() {
  const typed = field.value.trim();
  if (typed === asked || (typed.length < 6 && typed)) return;
  asked = typed;
  const name = known.querySelector("#name")?.value;
  const answer = await fetch(`${field.dataset.who}?who=${encodeURIComponent(typed)}`).catch(() => null);
  if (!answer?.ok || field.value.trim() !== typed) return;
  known.innerHTML = await answer.text();
  const again = known.querySelector("#name");
  if (again && name) again.value = name;
}
field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 200); });
field.addEventListener("change", find);
// Enter in the number's field goes on to the words: a form sent by mistake would be a call without any.
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  find();
  document.getElementById("text").focus();
});
const back = document.getElementById("back"), moment = document.getElementById("back_at");
moment.addEventListener("input", () => { back.value = moment.value ? "at" : ""; });
