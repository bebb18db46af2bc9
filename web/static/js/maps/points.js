// Points of vector tiles as dots on a canvas: a hundred thousand places cost one picture a tile.
// Whoever points at a dot reads its name; from LABELLED on the names stand beside the dots.

import { PbfReader } from '../../vendor/pbf.js'
import { VectorTile } from '../../vendor/vector-tile.js'
import { make } from './values.js'

const SIZE = 256
const REACH = 12
const LABELLED = 12

export function pointTiles(map, config, state, fail) {
  const tiles = new Map()
  const said = document.getElementById(`${state.id}-aviso`)
  const { preparing } = state.settings.words
  const wait = () => { said.textContent = preparing }
  const layer = new (grid(config, tiles, wait))({ minNativeZoom: config.zooms[0], maxNativeZoom: config.zooms[1], maxZoom: 18, keepBuffer: 1 })
  layer.on('tileunload', ({ coords }) => tiles.delete(keyOf(coords))).on('tileerror', fail)
  layer.on('load', () => { if (said.textContent === preparing) said.textContent = '' })
  layer.on('load', () => map.getContainer().dispatchEvent(new CustomEvent('sismuni:drawn', { bubbles: true, detail: { layer: config.code } })))
  const tip = L.tooltip({ direction: 'top', offset: [0, -6], opacity: 1 })
  const over = ({ latlng }) => {
    const found = nearest(map, layer, tiles, latlng)
    map.getContainer().classList.toggle('sobre-punto', Boolean(found))
    if (found) tip.setLatLng(found.at).setContent(make('span', found.name)).addTo(map)
    else tip.remove()
  }
  const open = ({ latlng }) => {
    const found = nearest(map, layer, tiles, latlng)
    if (found) L.popup().setLatLng(found.at).setContent(card(found, config, state)).openOn(map)
  }
  layer.on('add', () => map.on('mousemove', over).on('click', open))
  layer.on('remove', () => { tip.remove(); map.off('mousemove', over).off('click', open) })
  layer.getBounds = () => L.latLngBounds([])
  return layer
}

function grid(config, tiles, wait) {
  return L.GridLayer.extend({
    createTile(coords, done) {
      const canvas = make('canvas')
      canvas.width = canvas.height = SIZE * devicePixelRatio
      load(config, coords, wait).then(points => {
        tiles.set(keyOf(coords), points)
        paint(canvas, points, config.colour, coords.z)
        done(null, canvas)
      }, error => done(error, canvas))
      return canvas
    },
  })
}

// The first time somebody asks after an import, the tiles are still being drawn: a minute at most.
async function load(config, { x, y, z }, wait, tries = 20) {
  if (x < 0 || y < 0 || x >= 2 ** z || y >= 2 ** z) return []
  const answer = await fetch(config.url.replace('{z}', z).replace('{y}', y).replace('{x}', x))
  if (answer.status === 204 || answer.status === 404) return []
  if (answer.status === 503 && tries) {
    wait()
    await new Promise(resolve => { setTimeout(resolve, 3000) })
    return load(config, { x, y, z }, wait, tries - 1)
  }
  if (!answer.ok) throw new Error(`${answer.status}`)
  return pointsOf(new Uint8Array(await answer.arrayBuffer()))
}

// What a tile holds: place within it from 0 to 1, code and name.
export function pointsOf(bytes) {
  const found = []
  for (const layer of Object.values(new VectorTile(new PbfReader(bytes)).layers)) {
    for (let at = 0; at < layer.length; at += 1) {
      const feature = layer.feature(at)
      const { code, name } = feature.properties
      for (const [point] of feature.loadGeometry()) found.push({ x: point.x / layer.extent, y: point.y / layer.extent, code, name })
    }
  }
  return found
}

function paint(canvas, points, colour, zoom) {
  const pen = canvas.getContext('2d')
  pen.scale(devicePixelRatio, devicePixelRatio)
  const radius = zoom < 7 ? 1.3 : zoom < 10 ? 2 : 3.5
  pen.fillStyle = colour
  pen.globalAlpha = zoom < 9 ? 0.7 : 1
  for (const { x, y } of points) {
    pen.beginPath()
    pen.arc(x * SIZE, y * SIZE, radius, 0, 2 * Math.PI)
    pen.fill()
  }
  if (zoom >= LABELLED) label(pen, points)
}

// Names that would cover another are left out: a click still says them.
function label(pen, points) {
  const taken = []
  pen.font = '12px system-ui, sans-serif'
  pen.lineWidth = 3
  pen.strokeStyle = '#fff'
  pen.fillStyle = '#23211e'
  for (const { x, y, name } of points) {
    // A tile is painted by itself: what went over its edge would be cut there.
    const line = Math.min(Math.max(y * SIZE + 4, 12), SIZE - 4)
    const wide = pen.measureText(name).width
    const left = x * SIZE + 6 + wide <= SIZE ? x * SIZE + 6 : x * SIZE - 6 - wide
    const box = [left, line - 12, left + wide, line + 3]
    if (left < 0 || taken.some(other => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue
    taken.push(box)
    pen.strokeText(name, left, line)
    pen.fillText(name, left, line)
  }
}

const keyOf = ({ x, y, z }) => `${z}/${x}/${y}`

// The place nearest to a point of the map, within reach of a finger.
function nearest(map, layer, tiles, latlng) {
  const zoom = layer._tileZoom
  if (zoom === undefined) return null
  const native = layer._clampZoom(zoom)
  const scale = 2 ** (map.getZoom() - native)
  const where = map.project(latlng, native)
  const [column, row] = [Math.floor(where.x / SIZE), Math.floor(where.y / SIZE)]
  let best = null
  let least = REACH / scale
  for (let dx = -1; dx <= 1; dx += 1) {
    for (let dy = -1; dy <= 1; dy += 1) {
      const [x, y] = [column + dx, row + dy]
      for (const point of tiles.get(`${native}/${x}/${y}`) ?? []) {
        const far = Math.hypot((x + point.x) * SIZE - where.x, (y + point.y) * SIZE - where.y)
        if (far < least) [least, best] = [far, { ...point, at: map.unproject([(x + point.x) * SIZE, (y + point.y) * SIZE], native) }]
      }
    }
  }
  return best
}

function card({ code, name }, config, state) {
  const box = make('div', null, 'mapa-ficha')
  box.append(make('b', name), make('p', code))
  const link = make('a', state.settings.words.card)
  link.href = `/lugares?q=${encodeURIComponent(code)}`
  box.append(link)
  return box
}
