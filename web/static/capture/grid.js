// Practices at a glance: every practice that concerns the home or one of its persons, one tap each,
// instead of a row to add, a list to search and an answer to choose.
import { button, el } from './dom.js'
import { child, children, nameOf } from './forms.js'
import { sentence } from './controls.js'
import { rowsOf } from './tally.js'
import { t } from './words.js'

const valueOf = (row, name) => child(row, name)?.currentState.instanceValue ?? ''
const within = (age, { age_min_months: low, age_max_months: high }) => low === '' || (age !== '' && Number(age) >= Number(low) && Number(age) <= Number(high))

export const isGrid = (node, form) => Boolean(form.files['practices.csv']) && ['observations', 'practices'].includes(nameOf(node))

const catalogue = form => rowsOf(form.files['practices.csv'].text)

// Who is asked what: the home itself first, then each of its persons by number.
function subjects(range) {
  const persons = children(range.parent).find(node => nameOf(node) === 'persons')
  const found = persons?.currentState.relevant ? children(persons) : []
  return [{ number: '', unit: 'home' }, ...found.map(row => ({
    number: valueOf(row, 'person_no'), unit: 'person', age: valueOf(row, 'age_months'), child: valueOf(row, 'person_kind') === 'child',
    label: t('grid.person', { n: valueOf(row, 'person_no') || '?', kind: kindOf(row) }),
  })).filter(person => person.number)]
}

function kindOf(row) {
  const node = child(row, 'person_kind'), value = node?.currentState.value?.[0]
  return value ? node.getValueOption(value)?.label?.asString ?? '' : ''
}

function concerns(practice, subject) {
  if (practice.unit !== subject.unit) return false
  if (subject.unit === 'home') return true
  return subject.child ? practice.age_min_months !== '' && within(subject.age, practice) : practice.age_min_months === ''
}

// The answers that the form offers, asked of a row that is taken away again where there is none yet.
function offered(range) {
  const empty = children(range).length === 0
  if (empty) range.addInstances()
  const found = children(range)[0]
  const read = name => child(found, name)?.currentState.valueOptions?.map(({ value, label }) => ({ value, label: label?.asString ?? value })) ?? []
  const answers = { values: read('value'), ways: read('verified') }
  if (empty) range.removeInstances(0, 1)
  return answers
}

const rowFor = (range, practice, number) => children(range).findIndex(row => valueOf(row, 'practice') === practice && valueOf(row, 'person') === number)

function added(range, practice, number) {
  const count = children(range).length
  if (count) range.addInstances(count - 1, 1)
  else range.addInstances()
  const row = children(range).at(-1)
  child(row, 'practice').selectValue(practice)
  if (number) child(row, 'person').setValue(number)
  return row
}

// A home's answers: tap again to take one back.
export function homeGrid(range, form, page) {
  const { values, ways } = offered(range)
  const groups = subjects(range).map(subject => ({ subject, practices: catalogue(form).filter(each => concerns(each, subject)) }))
  const lines = []
  const line = (practice, number) => {
    const id = `g-${practice.name}-${number}`, told = el('div', {})
    const inputs = values.map(({ value, label }) => {
      const input = el('input', { type: 'radio', name: id, value })
      input.addEventListener('click', () => { answer(practice.name, number, value); page.changed(range) })
      return el('label', { className: `tap ${value}` }, input, el('span', {}, label))
    })
    lines.push(() => show(practice.name, number, inputs, told))
    return el('fieldset', { className: 'practice', dataset: { practice: practice.name, person: number } }, el('legend', {}, practice.label), el('div', { className: 'taps' }, inputs), told)
  }
  const show = (practice, number, inputs, told) => {
    const row = children(range)[rowFor(range, practice, number)]
    const value = row ? valueOf(row, 'value') : ''
    for (const label of inputs) label.firstChild.checked = label.firstChild.value === value
    const why = row && child(row, 'why_value')
    if (why?.currentState.relevant) {
      if (!told.firstChild) told.append(reason(why, page))
    } else {
      told.replaceChildren(...faultsOf(row, page))
    }
  }
  const chosen = new Map()
  const answer = (practice, number, value) => {
    const at = rowFor(range, practice, number)
    if (at >= 0 && valueOf(children(range)[at], 'value') === value) return range.removeInstances(at, 1)
    const row = at >= 0 ? children(range)[at] : added(range, practice, number)
    child(row, 'value').selectValue(value)
    return known(row, chosen.get(number))
  }
  const known = (row, way) => {
    const node = child(row, 'verified')
    if (way && node?.currentState.relevant) node.selectValue(way)
  }
  // How it was known is asked once for a home or person, and holds for all that is marked.
  const how = number => {
    if (!ways.length) return null
    const there = children(range).find(row => valueOf(row, 'person') === number && valueOf(row, 'verified'))
    if (there) chosen.set(number, valueOf(there, 'verified'))
    const select = el('select', { className: 'in', id: `how-${number}` }, el('option', { value: '' }, t('fill.choose')),
      ways.map(({ value, label }) => el('option', { value, selected: chosen.get(number) === value }, label)))
    select.addEventListener('change', () => {
      chosen.set(number, select.value)
      for (const row of children(range)) if (valueOf(row, 'person') === number) known(row, select.value)
      page.changed(range)
    })
    return el('div', { className: 'field' }, el('label', { htmlFor: select.id }, t('grid.how')), select)
  }
  const box = el('div', { className: 'practices' }, groups.filter(({ practices }) => practices.length).map(({ subject, practices }) => [
    el('h3', {}, subject.label ?? t('grid.home')), how(subject.number), practices.map(practice => line(practice, subject.number))]))
  const tell = () => lines.forEach(each => each())
  return { node: range, box, tell }
}

function faultsOf(row, page) {
  const value = row && child(row, 'value')
  const violation = value && page.shown(value) && value.validationState.violation
  return violation ? [el('p', { className: 'error' }, sentence(violation))] : []
}

function reason(node, page) {
  const input = el('input', { className: 'in', value: node.currentState.instanceValue, 'aria-label': node.currentState.label?.asString ?? '' })
  input.addEventListener('input', () => { node.setValue(input.value); page.changed(node) })
  return el('div', { className: 'field' }, el('p', { className: 'hint' }, node.currentState.label?.asString ?? ''), input)
}

// A community's totals: every practice stands in the list; one tap opens its numbers.
export function totalsGrid(range, form, page) {
  const lines = catalogue(form).map(practice => {
    const said = el('span', { className: 'soft num' })
    const open = button(t('grid.note'), () => page.open(range, at(practice.name)), 'quiet')
    return { practice, said, open, element: el('li', { dataset: { practice: practice.name } }, el('span', {}, practice.label), said, open) }
  })
  const at = practice => {
    const found = rowFor(range, practice, '')
    if (found >= 0) return found
    // The row with which a form begins is taken before another one is added.
    const blank = children(range).findIndex(row => !valueOf(row, 'practice'))
    if (blank >= 0) child(children(range)[blank], 'practice').selectValue(practice)
    else added(range, practice, '')
    return rowFor(range, practice, '')
  }
  const tell = () => lines.forEach(({ practice, said, open }) => {
    const row = children(range)[rowFor(range, practice.name, '')]
    const [x, n] = row ? [valueOf(row, 'x'), valueOf(row, 'n')] : ['', '']
    said.textContent = n === '' ? '' : t('grid.of', { x: x || '?', n })
    open.textContent = row ? t('rows.open') : t('grid.note')
  })
  return { node: range, box: el('ul', { className: 'totals' }, lines.map(({ element }) => element)), tell }
}
