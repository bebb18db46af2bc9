// Opens a map and its layers: fetched, never embedded; what people wrote becomes text, never HTML.
// The page calls openMap, then addLayer for each layer, then finish. Leaflet is the global L.

import { follow, viewIn } from './maps/address.js'
import { areas } from './maps/areas.js'
import { features } from './maps/draw.js'
import { together } from './maps/together.js'
import { sheetOf, unfolded } from './maps/topology.js'
import { escaped, under } from './maps/under.js'
import { button, read } from './maps/values.js'

const states = new WeakMap()

export function openMap(id, settings) {
  const box = document.getElementById(id)
  const { words } = settings
  const map = L.map(box, { attributionControl: settings.tiles.length > 0, zoomControl: false, minZoom: 3, maxZoom: 18, zoomSnap: 0.25, scrollWheelZoom: false })
  map.attributionControl?.setPrefix(false)
  L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map)
  L.control.scale({ imperial: false }).addTo(map)
  const seen = settings.tools ? viewIn(location.search) : null
  if (seen) map.setView(seen.slice(0, 2), seen[2])
  else if (settings.bounds) map.fitBounds(settings.bounds)
  else map.setView([-9.2, -75], 5)
  // The wheel scrolls the page until the map is entered.
  map.on('focus', () => map.scrollWheelZoom.enable()).on('blur', () => map.scrollWheelZoom.disable())
  map.on('popupopen', ({ popup }) => popup.getElement().querySelector('.leaflet-popup-close-button')?.setAttribute('aria-label', words.close))
  states.set(map, { id, box, settings, layers: [], named: new Map(), waiting: 0, seen: null, asked: seen, moved: false, opened: false })
  states.get(map).grounds = under(map, box, settings)
  return map
}

export function addLayer(map, config) {
  const state = states.get(map)
  const group = L.layerGroup()
  const one = { config, group, data: null, drawing: null }
  group.on('add', () => {
    showLegend(state, config.code, true)
    one.drawing ??= draw(map, one).catch(() => { one.drawing = null; failed(map, group, config) })
  })
  group.on('remove', () => showLegend(state, config.code, false))
  // The same features by other values, as those of another round.
  one.redraw = values => {
    if (!one.data) return
    group.clearLayers()
    group.addLayer(drawnOf(one.data, values, config, state))
  }
  one.places = () => (one.data?.features ?? []).flatMap(({ geometry }) => geometry ? [middleOf(geometry)] : [])
  state.layers.push(one)
}

// Many areas are painted from their sheet; anything else is drawn one by one.
const drawnOf = (data, ...more) => (data.rings ? areas : features)(data, ...more)

function middleOf(geometry) {
  return geometry.type === 'Point' ? L.GeoJSON.coordsToLatLng(geometry.coordinates) : L.geoJSON(geometry).getBounds().getCenter()
}

export function finish(map) {
  const state = states.get(map)
  const { id, layers, settings: { words, partner }, box } = state
  const areas = layers.filter(({ config }) => config.style === 'choropleth')
  // Two colourings of the same ground hide each other: one at a time.
  const single = areas.length > 1 ? areas : []
  const shown = areas.find(({ config }) => config.shown)
  for (const one of layers) {
    if (single.includes(one) ? one === shown : one.config.shown) one.group.addTo(map)
  }
  const grounds = !single.length && state.settings.tiles.length ? state.grounds : {}
  const choices = layers.length + Object.keys(grounds).length
  if (choices > 1) {
    keepFew(map)
    const named = list => Object.fromEntries(list.map(({ config, group }) => [escaped(config.label), group]))
    const others = layers.length > 1 ? layers.filter(one => !single.includes(one)) : []
    L.control.layers(single.length ? named(single) : grounds, named(others), { collapsed: choices > 4 || box.clientWidth < 640 }).addTo(map)
    const toggle = box.querySelector('.leaflet-control-layers-toggle')
    toggle.title = words.layers
    toggle.setAttribute('aria-label', words.layers)
  }
  // The tools over the map are fetched once there is something under them.
  Promise.allSettled(layers.map(one => one.drawing)).then(() => import('./maps/tools.js')).then(({ equip }) => equip(map, state))
  if (partner) together(map, id, partner)
  if (state.settings.tools) follow(map, state)
  state.opened = true
}

// More layers than a reader takes in hide each other: the one that is longest on makes room.
function keepFew(map) {
  const state = states.get(map)
  const { most, words } = state.settings
  const counted = state.layers.filter(one => !one.config.under)
  let on = counted.filter(one => map.hasLayer(one.group))
  map.on('overlayadd baselayerchange', ({ layer }) => {
    on = [...on.filter(one => one.group !== layer && map.hasLayer(one.group)), ...counted.filter(one => one.group === layer)]
    if (on.length <= most) return
    const gone = on.shift()
    // After the click: only then does the list of layers follow.
    setTimeout(() => gone.group.remove())
    notice(state, words.most.replace('{n}', most).replace('{layer}', gone.config.label))
  })
}

function showLegend({ box }, code, on) {
  for (const legend of box.closest('.mapa').querySelectorAll('.mapa-leyenda')) {
    if (legend.dataset.layer === code) legend.hidden = !on
  }
}

function notice(state, text) {
  const place = document.getElementById(`${state.id}-aviso`)
  place.textContent = text
  return place
}

function failed(map, group, config) {
  const state = states.get(map)
  const { words } = state.settings
  const again = button(words.retry, '', () => { notice(state, ''); group.remove(); group.addTo(map) })
  notice(state, `${words.failed.replace('{layer}', config.label)} `).append(again)
}

async function draw(map, one) {
  const { config, group } = one
  const state = states.get(map)
  state.waiting += 1
  notice(state, state.settings.words.loading)
  try {
    if (config.style === 'tiles') {
      const { pointTiles } = await import('./maps/points.js')
      group.addLayer(pointTiles(map, config, state, () => failed(map, group, config)))
      notice(state, '')
      return
    }
    const [data, values] = await Promise.all([read(config.url), config.values ? read(config.values) : null])
    one.data = sheetOf(data) ?? unfolded(data)
    const drawn = drawnOf(one.data, values?.values ?? values, config, state)
    group.addLayer(drawn)
    fit(map, state, drawn)
    // Whatever else was said meanwhile stays.
    if (document.getElementById(`${state.id}-aviso`).textContent === state.settings.words.loading) notice(state, '')
  } finally {
    state.waiting -= 1
  }
  state.box.dispatchEvent(new CustomEvent('sismuni:drawn', { bubbles: true, detail: { layer: config.code } }))
}

function fit(map, state, drawn) {
  const bounds = drawn.getBounds()
  if (state.settings.bounds || state.asked || !bounds.isValid()) return
  state.seen = state.seen ? state.seen.extend(bounds) : bounds
  const { opened } = state
  state.opened = false // what the map does by itself is no choice of anybody
  map.fitBounds(state.seen.pad(0.05), { animate: false })
  state.opened = opened
}
