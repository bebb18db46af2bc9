// Typing a ballot: Enter goes from the code to the numbers; what is typed is named at once.
// Without this module the form is the same, without the names.
export function wake(form) {
  const about = JSON.parse(form.dataset.ballot), words = JSON.parse(form.dataset.words)
  const code = form.elements.code, marks = form.elements.marks
  const shown = form.querySelector('.ballot-read')
  const priced = about.kind === 'points' || about.kind === 'totals'

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])

  function line(number, points, at) {
    const item = document.createElement('li')
    const title = about.titles[number]
    const before = about.kind === 'order' ? `${at}. ` : ''
    item.textContent = `${before}${number} ${title ?? words.unknown}${priced ? ` (${points || '?'})` : ''}`
    if (!title) item.className = 'error'
    return item
  }

  function read() {
    const given = marks.value.trim() === '0' ? '' : marks.value
    const found = given.split(/[\s,;]+/).filter(Boolean).map(word => word.split(/[=:]/))
    const list = document.createElement('ul')
    list.className = 'plain'
    found.forEach(([number, points], at) => list.append(line(number.replace(/^0+(?=\d)/, ''), points, at + 1)))
    const said = document.createElement('p')
    said.className = 'small'
    said.textContent = verdict(found)
    shown.replaceChildren(list, said)
  }

  function verdict(found) {
    if (!found.length) return marks.value.trim() ? words.blank : ''
    if (about.kind === 'totals') return ''
    if (found.length > about.most) return fill(words.many, { n: about.most })
    if (found.length < about.least) return fill(words.few, { n: about.least })
    const sum = found.reduce((all, [, points]) => all + (Number(points) || 0), 0)
    if (about.kind === 'points') return fill(words.sum, { n: sum, all: about.total })
    return fill(words.count, { n: found.length, all: about.most })
  }

  code.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || !code.value.trim()) return
    event.preventDefault()
    marks.focus()
  })
  marks.addEventListener('input', read)
  if (marks.value) read()
}
