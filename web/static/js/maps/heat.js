// Where the points of a layer crowd: soft spots added up on a canvas. It helps the eye and tells no figure.

import { button, make } from './values.js'

const REACH = 1 / 24 // of the width of the map
const RAMP = [[0, '253,235,200'], [0.35, '247,195,123'], [0.6, '231,138,75'], [0.8, '196,78,51'], [1, '138,31,43']]

/** A button that shows and hides the crowd of the first layer that may be shown so; or null. */
export function crowd(map, state) {
  const one = state.layers.find(({ config }) => config.heat)
  if (!one) return null
  const { words } = state.settings
  let layer = null
  const found = button(words.heat, 'btn quiet', () => {
    if (layer) { layer.remove(); layer = null } else { layer = heatOf(one).addTo(map) }
    found.setAttribute('aria-pressed', String(Boolean(layer)))
    note.hidden = !layer
  })
  found.setAttribute('aria-pressed', 'false')
  const follow = () => {
    found.hidden = !map.hasLayer(one.group)
    if (found.hidden && layer) found.click()
  }
  map.on('layeradd layerremove', ({ layer: moved }) => { if (moved === one.group) follow() })
  const note = make('p', words.heat_note, 'mapa-nota')
  note.hidden = true
  follow()
  return { button: found, note }
}

function heatOf(one) {
  const Heat = L.Layer.extend({
    onAdd(map) {
      this.canvas = L.DomUtil.create('canvas', 'mapa-calor leaflet-zoom-hide')
      this.canvas.setAttribute('aria-hidden', 'true')
      map.getPane('overlayPane').append(this.canvas)
      map.on('moveend resize', this.paint, this)
      this.paint()
    },
    onRemove(map) {
      map.off('moveend resize', this.paint, this)
      this.canvas.remove()
    },
    paint() {
      const size = this._map.getSize()
      L.DomUtil.setPosition(this.canvas, this._map.containerPointToLayerPoint([0, 0]))
      Object.assign(this.canvas, { width: size.x, height: size.y })
      const spots = one.places().map(at => this._map.latLngToContainerPoint(at))
      paint(this.canvas.getContext('2d', { willReadFrequently: true }), spots, size)
    },
  })
  return new Heat()
}

function paint(context, spots, { x, y }) {
  if (!x || !y) return
  const reach = Math.max(14, x * REACH)
  for (const spot of spots) {
    const soft = context.createRadialGradient(spot.x, spot.y, 0, spot.x, spot.y, reach)
    soft.addColorStop(0, 'rgba(0,0,0,.4)')
    soft.addColorStop(1, 'rgba(0,0,0,0)')
    context.fillStyle = soft
    context.fillRect(spot.x - reach, spot.y - reach, 2 * reach, 2 * reach)
  }
  const colours = ramp()
  const image = context.getImageData(0, 0, x, y)
  const { data } = image
  for (let at = 3; at < data.length; at += 4) {
    if (!data[at]) continue
    const place = data[at] * 4
    data.set(colours.subarray(place, place + 3), at - 3)
    data[at] = Math.min(200, 60 + data[at])
  }
  context.putImageData(image, 0, 0)
}

function ramp() {
  const canvas = make('canvas')
  Object.assign(canvas, { width: 256, height: 1 })
  const context = canvas.getContext('2d')
  const line = context.createLinearGradient(0, 0, 256, 0)
  for (const [at, colour] of RAMP) line.addColorStop(at, `rgb(${colour})`)
  context.fillStyle = line
  context.fillRect(0, 0, 256, 1)
  return context.getImageData(0, 0, 256, 1).data
}
