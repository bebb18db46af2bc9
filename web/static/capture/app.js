// The application of the telephone: which screen there is, and what its buttons do.
import { button, el, notice } from './dom.js'
import { DONE, OPEN } from './desk.js'
import { Filling, started } from './fill.js'
import { blank, child, corrected, restored, speak } from './forms.js'
import { exported, home } from './home.js'
import { Outbox } from './outbox.js'
import { doors, prepare } from './people.js'
import { carry, refresh } from './server.js'
import { dropParcel, parcels } from './shelf.js'
import { language, learn, t } from './words.js'

const place = document.getElementById('contenido')
const KEY = /^#k=([\w-]{20,80})$/
let desk, outbox, filling, newer

const main = el('div', { className: 'stack' }), above = el('div', { className: 'stack' })
place.append(above, main)

function show(title, ...inside) {
  document.title = `${title} · SISMUNI`
  main.replaceChildren(el('div', { className: 'head' }, el('h1', {}, title)), ...inside.flat(Infinity).filter(Boolean))
}

async function enter(found, first = false) {
  desk = found
  outbox = new Outbox(desk)
  desk.addEventListener('change', ({ detail }) => { if (detail === 'account' || !filling) later() })
  outbox.addEventListener('change', later)
  addEventListener('online', later)
  addEventListener('offline', later)
  act.unlasting = await navigator.storage?.persisted?.() === false
  if (first || location.hash === '') location.hash = '#inicio'
  await route()
  if (first || !desk.newest.length) await act.refresh()
  else refresh(desk).then(later, () => {}) // quietly; what is here already works
  await act.send()
}

// Many changes in a row are drawn once, and never under a finger: a button that is drawn anew
// between touch and release would not be pressed.
const PAUSE = 400
const atHome = () => !/^#(nueva|ficha)\//.test(location.hash)
let drawing, touched = false
addEventListener('pointerdown', () => { touched = true }, true)
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => setTimeout(() => { touched = false }), true)

function later() {
  drawing ??= setTimeout(() => {
    drawing = null
    if (touched) later()
    else if (desk && !filling && atHome()) route()
  }, PAUSE)
}

function leave() {
  outbox?.close()
  desk = outbox = filling = undefined
  location.hash = ''
  doors(show, enter)
}

const act = {
  async refresh() {
    const told = notice('calm', t('refresh.now'), '', el('progress', { max: 1, value: 0 }))
    above.replaceChildren(told)
    try {
      await refresh(desk, (at, of) => Object.assign(told.querySelector('progress'), { max: of || 1, value: at }))
      above.replaceChildren()
    } catch (error) {
      above.replaceChildren(notice('warn', t('refresh.failed'), error.message, button(t('home.refresh'), () => act.refresh(), 'quiet')))
    }
    later()
  },
  async send() {
    await outbox.kick(true)
    for (const parcel of await parcels()) {
      try {
        await carry(desk, parcel.text)
        await dropParcel(parcel.id)
      } catch { break } // it waits here for the next time
    }
  },
  export: () => exported(desk),
  drop: document => confirm(t('home.sure')) && desk.drop(document.id),
  async reopen(document) {
    await desk.mark(document.id, { state: OPEN })
    location.hash = `#ficha/${encodeURIComponent(document.id)}/0`
  },
  async correct(document) {
    const form = desk.forms.get(document.form)
    const root = await corrected(form, document.xml, await desk.files(document))
    const made = await desk.keep(started(form, root, document.community, { files: document.files.map(file => ({ ...file })), corrects: document.id }))
    location.hash = `#ficha/${encodeURIComponent(made.id)}/0`
  },
  // The file of receipts that the town hall hands out on market day.
  async receipts(text) {
    let found
    try { found = JSON.parse(text).receipts } catch { found = null }
    if (!Array.isArray(found)) return t('receipts.not')
    let count = 0
    for (const receipt of found) {
      const document = desk.list.find(each => each.id === `uuid:${receipt.uuid}`)
      if (!document) continue
      await desk.mark(document.id, { receipt: { ...document.receipt, state: receipt.state, reason: receipt.reason ?? '', indicators: receipt.indicators ?? [] }, state: document.state === DONE ? 'sent' : document.state })
      count++
    }
    return t('receipts.done', { n: count })
  },
}

async function route() {
  if (!desk) return doors(show, enter)
  const [what, id, ...rest] = location.hash.slice(1).split('/').map(decodeURIComponent)
  if (what === 'nueva') return begin(desk.forms.get(id))
  if (what === 'ficha' && desk.documents.has(id)) return fill(desk.documents.get(id), rest.join('/'))
  filling = undefined
  show(desk.account.person, el('p', { className: 'lead' }, desk.account.label, ' ', el('button', { type: 'button', className: 'btn quiet', onclick: leave }, t('lock.leave'))), home(desk, outbox, act))
  return undefined
}

let beginning
async function begin(form) {
  if (beginning) return // one tap, one document
  if (!form) { location.hash = '#inicio'; return }
  main.replaceChildren(notice('calm', t('fill.opening'), form.title))
  beginning = true
  try {
    const root = await blank(form)
    const community = child(root, 'sismuni_community')?.currentState.value?.[0] ?? ''
    const made = await desk.keep(started(form, root, community))
    location.replace(`#ficha/${encodeURIComponent(made.id)}/0`)
  } catch (error) {
    failed(error)
  } finally {
    beginning = false
  }
}

let opening
async function fill(document, trail) {
  if (filling?.document.id !== document.id) {
    if (opening === document.id) return undefined // it is on its way, once
    opening = document.id
    const form = desk.forms.get(document.form)
    main.replaceChildren(notice('calm', t('fill.opening'), document.title))
    try {
      const root = await restored(form, document.xml, await desk.files(document))
      speak(root, desk.account.tongue) || speak(root, language)
      const box = el('div', { className: 'stack' })
      filling = new Filling(desk, form, root, document, box)
      filling.onfinish = () => { filling = undefined; location.hash = '#inicio'; outbox.kick() }
    } catch (error) {
      return failed(error)
    } finally {
      opening = undefined
    }
  }
  main.replaceChildren(filling.box)
  filling.go(trail)
  return undefined
}

function failed(error) {
  console.error(error)
  show(t('fill.broken'), notice('bad', t('fill.broken'), t('fill.broken.what')), el('p', { className: 'small soft' }, error.message), el('a', { className: 'btn quiet', href: '#inicio' }, t('fill.leave')))
}

// A new version waits until nobody is in the middle of a form; drafts are kept as they are.
async function worker() {
  if (!('serviceWorker' in navigator)) return
  const registration = await navigator.serviceWorker.register('/captura/sw.js', { scope: '/captura/' })
  const offer = () => {
    newer = registration.waiting
    if (!newer || !navigator.serviceWorker.controller) return
    above.replaceChildren(notice('calm', t('newer.title'), t('newer.what'), button(t('newer.take'), () => newer.postMessage('take'), 'quiet')))
  }
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer))
  offer()
  let once = Boolean(navigator.serviceWorker.controller)
  navigator.serviceWorker.addEventListener('controllerchange', () => { if (once) location.reload(); once = true })
}

addEventListener('hashchange', () => {
  const key = KEY.exec(location.hash)
  key ? welcome(key[1]) : route()
})
addEventListener('beforeunload', event => { if (filling?.saving) event.preventDefault() })

async function welcome(token) {
  history.replaceState(null, '', '/captura/') // the key does not stay in the history
  await prepare(token, show, enter)
}

await learn(document.documentElement.lang)
const key = KEY.exec(location.hash)
await (key ? welcome(key[1]) : doors(show, enter))
worker().catch(error => console.warn('no service worker', error))
