// Things put in order by dragging; every list has buttons for the same, which work without this.
let held = null;
for (const list of document.querySelectorAll('[data-order]')) {
  for (const item of list.children) {
    if (!item.querySelector(':scope > .orderly form')) continue;
    item.draggable = true;
    item.addEventListener('dragstart', (event) => {
      if (held) return;
      held = item;
      event.dataTransfer.effectAllowed = 'move';
      item.classList.add('held');
    });
    item.addEventListener('dragover', (event) => {
      if (!held || held === item || held.parentElement !== list) return;
      event.preventDefault();
      const { top, height } = item.getBoundingClientRect();
      list.insertBefore(held, event.clientY < top + height / 2 ? item : item.nextSibling);
    });
    item.addEventListener('dragend', async () => {
      if (held !== item) return;
      held = null;
      item.classList.remove('held');
      const form = item.querySelector(':scope > .orderly form');
      const ids = [...list.children].map((one) => one.dataset.id).join(',');
      const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, ids });
      const answer = await fetch(form.action, { method: 'POST', body }).catch(() => null);
      if (!answer?.ok) location.reload();
    });
  }
}
