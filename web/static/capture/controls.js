// One question on the screen, whatever its type, and what it says when the answer does not stand.
import { el, icon } from './dom.js'
import { hintOf, labelOf, nameOf } from './forms.js'
import { photo } from './photos.js'
import { place } from './places.js'
import { picture, speaks, voice } from './voices.js'
import { t } from './words.js'

const LONG = 120, MANY = 12
const PLACES = { geopoint: 'point', geotrace: 'line', geoshape: 'polygon' }
const NUMBERS = { int: [/^-?\d{1,9}$/, 'numeric', 'fill.whole'], decimal: [/^-?\d{1,9}([.,]\d{1,9})?$/, 'decimal', 'fill.number'] }

// ``page`` is what the controls ask of the page: changed(node), shown(node) and the document's files.
export function question(node, page) {
  if (node.nodeType === 'note') return note(node, page)
  const id = `q-${node.nodeId.replace(/\W/g, '')}`, hint = hintOf(node)
  const made = control(node, id, page)
  const group = made.group === true
  const optional = !node.currentState.required && el('span', { className: 'opt' }, ` ${t('fill.optional')}`)
  const head = el(group ? 'legend' : 'label', group ? {} : { htmlFor: id }, labelOf(node), optional)
  const error = el('p', { className: 'error', id: `${id}-e`, hidden: true })
  const box = el(group ? 'fieldset' : 'div', { className: 'field question', dataset: { question: nameOf(node) } },
    head, ...beside(node.currentState.label, page), hint && el('p', { className: 'hint', id: `${id}-h` }, hint), made.element, error)
  const tied = [hint && `${id}-h`, `${id}-e`].filter(Boolean).join(' ')
  ;(group ? box : made.element).setAttribute('aria-describedby', tied)
  return { node, box, tell: () => tell(node, box, error, made, page) }
}

const beside = (label, page) => [voice(label, page), picture(label, page)]

function note(node, page) {
  const wrong = node.currentState.required
  const box = el('div', { className: wrong ? 'flash bad question' : 'hint question', dataset: { question: nameOf(node) } },
    wrong && icon('warn'), el('p', {}, labelOf(node)), ...beside(node.currentState.label, page))
  return { node, box, tell() { box.querySelector('p').textContent = labelOf(node) } }
}

function tell(node, box, error, made, page) {
  const violation = page.shown(node) ? node.validationState.violation : null
  const said = made.wrong?.() || (violation && sentence(violation))
  error.hidden = !said
  error.replaceChildren(...(said ? [icon('warn'), el('span', {}, said)] : []))
  box.classList.toggle('wrong', Boolean(said))
  made.refresh?.()
}

export function sentence(violation) {
  const own = violation.message?.asString?.trim()
  if (violation.condition === 'required') return t('fill.required')
  return own && !/^Condition not satisfied/.test(own) ? own : t('fill.unfit')
}

function control(node, id, page) {
  if (node.nodeType === 'select') return node.selectType === 'select' ? boxes(node, id, page) : one(node, id, page)
  if (node.nodeType === 'upload') return photo(node, id, page)
  if (node.valueType in PLACES) return place(node, id, page, PLACES[node.valueType])
  if (node.valueType in NUMBERS) return number(node, id, page, NUMBERS[node.valueType])
  return typed(node, id, page)
}

const set = (node, value, page) => { node.setValue(value); page.changed(node) }
const readonly = node => node.currentState.readonly

function typed(node, id, page) {
  const isDate = node.valueType === 'date', value = node.currentState.instanceValue
  const long = !isDate && (node.appearances?.multiline || hintOf(node).length > LONG || value.length > LONG)
  const input = el(long ? 'textarea' : 'input', { id, className: isDate ? 'in day' : 'in', type: isDate ? 'date' : 'text', value: isDate ? value.slice(0, 10) : value, disabled: readonly(node), rows: 3 })
  input.addEventListener('input', () => set(node, input.value, page))
  return { element: input }
}

// An impossible number stays in the box with its message; the form keeps no answer until it is mended.
function number(node, id, page, [shape, mode, said]) {
  const value = node.currentState.instanceValue
  const input = el('input', { id, className: 'in number', type: 'text', inputMode: mode, autocomplete: 'off', value, disabled: readonly(node) })
  let wrong = false
  input.addEventListener('input', () => {
    const text = input.value.trim()
    wrong = text !== '' && !shape.test(text)
    set(node, wrong ? '' : text.replace(',', '.'), page)
  })
  return { element: input, wrong: () => wrong && t(said) }
}

function one(node, id, page) {
  const options = node.currentState.valueOptions
  if (options.length > MANY && !options.some(({ label }) => speaks(label, page))) return list(node, id, page)
  return choices(node, id, page, 'radio', value => node.selectValue(node.isSelected(value) && !node.currentState.required ? null : value))
}

const boxes = (node, id, page) => choices(node, id, page, 'checkbox', value => {
  const now = new Set(node.currentState.value)
  now.has(value) ? now.delete(value) : now.add(value)
  node.selectValues([...now])
})

function choices(node, id, page, type, choose) {
  const inputs = node.currentState.valueOptions.map(({ value, label, asString }, at) => {
    const input = el('input', { type, name: id, id: at ? `${id}-${at}` : id, value, checked: node.isSelected(value), disabled: readonly(node) })
    input.addEventListener('click', () => { choose(value); page.changed(node) })
    const words = el('label', { className: 'choice', htmlFor: input.id }, input, picture(label, page), el('span', {}, label?.asString || asString || value))
    const said = voice(label, page)
    said?.setAttribute('aria-description', label.asString)
    return [input, said ? el('div', { className: 'voiced' }, words, said) : words]
  })
  const refresh = () => inputs.forEach(([input]) => { input.checked = node.isSelected(input.value) })
  return { element: el('div', { className: 'choices' }, inputs.map(([, label]) => label)), group: true, refresh }
}

function list(node, id, page) {
  const select = el('select', { id, className: 'in', disabled: readonly(node) }, el('option', { value: '' }, t('fill.choose')),
    node.currentState.valueOptions.map(({ value, label }) => el('option', { value, selected: node.isSelected(value) }, label?.asString || value)))
  select.addEventListener('change', () => { node.selectValue(select.value || null); page.changed(node) })
  return { element: select }
}
