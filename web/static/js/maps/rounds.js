// A slider over the rounds of a layer: each stop colours the communities by that round, and says
// which of them were seen in the round before too.

import { make, read, valueIn } from './values.js'
import { keep } from './address.js'

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
    say(state, config, now)
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

// The legend stands for what is drawn: its n changes with the round.
function say(state, config, now) {
  const legend = [...state.box.closest('.mapa').querySelectorAll('.mapa-leyenda')].find(one => one.dataset.layer === config.code)
  const n = legend?.querySelector('.mapa-n')
  if (n) n.textContent = now.n
  const day = legend?.querySelector('.mapa-dia')
  if (day && now.date) {
    const long = new Intl.DateTimeFormat(state.settings.lang, { dateStyle: 'long', timeZone: 'UTC' })
    day.textContent = long.format(new Date(`${now.date}T00:00:00Z`))
  }
}
