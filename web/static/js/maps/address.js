// What a map shows lives in the address of its page, so that it can be sent, printed and come back to.

const VIEW = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?),(\d{1,2}(?:\.\d+)?)$/

/** Latitude, longitude and zoom of `vista`, or null where it is none. */
export function viewIn(search) {
  const found = VIEW.exec(new URLSearchParams(search).get('vista') ?? '')
  return found && Math.abs(found[1]) <= 90 && Math.abs(found[2]) <= 180 && found[3] <= 18 ? found.slice(1).map(Number) : null
}

/** The choices of an address with some of them changed; null or an empty list takes one away. */
export function changed(search, choices) {
  const query = new URLSearchParams(search)
  for (const [name, value] of Object.entries(choices)) {
    query.delete(name)
    for (const one of [value].flat()) if (one != null && one !== '') query.append(name, one)
  }
  // Commas read well in an address and mean nothing else there.
  return query.toString().replaceAll('%2C', ',')
}

/** Write choices into the address without a new page, and into the links that lead on with them. */
export function keep(box, choices) {
  const query = changed(location.search, choices)
  history.replaceState(history.state, '', `${location.pathname}${query ? `?${query}` : ''}${location.hash}`)
  for (const link of document.querySelectorAll('a[data-con-estado]')) {
    const to = new URL(link.href, location.href)
    link.href = `${to.pathname}?${changed(to.search, choices)}${to.hash}`
  }
  for (const form of document.querySelectorAll('form[action*="/imprimir"], form[action*="/datos."]')) hide(form, choices)
  box.dispatchEvent(new CustomEvent('sismuni:address', { bubbles: true }))
}

/** Keep what is seen, and which layers are on, in the address. */
export function follow(map, state) {
  map.on('moveend', () => {
    if (!state.moved) return
    const { lat, lng } = map.getCenter()
    keep(state.box, { vista: `${lat.toFixed(4)},${lng.toFixed(4)},${map.getZoom()}` })
  })
  // Only what a person moved is kept: opening a map is no choice.
  map.on('dragstart zoomstart keydown', () => { state.moved = state.opened })
  map.on('overlayadd overlayremove', () => setTimeout(() => {
    const on = state.layers.filter(({ config, group }) => config.slug && config.beside && map.hasLayer(group))
    keep(state.box, { con: on.map(({ config }) => config.slug) })
  }, 0))
}

// What paper and files are asked for with: the same choices, as hidden fields.
function hide(form, choices) {
  for (const [name, value] of Object.entries(choices)) {
    for (const old of form.querySelectorAll(`input[type=hidden][name="${name}"]`)) old.remove()
    for (const one of [value].flat()) {
      if (one == null || one === '') continue
      const field = document.createElement('input')
      Object.assign(field, { type: 'hidden', name, value: one })
      form.append(field)
    }
  }
}
