// Two maps side by side that move as one.

const opened = new Map()

/** Note a map by its name; the second of a pair binds both. */
export function together(map, id, partner) {
  opened.set(id, map)
  const other = opened.get(partner)
  if (!other) return
  bind(map, other)
  bind(other, map)
}

function bind(from, to) {
  from.on('move', () => {
    if (from.led) return
    to.led = true
    to.setView(from.getCenter(), from.getZoom(), { animate: false })
    to.led = false
  })
}
