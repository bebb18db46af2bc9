// Finds by name what the map shows, with or without accents, and goes there.

import { button, folded, make } from './values.js'

const MOST = 8
const NEAR = 12

/** A field whose answers are buttons: chosen by a tap, or by Tab and Enter; Enter takes the first. */
export function searcher(map, state) {
  const { words } = state.settings
  const box = make('div', null, 'mapa-buscar')
  const label = make('label', words.search)
  const field = make('input', null, 'in')
  field.type = 'search'
  field.id = label.htmlFor = `${state.id}-buscar`
  field.autocomplete = 'off'
  const list = make('ul', null, 'mapa-hallados')
  const status = make('p', null, 'mapa-oculto')
  status.setAttribute('role', 'status')
  const show = () => {
    const found = matches(state, field.value)
    list.replaceChildren(...found.slice(0, MOST).map(one => answer(map, state, one)))
    const none = field.value.trim() && !found.length
    if (none) list.append(make('li', words.not_found))
    status.textContent = none ? words.not_found : found.length ? words.found.replace('{n}', found.length) : ''
  }
  field.addEventListener('input', show)
  field.addEventListener('keydown', event => {
    if (event.key === 'Escape') { field.value = ''; show() }
    if (event.key !== 'Enter') return
    event.preventDefault()
    list.querySelector('button')?.click()
  })
  box.append(label, field, list, status)
  box.addEventListener('sismuni:found', () => { field.value = ''; show() })
  return box
}

/** What is called so, names that begin with it first; of a place that several layers tell, one. */
export function matches(state, typed) {
  const wanted = folded(typed)
  if (!wanted) return []
  const found = [...state.named.values()].flat().filter(({ name }) => name && folded(name).includes(wanted))
  return found.sort((a, b) => folded(a.name).indexOf(wanted) - folded(b.name).indexOf(wanted) || a.name.localeCompare(b.name))
}

function answer(map, state, { name, layer }) {
  const line = make('li')
  line.append(button(name, 'mapa-hallado', event => {
    goTo(map, state, layer)
    event.target.dispatchEvent(new CustomEvent('sismuni:found', { bubbles: true }))
  }))
  return line
}

function goTo(map, state, layer) {
  state.moved = true
  const group = state.layers.find(one => one.group.getLayers().some(drawn => drawn.hasLayer?.(layer)))
  group?.group.addTo(map)
  const heap = group?.group.getLayers().find(drawn => drawn.zoomToShowLayer && drawn.hasLayer(layer))
  const open = () => {
    layer.getElement?.()?.focus()
    layer.openPopup()
  }
  if (heap) { heap.zoomToShowLayer(layer, open); return }
  if (layer.getLatLng) map.setView(layer.getLatLng(), Math.max(map.getZoom(), NEAR), { animate: false })
  else map.fitBounds(layer.getBounds(), { maxZoom: NEAR, animate: false })
  open()
}
