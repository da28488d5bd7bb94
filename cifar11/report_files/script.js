// The gallery of errors: filter and sort by the numbers each card carries.
const by = id => document.getElementById(id);
const form = document.querySelector('.controls');
const grid = by('errors');
const cards = [...grid.children];
const number = (card, name) => Number(card.dataset[name]);
const largestFirst = ['confidence', 'loss'];

function matches(card) {
  const confidence = number(card, 'confidence');
  return ['true', 'predicted'].every(name => !by(name).value || card.dataset[name] === by(name).value)
    && confidence >= Number(by('low').value) && confidence <= Number(by('high').value);
}

function update() {
  const order = by('order').value;
  const sign = largestFirst.includes(order) ? -1 : 1;
  cards.sort((a, b) => sign * (number(a, order) - number(b, order)));
  for (const card of cards) card.hidden = !matches(card);
  for (const name of ['low', 'high']) by(name).nextElementSibling.value = by(name).value + '%';
  grid.append(...cards);
  by('count').textContent = cards.filter(card => !card.hidden).length + ' shown';
}

// The confusion matrix: a click on a number shows its images.
function showPair(button) {
  form.reset();
  by('true').value = button.dataset.true;
  by('predicted').value = button.dataset.predicted;
  update();
  by('all').scrollIntoView();
}

form.addEventListener('input', update);
form.addEventListener('reset', () => setTimeout(update)); // after the controls have changed
form.addEventListener('submit', event => event.preventDefault());
for (const button of document.querySelectorAll('.confusion button')) {
  button.addEventListener('click', () => showPair(button));
}
update();
