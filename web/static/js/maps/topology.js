// TopoJSON put together again: shared borders come once, as steps on a grid. Pure.

/** A GeoJSON collection of the first object of a topology; anything else as it is. */
export function unfolded(found) {
  if (found?.type !== 'Topology') return found
  const arcs = found.arcs.map(arc => placed(arc, found.transform))
  return {
    type: 'FeatureCollection',
    features: geometriesOf(found).map(each => ({ type: 'Feature', id: each.id, properties: propertiesOf(each), geometry: shape(each, arcs) })),
  }
}

const geometriesOf = topology => Object.values(topology.objects)[0].geometries
const propertiesOf = ({ id, properties }) => ({ code: id, ...properties })

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

const MANY = 400 // from so many areas on, a position of each would cost more than the whole map
export const UNITS = 65536 // across the world, as the pixels of zoom 8: single precision holds to zoom 18

/**
 * The same as a sheet to paint from, or null where the areas are few: all positions of all borders in
 * one array (UNITS of Web Mercator from `origin`), where each border starts in it, and of each area its
 * properties, its rings of borders and its box.
 */
export function sheetOf(found) {
  if (found?.type !== 'Topology' || geometriesOf(found).length <= MANY) return null
  const areas = geometriesOf(found).filter(({ arcs }) => arcs)
  const starts = new Int32Array(found.arcs.length + 1)
  found.arcs.forEach((arc, at) => { starts[at + 1] = starts[at] + arc.length })
  const { positions, origin } = projected(found, starts.at(-1))
  const rings = areas.map(({ type, arcs }) => (type === 'Polygon' ? arcs : arcs.flat()))
  return { positions, starts, origin, rings, boxes: boxesOf(positions, starts, rings), places: areas.map(propertiesOf) }
}

const mercator = (east, north) => [(east / 360 + 0.5) * UNITS, (0.5 - Math.asinh(Math.tan(north * Math.PI / 180)) / (2 * Math.PI)) * UNITS]

/** Latitude and longitude of a position of a sheet. */
export function placeAt({ origin }, x, y) {
  const north = Math.atan(Math.sinh(Math.PI * (1 - 2 * (y + origin[1]) / UNITS)))
  return [north * 180 / Math.PI, ((x + origin[0]) / UNITS - 0.5) * 360]
}

function projected({ arcs, transform: { scale: [across, up], translate: [east, north] } }, count) {
  const positions = new Float32Array(2 * count)
  let origin = null
  let next = 0
  for (const arc of arcs) {
    let [x, y] = [0, 0]
    for (const [dx, dy] of arc) {
      const [right, down] = mercator((x += dx) * across + east, (y += dy) * up + north)
      origin ??= [right, down]
      positions[next++] = right - origin[0]
      positions[next++] = down - origin[1]
    }
  }
  return { positions, origin }
}

// West, north, east and south of each area, one after another.
function boxesOf(positions, starts, rings) {
  const boxes = new Float32Array(4 * rings.length)
  rings.forEach((all, at) => {
    const box = [Infinity, Infinity, -Infinity, -Infinity]
    for (const ring of all) {
      for (const walked of ring) {
        const arc = walked < 0 ? ~walked : walked
        for (let one = 2 * starts[arc]; one < 2 * starts[arc + 1]; one += 1) {
          const side = one % 2
          box[side] = Math.min(box[side], positions[one])
          box[side + 2] = Math.max(box[side + 2], positions[one])
        }
      }
    }
    boxes.set(box, 4 * at)
  })
  return boxes
}
