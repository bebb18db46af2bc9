// TopoJSON put together again: shared borders come once, as steps on a grid. Pure.

/** A GeoJSON collection of the first object of a topology; anything else as it is. */
export function unfolded(found) {
  if (found?.type !== 'Topology') return found
  const arcs = found.arcs.map(arc => placed(arc, found.transform))
  const { geometries } = Object.values(found.objects)[0]
  return {
    type: 'FeatureCollection',
    features: geometries.map(each => ({ type: 'Feature', id: each.id, properties: { code: each.id, ...each.properties }, geometry: shape(each, arcs) })),
  }
}

function placed(arc, { scale: [across, up], translate: [east, north] }) {
  let [x, y] = [0, 0]
  return arc.map(([dx, dy]) => [(x += dx) * across + east, (y += dy) * up + north])
}

function shape({ type, arcs: walked }, arcs) {
  if (type === 'Polygon') return { type, coordinates: walked.map(ring => line(ring, arcs)) }
  if (type === 'MultiPolygon') return { type, coordinates: walked.map(part => part.map(ring => line(ring, arcs))) }
  return null
}

// An arc by its complement is walked backwards; the joint of two stands once.
function line(walked, arcs) {
  return walked.flatMap((at, turn) => {
    const arc = at < 0 ? arcs[~at].slice().reverse() : arcs[at]
    return turn ? arc.slice(1) : arc
  })
}
