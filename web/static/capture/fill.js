// A document being filled: where the person stands in it, and every answer kept at once.
import { button, card, chip, el, icon, notice } from './dom.js'
import { question, sentence } from './controls.js'
import { DONE, OPEN } from './desk.js'
import { child, children, faults, instanceId, labelOf, nameOf, speak, tongueOf, tongues, xmlOf } from './forms.js'
import { homeGrid, isGrid, totalsGrid } from './grid.js'
import { pageOf, pages, rowsAbove, steps } from './steps.js'
import { hush } from './voices.js'
import { clock, t } from './words.js'

const small = matchMedia('(max-width: 700px)')
const END = 'fin'

export class Filling {
  constructor(desk, form, root, document, box) {
    Object.assign(this, { desk, form, root, document, box, touched: new Set(), kept: new Map(), showAll: false })
    this.hasFiles = form.xml.includes('<upload')
    this.status = el('p', { className: 'saved', role: 'status' })
    for (const file of document.files) this.kept.set(file.name, file)
  }

  // -- keeping -----------------------------------------------------------------------------------

  changed(node) {
    this.touched.add(node.nodeId)
    this.save()
    this.look()
  }

  shown(node) { return this.showAll || this.touched.has(node.nodeId) }
  outline() { return this.desk.account.outlines?.[0] && JSON.stringify(this.desk.account.outlines[0]) }

  // One save at a time; what changes while it runs is saved by the next one.
  save() {
    this.dirty = true
    return this.saving ??= this.keep().finally(() => { this.saving = null })
  }

  async keep() {
    while (this.dirty) {
      this.dirty = false
      try {
        const files = await this.files()
        this.document = await this.desk.keep({ ...this.document, xml: xmlOf(this.root), files })
        this.say('', t('fill.kept', { time: clock(this.document.changed) }))
      } catch (error) {
        const full = error.name === 'QuotaExceededError'
        this.say('bad', t(full ? 'fill.full' : 'fill.lost', { error: error.message }))
        console.error(error)
      }
    }
  }

  say(kind, text) {
    this.status.className = kind ? `saved ${kind}` : 'saved'
    this.status.replaceChildren(...(kind ? [icon('warn')] : []), text)
  }

  async files() {
    if (!this.hasFiles) return []
    const found = []
    for (const node of uploads(this.root)) {
      const name = node.currentState.instanceValue, file = node.currentState.value
      if (!name || !file) continue
      if (!this.kept.has(name)) {
        const kept = { id: crypto.randomUUID(), name, type: file.type, size: file.size }
        await this.desk.keepFile(kept.id, file)
        this.kept.set(name, kept)
      }
      found.push(this.kept.get(name))
    }
    return found
  }

  // -- where in the form -------------------------------------------------------------------------

  // "3" is page 3; "3/households:1/0" the first page of the second row of a repeat of that page.
  go(trail) {
    this.trail = trail
    const parts = (trail || '0').split('/')
    this.levels = [{ node: this.root, at: 0 }]
    for (const part of parts) {
      const level = this.levels.at(-1), [name, index] = part.split(':')
      if (part === END) level.end = true
      else if (index === undefined) level.at = Number(part) || 0
      else {
        const range = steps(level.node).find(step => step.kind === 'rows' && nameOf(step.node) === name)?.node
        const row = range && children(range)[Number(index)]
        if (!row) break
        this.levels.push({ node: row, range, index: Number(index), at: 0 })
      }
    }
    this.render()
  }

  get level() { return this.levels.at(-1) }
  address(trail) { return `#ficha/${encodeURIComponent(this.document.id)}/${trail}` }
  move(trail) { location.hash = this.address(trail) }
  upper() { return this.levels.slice(0, -1).map(spelled).join('/') }
  here(at) { return [...this.levels.slice(0, -1).map(spelled), ...(this.level.range ? [`${nameOf(this.level.range)}:${this.level.index}`] : []), at].join('/') }
  open(range, index) { this.move(`${this.here(this.level.at)}/${nameOf(range)}:${index}/0`) }

  // -- drawing -----------------------------------------------------------------------------------

  // What makes another page of it: other questions, or other rows in a list.
  shape(all) {
    const { at } = this.level
    const rows = ({ kind, node }) => (kind === 'rows' && !isGrid(node, this.form) ? children(node).length : 0)
    return JSON.stringify([all.length, at, all[at]?.steps.map(step => [step.node.nodeId, rows(step)])])
  }

  look() {
    const all = pages(this.level.node, small.matches)
    if (this.shape(all) !== this.drawn) return this.render()
    for (const each of this.asked) each.tell()
    return undefined
  }

  render() {
    hush()
    const focused = document.activeElement?.id, [start, end] = caret(document.activeElement)
    const level = this.level, all = pages(level.node, small.matches)
    level.at = Math.max(0, Math.min(level.at, all.length - 1))
    this.drawn = this.shape(all)
    this.asked = []
    this.box.dataset.at = this.trail
    const body = level.end ? this.ending() : this.page(all[level.at])
    this.box.replaceChildren(this.head(all), body, ...(level.end ? [] : [this.foot(all)]))
    for (const each of this.asked) each.tell()
    const again = focused && document.getElementById(focused)
    if (again && this.box.contains(again)) {
      again.focus({ preventScroll: true })
      if (start !== null) again.setSelectionRange?.(start, end)
    } else {
      scrollTo(0, 0)
    }
  }

  head(all) {
    const { level } = this, row = level.range
    const where = row ? `${labelOf(row) || nameOf(row)} ${level.index + 1}` : this.form.title
    return el('div', { className: 'filling-head' },
      el('a', { className: 'small', href: row ? this.address(this.upper()) : '#inicio' }, row ? t('rows.back', { title: labelOf(row) }) : t('fill.leave')),
      el('h1', {}, where),
      this.chooser(),
      !level.end && all.length > 1 && el('progress', { max: all.length, value: level.at + 1, 'aria-label': t('fill.progress', { n: level.at + 1, of: all.length }) }),
      this.status)
  }

  // Beside the two languages of the screen, those that speakers of the district recorded.
  chooser() {
    const all = tongues(this.root)
    if (all.length < 3) return null
    const now = tongueOf(this.root)
    const select = el('select', { id: 'lengua', className: 'in' }, all.map(({ name, tag }) => el('option', { value: tag, selected: tag === now }, name)))
    select.addEventListener('change', async () => {
      speak(this.root, select.value)
      this.render()
      await this.desk.keepAccount({ tongue: select.value })
    })
    return el('p', { className: 'tongues' }, el('label', { htmlFor: 'lengua' }, t('fill.language')), select)
  }

  page(page) {
    if (!page) return el('p', {}, t('fill.nothing'))
    const made = page.steps.map(step => this.step(step))
    return el('div', { className: 'card filling' }, page.head && el('h2', {}, page.head), made)
  }

  step({ kind, node }) {
    if (kind === 'rows') return this.rows(node)
    const made = question(node, this)
    this.asked.push(made)
    return made.box
  }

  rows(range) {
    const heading = el('h3', {}, labelOf(range) || nameOf(range))
    if (isGrid(range, this.form)) {
      const made = nameOf(range) === 'observations' ? homeGrid(range, this.form, this) : totalsGrid(range, this.form, this)
      this.asked.push(made)
      return el('div', { className: 'question', dataset: { question: nameOf(range) } }, heading, made.box)
    }
    const list = el('ol', { className: 'filled-rows' }, children(range).map((row, index) => this.row(range, row, index)))
    const add = button(t('rows.add'), () => this.add(range), children(range).length ? 'quiet' : '')
    return el('div', { className: 'question', dataset: { question: nameOf(range) } }, heading, list, range.nodeType.endsWith('uncontrolled') && add)
  }

  row(range, row, index) {
    const wrong = this.showAll && faults(row).length
    return el('li', { className: wrong ? 'wrong' : '' },
      el('a', { href: this.address(`${this.here(this.level.at)}/${nameOf(range)}:${index}/0`) }, summary(row) || t('rows.empty')),
      wrong ? chip(t('rows.wrong', { n: wrong }), 'bad', 'warn') : null,
      button(t('rows.remove'), () => this.remove(range, row), 'quiet'))
  }

  add(range) {
    const count = children(range).length
    if (count) range.addInstances(count - 1, 1)
    else range.addInstances()
    this.save()
    this.open(range, count)
  }

  remove(range, row) {
    const filled = summary(row)
    if (filled && !confirm(t('rows.sure', { row: filled }))) return
    range.removeInstances(children(range).indexOf(row), 1)
    this.save()
    this.render()
  }

  foot(all) {
    const { at, range } = this.level, last = at >= all.length - 1
    const next = last
      ? (range ? button(t('rows.ready'), () => this.move(this.upper()), 'big') : button(t('fill.finish'), () => this.move(END), 'big'))
      : button(t('fill.next'), () => this.move(this.here(at + 1)), 'big')
    return el('div', { className: 'filling-foot' }, at > 0 ? button(t('fill.back'), () => this.move(this.here(at - 1)), 'quiet big') : null, next)
  }

  // What is still wanting, each a way to its question; or the one button that ends it.
  ending() {
    this.showAll = true
    const found = faults(this.root)
    if (found.length) {
      return card(t('end.wanting', { n: found.length }), el('p', {}, t('end.kept')), el('ul', { className: 'faults' }, found.slice(0, 40).map(({ node, violation }) =>
        el('li', {}, el('a', { href: this.address(this.trailOf(node)) }, pathWords(node)), ' ', el('span', { className: 'soft' }, sentence(violation))))),
      button(t('end.return'), () => this.move('0'), 'quiet'))
    }
    return card(t('end.whole'), el('p', {}, t('end.send')), el('div', { className: 'actions' },
      button(t('end.finish'), () => this.finish(), 'big', 'check'), button(t('end.return'), () => this.move('0'), 'quiet')))
  }

  trailOf(node) {
    const parts = []
    let from = this.root
    for (const row of rowsAbove(node)) {
      const range = row.parent
      parts.push(Math.max(0, pageOf(pages(from, small.matches), range)), `${nameOf(range)}:${children(range).indexOf(row)}`)
      from = row
    }
    return [...parts, Math.max(0, pageOf(pages(from, small.matches), node))].join('/')
  }

  async finish() {
    await this.save()
    await this.saving
    if (this.status.classList.contains('bad')) {
      this.box.prepend(notice('bad', t('end.unkept'), this.status.textContent))
      return
    }
    this.document = await this.desk.keep({ ...this.document, state: DONE, problem: null })
    this.onfinish()
  }
}

const spelled = ({ range, index, at }) => (range ? `${nameOf(range)}:${index}/${at}` : String(at))
const caret = element => { try { return [element?.selectionStart ?? null, element?.selectionEnd ?? null] } catch { return [null, null] } }

function* uploads(node) {
  if (node.nodeType === 'upload') yield node
  for (const each of children(node)) yield* uploads(each)
}

// The first answers of a row, as a person would call it.
export function summary(row) {
  const words = []
  for (const { kind, node } of steps(row)) {
    if (kind !== 'question' || node.nodeType === 'note' || words.length === 3) continue
    const value = node.nodeType === 'select' ? node.currentState.value.map(each => node.getValueOption(each)?.label?.asString ?? each).join(', ') : node.currentState.instanceValue
    if (value && value.length < 80 && !/^-?\d+\.\d+ /.test(value)) words.push(value)
  }
  return words.join(' · ')
}

function pathWords(node) {
  const rows = rowsAbove(node).map(row => `${labelOf(row.parent)} ${children(row.parent).indexOf(row) + 1}`)
  return [...rows, labelOf(node) || nameOf(node)].join(' › ')
}

export function started(form, root, community, more = {}) {
  const at = new Date().toISOString()
  return { id: instanceId(root), form: form.key, title: form.title, version: form.version, community, state: OPEN, xml: xmlOf(root), files: [], made: at, changed: at, receipt: null, problem: null, ...more }
}

export const communityOf = root => child(root, 'sismuni_community')?.currentState.value?.[0] ?? ''
