// Many areas with shared borders, painted from their sheet: one path for each colour, one for all
// borders. Leaflet keeps a point, a position and a layer for every corner; this keeps two numbers.

import { EDGE, NO_DATA, card, chosen, colourOf, hatching } from './draw.js'
import { UNITS, placeAt } from './topology.js'
import { joined, make, said } from './values.js'

const MARKED = 2 // pixels of the border of the area that is pointed at

/** The areas of a sheet, coloured by their values; `state.named` learns where each stands. */
export function areas(sheet, values, config, state) {
  const told = sheet.places.map(properties => joined(properties, values))
  const layer = new (painted())(sheet, told, config)
  const { lang, words } = state.settings
  const { clientWidth, clientHeight } = state.box
  const sentence = () => make('span', `${told[layer.at].name}: ${said(told[layer.at], config.unit, lang, words)}`)
  layer.bindTooltip(sentence, { sticky: true })
  layer.bindPopup(() => card(told[layer.at], config, state), { maxWidth: Math.min(280, clientWidth - 90), maxHeight: clientHeight - 50 })
  layer.on('popupopen', () => { layer.closeTooltip(); chosen(told[layer.at], config, state) })
  layer.on('mouseover mousemove', () => { if (layer.mark(layer.at)) layer.setTooltipContent(sentence) })
  layer.on('mouseout', () => layer.mark(null))
  const found = told.map((one, at) => ({ name: one.name, layer: handle(layer, at) }))
  state.named.set(config.code, found.filter((_, at) => !told[at].hidden))
  const handles = new Set(found.map(one => one.layer))
  layer.hasLayer = one => handles.has(one)
  return layer
}

// What the search holds of one area: where it lies and how its card opens.
const handle = (layer, at) => ({
  getBounds: () => layer.boundsOf(at),
  openPopup: () => { layer.at = at; layer.openPopup(layer.boundsOf(at).getCenter()) },
})

let kind = null
function painted() {
  kind ??= L.Path.extend({
    initialize(sheet, told, config) {
      const filled = config.style === 'choropleth'
      const line = filled ? EDGE : config.colour ?? NO_DATA
      L.setOptions(this, { renderer: L.canvas({ padding: 0.3 }), weight: MARKED })
      Object.assign(this, { sheet, line, opacity: filled ? 0.88 : 0.3, at: null, marked: null })
      this.shown = told.map(one => !one.hidden)
      this.inks = inksOf(sheet, told, config)
      this.borders = bordersOf(sheet)
    },
    boundsOf(at) {
      const [west, north, east, south] = boxOf(this.sheet, at)
      return L.latLngBounds(placeAt(this.sheet, west, south), placeAt(this.sheet, east, north))
    },
    getBounds() { return this.boundsOf(null) },
    /** Mark the area that is pointed at, or none; whether that is another than before. */
    mark(at) {
      const before = this.marked
      if (at === before) return false
      this.marked = at
      // Only where the two lie is painted anew.
      for (const one of [before, at]) {
        if (one === null) continue
        this._pxBounds = this._pixels(one)
        this._renderer._requestRedraw(this)
      }
      this._pxBounds = this._pixels(null)
      return at !== null
    },
    _project() {
      const origin = this._map.getPixelOrigin()
      this.scale = this._map.options.crs.scale(this._map.getZoom()) / UNITS
      this.shift = L.point(this.sheet.origin).multiplyBy(this.scale).subtract(origin)
      this._pxBounds = this._pixels(null)
    },
    _update() {},
    _updatePath() { paint(this._renderer._ctx, this) },
    _containsPoint(point) {
      const { x, y } = point.subtract(this.shift).divideBy(this.scale)
      this.at = areaAt(this, x, y)
      return this.at !== null
    },
    _pixels(at) {
      const [west, north, east, south] = boxOf(this.sheet, at)
      const place = (x, y) => L.point(x, y).multiplyBy(this.scale).add(this.shift)
      return L.bounds(place(west, north), place(east, south))
    },
  })
  return kind
}

// The box of one area, or of all.
function boxOf({ boxes }, at) {
  if (at !== null) return boxes.subarray(4 * at, 4 * at + 4)
  const box = [Infinity, Infinity, -Infinity, -Infinity]
  boxes.forEach((side, one) => { box[one % 4] = one % 4 < 2 ? Math.min(box[one % 4], side) : Math.max(box[one % 4], side) })
  return box
}

function paint(pen, { scale, shift, inks, borders, opacity, line, marked, sheet, _map }) {
  pen.save()
  pen.transform(scale, 0, 0, scale, shift.x, shift.y)
  pen.globalAlpha = opacity
  for (const [colour, path] of inks) {
    pen.fillStyle = colour ?? hatching(1 / scale)
    pen.fill(path, 'evenodd')
  }
  pen.globalAlpha = 1
  pen.lineJoin = 'round'
  pen.strokeStyle = line
  // So many borders are thin from afar: else they are all that is seen.
  pen.lineWidth = (_map.getZoom() < 8 ? 0.3 : 0.8) / scale
  pen.stroke(borders)
  if (marked !== null) {
    pen.lineWidth = MARKED / scale
    pen.stroke(pathOf(sheet, marked))
  }
  pen.restore()
}

// One path for all areas of a colour: what touches within it leaves no seam.
function inksOf(sheet, told, config) {
  const inks = new Map()
  told.forEach((one, at) => {
    if (one.hidden) return
    const colour = colourOf(one, config)
    if (!inks.has(colour)) inks.set(colour, new Path2D())
    walk(inks.get(colour), sheet, at)
  })
  return inks
}

function bordersOf({ positions, starts }) {
  const path = new Path2D()
  for (let arc = 0; arc + 1 < starts.length; arc += 1) {
    for (let one = starts[arc]; one < starts[arc + 1]; one += 1) {
      path[one === starts[arc] ? 'moveTo' : 'lineTo'](positions[2 * one], positions[2 * one + 1])
    }
  }
  return path
}

function pathOf(sheet, at) {
  const path = new Path2D()
  walk(path, sheet, at)
  return path
}

function walk(path, { positions, starts, rings }, at) {
  for (const ring of rings[at]) {
    let begun = false
    for (const walked of ring) {
      const back = walked < 0
      const arc = back ? ~walked : walked
      const count = starts[arc + 1] - starts[arc]
      for (let turn = begun ? 1 : 0; turn < count; turn += 1) {
        const one = 2 * (back ? starts[arc + 1] - 1 - turn : starts[arc] + turn)
        path[begun ? 'lineTo' : 'moveTo'](positions[one], positions[one + 1])
        begun = true
      }
    }
  }
}

let pen = null
function areaAt({ sheet, shown }, x, y) {
  pen ??= make('canvas').getContext('2d')
  const { boxes } = sheet
  for (let at = 0; at < shown.length; at += 1) {
    const one = 4 * at
    if (!shown[at] || x < boxes[one] || y < boxes[one + 1] || x > boxes[one + 2] || y > boxes[one + 3]) continue
    if (pen.isPointInPath(pathOf(sheet, at), x, y, 'evenodd')) return at
  }
  return null
}
