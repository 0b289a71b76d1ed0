// Where agents write: drafts that outlive the tab, the browser and the server. Without scripts all of it is plain forms.
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const ticket = document.body.dataset.ticket;
const text = (name) => $(`#words [data-word="${name}"]`)?.textContent || "";

// Drafts: kept on this device from the first letter to the moment the server has the message.
function keepDraft(form) {
  const field = $("textarea", form), mark = $("[data-drafted]", form), key = `draft:${ticket}:${form.dataset.draft}`;
  // Only an answer that names the new message proves that the server has it.
  if (sessionStorage.getItem("sent") === key && location.hash.startsWith("#m")) { localStorage.removeItem(key); sessionStorage.removeItem("sent"); }
  const kept = localStorage.getItem(key);
  if (kept && !field.value) {
    field.value = kept;
    mark.textContent = text("draft-back");
    if (form.dataset.draft === "note" && $("#mode-note")) $("#mode-note").checked = !$("#reply")?.value;
  }
  let timer;
  const save = () => {
    if (field.value.trim()) localStorage.setItem(key, field.value); else localStorage.removeItem(key);
    mark.textContent = field.value.trim() ? text("draft-kept") : "";
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 400); grow(field); });
  addEventListener("pagehide", save);
  form.addEventListener("submit", () => { clearTimeout(timer); save(); sessionStorage.setItem("sent", key); });
  grow(field);
}

function grow(field) {
  if (field.scrollHeight > field.clientHeight && field.clientHeight < innerHeight * .6)
    field.rows = Math.min(30, field.rows + Math.ceil((field.scrollHeight - field.clientHeight) / 22));
}

for (const form of $$("[data-draft]")) keepDraft(form);
