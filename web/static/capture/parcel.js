// A file that carries everything a person keeps on this telephone to the town hall by hand: on a
// memory, or through a neighbour's telephone. It holds what lies on the disk, sealed as it is, with
// the key wrapped for the municipality: who carries it cannot read it, and it opens without the PIN.
import { sealedThings } from './shelf.js'
import { fromBase64, toBase64 } from './vault.js'

export const FORMAT = 'sismuni-parcel'

export async function pack(person) {
  const things = (await sealedThings(person.id)).map(({ id, kind, iv, data }) => ({ id, kind, iv: toBase64(iv), data: toBase64(data) }))
  const { id, data } = person.lock.town
  return JSON.stringify({ format: FORMAT, version: 1, made: new Date().toISOString(), person: person.id, label: person.label, key: { id, wrapped: toBase64(data) }, things })
}

export function read(text) {
  try {
    const parcel = JSON.parse(text)
    return parcel.format === FORMAT && Array.isArray(parcel.things) && fromBase64(parcel.key.wrapped).length ? parcel : null
  } catch {
    return null
  }
}

export const fileName = person => `sismuni-${person.label.normalize('NFD').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '').toLowerCase()}-${new Date().toISOString().slice(0, 10)}.json`
