// A slider over the rounds of a layer: each stop colours the communities by that round, and says
// which of them were seen in the round before too.

import { changed, keep } from './address.js'
import { make, read, safeHref, valueIn } from './values.js'

/** The slider of the first layer that has rounds; null where none has two. */
export function slider(map, state) {
  const one = state.layers.find(({ config }) => config.rounds?.length > 1)
  if (!one) return null
  const { words } = state.settings
  const { config } = one
  // The last stop is the newest round of each community, as a map opens.
  const stops = [...config.rounds, '']
  const box = make('div', null, 'mapa-rondas')
  const label = make('label', words.round)
  const range = make('input')
  Object.assign(range, { type: 'range', min: 0, max: stops.length - 1, step: 1, id: `${state.id}-ronda` })
  label.htmlFor = range.id
  range.value = stops.includes(config.round) ? stops.indexOf(config.round) : stops.length - 1
  const told = make('output', null, 'mapa-ronda')
  told.htmlFor = range.id
  const both = make('input')
  both.type = 'checkbox'
  const only = make('label', null, 'mapa-solo')
  const onlyText = make('span', words.both_only)
  only.append(both, onlyText)
  const status = make('p')
  status.setAttribute('role', 'status')
  let asked = 0
  const show = async first => {
    const at = Number(range.value)
    const name = stops[at] || words.last_round
    told.textContent = name
    range.setAttribute('aria-valuetext', name)
    const before = stops[at] && at > 0 ? stops[at - 1] : ''
    both.disabled = !before
    if (first) return
    const turn = asked += 1
    const [now, then] = await Promise.all([valuesOf(config, stops[at]), before ? valuesOf(config, before) : null])
    if (turn !== asked) return // a later stop was asked for meanwhile
    const pair = compared(now.values, then?.values ?? null)
    one.redraw(both.checked && before ? pair.both : now.values)
    say(state, one, now, stops[at])
    status.textContent = before
      ? words.compared.replace('{n}', pair.seen).replace('{both}', pair.again).replace('{before}', before) : now.sentence
    keep(state.box, { ronda: stops[at] })
  }
  range.addEventListener('input', () => show(false).catch(() => { status.textContent = words.failed.replace('{layer}', config.label) }))
  both.addEventListener('change', () => show(false).catch(() => { status.textContent = words.failed.replace('{layer}', config.label) }))
  show(true)
  box.append(label, range, told, only, status)
  return box
}

/** Of two rounds: how many were seen now, how many of them before too, and the values of those. */
export function compared(now, then) {
  const seen = Object.keys(now).filter(code => valueIn(now, code) !== null)
  const again = then ? seen.filter(code => valueIn(then, code) !== null) : []
  const kept = new Set(again)
  const both = Object.fromEntries(Object.entries(now).map(([code, value]) => [code, kept.has(code) ? value : { hidden: true }]))
  return { seen: seen.length, again: again.length, both }
}

const known = new Map()

function valuesOf(config, round) {
  const url = new URL(config.values, location.href)
  if (round) url.searchParams.set('round', round)
  else url.searchParams.delete('round')
  const key = url.href
  if (!known.has(key)) known.set(key, read(key).catch(problem => { known.delete(key); throw problem }))
  return known.get(key)
}

// What the page says of the map follows it: sentence, legend, who is first, table, choice of round.
function say(state, { config, data }, now, round) {
  const { box, settings: { lang } } = state
  const legend = [...box.closest('.mapa').querySelectorAll('.mapa-leyenda')].find(one => one.dataset.layer === config.code)
  write(legend?.querySelector('.mapa-n'), now.n)
  const day = legend?.querySelector('.mapa-fecha')
  if (day) day.hidden = !now.date // of a round without figures there is no day
  const long = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: 'UTC' })
  if (now.date) write(legend?.querySelector('.mapa-dia'), long.format(new Date(`${now.date}T00:00:00Z`)))
  write(document.querySelector('.head .lead'), now.sentence)
  first(document.getElementById('primeras'), now, data?.features ?? [])
  const table = box.closest('.mapa').querySelector('.mapa-camino a')
  if (table) table.search = changed(table.search, { ronda: round })
  const choice = document.querySelector('.map-choices select[name="ronda"]')
  if (choice) choice.value = round
}

function write(place, text) {
  if (place) place.textContent = text
}

// Who this round is most about, as the page lists those of the newest one.
function first(card, now, features) {
  if (!card) return
  const known = new Map(features.map(feature => [feature.properties.code, feature.own ?? feature.properties]))
  const lines = now.first.flatMap(code => known.has(code) ? [line(known.get(code), now.values[code])] : [])
  card.querySelector('.map-first').replaceChildren(...lines)
  card.hidden = !lines.length
}

function line({ name, href }, value) {
  const item = make('li')
  const link = make('a')
  link.href = safeHref(href) ?? ''
  link.append(make('b', name))
  item.append(safeHref(href) ? link : make('b', name))
  if (value?.text) item.append(` · ${value.text}`)
  if (value?.lines?.length) item.append(make('br'), make('span', value.lines[0].join(': '), 'soft'))
  return item
}
