// Where agents write: every letter kept here at once and on the server every two seconds, until it is sent.
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const box = $("#composer");
const word = (name) => $(`#pen-words [data-word="${name}"]`)?.textContent || "";
const ticket = document.body.dataset.ticket;
const EVERY = 2000, LONGEST = 2e6, SLOWEST = 60000;
const KEPT = ["text", "to", "cc", "bcc", "used"];
const writers = [];

function local(key) {
  try { return JSON.parse(localStorage.getItem(key) || "null"); } catch { return null; }
}

class Writer {
  constructor(form) {
    this.form = form;
    this.field = $("textarea", form);
    this.mark = $("[data-drafted]", form);
    this.key = `draft:${ticket}:${form.dataset.draft}`;
    this.base = Number(form.dataset.saved) || 0;
    this.wait = EVERY;
    this.comeBack();
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", (event) => this.leave(event));
    addEventListener("pagehide", () => { if (this.isDirty) this.keepHere(); });
    grow(this.field);
  }

  // The newer of the two copies wins; words that were sent, or just came back with a problem, are neither.
  comeBack() {
    const kept = local(this.key), { sent, posted } = this.form.dataset;
    if (!kept) return;
    const isOld = (sent && kept.token === sent) || (kept.base !== this.base && kept.at <= this.base);
    if (isOld) { this.forget(); return; }
    if (posted !== undefined || !kept.fields?.text || kept.fields.text === this.field.value) return;
    for (const name of KEPT) if (this.form.elements[name] && kept.fields[name] !== undefined) this.form.elements[name].value = kept.fields[name];
    this.say(word("back"));
    if (!writers.some((other) => other.field.value) && $(`#mode-${this.form.dataset.draft}`)) $(`#mode-${this.form.dataset.draft}`).checked = true;
    this.changed();
  }

  get fields() { return new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string")); }

  say(sentence) {
    this.mark.textContent = sentence;
    const button = $("[data-discard]", this.form);
    if (button) button.hidden = !this.field.value.trim();
  }

  changed() {
    grow(this.field);
    if (this.isSent) return;
    this.isDirty = true;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.keepHere(), 300);
    this.timer ||= setTimeout(() => this.push(), this.wait);
  }

  keepHere() {
    const fields = Object.fromEntries(KEPT.map((name) => [name, this.form.elements[name]?.value]));
    const kept = { fields, at: Date.now(), base: this.base, token: this.form.elements.send_token.value };
    try {
      if (this.field.value.trim()) localStorage.setItem(this.key, JSON.stringify(kept)); else localStorage.removeItem(this.key);
    } catch { /* The device is full: the server's copy is left. */ }
  }

  forget() { localStorage.removeItem(this.key); }

  async push() {
    this.timer = 0;
    if (isOut) return;
    if (this.isSent || this.isBusy) { if (this.isBusy) this.timer = setTimeout(() => this.push(), 500); return; }
    if (new Blob([this.field.value]).size > LONGEST) { this.say(word("large")); return; }
    this.isBusy = true;
    this.isDirty = false;
    const answer = await fetch(`${box.dataset.address}/draft`, { method: "POST", body: this.fields, redirect: "manual", signal: (this.abort = new AbortController()).signal }).catch(() => null);
    this.isBusy = false;
    if (this.isSent) return;
    if (answer?.ok) await this.saved(answer);
    else if (answer?.status === 413) this.say(word("large"));
    else if (answer && (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 400)) await this.signedOut(answer);
    else if (answer && answer.status < 500) this.say((await answer.json().catch(() => ({}))).problem || word("device"));
    else this.later();
  }

  async saved(answer) {
    this.wait = EVERY;
    const said = answer.status === 200 ? await answer.json() : null;
    if (said) this.base = said.at;
    this.keepHere();
    this.say(said ? `${word("saved")} ${said.said}` : "");
    if (this.isDirty) this.timer ||= setTimeout(() => this.push(), this.wait);
  }

  // Nobody answers: the text stays here, and we ask ever less often.
  later() {
    this.keepHere();
    this.isDirty = true;
    this.say(word("offline"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.push(), this.wait);
    this.wait = Math.min(this.wait * 2, SLOWEST);
  }

  async signedOut(answer) {
    this.keepHere();
    this.isDirty = true;
    const said = answer.status === 400 ? (await answer.clone().json().catch(() => null)) : null;
    if (said?.problem) { this.say(said.problem); return; }
    if (await freshToken()) { this.timer ||= setTimeout(() => this.push(), 100); return; }
    this.say(word("out"));
    askToSignIn();
  }

  leave(event) {
    if (event.submitter?.formAction && event.submitter.hasAttribute("formaction")) {
      if (event.submitter.hasAttribute("data-discard")) { this.isSent = true; this.forget(); }
      return;
    }
    if (!navigator.onLine || isOut) {
      event.preventDefault();
      event.stopPropagation();
      this.keepHere();
      this.say(word(isOut ? "out" : "offline"));
      if (isOut) askToSignIn();
      return;
    }
    this.keepHere();
    this.isSent = true;
    this.abort?.abort();
    clearTimeout(this.timer);
    clearTimeout(this.soon);
  }
}

// Signed out: a new tab signs in, and this page takes the new session's token and goes on.
let isOut = false, asking = 0;
async function freshToken() {
  const answer = await fetch("/inbox/token", { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return false;
  const { token } = await answer.json();
  for (const field of $$("input[name=csrf_token]")) field.value = token;
  isOut = false;
  clearInterval(asking);
  $("#signed-out").close();
  return true;
}
async function goOn() {
  if (!isOut || !(await freshToken())) return;
  for (const writer of writers) if (writer.isDirty) writer.push();
}
function askToSignIn() {
  isOut = true;
  clearInterval(asking);
  asking = setInterval(goOn, 3000);
  if (!$("#signed-out").open) $("#signed-out").showModal();
}

function grow(field) {
  if (field.scrollHeight > field.clientHeight && field.clientHeight < innerHeight * .6)
    field.rows = Math.min(30, field.rows + Math.ceil((field.scrollHeight - field.clientHeight) / 22));
}

// To whom it goes is said in one sentence, which follows what is typed.
function watchGoes(form) {
  const place = $("[data-goes]", form), { to, cc, bcc } = form.elements;
  if (!place) return;
  const first = place.textContent.split(". ")[0], say = (name, field) => (field.value.trim() ? ` ${word(name).replace("{}", field.value.trim())}` : "");
  const show = () => { place.textContent = (to?.value ? word("goes").replace("{}", to.value) : first.replace(/\.?$/, ".")) + say("copies", cc) + say("secret", bcc); };
  for (const one of [to, cc, bcc]) one?.addEventListener?.("input", show);
}

function start() {
  for (const form of $$("[data-draft]", box)) { writers.push(new Writer(form)); watchGoes(form); }
  addEventListener("focus", goOn);
  addEventListener("online", () => { for (const writer of writers) if (writer.isDirty) { writer.wait = EVERY; writer.push(); } });
  addEventListener("pageshow", (event) => { if (event.persisted) for (const writer of writers) writer.isSent = false; });
  for (const radio of $$(".modes input", box)) radio.addEventListener("change", () => {
    const to = $("#forward-to");
    (radio.id === "mode-forward" && !to.value ? to : $(`#${radio.id.slice(5)}`)).focus();
  });
  // The tools come when somebody is about to write: a ticket that is only read never loads them.
  const pen = () => import(box.dataset.pen).then((tools) => tools.equip(box, word));
  box.addEventListener("focusin", pen, { once: true });
  box.addEventListener("pointerenter", () => import(box.dataset.pen), { once: true });
  if (box.contains(document.activeElement)) pen();
}
if (box) start();

// Articles beside the ticket: fetched once the page stands, searched and put into the reply without leaving it.
const beside = $("[data-beside]");
async function load(words) {
  const answer = await fetch(`${beside.dataset.beside}?${new URLSearchParams({ part: "1", q: words })}`).catch(() => null);
  if (answer?.ok) beside.innerHTML = await answer.text();
}
async function insertArticle(form, button) {
  const body = new URLSearchParams([...new FormData(form), ["as", button.value]]);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/plain" } }).catch(() => null);
  if (!answer?.ok) return;
  const field = $($("#mode-note")?.checked ? "#note" : "#reply");
  const before = field.value.slice(0, field.selectionStart);
  const words = (before && !before.endsWith("\n") ? "\n" : "") + await answer.text() + "\n";
  field.focus();
  // The one way of changing a field that the browser's own undo knows.
  if (!document.execCommand("insertText", false, words)) field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
if (beside) {
  beside.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.target.method === "post") insertArticle(event.target, event.submitter);
    else load(event.target.elements.q.value).then(() => $("input", beside)?.focus());
  });
  load("");
}
