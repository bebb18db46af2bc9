// Marks a place on a map by touch, or as typed "latitud, longitud" lines; both say the same GeoJSON.
let leaflet
const loadLeaflet = (script, style) => leaflet ??= new Promise((resolve, reject) => {
  document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: style }))
  document.head.append(Object.assign(document.createElement('script'), { src: script, onload: () => resolve(window.L), onerror: reject }))
})
const fetched = new Map()
const shapes = url => fetched.get(url) ?? fetched.set(url, fetch(url).then(r => r.ok ? r.json() : null).catch(() => null)).get(url)
const round = degrees => Number(degrees.toFixed(6)) // a tenth of a metre; more would be invented

export function toGeoJSON(points, kind) {
  const at = points.map(([lat, lon]) => [round(lon), round(lat)])
  if (!at.length || (kind === 'point' ? at.length !== 1 : at.length < (kind === 'line' ? 2 : 3))) return null
  if (kind === 'point') return { type: 'Point', coordinates: at[0] }
  if (kind === 'line') return { type: 'LineString', coordinates: at }
  return { type: 'Polygon', coordinates: [[...at, at[0]]] }
}

export function fromGeoJSON(shape) {
  const at = shape?.coordinates
  const read = { Point: ['point', () => [at]], LineString: ['line', () => at], Polygon: ['polygon', () => at[0].slice(0, -1)] }[shape?.type]
  return read ? { kind: read[0], points: read[1]().map(([lon, lat]) => [lat, lon]) } : null
}

export function fromText(text) {
  const points = []
  for (const [n, line] of text.split('\n').entries()) {
    if (!line.trim()) continue
    const numbers = ((line.match(/,/g) ?? []).length > 1 ? line.replace(/(\d),(\d)/g, '$1.$2') : line).match(/[-+]?\d+(\.\d+)?/g)?.map(Number) ?? []
    if (numbers.length !== 2 || Math.abs(numbers[0]) > 90 || Math.abs(numbers[1]) > 180) return { wrong: n + 1 }
    points.push(numbers)
  }
  return { points }
}

export function wake(box) {
  const words = JSON.parse(box.dataset.words)
  const [stored, text] = [box.querySelector('input[type=hidden]'), box.querySelector('textarea')]
  const [tools, frame, told] = [box.querySelector('.tools'), box.querySelector('.map'), box.querySelector('[role=status]')]
  const details = box.querySelector('[data-text]')
  const kinds = box.dataset.geometry.split(' ')
  let kind = kinds[0], points = [], map, layer

  const say = message => { told.textContent = message }
  const button = (word, act) => {
    const made = Object.assign(document.createElement('button'), { type: 'button', className: 'btn quiet', textContent: words[word] })
    made.addEventListener('click', act)
    tools.append(made)
    return made
  }
  const choice = kinds.length > 1 ? kinds.map(each => button(each, () => { choose(each); store() })) : []
  const finish = kinds.some(each => each !== 'point') && button('finish', () => {
    say(toGeoJSON(points, kind) ? words.done : words.few)
    if (points.length && map) map.fitBounds(layer.getBounds(), { maxZoom: 16, padding: [30, 30] })
  })
  button('undo', () => { points = points.slice(0, -1); store() })
  button('clear', () => { points = []; store() })
  if (navigator.geolocation && isSecureContext) button('locate', locate)

  function choose(next) {
    kind = next
    if (kind === 'point') points = points.slice(-1)
    choice.forEach((made, n) => made.setAttribute('aria-pressed', kinds[n] === kind))
    if (finish) finish.hidden = kind === 'point'
    say(kind === 'point' ? words.tap : words.draw)
  }

  function store(writeText = true) {
    const shape = toGeoJSON(points, kind)
    stored.value = shape ? JSON.stringify(shape) : ''
    if (writeText) text.value = points.map(([lat, lon]) => `${round(lat)}, ${round(lon)}`).join('\n')
    draw()
    stored.dispatchEvent(new Event('change', { bubbles: true }))
  }

  function read() {
    let shape = null
    try { shape = fromGeoJSON(JSON.parse(stored.value)) } catch { /* nothing marked yet */ }
    const typed = shape ?? { kind: kinds[0], points: fromText(text.value).points ?? [] }
    points = typed.points
    choose(typed.kind)
    if (shape) say(words.done)
    draw()
  }

  function add(at, accuracy = 0) {
    stored.dataset.accuracy = Math.round(accuracy) // in metres; 0 where a person pointed
    points = kind === 'point' ? [at] : [...points, at]
    say(kind === 'point' ? words.done : words.draw)
    store()
  }

  function locate() {
    say(words.locating)
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      add([coords.latitude, coords.longitude], coords.accuracy)
      map?.setView([coords.latitude, coords.longitude], Math.max(map.getZoom(), 15))
      say(words.located.replace('{m}', Math.round(coords.accuracy)))
    }, () => { say(words.denied); details.open = true }, { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 })
  }

  function draw() {
    if (!map) return
    const L = window.L
    layer.clearLayers()
    const look = { color: '#8f2d20', weight: 3, fillOpacity: .2, interactive: false }
    if (kind === 'line') L.polyline(points, look).addTo(layer)
    if (kind === 'polygon' && points.length > 1) L.polygon(points, look).addTo(layer)
    points.forEach((at, n) => {
      const dot = L.marker(at, { draggable: true, keyboard: false, alt: `${n + 1}`, icon: L.divIcon({ className: 'geo-dot', iconSize: [20, 20] }) }).addTo(layer)
      dot.on('dragend', () => { const { lat, lng } = dot.getLatLng(); points[n] = [lat, lng]; store() })
    })
  }

  async function openMap() {
    const L = await loadLeaflet(box.dataset.leaflet, box.dataset.leafletCss)
    frame.hidden = tools.hidden = false
    frame.setAttribute('role', 'application')
    frame.setAttribute('aria-label', words.map)
    map = L.map(frame, { attributionControl: false, maxZoom: 19, zoomSnap: .5 }).setView([-9.3, -75], 5)
    map.zoomControl.setPosition('topright')
    layer = L.featureGroup().addTo(map)
    map.on('click', ({ latlng }) => add([latlng.lat, latlng.lng]))
    draw()
    const still = color => ({ interactive: false, style: { color, weight: 1.5, fillColor: '#fff', fillOpacity: .6 } })
    const [background, outline] = await Promise.all([shapes(box.dataset.background), box.dataset.outline ? shapes(box.dataset.outline) : null])
    if (background) L.geoJSON(background, still('#cfc7b6')).addTo(map).bringToBack()
    const district = outline && L.geoJSON(outline, still('#85817a')).addTo(map)
    if (points.length) map.fitBounds(layer.getBounds(), { maxZoom: 16, padding: [30, 30] })
    else if (district?.getBounds().isValid()) map.fitBounds(district.getBounds(), { padding: [10, 10] })
  }

  text.addEventListener('input', () => {
    const typed = fromText(text.value)
    if (typed.wrong) return say(words.unread.replace('{n}', typed.wrong))
    points = typed.points
    if (kinds.length > 1) choose(kinds[0] === 'point' && points.length < 2 ? 'point' : kind === 'point' ? kinds[1] : kind)
    say(!points.length || toGeoJSON(points, kind) ? '' : words.few)
    store(false)
    if (points.length && map) map.fitBounds(layer.getBounds(), { maxZoom: 16 })
  })
  box.addEventListener('sismuni:filled', read)
  read()

  // A map is heavy on a slow line: it opens when its field comes into sight.
  const open = () => openMap().catch(() => { say(words.nomap); details.open = true })
  const watcher = new IntersectionObserver(seen => { if (seen.some(one => one.isIntersecting)) { watcher.disconnect(); open() } }, { rootMargin: '200px' })
  watcher.observe(box)
}
