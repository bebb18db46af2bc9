// Sorts, filters and saves a data table as it is shown. What the server sent stays the truth.
const order = new Intl.Collator('es', { numeric: true, sensitivity: 'base' })
const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
const woken = new WeakSet()

export function wake(element) {
  const box = element.closest('.data')
  if (woken.has(box)) return
  woken.add(box)
  const words = JSON.parse(box.dataset.words)
  const body = box.querySelector('tbody')
  const heads = [...box.querySelectorAll('thead th')]
  if ('sortable' in box.dataset) heads.forEach((head, column) => makeSortable(head, column, heads, body, words))
  const filter = box.querySelector('[data-filter]')
  if (filter) makeFilter(filter, body, words)
  // Whoever searches wants all that is found, not the first rows of it.
  const fold = box.querySelector(':scope > .unfold')
  if (fold) box.querySelector('[data-filter] input')?.addEventListener('input', () => { fold.open = true })
  box.querySelector('.table-tools')?.append(saveButton(box, heads, body, words))
}

function makeSortable(head, column, heads, body, words) {
  const button = document.createElement('button')
  button.type = 'button'
  button.title = words.sort.replace('{name}', head.textContent.trim())
  button.append(...head.childNodes)
  head.append(button)
  button.addEventListener('click', () => {
    // Figures are asked for from the largest, words from A.
    const figures = head.classList.contains('n')
    const was = head.getAttribute('aria-sort')
    const up = was ? was === 'descending' : !figures
    heads.forEach(other => other.removeAttribute('aria-sort'))
    head.setAttribute('aria-sort', up ? 'ascending' : 'descending')
    body.append(...[...body.rows].map(row => [key(row.cells[column]), row]).sort(([a], [b]) => compare(a, b, up)).map(([, row]) => row))
  })
}

function key(cell) {
  const text = (cell?.dataset.sort ?? cell?.textContent ?? '').trim()
  return text !== '' && !isNaN(text) ? Number(text) : text
}

function compare(a, b, up) {
  if (a === '' || b === '') return (a === '') - (b === '') // unknown last, whichever way
  const difference = typeof a === 'number' && typeof b === 'number' ? a - b : order.compare(a, b)
  return up ? difference : -difference
}

function makeFilter(filter, body, words) {
  const [input, told] = [filter.querySelector('input'), filter.querySelector('[role=status]')]
  const texts = new Map([...body.rows].map(row => [row, plain(row.textContent)]))
  filter.hidden = false
  input.addEventListener('input', () => {
    const asked = plain(input.value).split(/\s+/)
    let shown = 0
    for (const [row, text] of texts) shown += !(row.hidden = !asked.every(word => text.includes(word)))
    told.textContent = input.value ? words.shown.replace('{n}', shown).replace('{all}', texts.size) : ''
  })
}

function saveButton(box, heads, body, words) {
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn quiet', textContent: words.save })
  button.addEventListener('click', () => {
    const rows = [...body.rows].filter(row => !row.hidden).map(row => [...row.cells].map(value))
    const text = [heads.map(head => head.textContent), ...rows].map(row => row.map(quote).join(',')).join('\r\n')
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob(['\ufeff' + text], { type: 'text/csv' }))
    link.download = `${box.id}.csv`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 1000)
  })
  return button
}

const value = cell => cell.classList.contains('n') && cell.dataset.sort ? cell.dataset.sort : cell.textContent
// A spreadsheet runs what begins like a formula; a figure below zero is none.
const quote = text => {
  const bare = text.trim()
  return `"${(/^[=+\-@\t]/.test(bare) && isNaN(bare) ? "'" + bare : bare).replaceAll('"', '""')}"`
}
