// Files in the panel: chosen before they are sent, shown once they are part of the talk.
const { say, ask } = outbox;
const size = (bytes) => {
  const [unit, one] = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / one);
};
const SHOWN = 5e6; // bytes of a picture that is fetched unasked
const fetched = new Map();

function element(kind, text = "", given = {}) {
  const made = Object.assign(document.createElement(kind), given);
  if (text) made.textContent = text;
  return made;
}

// What the server would refuse is said before it is on its way.
function wrong(files, most) {
  const big = files.find((file) => file.size > most.each * 1e6);
  if (files.length > most.count) return say("many", { count: most.count });
  if (big) return say("big", { name: big.name, size: most.each });
  return files.reduce((sum, file) => sum + file.size, 0) > most.all * 1e6 ? say("heavy", { size: most.all }) : "";
}

// The part of a form that takes files; `take` empties it, `add` also takes back what could not be sent.
function picker(form, alert) {
  const input = form.querySelector("input[type=file]"), button = form.querySelector(".clip"), list = form.querySelector(".picked");
  const { most, each, all } = input.dataset;
  let files = [];
  const line = (file, at) => {
    const item = element("li", `${file.name} (${size(file.size)}) `), remove = element("button", "✕", { type: "button", ariaLabel: say("remove", { name: file.name }) });
    remove.addEventListener("click", () => { files.splice(at, 1); draw(); button.focus(); });
    item.append(remove);
    return item;
  };
  const draw = () => list.replaceChildren(...files.map(line));
  const add = (more) => {
    const wanted = [...files, ...more], problem = wrong(wanted, { count: most, each, all });
    alert.textContent = problem;
    if (!problem) files = wanted;
    draw();
  };
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => { add(input.files); input.value = ""; });
  form.addEventListener("paste", ({ clipboardData }) => { if (clipboardData.files.length) add(clipboardData.files); });
  return { add, take: () => { const taken = files; files = []; draw(); return taken; } };
}

// Its address alone opens nothing: the panel asks with the visitor's token.
function open(token) {
  if (!fetched.has(token)) {
    const asked = ask(`files/${token}`).then(async (answer) => (answer?.ok ? URL.createObjectURL(await answer.blob()) : ""));
    fetched.set(token, asked.then((address) => { if (!address) fetched.delete(token); return address; }));
  }
  return fetched.get(token);
}
function shown(file) {
  const button = element("button", "", { type: "button", className: "file" });
  button.append(element("span", `${file.name} (${size(file.size)})`));
  button.disabled = !file.token;
  button.addEventListener("click", async () => {
    const address = await open(file.token);
    if (address) element("a", "", { href: address, download: file.name }).click();
  });
  if (file.picture && file.size < SHOWN) open(file.token).then((address) => { if (address) button.prepend(element("img", "", { src: address, alt: "" })); });
  return button;
}

outbox.picker = picker;
outbox.shown = shown;
outbox.element = element;
