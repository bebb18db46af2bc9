// Whose telephone this is today: people behind their PIN, and how one more is set up.
import { button, card, el, notice, pick, save } from './dom.js'
import { fileName, pack, read } from './parcel.js'
import { Desk } from './desk.js'
import { Shelf, keepParcel, keepPerson, people } from './shelf.js'
import { who } from './server.js'
import { changePin, create, unlock, works } from './vault.js'
import { t } from './words.js'

export const PIN = /^\d{6,12}$/

const pinField = (id, label, autocomplete = 'off') => {
  const input = el('input', { id, className: 'in', type: 'password', inputMode: 'numeric', autocomplete, maxLength: 12, required: true })
  return [input, el('div', { className: 'field' }, el('label', { htmlFor: id }, label), input)]
}

export async function doors(show, entered) {
  if (!works()) return show(t('lock.title'), notice('warn', t('lock.insecure'), t('lock.insecure.what')))
  const known = (await people()).sort((a, b) => (b.used ?? '').localeCompare(a.used ?? ''))
  if (!known.length) return show(t('lock.empty'), card('', el('p', {}, t('lock.empty.what')), el('p', {}, el('a', { className: 'btn', href: '/entrar?next=/captura/preparar' }, t('lock.empty.enter')))), relay())
  return show(t('lock.title'), known.map(person => door(person, entered)), relay(), el('p', {}, el('a', { href: '/entrar?next=/captura/preparar' }, t('lock.another'))))
}

function door(person, entered) {
  const [input, field] = pinField(`pin-${person.id}`, t('lock.pin'), 'current-password')
  const told = el('p', { className: 'error', role: 'alert', hidden: true })
  const form = el('form', { className: 'sheet' }, field, told, el('div', { className: 'actions' }, el('button', { className: 'btn' }, t('lock.open'))))
  form.addEventListener('submit', async event => {
    event.preventDefault()
    const key = await unlock(person.lock, input.value)
    if (!key) {
      Object.assign(told, { hidden: false, textContent: t('lock.wrong') })
      return input.select()
    }
    await keepPerson({ ...person, used: new Date().toISOString() })
    return entered(await new Desk(person, key).open())
  })
  const lost = el('details', {}, el('summary', {}, t('lock.forgot')), el('p', {}, t('lock.forgot.what')), button(t('lock.forgot.save'), async () => save(fileName(person), await pack(person)), 'quiet', 'down'))
  return card(person.label, form, lost)
}

// Take in the file of a neighbour: it stays sealed, and goes out with the next signal.
function relay() {
  const told = el('p', { role: 'status' })
  const take = button(t('relay.take'), async () => {
    const file = await pick('.json,application/json'), text = file && await file.text(), parcel = text && read(text)
    if (!file) return
    if (parcel) await keepParcel({ id: `${parcel.person}/${parcel.made}`, label: parcel.label, made: parcel.made, text })
    told.textContent = parcel ? t('relay.taken', { label: parcel.label }) : t('relay.not')
  }, 'quiet')
  return el('details', {}, el('summary', {}, t('relay.title')), el('p', {}, t('relay.what')), take, told)
}

// The address of a handout ends in the telephone's own key: set up one more person with it.
export async function prepare(token, show, entered) {
  if (!works()) return show(t('lock.title'), notice('warn', t('lock.insecure'), t('lock.insecure.what')))
  let account
  try {
    account = await who(token)
  } catch (error) {
    return show(t('new.title'), notice('bad', t('new.failed'), error.message), button(t('new.again'), () => prepare(token, show, entered)))
  }
  const [first, firstField] = pinField('pin-1', t('new.pin'), 'new-password'), [second, secondField] = pinField('pin-2', t('new.pin2'), 'new-password')
  const told = el('p', { className: 'error', role: 'alert', hidden: true })
  const form = el('form', { className: 'sheet' }, el('p', {}, t('new.who', { person: account.person, place: account.label })), el('p', { className: 'hint' }, t('new.what')), firstField, secondField, told, el('div', { className: 'actions' }, el('button', { className: 'btn big' }, t('new.make'))))
  form.addEventListener('submit', async event => {
    event.preventDefault()
    const wrong = !PIN.test(first.value) ? 'new.short' : first.value !== second.value ? 'new.differ' : ''
    Object.assign(told, { hidden: !wrong, textContent: wrong && t(wrong) })
    if (!wrong) await entered(await settled(account, token, first.value), true)
  })
  const label = labelOf(account), before = (await people()).filter(person => person.label === label)
  return show(t('new.title'), before.map(person => renewal(person, account, token, entered)), card(before.length ? t('new.other') : '', form))
}

const labelOf = account => `${account.person} (${account.label})`

// The same person again, after her telephone was revoked: what it keeps goes out with the new key.
function renewal(person, account, token, entered) {
  const [input, field] = pinField(`pin-${person.id}`, t('lock.pin'), 'current-password')
  const told = el('p', { className: 'error', role: 'alert', hidden: true })
  const form = el('form', { className: 'sheet' }, el('p', {}, t('renew.what')), field, told, el('div', { className: 'actions' }, el('button', { className: 'btn big' }, t('renew.do'))))
  form.addEventListener('submit', async event => {
    event.preventDefault()
    const key = await unlock(person.lock, input.value)
    if (!key) return Object.assign(told, { hidden: false, textContent: t('lock.wrong') })
    const desk = await new Desk(person, key).open()
    await desk.keepAccount({ token, ...account, revoked: false })
    return entered(desk, true)
  })
  return card(t('renew.title', { label: person.label }), form)
}

async function settled(account, token, pin) {
  const { lock, key } = await create(pin, account.town)
  const person = { id: crypto.randomUUID(), label: labelOf(account), lock, used: new Date().toISOString() }
  await new Shelf(person.id, key).put('account', 'account', { token, ...account })
  await keepPerson(person)
  // Without this the browser may throw the database away when the telephone runs full.
  await navigator.storage?.persist?.()
  return new Desk(person, key).open()
}

export function pinChange(desk) {
  const [old, oldField] = pinField('pin-old', t('pin.old'), 'current-password'), [next, nextField] = pinField('pin-new', t('pin.new'), 'new-password')
  const told = el('p', { role: 'status' })
  const form = el('form', { className: 'sheet' }, oldField, nextField, told, el('button', { className: 'btn quiet' }, t('pin.change')))
  form.addEventListener('submit', async event => {
    event.preventDefault()
    if (!PIN.test(next.value)) { told.textContent = t('new.short'); return }
    const lock = await changePin(desk.person.lock, old.value, next.value)
    if (lock) await keepPerson(desk.person = { ...desk.person, lock })
    told.textContent = t(lock ? 'pin.changed' : 'lock.wrong')
  })
  return form
}
