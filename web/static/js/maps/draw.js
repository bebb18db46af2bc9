// Draws the features of a layer: symbols, areas, their tooltips and cards. Leaflet is the global L.

import { classOf, joined, make, radiusOf, safeHref, said } from './values.js'

const CANVAS_FROM = 1500 // more points than this are painted, not drawn one by one
const FOCUS_UP_TO = 150 // more shapes than this are reached by the table, not by the Tab key
export const NO_DATA = '#8b8f98'
export const EDGE = '#5d6470'
const FAINT = 0.4
const NARROW = 480 // pixels of a map on a telephone

/** The features of a layer, coloured by its values; `state.named` learns where each stands. */
export function features(data, values, config, state) {
  const count = data.features.length
  const paint = config.style === 'points' && !config.cluster && count > CANVAS_FROM ? L.canvas({ padding: 0.3 }) : null
  const found = []
  const small = state.box.clientWidth < NARROW ? 0.75 : 1
  const most = Math.max(0, ...data.features.map(({ properties, own }) => joined(own ?? properties, values).people ?? 0))
  const drawn = L.geoJSON(data, {
    ...(config.under ? { pane: 'own', interactive: false, renderer: L.svg({ pane: 'own', padding: 0.5 }) } : {}),
    filter: feature => {
      feature.own ??= feature.properties
      feature.properties = joined(feature.own, values)
      return feature.geometry !== null && !feature.properties.hidden
    },
    style: feature => lookOf(feature.properties, config, state),
    pointToLayer: (feature, at) => symbol(feature.properties, at, config, { paint, most, small }),
    onEachFeature: (feature, layer) => {
      wire(feature.properties, layer, config, state, count <= FOCUS_UP_TO)
      found.push({ name: feature.properties.name, layer })
    },
  })
  state.named.set(config.code, found)
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

/** The colour of the class of a feature; null where its value is not known. */
export function colourOf(p, config) {
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

let pattern = null

/** The hatching of what is not known as a canvas paints it, the same as that of the page, at a scale. */
export function hatching(scale) {
  pattern ??= hatched()
  pattern.setTransform(new DOMMatrix([scale, 0, 0, scale, 0, 0]))
  return pattern
}

function hatched() {
  const tile = make('canvas')
  tile.width = tile.height = 8
  const pen = tile.getContext('2d')
  pen.fillStyle = '#f6f3ec'
  pen.fillRect(0, 0, 8, 8)
  pen.strokeStyle = '#a9a398'
  pen.lineWidth = 2
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8)
    pen.lineTo(shift + 8, 0)
  }
  pen.stroke()
  return pen.createPattern(tile, 'repeat')
}

function symbol(p, at, config, { paint, most, small }) {
  // A crowd is painted small; a telephone's map is half as wide, and symbols would cover each other.
  const grown = paint ? 3 : radiusOf(p.people, most) * small
  const radius = p.rank ? Math.max(12 * small, grown) : grown
  const colour = colourOf(p, config)
  const look = colour
    ? { color: EDGE, weight: 1, fillColor: colour, fillOpacity: p.old ? FAINT : 0.9 }
    : { color: NO_DATA, weight: 2, dashArray: '4 3', fillColor: '#fff', fillOpacity: 0.4 }
  if (paint) return L.circleMarker(at, { ...look, radius, renderer: paint })
  // A marker, since those are reached with Tab and heaped by themselves.
  const size = 2 * radius + 8
  const middle = `translate(${size / 2} ${size / 2})`
  const sign = inSvg('path', { d: config.drawing, transform: `${middle} scale(${radius})`, 'vector-effect': 'non-scaling-stroke', fill: look.fillColor, 'fill-opacity': look.fillOpacity, stroke: look.color, 'stroke-width': look.weight, 'stroke-dasharray': look.dashArray ?? 'none' })
  const svg = inSvg('svg', { width: size, height: size, 'aria-hidden': 'true' })
  svg.append(sign)
  if (p.rank) {
    const rank = inSvg('text', { transform: middle, dy: '.35em', class: 'mapa-puesto', fill: isDark(look.fillColor) && !p.old ? '#fff' : '#23211e' })
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

/** An element of SVG with its attributes. */
export function inSvg(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

function wire(p, layer, config, state, reachable) {
  const { lang, words } = state.settings
  const sentence = () => [p.name, hasValue(config) && said(p, config.unit, lang, words), p.old && words.old].filter(Boolean).join(': ')
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

const hrefOf = (p, config) => safeHref(p.href ?? config.hrefs?.replace('{code}', encodeURIComponent(p.code)))

/** What a feature says when it is opened. */
export function card(p, config, state) {
  const { lang, words } = state.settings
  const box = make('div', null, 'mapa-ficha')
  box.append(make('h3', p.name ?? p.code ?? config.label))
  if (hasValue(config) || p.text) box.append(make('p', said(p, config.unit, lang, words)))
  for (const [label, text] of p.lines ?? []) {
    const line = make('p')
    line.append(make('span', `${label}: `, 'mapa-suave'), String(text))
    box.append(line)
  }
  const href = hrefOf(p, config)
  if (href) {
    const link = make('a', words.card)
    link.href = href
    link.target = '_top' // the map may stand in a frame
    box.append(link)
  }
  return box
}

/** Tell the page which feature was opened. */
export function chosen(p, config, state) {
  const detail = { layer: config.code, code: p.code ?? null, name: p.name ?? null, href: hrefOf(p, config) }
  state.box.dispatchEvent(new CustomEvent('sismuni:select', { bubbles: true, detail }))
}
