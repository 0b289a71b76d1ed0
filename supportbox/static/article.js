// The article's editor: tools, a preview that follows, and every letter kept on this device until the server has it.
const form = document.querySelector('form[data-key]');
const body = form?.querySelector('#body');

const later = (wait, act) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, wait); }; };

function insert(text, from, to, select) {
  body.focus();
  body.setSelectionRange(from, to);
  // The one way of changing a field that the browser's own undo knows.
  if (!document.execCommand('insertText', false, text)) body.setRangeText(text, from, to, 'end');
  if (select) body.setSelectionRange(...select);
  body.dispatchEvent(new Event('input', { bubbles: true }));
}

function wrap(mark) {
  const { selectionStart: from, selectionEnd: to } = body;
  const chosen = body.value.slice(from, to);
  insert(mark + chosen + mark, from, to, [from + mark.length, to + mark.length]);
}

function begin(mark) {
  const from = body.value.lastIndexOf('\n', body.selectionStart - 1) + 1;
  const to = Math.max(body.selectionEnd, from);
  insert(body.value.slice(from, to).split('\n').map((line) => mark + line).join('\n'), from, to);
}

function link() {
  const { selectionStart: from, selectionEnd: to } = body;
  const chosen = body.value.slice(from, to);
  insert(`[${chosen}](https://)`, from, to, [from + chosen.length + 3, from + chosen.length + 11]);
}

async function preview() {
  const answer = await fetch(body.dataset.preview, {
    method: 'POST', body: new URLSearchParams({ body: body.value, csrf_token: form.elements.csrf_token.value }),
  }).catch(() => null);
  if (answer?.ok) document.getElementById('preview').innerHTML = await answer.text();
}

function keep() {
  const { key } = form.dataset, mark = form.querySelector('[data-kept]'), { seen } = form.elements;
  if (document.querySelector('.notice')) localStorage.removeItem(key);
  const kept = JSON.parse(localStorage.getItem(key) || 'null');
  if (kept && kept.seen === seen.value && !document.querySelector('.problem')) {
    for (const [name, value] of Object.entries(kept)) if (form.elements[name]) form.elements[name].value = value;
    mark.textContent = mark.dataset.words;
    preview();
  }
  const save = () => {
    const { csrf_token: _, ...fields } = Object.fromEntries(new FormData(form));
    localStorage.setItem(key, JSON.stringify(fields));
    mark.textContent = mark.dataset.words;
  };
  form.addEventListener('input', later(500, save));
}

if (form) {
  const tools = form.querySelector('.tools');
  tools.addEventListener('click', ({ target }) => {
    if (target.dataset.wrap) wrap(target.dataset.wrap);
    else if (target.dataset.line) begin(target.dataset.line);
    else if ('link' in target.dataset) link();
  });
  body.addEventListener('input', later(400, preview));
  body.addEventListener('keydown', (event) => {
    const mark = { b: '**', i: '*' }[event.key];
    if (mark && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) { event.preventDefault(); wrap(mark); }
  });
  keep();
}
