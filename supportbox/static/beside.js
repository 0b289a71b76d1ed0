// Articles beside a ticket: fetched once the page stands, searched and put into the reply without leaving it.
const box = document.querySelector('[data-beside]');

async function load(words) {
  const query = new URLSearchParams({ part: '1', q: words });
  const answer = await fetch(`${box.dataset.beside}?${query}`).catch(() => null);
  if (answer?.ok) box.innerHTML = await answer.text();
}

async function insert(form, button) {
  const body = new URLSearchParams([...new FormData(form), ['as', button.value]]);
  const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'text/plain' } }).catch(() => null);
  if (!answer?.ok) return;
  const field = document.getElementById(document.getElementById('mode-note')?.checked ? 'note' : 'reply');
  const before = field.value.slice(0, field.selectionStart);
  const words = (before && !before.endsWith('\n') ? '\n' : '') + await answer.text() + '\n';
  field.focus();
  // The one way of changing a field that the browser's own undo knows.
  if (!document.execCommand('insertText', false, words)) field.setRangeText(words, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

if (box) {
  box.addEventListener('submit', (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.target.method === 'post') insert(event.target, event.submitter);
    else load(event.target.elements.q.value).then(() => box.querySelector('input')?.focus());
  });
  load('');
}
