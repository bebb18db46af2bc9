// Rows to add and remove. Without this module there are always blank rows to fill.
export function wake(box) {
  const rows = box.querySelector(':scope > .rows')
  const add = box.querySelector(':scope > [data-repeat-add]')
  const template = box.querySelector(':scope > template')
  const mark = box.dataset.repeat
  const max = Number(box.dataset.max || 500)
  let next = rows.children.length

  const limits = () => { add.hidden = rows.children.length >= max }
  const removable = row => {
    const button = row.querySelector(':scope > div > [data-repeat-remove]')
    button.hidden = false
    button.addEventListener('click', () => {
      const near = row.nextElementSibling ?? row.previousElementSibling
      row.remove()
      limits()
      ;(near?.querySelector('input:not([type=hidden]), select, textarea') ?? add).focus()
      box.dispatchEvent(new Event('change', { bubbles: true }))
    })
  }

  // Blank rows wait behind the button, but one stays open when nothing was answered yet.
  const keep = Math.max(1, Number(box.dataset.filled))
  const said = row => [...row.querySelectorAll('input:not([type=hidden]), select, textarea')].some(each => /^(checkbox|radio)$/.test(each.type) ? each.checked : each.value)
  for (const row of [...rows.children].slice(keep)) if (!row.querySelector('.wrong') && !said(row)) row.remove()
  for (const row of rows.children) removable(row)

  // A draft that comes back from this device asks for as many rows as it had.
  box.addEventListener('sismuni:row', event => { next = Math.max(next, event.detail); append(event.detail) })
  add.addEventListener('click', () => append(next).querySelector('input:not([type=hidden]), select, textarea')?.focus())

  function append(index) {
    next = Math.max(next, index + 1)
    const holder = document.createElement('template')
    holder.innerHTML = template.innerHTML.replaceAll(mark, index)
    const row = holder.content.firstElementChild
    rows.append(row)
    removable(row)
    limits()
    row.dispatchEvent(new Event('sismuni:added', { bubbles: true }))
    return row
  }
  limits()
}
