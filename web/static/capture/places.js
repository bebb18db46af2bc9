// A place on the map of the district, which stands on the telephone: point, line or area. The map
// and the typed coordinates are those of the town hall's own pages.
import { fromGeoJSON, toGeoJSON, wake } from '../js/geometry-field.js'
import { el } from './dom.js'
import { t } from './words.js'

const outlines = new Map()

// XForms writes "lat lon height accuracy" and a semicolon between points.
export function toText(shape, kind, accuracy = 0) {
  const read = fromGeoJSON(shape)
  if (!read) return ''
  const points = kind === 'polygon' ? [...read.points, read.points[0]] : read.points
  return points.map(([lat, lon]) => `${lat} ${lon} 0 ${accuracy}`).join('; ')
}

export function toShape(text, kind) {
  const points = text.split(';').filter(each => each.trim()).map(each => each.trim().split(/\s+/).slice(0, 2).map(Number))
  return toGeoJSON(kind === 'polygon' ? points.slice(0, -1) : points, kind)
}

function outline(page) {
  const around = page.outline()
  if (!around) return ''
  if (!outlines.has(around)) outlines.set(around, URL.createObjectURL(new Blob([around], { type: 'application/json' })))
  return outlines.get(around)
}

export function place(node, id, page, kind) {
  const shape = toShape(node.currentState.instanceValue, kind)
  const stored = el('input', { type: 'hidden', value: shape ? JSON.stringify(shape) : '' })
  const words = Object.fromEntries(['point', 'line', 'polygon', 'undo', 'finish', 'clear', 'locate', 'map', 'tap', 'draw', 'done', 'few', 'locating', 'located', 'denied', 'unread', 'nomap'].map(key => [key, t(`place.${key}`)]))
  const typed = el('textarea', { id, className: 'in', rows: 3, spellcheck: false })
  const box = el('div', { className: 'geo', dataset: {
    geometry: kind, words: JSON.stringify(words), outline: outline(page),
    background: '/static/vendor/background.geojson', leaflet: '/static/vendor/leaflet/leaflet.js', leafletCss: '/static/vendor/leaflet/leaflet.css',
  } },
  stored, el('div', { className: 'tools', hidden: true }), el('div', { className: 'map', hidden: true }), el('p', { className: 'hint', role: 'status' }),
  el('details', { dataset: { text: '' } }, el('summary', {}, t('place.type')), el('p', { className: 'hint' }, t('place.typed')), typed))
  wake(box)
  stored.addEventListener('change', () => {
    const drawn = stored.value ? JSON.parse(stored.value) : null
    node.setValue(drawn ? toText(drawn, kind, Number(stored.dataset.accuracy ?? 0)) : '')
    page.changed(node)
  })
  return { element: box, group: true }
}
