// Draws the layers of a map: fetched, never embedded; what people wrote becomes text, never HTML.
// The page calls openMap, then addLayer for each layer, then finish. Leaflet is the global L.

const CANVAS_FROM = 1500 // more points than this are painted, not drawn one by one
const FOCUS_UP_TO = 150 // more shapes than this are reached by the table, not by the Tab key
const NO_DATA = '#8b8f98'
const EDGE = '#5d6470'
const states = new WeakMap()

/** Class of a value: it holds its lower edge, the last class both; null where it is not known. */
export function classOf(edges, value) {
  if (value == null || Number.isNaN(Number(value))) return null
  let at = edges.length - 2
  while (at > 0 && value < edges[at]) at -= 1
  return at
}

/** Radius in pixels: the area of the symbol grows with the people. */
export function radiusOf(people) {
  return people > 0 ? Math.min(20, 5 + Math.sqrt(people) / 3) : 6.5
}

/** An address of this site, or null: never another host, never a script. */
export function safeHref(href) {
  return typeof href === 'string' && /^\/(?![\/\\])/.test(href) ? href : null
}

/** The properties of a feature with its value joined by code. */
export function joined(properties, values) {
  const found = values?.[properties.code]
  if (found === undefined) return { ...properties }
  return typeof found === 'object' && found !== null ? { ...properties, ...found } : { ...properties, value: found }
}

/** What is said of a feature: its text, "x de n", its value with the unit, or that it is not known. */
export function said(p, unit, lang, words) {
  if (p.text) return String(p.text)
  if (p.value == null) return words.unknown
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: unit === '%' ? 0 : 2 })
  const value = typeof p.value === 'number'
    ? `${number.format(unit === '%' ? p.value * 100 : p.value)}${unit ? `\u00a0${unit}` : ''}` : String(p.value)
  return p.x != null && p.n != null ? `${words.x_of_n.replace('{x}', p.x).replace('{n}', p.n)} (${value})` : value
}

function make(tag, text, name) {
  const element = document.createElement(tag)
  if (text != null) element.textContent = text
  if (name) element.className = name
  return element
}

const escaped = text => make('span', text).innerHTML

async function read(url) {
  const answer = await fetch(url, { credentials: 'same-origin', headers: { Accept: 'application/geo+json, application/json' } })
  if (!answer.ok) throw new Error(`${answer.status} ${url}`)
  return answer.json()
}

export function openMap(id, settings) {
  const box = document.getElementById(id)
  const { words } = settings
  const map = L.map(box, { attributionControl: false, zoomControl: false, minZoom: 3, maxZoom: 18, zoomSnap: 0.25, scrollWheelZoom: false })
  L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map)
  L.control.scale({ imperial: false }).addTo(map)
  if (settings.bounds) map.fitBounds(settings.bounds)
  else map.setView([-9.2, -75], 5)
  // The wheel scrolls the page until the map is entered.
  map.on('focus', () => map.scrollWheelZoom.enable()).on('blur', () => map.scrollWheelZoom.disable())
  map.on('popupopen', ({ popup }) => popup.getElement().querySelector('.leaflet-popup-close-button')?.setAttribute('aria-label', words.close))
  states.set(map, { id, box, settings, layers: [], waiting: 0, seen: null })
  under(map, settings)
  return map
}

// The land, and over it the limits that frame the map: under everything, missing without harm.
async function under(map, { background, frame }) {
  const pane = map.createPane('land')
  pane.style.zIndex = 150
  pane.style.pointerEvents = 'none'
  const renderer = L.svg({ pane: 'land', padding: 0.5 })
  const looks = [
    { color: '#cfc8b8', weight: 1, fillColor: '#fbf9f4', fillOpacity: 1 },
    { color: '#6b655b', weight: 2, fillColor: '#fff', fillOpacity: 0.9 },
  ]
  const found = await Promise.allSettled([background, frame].map(url => url ? read(url) : null))
  found.forEach(({ value }, at) => {
    if (value) L.geoJSON(value, { pane: 'land', interactive: false, renderer, style: looks[at] }).addTo(map)
  })
}

export function addLayer(map, config) {
  const state = states.get(map)
  const group = L.layerGroup()
  let drawing = null
  group.on('add', () => {
    showLegend(state, config.code, true)
    drawing ??= draw(map, group, config).catch(() => { drawing = null; failed(map, group, config) })
  })
  group.on('remove', () => showLegend(state, config.code, false))
  state.layers.push({ config, group })
}

export function finish(map) {
  const { layers, settings: { words }, box } = states.get(map)
  const areas = layers.filter(({ config }) => config.style === 'choropleth')
  // Two colourings of the same ground hide each other: one at a time.
  const single = areas.length > 1 ? areas : []
  const shown = areas.find(({ config }) => config.shown)
  for (const one of layers) {
    if (single.includes(one) ? one === shown : one.config.shown) one.group.addTo(map)
  }
  if (layers.length < 2) return
  keepFew(map)
  const named = list => Object.fromEntries(list.map(({ config, group }) => [escaped(config.label), group]))
  L.control.layers(named(single), named(layers.filter(one => !single.includes(one))), { collapsed: layers.length > 4 || box.clientWidth < 640 }).addTo(map)
  const toggle = box.querySelector('.leaflet-control-layers-toggle')
  toggle.title = words.layers
  toggle.setAttribute('aria-label', words.layers)
}

// More layers than a reader takes in hide each other: the one that is longest on makes room.
function keepFew(map) {
  const state = states.get(map)
  const { most, words } = state.settings
  let on = state.layers.filter(one => map.hasLayer(one.group))
  map.on('overlayadd baselayerchange', ({ layer }) => {
    on = [...on.filter(one => one.group !== layer && map.hasLayer(one.group)), ...state.layers.filter(one => one.group === layer)]
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
  const again = make('button', words.retry)
  again.type = 'button'
  again.addEventListener('click', () => { notice(state, ''); group.remove(); group.addTo(map) })
  notice(state, `${words.failed.replace('{layer}', config.label)} `).append(again)
}

async function draw(map, group, config) {
  const state = states.get(map)
  state.waiting += 1
  notice(state, state.settings.words.loading)
  try {
    const [data, values] = await Promise.all([read(config.url), config.values ? read(config.values) : null])
    const drawn = features(data, values?.values ?? values, config, state)
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
  if (state.settings.bounds || !bounds.isValid()) return
  state.seen = state.seen ? state.seen.extend(bounds) : bounds
  map.fitBounds(state.seen.pad(0.05))
}

function features(data, values, config, state) {
  const count = data.features.length
  const paint = config.style === 'points' && !config.cluster && count > CANVAS_FROM ? L.canvas({ padding: 0.3 }) : null
  const drawn = L.geoJSON(data, {
    filter: feature => { feature.properties = joined(feature.properties, values); return feature.geometry !== null && !feature.properties.hidden },
    style: feature => lookOf(feature.properties, config, state),
    pointToLayer: (feature, at) => symbol(feature.properties, at, config, state, paint),
    onEachFeature: (feature, layer) => wire(feature.properties, layer, config, state, count <= FOCUS_UP_TO),
  })
  if (!config.cluster) return drawn
  return L.markerClusterGroup({ showCoverageOnHover: false, maxClusterRadius: 44, iconCreateFunction: heap => heapIcon(heap, state) }).addLayers(drawn.getLayers())
}

function heapIcon(heap, { settings: { words } }) {
  const box = make('span', null, 'mapa-monton')
  const number = make('span', heap.getChildCount())
  number.setAttribute('aria-hidden', 'true')
  box.append(number, make('span', words.places.replace('{n}', heap.getChildCount()), 'mapa-oculto'))
  return L.divIcon({ html: box, className: '', iconSize: [40, 40] })
}

function colourOf(p, config) {
  if (!config.edges) return config.colour
  const at = classOf(config.edges, p.value)
  return at === null ? null : config.colours[at]
}

function lookOf(p, config, state) {
  const colour = colourOf(p, config)
  if (config.style === 'lines') return { color: colour ?? NO_DATA, weight: 3, dashArray: colour ? null : '6 4' }
  const filled = config.style === 'choropleth'
  return {
    color: filled ? EDGE : (colour ?? NO_DATA), weight: filled ? 0.8 : 2, dashArray: filled || colour ? null : '5 4',
    fillColor: colour ?? `url(#${state.id}-trama)`, fillOpacity: filled ? 0.88 : 0.3,
  }
}

function symbol(p, at, config, state, paint) {
  const radius = p.rank ? Math.max(12, radiusOf(p.people)) : radiusOf(p.people)
  const colour = colourOf(p, config)
  const look = colour
    ? { color: EDGE, weight: 1, fillColor: colour, fillOpacity: 0.9 }
    : { color: NO_DATA, weight: 2, dashArray: '4 3', fillColor: '#fff', fillOpacity: 0.4 }
  if (paint) return L.circleMarker(at, { ...look, radius, renderer: paint })
  // A marker, since those are reached with Tab and heaped by themselves.
  const size = 2 * radius + 8
  const middle = `translate(${size / 2} ${size / 2})`
  const sign = inSvg('path', { d: config.drawing, transform: `${middle} scale(${radius})`, 'vector-effect': 'non-scaling-stroke', fill: look.fillColor, 'fill-opacity': look.fillOpacity, stroke: look.color, 'stroke-width': look.weight, 'stroke-dasharray': look.dashArray ?? 'none' })
  const svg = inSvg('svg', { width: size, height: size, 'aria-hidden': 'true' })
  svg.append(sign)
  if (p.rank) {
    const rank = inSvg('text', { transform: middle, dy: '.35em', class: 'mapa-puesto', fill: isDark(look.fillColor) ? '#fff' : '#23211e' })
    rank.textContent = p.rank
    svg.append(rank)
  }
  return L.marker(at, { icon: L.divIcon({ html: svg, className: 'mapa-punto', iconSize: [size, size] }), alt: '', riseOnHover: true, zIndexOffset: p.rank ? 1000 : -Math.round(radius * 20) })
}

// Dark by the weights of the eye (Rec. 601), for what is written on a colour.
function isDark(colour) {
  const [red, green, blue] = [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16))
  return 0.299 * red + 0.587 * green + 0.114 * blue < 140
}

function inSvg(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

function wire(p, layer, config, state, reachable) {
  const { lang, words } = state.settings
  const sentence = () => [p.name, hasValue(config) && said(p, config.unit, lang, words)].filter(Boolean).join(': ')
  layer.bindTooltip(() => make('span', sentence()), { sticky: true })
  // On a telephone the card must fit the map, its margins included.
  const { clientWidth, clientHeight } = state.box
  layer.bindPopup(() => card(p, config, state), { maxWidth: Math.min(280, clientWidth - 90), maxHeight: clientHeight - 50 })
  layer.on('popupopen', () => { layer.closeTooltip(); chosen(p, config, state) })
  if (layer.setStyle && config.style !== 'points') {
    const weight = layer.options.weight
    layer.on('mouseover', () => layer.setStyle({ weight: weight + 1.5 })).on('mouseout', () => layer.setStyle({ weight }))
  }
  layer.on('add', () => reach(layer, sentence(), reachable))
}

const hasValue = config => Boolean(config.edges || config.values)

// Shapes become buttons for the keyboard; a marker already is one and only lacks its name.
function reach(layer, sentence, reachable) {
  const element = layer.getElement?.()
  if (!element || element.dataset?.reach) return
  element.dataset.reach = 'yes'
  if (!reachable && !layer.getLatLng) { element.setAttribute('aria-hidden', 'true'); return }
  element.setAttribute('aria-label', sentence)
  if (layer.getLatLng) return
  element.setAttribute('role', 'button')
  element.setAttribute('tabindex', '0')
  element.addEventListener('keydown', event => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    layer.openPopup()
  })
}

function card(p, config, state) {
  const { lang, words } = state.settings
  const box = make('div', null, 'mapa-ficha')
  box.append(make('h3', p.name ?? p.code ?? config.label))
  if (hasValue(config) || p.text) box.append(make('p', said(p, config.unit, lang, words)))
  for (const [label, text] of p.lines ?? []) {
    const line = make('p')
    line.append(make('span', `${label}: `, 'mapa-suave'), String(text))
    box.append(line)
  }
  const href = safeHref(p.href)
  if (href) {
    const link = make('a', words.card)
    link.href = href
    link.target = '_top' // the map may stand in a frame
    box.append(link)
  }
  return box
}

function chosen(p, config, state) {
  const detail = { layer: config.code, code: p.code ?? null, name: p.name ?? null, href: safeHref(p.href) }
  state.box.dispatchEvent(new CustomEvent('sismuni:select', { bubbles: true, detail }))
}
