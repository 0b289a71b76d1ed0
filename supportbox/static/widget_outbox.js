// What a visitor sends: it waits in their browser under a key of its own until the server has it, and is there once.
const STORE = "supportbox-chat", FIRST_WAIT = 2000, LONGEST_WAIT = 60000, KEEPALIVE = 50000;
const say = (name, values = {}) => (document.body.getAttribute(`data-t-${name}`) || "").replace(/%\((\w+)\)s/g, (_, key) => values[key] ?? "");
const random = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const told = {}; // what becomes of each kind: waits(entry), moves(entry, part), arrived(entry, answer), refused(entry, why, files)
let kept = read() || { queue: [] }, identityToken = "", place = {}, isSending = false, waits = 0, reason = "", timer;

// Nothing is kept before something is written.
function read() {
  try { return JSON.parse(localStorage.getItem(STORE)); } catch { return null; }
}
// Other windows keep theirs in the same place: what they added since is read first.
function change(how) {
  kept = read() || kept;
  how(kept);
  try { localStorage.setItem(STORE, JSON.stringify(kept)); } catch { /* private mode: this page's memory has to do */ }
}

// Files are too big for where the words are. A browser that keeps none has them until the page is left.
const held = new Map();
function shelf(how) {
  return new Promise((done) => {
    try {
      const opening = indexedDB.open(STORE, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("files");
      opening.onerror = opening.onblocked = () => done();
      opening.onsuccess = () => {
        const work = opening.result.transaction("files", "readwrite"), asked = how(work.objectStore("files"));
        const end = () => { opening.result.close(); done(asked.result); };
        work.oncomplete = work.onabort = end;
      };
    } catch { done(); }
  });
}
const filesOf = async (entry) => held.get(entry.key) || shelf((files) => files.get(entry.key));

const headers = (extra = {}) => {
  const token = kept.token || identityToken;
  return { "Accept-Language": document.documentElement.lang, ...extra, ...(token && { "X-Visitor": token }) };
};
async function ask(path, fields, extra) {
  const body = fields && new URLSearchParams({ ...place, ...fields });
  // So that words leave even when the page is left with them.
  const post = body && { method: "POST", body, keepalive: String(body).length < KEEPALIVE };
  return fetch(`/widget/${path}`, { headers: headers(extra), credentials: "omit", ...post }).catch(() => null);
}
// The one way that says how far it is.
function upload(path, fields, files, moves) {
  const body = new FormData(), call = new XMLHttpRequest();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  for (const file of files) body.append("files", file, file.name);
  return new Promise((done) => {
    call.open("POST", `/widget/${path}`);
    for (const [name, value] of Object.entries(headers())) call.setRequestHeader(name, value);
    call.upload.onprogress = ({ loaded, total }) => moves(total ? loaded / total : 0);
    call.onload = () => done(new Response(call.responseText, { status: call.status }));
    call.onerror = call.onabort = () => done(null);
    call.send(body);
  });
}
const problem = async (answer) => (await answer?.json().catch(() => null))?.problem || say("wrong");

// A copy of its own: what was chosen may be gone from the disk by the time there is a network.
const copied = async (file) => new File([await file.arrayBuffer()], file.name, { type: file.type });

async function put(kind, fields, chosen = []) {
  const files = await Promise.all(chosen.map((file) => copied(file).catch(() => file)));
  const entry = { kind, key: random().replace(/[_-]/g, "").slice(0, 32), fields: { ...place, ...fields }, files: files.map(({ name, size }) => ({ name, size })) };
  if (files.length) {
    held.set(entry.key, files);
    await shelf((place) => place.put(files, entry.key));
  }
  change((mine) => {
    if (kind === "talk") mine.token ||= identityToken || random();
    mine.queue.push(entry);
  });
  return entry;
}
function drop(entry) {
  change((mine) => { mine.queue = mine.queue.filter((one) => one.key !== entry.key); });
  held.delete(entry.key);
  if (entry.files.length) shelf((files) => files.delete(entry.key));
}

// One after the other, in the order in which they were written.
async function send() {
  clearTimeout(timer);
  if (isSending) return;
  isSending = true;
  while (kept.queue.length && await deliver(kept.queue[0])) waits = 0;
  isSending = false;
  if (!kept.queue.length) return;
  kept.queue.forEach((entry, n) => told[entry.kind].waits(entry, n ? "" : reason));
  timer = setTimeout(send, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** waits++));
}
// Whether it is settled: taken in, or refused for good.
async function deliver(entry) {
  const files = entry.files.length ? await filesOf(entry) : [];
  if (!files && !entry.fields.text) { drop(entry); told[entry.kind].refused(entry, say("lost"), []); return true; }
  const fields = { ...entry.fields, key: entry.key };
  const answer = await (files?.length ? upload(entry.kind, fields, files, (part) => told[entry.kind].moves(entry, part)) : ask(entry.kind, fields));
  reason = answer?.status === 429 ? await problem(answer) : "";
  if (reason || !answer || answer.status >= 500 || [404, 408].includes(answer.status)) return false;
  drop(entry);
  if (answer.ok) told[entry.kind].arrived(entry, await answer.json());
  else told[entry.kind].refused(entry, await problem(answer), files || []);
  return true;
}
function again() { waits = 0; send(); }
// Somebody else signed in on this computer: nothing of the one before is theirs.
function forget() {
  localStorage.removeItem(STORE);
  held.clear();
  shelf((files) => files.clear());
  kept = { queue: [] };
  identityToken = random();
}
addEventListener("online", again);
addEventListener("storage", ({ key }) => { if (key === STORE) { const there = read(); if (there?.token) kept = there; } });

globalThis.outbox = {
  say, told, ask, problem, put, send: again, forget,
  queue: () => kept.queue,
  token: () => kept.token || identityToken,
  isKnown: () => Boolean(kept.token),
  begin: () => { identityToken ||= kept.token || random(); },
  end: () => { identityToken = ""; },
  at: (page, title) => { place = { page, title }; },
  place: () => place,
};
