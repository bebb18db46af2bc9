// What lies under the layers: the land, pictures over it where there are any, and the limits.

import { keep } from './address.js'
import { make, read } from './values.js'

const PANES = { land: 140, pictures: 150, limits: 155, own: 160 } // own: the municipality's lines
const PLAIN = 'simple'
const DEEPEST = 18

/** Puts them in place; the grounds that a reader may choose from, by their name as HTML. */
export function under(map, box, { background, frame, tiles, tools, words }) {
  for (const [name, height] of Object.entries(PANES)) {
    const pane = map.createPane(name)
    pane.style.zIndex = height
    pane.style.pointerEvents = 'none'
  }
  drawn(map, background, 'land', { color: '#cfc8b8', weight: 1, fillColor: '#fbf9f4', fillOpacity: 1 })
  // Over pictures the limits are a line alone.
  drawn(map, frame, 'land', { stroke: false, fillColor: '#fff', fillOpacity: 0.9 })
  drawn(map, frame, 'limits', { color: '#6b655b', weight: 2, fill: false })
  const grounds = new Map([[PLAIN, L.layerGroup()], ...tiles.map(each => [each.key, pictures(each)])])
  const asked = tools ? new URLSearchParams(location.search).get('fondo') : null
  const first = grounds.get(asked) ?? grounds.get(tiles[0]?.key) ?? grounds.get(PLAIN)
  first.addTo(map)
  map.on('baselayerchange', ({ layer }) => {
    for (const [key, ground] of grounds) if (ground === layer) keep(box, { fondo: key })
  })
  const named = [[words.plain, grounds.get(PLAIN)], ...tiles.map(each => [each.label, grounds.get(each.key)])]
  return Object.fromEntries(named.map(([label, ground]) => [escaped(label), ground]))
}

function pictures({ url, source, zooms: [first, last], box }) {
  return L.tileLayer(url, {
    pane: 'pictures',
    attribution: escaped(source),
    // One zoom farther out four pictures stand for one; farther still they would be too many.
    minZoom: Math.max(0, first - 1),
    minNativeZoom: first,
    maxNativeZoom: Math.min(last, DEEPEST),
    maxZoom: DEEPEST,
    bounds: box ? [[box[1], box[0]], [box[3], box[2]]] : undefined,
  })
}

// Missing without harm.
async function drawn(map, url, pane, style) {
  const found = url ? await read(url).catch(() => null) : null
  if (found) L.geoJSON(found, { pane, interactive: false, renderer: L.svg({ pane, padding: 0.5 }), style }).addTo(map)
}

export const escaped = text => make('span', text).innerHTML
