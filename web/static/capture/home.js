// The first screen of a person: what she may fill, what she has, and what became of it.
import { button, card, chip, el, icon, notice, pick, save } from './dom.js'
import { DONE, OPEN } from './desk.js'
import { fileName, pack } from './parcel.js'
import { parcels as carried } from './shelf.js'
import { pinChange } from './people.js'
import { tally, counted, rowsOf } from './tally.js'
import { t, when } from './words.js'

const STATES = {
  kept: ['calm', 'sent'], waiting: ['warn', 'clock'], quarantined: ['warn', 'eye'], dismissed: ['shut', 'lock'], sent: ['calm', 'eye'],
  returned: ['bad', 'back'], approved: ['good', 'check'], locked: ['good', 'lock'], withdrawn: ['shut', 'lock'],
}
const MOST_HOUSES = 40

export function home(desk, outbox, act) {
  const both = [newOnes(desk, act), mine(desk, act)]
  // Whoever has begun comes back to go on; whoever comes first comes to begin.
  return [line(desk, outbox, act), troubles(desk, act), desk.list.length ? both.reverse() : both, assembly(desk), tools(desk, act)]
}

function line(desk, outbox, act) {
  const count = desk.count(), waiting = desk.waiting.length
  const said = { sending: t('send.now', { n: outbox.total - outbox.left, of: outbox.total }), away: t('send.away'), busy: t('send.busy'), revoked: t('send.revoked'), idle: waiting ? t('send.waiting', { n: waiting }) : t('send.all') }[outbox.state]
  return el('section', { className: 'card standing' },
    el('p', { className: 'proof', dataset: { proof: '' } }, t('proof', count)),
    el('p', { role: 'status', className: 'small', dataset: { outbox: outbox.state } }, icon(navigator.onLine ? 'sent' : 'clock'), ' ', navigator.onLine ? said : t('send.offline')),
    outbox.state === 'sending' && outbox.total ? el('progress', { max: outbox.total, value: outbox.total - outbox.left, 'aria-label': t('send.progress') }) : null,
    el('div', { className: 'actions' }, button(t('send.do'), () => act.send(), waiting ? '' : 'quiet', 'sent')))
}

function troubles(desk, act) {
  const found = []
  if (desk.account.revoked) found.push(notice('bad', t('revoked.title'), `${desk.account.refusal ?? ''} ${t('revoked.what')}`, button(t('export.save'), () => act.export(), 'quiet', 'down')))
  if (desk.account.others?.length) found.push(notice('calm', t('others.title', { n: desk.account.others.length }), t('others.what')))
  if (act.unlasting) found.push(notice('warn', t('persist.title'), t('persist.what')))
  return found
}

function newOnes(desk, act) {
  const list = desk.newest.map(form => el('li', {}, el('a', { className: 'door', href: `#nueva/${encodeURIComponent(form.key)}`, dataset: { form: form.id } }, icon('pencil'), ' ', form.title)))
  return card(t('home.new'), list.length ? el('ul', { className: 'doors plain' }, list) : el('p', {}, t('home.noforms')), list.length ? null : button(t('home.refresh'), () => act.refresh(), ''))
}

function mine(desk, act) {
  if (!desk.list.length) return card(t('home.mine'), el('p', { className: 'soft' }, t('home.none')))
  return card(t('home.mine'), el('ul', { className: 'documents' }, desk.list.map(document => one(desk, document, act))), el('p', { className: 'no-print' }, button(t('home.print'), () => print(), 'quiet')))
}

function one(desk, document, act) {
  const receipt = document.receipt
  const counts = receipt?.indicators?.length ? el('p', { className: 'small counts' }, t('home.counts'), ' ', receipt.indicators.map(({ code, name }) => el('span', { className: 'chip good', title: name, dataset: { indicator: code } }, name))) : null
  return el('li', { dataset: { document: document.id, state: receipt?.state ?? document.state } },
    el('div', {}, el('strong', {}, document.title), ' ', el('span', { className: 'small soft' }, when(document.changed))),
    standing(document),
    receipt?.reason ? el('p', { className: 'small' }, el('strong', {}, t('home.reason')), ' ', receipt.reason) : null,
    document.problem ? el('p', { className: 'error' }, icon('warn'), document.problem) : null,
    receipt && receipt.same === false ? el('p', { className: 'error' }, icon('warn'), t('home.differs')) : null,
    counts, actions(document, act))
}

function standing(document) {
  if (document.state === OPEN) return chip(t('state.draft'), 'warn', 'pencil')
  if (document.state === DONE) return chip(t('state.done'), 'calm', 'clock')
  const state = document.receipt?.state ?? 'kept', [kind, sign] = STATES[state] ?? ['calm', 'sent']
  const proof = document.receipt?.same ? el('span', { className: 'small soft' }, ' ', t('home.proof', { number: document.receipt.number || document.receipt.digest.slice(0, 8) })) : null
  return el('p', {}, chip(t(`state.${state}`), kind, sign), proof)
}

function actions(document, act) {
  const found = []
  const address = `#ficha/${encodeURIComponent(document.id)}/0`
  if (document.state === OPEN) found.push(el('a', { className: 'btn quiet', href: address }, t('home.continue')), button(t('home.drop'), () => act.drop(document), 'quiet'))
  if (document.state === DONE && !document.tried) found.push(button(t('home.reopen'), () => act.reopen(document), 'quiet'))
  if (document.receipt?.state === 'returned') found.push(button(t('home.correct'), () => act.correct(document), '', 'pencil'))
  return found.length ? el('div', { className: 'actions no-print' }, found) : null
}

// The sum of the sheets, for the assembly of the same day.
function assembly(desk) {
  const sheets = desk.list.filter(counted), { homes, practices } = tally(sheets)
  if (!practices.size) return null
  const form = desk.forms.get(sheets[0].form), names = new Map(rowsOf(form?.files['practices.csv']?.text ?? 'name,label').map(({ name, label }) => [name, label]))
  return card(t('sum.title', { homes }), el('p', { className: 'hint' }, t('sum.what')), el('ul', { className: 'sum' }, [...practices].sort().map(([practice, { x, n }]) =>
    el('li', { dataset: { practice } }, el('span', {}, names.get(practice) ?? practice), el('strong', { className: 'num' }, t('sum.of', { x, n })), houses(x, n)))))
}

function houses(x, n) {
  const each = Math.max(1, Math.ceil(n / MOST_HOUSES)), [full, all] = [Math.round(x / each), Math.ceil(n / each)]
  return el('span', { className: 'houses', role: 'img', 'aria-label': t('sum.of', { x, n }) }, Array.from({ length: all }, (_, at) => el('i', { className: at < full ? 'on' : '' })))
}

function tools(desk, act) {
  const told = el('p', { role: 'status' })
  const receipts = button(t('receipts.read'), async () => {
    const file = await pick('.json,application/json')
    if (file) told.textContent = await act.receipts(await file.text())
  }, 'quiet')
  const relayed = el('p', { className: 'small' })
  carried().then(list => { if (list.length) relayed.textContent = t('relay.waiting', { n: list.length }) })
  return el('details', { className: 'card no-print' }, el('summary', {}, t('tools.title')),
    el('p', {}, desk.account.refreshed ? t('tools.refreshed', { when: when(desk.account.refreshed) }) : ''), button(t('home.refresh'), () => act.refresh(), 'quiet'),
    el('h3', {}, t('export.title')), el('p', {}, t('export.what')), button(t('export.save'), () => act.export(), 'quiet', 'down'),
    el('h3', {}, t('receipts.title')), el('p', {}, t('receipts.what')), receipts, told, relayed,
    el('h3', {}, t('pin.title')), pinChange(desk))
}

export const exported = async desk => save(fileName(desk.person), await pack(desk.person))
