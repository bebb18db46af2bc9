// Typing from paper without a mouse: Enter goes on, figures choose, arrows change the row.
// Everything here is a short cut: without this module the same boxes are filled with Tab.
const WAIT = 700 // ms in which a second figure belongs to the first

export function wake(root) {
  const form = root.querySelector('form')
  let digits = '', timer

  for (const place of form.querySelectorAll('details[data-text]')) place.open = true
  for (const select of form.querySelectorAll('.field select.in')) number(select)
  for (const day of form.querySelectorAll('input[type=date]')) asOnPaper(day)
  form.addEventListener('sismuni:added', event => { 
    for (const select of event.target.querySelectorAll('select.in')) number(select)
    for (const day of event.target.querySelectorAll('input[type=date]')) asOnPaper(day)
  })
  for (const table of form.querySelectorAll('table[data-lines]')) rows(table)

  const boxes = () => [...form.querySelectorAll('input:not([type=hidden]), select, textarea, button[data-repeat-add], button[value=enviar], .compare button.btn')]
    .filter(box => !box.disabled && box.offsetParent !== null && (box.type !== 'radio' || isTurn(box)))

  // A group of choices is one stop: at its chosen one, or at its first.
  function isTurn(radio) {
    const group = [...form.elements].filter(each => each.type === 'radio' && each.name === radio.name)
    return radio === (group.find(each => each.checked) ?? group[0])
  }

  function go(from, step = 1) {
    if (step > 0 && isLastOfRow(from)) grow(from)
    const all = boxes()
    const here = all.indexOf(from.type === 'radio' ? all.find(each => each.name === from.name) : from)
    let at = here + step
    // Boxes of one list of check boxes are one stop too.
    while (from.type === 'checkbox' && all[at]?.type === 'checkbox' && all[at].name === from.name) at += step
    const to = all[at]
    if (!to) return
    to.focus()
    if (to.select && to.type !== 'radio' && to.type !== 'checkbox') to.select()
    to.scrollIntoView({ block: 'nearest' })
  }

  function isLastOfRow(box) {
    const row = box.closest('tr')
    const table = row?.closest('table[data-lines]')
    const own = table && [...row.querySelectorAll('input:not([type=hidden]), select')]
    return own && own.at(-1) === box && row === row.parentElement.lastElementChild && own.some(each => each.value.trim())
  }

  function grow(box) {
    box.closest('table').dispatchEvent(new CustomEvent('sismuni:row', { detail: null }))
  }

  function rows(table) {
    let next = Number(table.dataset.lines)
    table.addEventListener('sismuni:row', event => {
      const index = event.detail ?? next
      next = Math.max(next, index + 1)
      const holder = document.createElement('template')
      const body = table.tBodies[0]
      holder.innerHTML = table.querySelector('template').innerHTML.replaceAll('__n__', index).replaceAll('__m__', body.rows.length + 1)
      body.append(holder.content)
    })
  }

  // Day, month, year, as on paper: the browser's own box has the order of its own language.
  function asOnPaper(box) {
    const [year, month, day] = box.value.split('-')
    box.type = 'text'
    box.inputMode = 'numeric'
    box.maxLength = 10
    box.placeholder = 'dd/mm/aaaa'
    box.dataset.day = ''
    box.value = box.defaultValue = day ? `${day}/${month}/${year}` : ''
  }

  function number(select) {
    const options = [...select.options].filter(option => option.value)
    // What paper names by a code of its own, such as P-F1, is found by typing that code.
    const coded = options.length > 0 && options.every(option => /^[A-Z]{1,3}-\w+$/.test(option.value))
    options.forEach((option, at) => { option.textContent = `${coded ? option.value : at + 1} ${option.textContent}` })
    if (!coded) select.dataset.numbered = ''
  }

  function tell(box) {
    box.dispatchEvent(new Event('input', { bubbles: true }))
    box.dispatchEvent(new Event('change', { bubbles: true }))
  }

  // A choice by its number, or by its first letter where only one begins so.
  function choose(box, key) {
    const group = [...form.elements].filter(each => each.name === box.name && each.type === box.type)
    const letters = group.filter(each => each.closest('label').textContent.trim().toLowerCase().startsWith(key.toLowerCase()))
    const found = /\d/.test(key) ? group[Number(key) - 1] : letters.length === 1 ? letters[0] : null
    if (!found) return false
    found.checked = box.type === 'radio' || !found.checked
    tell(found)
    if (box.type === 'radio') go(found)
    return true
  }

  function pick(select, key) {
    digits += key
    clearTimeout(timer)
    const numbers = [...select.options].map(option => /^(\d+) /.exec(option.textContent)?.[1])
    const at = numbers.indexOf(digits)
    const more = numbers.some(each => each?.startsWith(digits) && each !== digits)
    if (at >= 0) { select.selectedIndex = at; tell(select) }
    if (at >= 0 && !more) { digits = ''; go(select) }
    else timer = setTimeout(() => { digits = '' }, WAIT)
  }

  function beside(box, step) {
    const cell = box.closest('td')
    const row = step > 0 ? cell?.parentElement.nextElementSibling : cell?.parentElement.previousElementSibling
    row?.cells[cell.cellIndex]?.querySelector('input:not([type=hidden]), select')?.focus()
    return Boolean(row)
  }

  form.addEventListener('keydown', event => {
    const box = event.target
    if (event.isComposing || event.altKey || event.metaKey) return
    if (event.key === 'Enter' && event.ctrlKey) {
      event.preventDefault()
      return form.requestSubmit(form.querySelector('button[value=enviar], .actions .btn'))
    }
    if (event.ctrlKey || box.tagName === 'BUTTON' || box.tagName === 'SUMMARY') return
    if (event.key === 'Enter' && !(box.tagName === 'TEXTAREA' && event.shiftKey)) {
      event.preventDefault()
      digits = ''
      return go(box, event.shiftKey ? -1 : 1)
    }
    if ((box.type === 'radio' || box.type === 'checkbox') && /^[\p{L}\d]$/u.test(event.key)) {
      if (choose(box, event.key)) event.preventDefault()
    } else if (box.tagName === 'SELECT' && 'numbered' in box.dataset && /^\d$/.test(event.key)) {
      event.preventDefault()
      pick(box, event.key)
    } else if (['ArrowUp', 'ArrowDown'].includes(event.key) && box.tagName === 'INPUT' && box.closest('table')) {
      if (beside(box, event.key === 'ArrowDown' ? 1 : -1)) event.preventDefault()
    }
  })

  form.addEventListener('input', event => {
    const box = event.target
    if (!event.isTrusted) return
    if (box.dataset.figure && /^\d$/.test(box.value)) {
      // A figure that no choice has stays under the cursor, for the eye to see it.
      const known = Number(box.value) >= 1 && Number(box.value) <= Number(box.dataset.figure)
      return known ? go(box) : box.select()
    }
    if ('day' in box.dataset && event.inputType?.startsWith('insert')) {
      const plain = box.value.replaceAll(/\D/g, '').slice(0, 8)
      box.value = [plain.slice(0, 2), plain.slice(2, 4), plain.slice(4)].filter(Boolean).join('/')
      if (plain.length === 8) go(box)
    }
  })

  const first = form.querySelector('[aria-invalid=true], .wrong input:not([type=hidden]), .wrong select') ?? boxes()[0]
  if (!document.querySelector('[data-focus]')) first?.focus()
}
