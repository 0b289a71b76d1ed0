// The desk's own script. Every page works without it: it saves reloads, keystrokes and typed words.
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const ticket = document.body.dataset.ticket;
const text = (name) => $(`#words [data-word="${name}"]`)?.textContent || "";
const say = (sentence) => { $("#said").textContent = sentence; };

// One press is one request: the button says so at once and is deaf to the second.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.busy) { event.preventDefault(); return; }
  form.dataset.busy = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
  const next = $("input[name=next][value='']", form);
  if (next && ticket) next.value = neighbour(1) || sessionStorage.getItem("from") || "";
});
addEventListener("pageshow", (event) => { if (event.persisted) $$("[data-busy]").forEach((form) => delete form.dataset.busy); });

// The list as it was last seen tells a ticket's page what comes before and after it.
const rows = $$("#tickets .subject");
if (rows.length && !ticket) {
  sessionStorage.setItem("list", JSON.stringify(rows.map((row) => row.getAttribute("href"))));
  sessionStorage.setItem("from", location.pathname + location.search);
}
const list = JSON.parse(sessionStorage.getItem("list") || "[]");
const place = ticket ? list.findIndex((address) => address.split(/[?#]/)[0].endsWith(`/${ticket}`)) : -1;
const neighbour = (step) => (place < 0 ? "" : list[place + step] || "");
if (place >= 0) {
  const back = $("#back"), from = sessionStorage.getItem("from");
  if (back && from && from.startsWith(back.getAttribute("href").split("?")[0])) back.href = from;
  for (const [step, word, key] of [[-1, "before", "k"], [1, "after", "j"]]) {
    if (!neighbour(step)) continue;
    const link = document.createElement("a");
    link.href = neighbour(step);
    link.textContent = text(word);
    link.title = key;
    $("#steps").append(link);
  }
}

// A page that the browser had fetched ahead was not counted as read; now somebody looks at it.
if (ticket && performance.getEntriesByType("navigation")[0]?.deliveryType === "navigational-prefetch")
  fetch(`/inbox/tickets/${ticket}/seen`, { method: "POST", body: new URLSearchParams({ csrf_token: $("input[name=csrf_token]").value }) });

// Keys: single letters, never while typing, off where the agent said so.
let pending = "";
const go = (address) => { if (address) location.href = address; };
const choose = (mode) => {
  const radio = $(`#mode-${mode}`);
  if (!radio) return;
  radio.checked = true;
  const field = $(`#${mode}`);
  field.focus();
  field.scrollIntoView({ block: "center" });
};
function move(step) {
  if (ticket) return go(neighbour(step));
  if (!rows.length) return undefined;
  const now = rows.findIndex((row) => row.closest(".row").contains(document.activeElement));
  const row = rows[Math.max(0, Math.min(rows.length - 1, now < 0 ? 0 : now + step))];
  row.focus();
  return row.closest(".row").scrollIntoView({ block: "nearest" });
}
const folders = { i: "/inbox/unassigned", u: "/inbox/unassigned", m: "/inbox/mine", a: "/inbox/assigned", w: "/inbox/waiting", s: "/inbox/snoozed", r: "/reports/", h: "/help/" };
const keys = {
  j: () => move(1), k: () => move(-1), c: () => go("/inbox/tickets/new"), p: () => go(`/inbox/calls/new${ticket ? `?ticket=${ticket.slice(3)}` : ""}`), o: () => rows.includes(document.activeElement) && document.activeElement.click(),
  r: () => choose("reply"), n: () => choose("note"),
  u: () => go(ticket ? $("#back").href : ""), "/": () => { $("#q").focus(); $("#q").select(); }, "?": () => showKeys(), g: () => { pending = "g"; },
};
// Every other key belongs to whatever says data-key on this page: fields and what menus hide are gone to, the rest is
// pressed. What says data-now is pressed even where a menu hides it.
function pressKey(key) {
  const found = $$("[data-key]").find((one) => one.dataset.key === key);
  if (!found) return false;
  const closed = found.closest("details:not([open])");
  if (found.matches("input:not([type=checkbox], [type=submit]), select, textarea") || (closed && !found.matches("summary, [data-now]"))) {
    if (closed) closed.open = true;
    found.focus();
  } else {
    found.click();
    if (found.matches("summary")) $("button, a, input:not([type=hidden]), select", found.parentElement)?.focus();
  }
  return true;
}
function showKeys() { $("#keys")?.showModal(); }

// The command bar: all that this page leads to and offers, found by any of its words. It asks nobody.
const command = $("#command"), asked = $("#command input"), offers = $("#command ul");
const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
const nameOf = (one) => one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent;
let entries = [];
function openCommand() {
  if (!command || $("dialog[open]")) return;
  const found = new Map();
  for (const one of $$("[data-key]")) if (one.closest("details, form")?.checkVisibility() !== false) found.set(nameOf(one).trim(), () => pressKey(one.dataset.key));
  for (const link of $$(".nav a, .me .sheet a, .list-head .sheet a, .crumbs a, .paging a")) found.set((link.querySelector("span:not(.count)") || link).textContent.replace(/\s+/g, " ").trim(), () => link.click());
  found.set(command.dataset.new, () => go("/inbox/tickets/new"));
  entries = [...found].filter(([name]) => name).map(([name, run]) => ({ name: name.replace(/ ▾$/, ""), run }));
  asked.value = "";
  offer();
  command.showModal();
}
function offer() {
  const words = plain(asked.value), number = words.match(/^(?:sb-|#)?(\d{1,15})$/);
  const fit = entries.filter(({ name }) => words.split(" ").every((word) => plain(name).includes(word)));
  fit.sort((a, b) => plain(b.name).startsWith(words) - plain(a.name).startsWith(words));
  fit.length = Math.min(fit.length, 9);
  if (number) fit.unshift({ name: command.dataset.open.replace("%(what)s", `SB-${number[1]}`), run: () => go(`/inbox/tickets/SB-${number[1]}`) });
  if (words) fit.push({ name: command.dataset.search.replace("%(what)s", asked.value.trim()), run: () => go(`/inbox/search?q=${encodeURIComponent(asked.value.trim())}`) });
  offers.replaceChildren(...fit.map((entry, index) => {
    const line = document.createElement("li");
    Object.assign(line, { id: `offer-${index}`, role: "option", textContent: entry.name, onclick: () => { command.close(); entry.run(); } });
    return line;
  }));
  point(0);
}
function point(index) {
  const lines = [...offers.children];
  lines.forEach((line, i) => line.setAttribute("aria-selected", i === index));
  asked.setAttribute("aria-activedescendant", lines[index]?.id || "");
  lines[index]?.scrollIntoView({ block: "nearest" });
}
asked?.addEventListener("input", offer);
asked?.addEventListener("keydown", (event) => {
  const lines = [...offers.children], now = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
  if (event.key === "Enter") { event.preventDefault(); lines[now]?.click(); }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && lines.length) { event.preventDefault(); point((now + step + lines.length) % lines.length); }
});

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && field?.form?.classList.contains("write")) {
    event.preventDefault();
    field.form.requestSubmit($(event.shiftKey ? "[name=then][value=open]" : ".primary", field.form));
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "k" && document.body.dataset.keys !== "off") {
    event.preventDefault();
    openCommand();
    return;
  }
  if (event.key === "Escape") {
    const open = $("details.menu[open]");
    if (open) { open.removeAttribute("open"); $("summary", open).focus(); } else if (field) field.blur();
    return;
  }
  if (field || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off" || $("dialog[open]")) return;
  if (pending === "g") { pending = ""; if (folders[event.key]) { event.preventDefault(); go(folders[event.key]); } return; }
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); } else if (pressKey(event.key)) event.preventDefault();
});

for (const button of $$("[data-show=keys]")) button.addEventListener("click", showKeys);
for (const link of $$("[data-mode]")) link.addEventListener("click", (event) => { event.preventDefault(); choose(link.dataset.mode); });
for (const select of $$("select[data-send]")) select.addEventListener("change", () => select.form.requestSubmit());
document.addEventListener("click", (event) => {
  for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.removeAttribute("open");
});
// A formatted letter is as tall as it needs to be; it runs no script, so that the page may look into it.
for (const frame of $$("iframe")) frame.addEventListener("load", () => {
  const inside = frame.contentDocument?.documentElement;
  if (inside) frame.height = Math.min(inside.scrollHeight + 20, 4000), frame.classList.add("fitted");
});
// News: one small question now and then, only from a page that somebody looks at. The page itself never jumps.
const last = document.body.dataset.event;
async function ask() {
  if (document.hidden || !navigator.onLine) return;
  const answer = await fetch(`/inbox/news?after=${last}${ticket ? `&ticket=${ticket.slice(3)}` : ""}`).catch(() => null);
  if (answer?.status !== 200) return;
  clearInterval(asking);
  if ($(".empty") && !ticket) { location.reload(); return; }
  const bar = $("#news");
  bar.textContent = text(ticket ? "news-ticket" : "news-list");
  bar.href = location.href.split("#")[0];
  bar.hidden = false;
  say(bar.textContent);
  setTimeout(() => say(""), 4000);
}
const asking = last ? setInterval(ask, 15000) : 0;
addEventListener("offline", () => say(text("offline")));
addEventListener("online", () => say(""));
$("#problem")?.focus();
const here = $(".nav [aria-current]"), tabs = $(".nav");
if (here && tabs.scrollWidth > tabs.clientWidth) tabs.scrollLeft = here.offsetLeft - (tabs.clientWidth - here.offsetWidth) / 2;
