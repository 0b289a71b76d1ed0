// The help centre with a script: titles while somebody types, answers under the subject of the contact form. All of it works without.

const pause = (wait, act) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, wait); }; };
const count = (form, n) => n === 1 ? form.dataset.one : form.dataset.many.replace('#', n);

function combobox(form) {
  const input = form.querySelector('input[type=search]');
  const list = Object.assign(document.createElement('ul'), { id: 'suggested', className: 'suggested', hidden: true });
  const said = Object.assign(document.createElement('p'), { className: 'hidden' });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', form.querySelector('label').textContent);
  said.setAttribute('role', 'status');
  form.append(list, said);
  for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id })) input.setAttribute(name, value);
  let chosen = -1, asked = '';

  const show = open => { list.hidden = !open; input.setAttribute('aria-expanded', open); if (!open) choose(-1); };
  const choose = index => {
    chosen = index;
    [...list.children].forEach((option, i) => option.setAttribute('aria-selected', i === index));
    if (index < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', list.children[index].id);
  };
  const go = option => { location.href = option.dataset.url; };
  const ask = pause(120, async () => {
    const query = input.value.trim();
    if (query === asked) return;
    asked = query;
    if (query.length < 2) { list.replaceChildren(); show(false); return; }
    const answer = await fetch(`${form.dataset.suggestions}?q=${encodeURIComponent(query)}`).catch(() => null);
    if (!answer?.ok || query !== input.value.trim()) return;
    const found = await answer.json();
    list.replaceChildren(...found.map((one, i) => {
      const option = Object.assign(document.createElement('li'), { id: `suggested-${i}`, textContent: one.title });
      option.setAttribute('role', 'option');
      option.dataset.url = one.url;
      return option;
    }));
    choose(-1);
    show(found.length > 0);
    said.textContent = count(form, found.length);
  });

  input.addEventListener('input', ask);
  input.addEventListener('keydown', event => {
    const last = list.children.length - 1;
    if (event.key === 'Escape') show(false);
    else if (event.key === 'Enter' && chosen >= 0) { event.preventDefault(); go(list.children[chosen]); }
    else if (last >= 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      show(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      choose(chosen + step > last ? -1 : chosen + step < -1 ? last : chosen + step);
    }
  });
  input.addEventListener('blur', () => setTimeout(show, 150, false));
  list.addEventListener('pointerdown', event => event.preventDefault());
  list.addEventListener('click', event => { const option = event.target.closest('li'); if (option) go(option); });
}

function offers(box) {
  const input = document.getElementById(box.dataset.under);
  const said = box.parentElement.querySelector('[role=status]');
  let asked = '';
  const ask = async () => {
    const query = input.value.trim();
    if (query === asked) return;
    asked = query;
    if (query.length < 3) { box.replaceChildren(); box.hidden = true; return; }
    const answer = await fetch(`${box.dataset.offers}?q=${encodeURIComponent(query)}`).catch(() => null);
    if (!answer?.ok || query !== input.value.trim()) return;
    box.innerHTML = await answer.text();
    const found = box.querySelectorAll('details').length;
    box.hidden = !found;
    said.textContent = found ? count(box, found) : '';
  };
  input.addEventListener('input', pause(300, ask));
  box.addEventListener('toggle', event => {
    if (event.target.open && !event.target.dataset.seen) {
      event.target.dataset.seen = 'yes';
      navigator.sendBeacon?.(box.dataset.offers, new URLSearchParams({ opened: event.target.dataset.article }));
    }
  }, true);
  ask();
}

function once(form) {
  form.addEventListener('submit', () => {
    const button = form.querySelector('button[data-busy]');
    if (!button || button.getAttribute('aria-disabled')) return;
    setTimeout(() => { button.setAttribute('aria-disabled', 'true'); button.textContent = button.dataset.busy; });
  });
}

document.querySelectorAll('form.search-box').forEach(combobox);
document.querySelectorAll('[data-offers]').forEach(offers);
document.querySelectorAll('form[method=post]').forEach(once);
document.querySelector('.problem')?.focus();
