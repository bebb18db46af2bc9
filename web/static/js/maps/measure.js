// Measures a way or a surface in metres, by touching the map or with the keyboard.

import { button, make } from './values.js'

const AXIS = 6378137 // WGS 84
const FLATNESS = 0.00669437999014 // its first eccentricity, squared
const COLOUR = '#6a1b9a'

// The curvature of the ellipsoid at a latitude: metres a radian to the north and to the east.
// Over a district the plane that touches it there errs by less than a ten-thousandth.
function plane(points) {
  const middle = points.reduce((sum, { lat }) => sum + lat, 0) / points.length * Math.PI / 180
  const bend = 1 - FLATNESS * Math.sin(middle) ** 2
  const north = AXIS * (1 - FLATNESS) / bend ** 1.5
  const east = AXIS / Math.sqrt(bend) * Math.cos(middle)
  return points.map(({ lat, lng }) => [lng * Math.PI / 180 * east, lat * Math.PI / 180 * north])
}

/** Length of a way in metres, each stretch on the plane at its own latitude. */
export function lengthOf(points) {
  let metres = 0
  for (let at = 1; at < points.length; at += 1) {
    const [[x0, y0], [x1, y1]] = plane([points[at - 1], points[at]])
    metres += Math.hypot(x1 - x0, y1 - y0)
  }
  return metres
}

/** Surface inside a way that closes itself, in square metres. */
export function areaOf(points) {
  if (points.length < 3) return 0
  const flat = plane(points)
  const twice = flat.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = flat[(at + 1) % flat.length]
    return sum + (x - flat[0][0]) * (nextY - flat[0][1]) - (nextX - flat[0][0]) * (y - flat[0][1])
  }, 0)
  return Math.abs(twice) / 2
}

/** Metres up to a kilometre, then kilometres. */
export function distanceText(metres, lang) {
  const km = metres >= 1000
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: km ? 2 : 0 })
  return `${number.format(km ? metres / 1000 : metres)}\u00a0${km ? 'km' : 'm'}`
}

/** Square metres, with hectares from one on. */
export function areaText(squareMetres, lang) {
  const number = digits => new Intl.NumberFormat(lang, { maximumFractionDigits: digits })
  const plain = `${number(0).format(squareMetres)}\u00a0m²`
  return squareMetres < 10000 ? plain : `${plain} (${number(2).format(squareMetres / 10000)}\u00a0ha)`
}

/** Two buttons that begin to measure, and the panel of what is measured. */
export function measurer(map, state) {
  const { words } = state.settings
  const panel = make('div', null, 'mapa-medida')
  panel.hidden = true
  let end = null
  const start = (button_, closed) => {
    const again = end?.button === button_
    end?.stop()
    end = again ? null : measuring(map, state, panel, { button: button_, closed, over: () => { end = null } })
  }
  const make_ = (text, closed) => {
    const found = button(text, 'btn quiet', () => start(found, closed))
    found.setAttribute('aria-pressed', 'false')
    return found
  }
  return { buttons: [make_(words.distance, false), make_(words.area, true)], panel }
}

function measuring(map, state, panel, { button: pressed, closed, over }) {
  const { lang, words } = state.settings
  const points = []
  const shape = (closed ? L.polygon : L.polyline)([], { color: COLOUR, weight: 4, fillOpacity: 0.15, interactive: false, renderer: L.svg() }).addTo(map)
  const dots = L.layerGroup().addTo(map)
  const told = make('output', closed ? areaText(0, lang) : distanceText(0, lang), 'mapa-medido')
  const cross = make('span', '+', 'mapa-mira')
  cross.setAttribute('aria-hidden', 'true')
  const show = () => {
    shape.setLatLngs(points)
    dots.clearLayers()
    for (const at of points) L.circleMarker(at, { radius: 5, color: COLOUR, fillColor: '#fff', fillOpacity: 1, interactive: false, renderer: L.svg() }).addTo(dots)
    told.textContent = closed ? areaText(areaOf(points), lang) : distanceText(lengthOf(points), lang)
  }
  const add = at => { points.push(at); show() }
  const onClick = ({ latlng }) => add(latlng)
  const onKey = event => {
    if (event.target !== state.box) return
    if (event.key === 'Enter') { event.preventDefault(); add(map.getCenter()) }
    if (event.key === 'Escape') stop()
  }
  const stop = () => {
    map.off('click', onClick)
    state.box.removeEventListener('keydown', onKey)
    map.doubleClickZoom.enable()
    shape.remove()
    dots.remove()
    cross.remove()
    state.box.classList.remove('midiendo')
    panel.hidden = true
    panel.replaceChildren()
    pressed.setAttribute('aria-pressed', 'false')
    over()
  }
  map.closePopup()
  map.doubleClickZoom.disable()
  map.on('click', onClick)
  state.box.addEventListener('keydown', onKey)
  state.box.append(cross)
  state.box.classList.add('midiendo') // signs let the touch through to the map
  pressed.setAttribute('aria-pressed', 'true')
  const centre = button(words.mark_centre, 'btn quiet', () => add(map.getCenter()))
  const back = button(words.undo, 'btn quiet', () => { points.pop(); show() })
  panel.replaceChildren(make('p', words.measuring), told, centre, back, button(words.stop, 'btn quiet', stop))
  told.setAttribute('aria-live', 'polite')
  panel.hidden = false
  return { button: pressed, stop }
}
