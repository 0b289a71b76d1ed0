// The article's editor: tools, a preview that follows, pictures, and every letter kept here and on the server until it is saved.
const form = document.querySelector('form[data-key]');
const body = form?.querySelector('#body');
const mark = form?.querySelector('[data-kept]');

const later = (wait, act) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, wait); }; };
const post = (address, fields) => fetch(address, { method: 'POST', body: fields }).catch(() => null);

function insert(text, from, to, select) {
  body.focus();
  body.setSelectionRange(from, to);
  // The one way of changing a field that the browser's own undo knows.
  if (!document.execCommand('insertText', false, text)) body.setRangeText(text, from, to, 'end');
  if (select) body.setSelectionRange(...select);
  body.dispatchEvent(new Event('input', { bubbles: true }));
}

function wrap(sign) {
  const { selectionStart: from, selectionEnd: to } = body;
  const chosen = body.value.slice(from, to);
  insert(sign + chosen + sign, from, to, [from + sign.length, to + sign.length]);
}

function begin(sign) {
  const from = body.value.lastIndexOf('\n', body.selectionStart - 1) + 1;
  const to = Math.max(body.selectionEnd, from);
  insert(body.value.slice(from, to).split('\n').map((line) => sign + line).join('\n'), from, to);
}

function link() {
  const { selectionStart: from, selectionEnd: to } = body;
  const chosen = body.value.slice(from, to);
  insert(`[${chosen}](https://)`, from, to, [from + chosen.length + 3, from + chosen.length + 11]);
}

// What a picture shows is asked by leaving those words chosen: the next letter typed replaces them.
async function picture(file) {
  const { picture: address, words } = form.querySelector('[data-picture]').dataset;
  const fields = new FormData();
  fields.append('csrf_token', form.elements.csrf_token.value);
  fields.append('picture', file);
  mark.textContent = mark.dataset.busy;
  const answer = await post(address, fields);
  const said = await answer?.json().catch(() => null);
  mark.textContent = said?.problem || '';
  if (!said?.address) return;
  const from = body.selectionStart, gap = from && body.value[from - 1] !== '\n' ? '\n\n' : '';
  const start = from + gap.length + 2;
  insert(`${gap}![${words}](${said.address})\n`, from, body.selectionEnd, [start, start + words.length]);
}

function pictures() {
  const chooser = form.elements.picture;
  const take = (event, files) => {
    const found = [...files].filter((file) => file.type.startsWith('image/'));
    if (!found.length) return;
    event.preventDefault();
    found.reduce((before, file) => before.then(() => picture(file)), Promise.resolve());
  };
  body.addEventListener('paste', (event) => take(event, event.clipboardData.files));
  body.addEventListener('drop', (event) => take(event, event.dataTransfer.files));
  body.addEventListener('dragover', (event) => { if (event.dataTransfer.types.includes('Files')) event.preventDefault(); });
  chooser.addEventListener('change', (event) => { take(event, chooser.files); chooser.value = ''; });
}

async function preview() {
  const answer = await post(body.dataset.preview, new URLSearchParams({ body: body.value, csrf_token: form.elements.csrf_token.value }));
  if (answer?.ok) document.getElementById('preview').innerHTML = await answer.text();
}

const typed = () => { const fields = new FormData(form); fields.delete('picture'); return fields; };

function keep() {
  const { key } = form.dataset, { seen } = form.elements;
  if (document.querySelector('.notice:not(.warn)')) { localStorage.removeItem(sessionStorage.getItem('saving') || key); localStorage.removeItem(key); }
  const kept = JSON.parse(localStorage.getItem(key) || 'null');
  if (kept && kept.seen === seen.value && (kept.at || 0) > Number(form.dataset.at) && !document.querySelector('.problem')) {
    for (const [name, value] of Object.entries(kept)) if (form.elements[name]) form.elements[name].value = value;
    mark.textContent = mark.dataset.words;
    preview();
  }
  const save = () => {
    const { csrf_token: _, ...fields } = Object.fromEntries(typed());
    localStorage.setItem(key, JSON.stringify({ ...fields, at: Date.now() }));
    mark.textContent = mark.dataset.words;
  };
  let isSent = false;
  const send = async () => {
    if (isSent) return;
    const answer = await post(form.dataset.unsaved, typed());
    if (answer?.ok) mark.textContent = mark.dataset.saved;
  };
  form.addEventListener('input', later(500, save));
  form.addEventListener('input', later(2000, send));
  form.addEventListener('submit', () => { isSent = true; sessionStorage.setItem('saving', key); });
  document.querySelector('form[action$="/deletion"].notice')?.addEventListener('submit', () => localStorage.removeItem(key));
}

if (form) {
  const tools = form.querySelector('.tools');
  tools.addEventListener('click', ({ target }) => {
    if (target.dataset.wrap) wrap(target.dataset.wrap);
    else if (target.dataset.line) begin(target.dataset.line);
    else if ('link' in target.dataset) link();
    else if ('picture' in target.dataset) form.elements.picture.click();
  });
  body.addEventListener('input', later(400, preview));
  body.addEventListener('keydown', (event) => {
    const sign = { b: '**', i: '*' }[event.key];
    if (sign && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) { event.preventDefault(); wrap(sign); }
  });
  pictures();
  keep();
}
