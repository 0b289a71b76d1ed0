// The composer's tools, loaded when somebody is about to write: formatting, suggestions, files, preview.
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const TOKEN = /\{\{\s*([^{}|\n]{1,60}?)\s*(\|[^{}\n]{0,80})?\}\}/g;
const MOST_FILES = 20, MOST_BYTES = 18e6;
let box, word, count = 0;

const post = (address, body, headers = {}) => fetch(address, { method: "POST", body, headers, redirect: "manual" }).catch(() => null);
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll(" ", "");

function insert(field, text, from, to, select) {
  field.focus();
  field.setSelectionRange(from, to);
  // The one way of changing a field that the browser's own undo knows.
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, from, to, "end");
  if (select) field.setSelectionRange(...select);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
function wrap(field, sign) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  insert(field, sign + value.slice(from, to) + sign, from, to, [from + sign.length, to + sign.length]);
}
function begin(field, sign) {
  const from = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const to = Math.max(field.selectionEnd, from);
  insert(field, field.value.slice(from, to).split("\n").map((line) => sign + line).join("\n"), from, to);
}
function link(field) {
  const { selectionStart: from, selectionEnd: to } = field;
  const chosen = field.value.slice(from, to);
  insert(field, `[${chosen}](https://)`, from, to, chosen ? [from + chosen.length + 3, from + chosen.length + 11] : [from + 1, from + 1]);
}

// Suggestions: / at the start of a line, [[ anywhere, @ in notes. The server fills in what it knows.
class Offers {
  constructor(form, field) {
    Object.assign(this, { form, field, box: $(".offers", form), list: $(".offers ul", form), shown: $(".offered", form), cache: new Map() });
    field.addEventListener("input", () => this.look());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => setTimeout(() => this.shut(), 200));
    this.list.addEventListener("mousedown", (event) => { event.preventDefault(); const one = event.target.closest("li"); if (one) this.take(one); });
  }
  get signs() { return { reply: ["/", "[["], note: ["@"] }[this.form.dataset.draft] || []; }
  look() {
    const { value, selectionStart: at, selectionEnd } = this.field;
    if (at !== selectionEnd) return this.shut();
    const line = value.slice(value.lastIndexOf("\n", at - 1) + 1, at);
    const patterns = { "/": /^\/([^\n/]{0,60})$/, "[[": /\[\[([^\]\n]{0,60})$/, "@": /(?:^|[\s(])@([\p{L}\w.-]{0,30})$/u };
    for (const sign of this.signs) {
      const found = line.match(patterns[sign]);
      if (found) { this.from = at - found[1].length - sign.length; return this.ask(sign, found[1]); }
    }
    return this.shut();
  }
  async ask(sign, words) {
    const query = `${new URLSearchParams({ sign, q: words.trim() })}`;
    this.query = query;
    if (!this.cache.has(query)) {
      const answer = await fetch(`${box.dataset.address}/suggestions?${query}`, { redirect: "manual" }).catch(() => null);
      if (!answer?.ok) return;
      this.cache.set(query, await answer.text());
    }
    if (this.query === query) this.show(this.cache.get(query), sign, words);
  }
  show(html, sign, words) {
    this.list.innerHTML = html;
    for (const [number, one] of $$("li", this.list).entries()) one.id = `${this.list.id}-${number}`;
    if (sign === "/" && this.field.value.trim().length > words.length + 1) this.list.insertAdjacentHTML("beforeend", `<li role="option" id="${this.list.id}-save" data-saves></li>`);
    const save = $("[data-saves]", this.list);
    if (save) save.textContent = $("[data-save]", this.form).textContent;
    if (!this.list.children.length) this.list.innerHTML = `<li class="muted small nothing" role="option" aria-disabled="true">${word("none")}</li>`;
    this.box.hidden = false;
    this.choose($("li:not(.nothing)", this.list));
  }
  choose(one) {
    for (const other of $$("li", this.list)) other.setAttribute("aria-selected", String(other === one));
    this.chosen = one;
    this.shown.textContent = one?.dataset.insert || "";
    if (one) { this.field.setAttribute("aria-activedescendant", one.id); one.scrollIntoView({ block: "nearest" }); } else this.field.removeAttribute("aria-activedescendant");
  }
  press(event) {
    if (this.box.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const all = $$("li:not(.nothing)", this.list);
      this.choose(all[(all.indexOf(this.chosen) + step + all.length) % all.length]);
    } else if ((event.key === "Enter" || event.key === "Tab") && this.chosen && !event.ctrlKey && !event.metaKey) this.take(this.chosen);
    else if (event.key === "Escape") { this.shut(); event.stopPropagation(); } else return;
    event.preventDefault();
  }
  take(one) {
    if (one.classList.contains("nothing")) return undefined;
    if (one.hasAttribute("data-saves")) {
      insert(this.field, "", this.from, this.field.selectionStart);
      this.shut();
      return $("[data-save]", this.form).click();
    }
    const used = this.form.elements.used;
    if (one.dataset.used && used) used.value = `${used.value} ${one.dataset.used}`.trim();
    insert(this.field, one.dataset.insert, this.from, this.field.selectionStart);
    return this.shut();
  }
  shut() { this.box.hidden = true; this.query = ""; this.chosen = null; this.field.removeAttribute("aria-activedescendant"); }
  open(sign) {
    const { selectionStart: at, value } = this.field;
    const gap = sign === "/" && at && value[at - 1] !== "\n" ? "\n" : sign === "@" && at && !/\s/.test(value[at - 1]) ? " " : "";
    insert(this.field, gap + sign, at, this.field.selectionEnd);
  }
}

// What is not filled in stands red below the text, and the letter waits for it.
function watchOpen(form, field) {
  const place = $(".open-fields", form), known = new Set(box.dataset.known.split(" "));
  const open = () => [...field.value.matchAll(TOKEN)].filter(([, name, words]) => !known.has(plain(name)) && !words?.slice(1).trim()).map(([token]) => token);
  const show = () => {
    const tokens = [...new Set(open())];
    place.replaceChildren(...(tokens.length ? [`${word("open")} `, ...tokens.map((token) => Object.assign(document.createElement("mark"), { className: "missing", textContent: token }))] : []));
    return tokens[0];
  };
  field.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    const token = show();
    if (!token) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const at = field.value.indexOf(token);
    field.focus();
    field.setSelectionRange(at, at + token.length);
  }, { capture: true });
  show();
}

// Files go up at once; the form then only names them.
class Files {
  constructor(form, field) {
    Object.assign(this, { form, field, kept: $(".kept", form), chooser: $("input[type=file]", form) });
    this.chooser.addEventListener("change", () => { this.add([...this.chooser.files]); this.chooser.value = ""; });
    field.addEventListener("paste", (event) => this.paste(event));
    form.addEventListener("drop", (event) => { if (event.dataTransfer.files.length) { event.preventDefault(); this.add([...event.dataTransfer.files]); } });
    form.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
    for (const label of $$(".file", this.kept)) this.removable(label);
  }
  get problem() { return this.place ||= this.kept.appendChild(Object.assign(document.createElement("p"), { className: "file-problem", role: "alert" })); }
  say(sentence) { this.problem.textContent = sentence; }
  add(files) {
    const there = $$("[data-bytes]", this.kept);
    const bytes = [...there.map((one) => Number(one.dataset.bytes)), ...files.map((one) => one.size)].reduce((sum, one) => sum + one, 0);
    this.say("");
    if (there.length + files.length > MOST_FILES) return this.say(word("many"));
    if (bytes > MOST_BYTES) return this.say(word("big"));
    return files.forEach((file) => this.send(file));
  }
  send(file, isInline = false) {
    const line = document.createElement("label"), bar = document.createElement("progress");
    line.className = "file";
    line.append(`${word("uploading")} ${file.name} `, bar);
    bar.max = 1;
    bar.setAttribute("aria-label", file.name);
    this.kept.append(line);
    const body = new FormData(), request = new XMLHttpRequest();
    body.append("csrf_token", this.form.elements.csrf_token.value);
    if (isInline) body.append("inline", "1");
    body.append("files", file);
    request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
    request.onload = () => { line.remove(); this.arrived(request, isInline); };
    request.onerror = () => { line.remove(); this.say(word("unsent")); };
    request.open("POST", "/inbox/uploads");
    request.responseType = "json";
    request.send(body);
  }
  arrived(request, isInline) {
    const said = request.response;
    if (!said?.files) { this.say(said?.problem || word("unsent")); return; }
    for (const file of said.files) {
      const line = document.createElement("label"), mark = document.createElement("input");
      Object.assign(mark, { type: isInline ? "hidden" : "checkbox", name: "upload", value: file.token, checked: true });
      mark.dataset.bytes = file.size;
      line.className = isInline ? "" : "file";
      line.append(mark, isInline ? "" : ` ${file.name}`);
      this.kept.append(line);
      if (isInline) insert(this.field, `![${file.name.replace(/[[\]]/g, "")}](cid:${file.cid})\n`, this.field.selectionStart, this.field.selectionEnd);
      else this.removable(line);
    }
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
  }
  removable(line) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: "×" });
    button.setAttribute("aria-label", `${word("remove")} ${line.textContent.trim()}`);
    button.addEventListener("click", () => {
      const { value } = $("input", line);
      post(`/inbox/uploads/${value}/deletion`, new URLSearchParams({ csrf_token: this.form.elements.csrf_token.value }), { Accept: "application/json" });
      line.remove();
      this.chooser.focus();
      this.form.dispatchEvent(new Event("change", { bubbles: true }));
    });
    line.append(button);
  }
  async paste(event) {
    const { files } = event.clipboardData, html = event.clipboardData.getData("text/html");
    if (files.length) {
      event.preventDefault();
      for (const file of files) this.send(file, /^image\/(png|jpeg|gif|webp)$/.test(file.type) && this.form.dataset.draft !== "note");
    } else if (/<(a|b|strong|em|i|ul|ol|li|table|h[1-6]|blockquote|pre)[\s>]/i.test(html)) {
      event.preventDefault();
      const text = event.clipboardData.getData("text/plain"), answer = await post("/inbox/markdown", new URLSearchParams({ csrf_token: this.form.elements.csrf_token.value, html }));
      insert(this.field, answer?.ok ? await answer.text() : text, this.field.selectionStart, this.field.selectionEnd);
    }
  }
}

function watchPreview(form, field) {
  const button = $("[data-preview]", form), place = $(".letter-preview", form);
  button?.addEventListener("click", async (event) => {
    event.preventDefault();
    if (place.hidden) {
      const answer = await post(button.formAction, new URLSearchParams({ csrf_token: form.elements.csrf_token.value, mode: form.dataset.draft, text: field.value }), { Accept: "text/html-fragment" });
      if (!answer?.ok) return;
      place.innerHTML = await answer.text();
    }
    place.hidden = !place.hidden;
    field.hidden = !place.hidden;
    button.textContent = word(place.hidden ? "preview" : "edit");
    if (place.hidden) field.focus();
  });
}

export function equip(composer, words) {
  if (count++) return;
  [box, word] = [composer, words];
  for (const form of $$("[data-draft]", box)) {
    const field = $("textarea", form), offers = new Offers(form, field);
    new Files(form, field);
    if (form.dataset.draft !== "note") watchOpen(form, field);
    watchPreview(form, field);
    $(".pens", form).addEventListener("click", (event) => {
      const { dataset } = event.target.closest("button") || {};
      if (!dataset) return;
      if (dataset.wrap) wrap(field, dataset.wrap);
      else if (dataset.line) begin(field, dataset.line);
      else if (dataset.offer) offers.open(dataset.offer);
      else if ("link" in dataset) link(field);
    });
    field.addEventListener("keydown", (event) => {
      const act = { b: () => wrap(field, "**"), i: () => wrap(field, "*"), k: () => link(field) }[event.key];
      if (act && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) { event.preventDefault(); event.stopPropagation(); act(); }
    });
    offers.look(); // Whoever was quicker than this file has typed the sign already.
  }
}
