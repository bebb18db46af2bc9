// What this telephone keeps. One database for all its people; each thing is sealed with its owner's
// key and put down whole in one transaction: after a cut there is the old one or the new one.
import { openDB } from '../vendor/idb.js'
import { open as unsealed, seal } from './vault.js'

const letters = new TextEncoder(), words = new TextDecoder()
let opening

export const database = () => opening ??= openDB('sismuni', 1, {
  upgrade(db) {
    db.createObjectStore('people', { keyPath: 'id' })
    db.createObjectStore('things', { keyPath: 'id' }).createIndex('kind', ['person', 'kind'])
    // What a neighbour's telephone handed over: sealed for the municipality, unreadable here.
    db.createObjectStore('parcels', { keyPath: 'id' })
  },
  // A newer version of the application in another tab must not wait for this one.
  blocking() { opening = undefined; this.close?.() },
})

export const people = async () => (await database()).getAll('people')
export const keepPerson = async person => (await database()).put('people', person)

export const parcels = async () => (await database()).getAll('parcels')
export const keepParcel = async parcel => (await database()).put('parcels', parcel)
export const dropParcel = async id => (await database()).delete('parcels', id)

// All that one person keeps, as it lies: sealed.
export const sealedThings = async person => {
  const db = await database(), found = []
  for (const kind of ['account', 'document', 'file']) found.push(...await db.getAllFromIndex('things', 'kind', [person, kind]))
  return found
}

export class Shelf {
  constructor(person, key) { Object.assign(this, { person, key }) }

  name(kind, id) { return `${this.person}/${kind}/${id}` }

  async putBytes(kind, id, bytes) {
    const name = this.name(kind, id), sealed = await seal(this.key, name, bytes)
    await (await database()).put('things', { id: name, person: this.person, kind, ...sealed })
  }

  async bytes(kind, id) {
    const name = this.name(kind, id), found = await (await database()).get('things', name)
    return found ? unsealed(this.key, name, found) : null
  }

  put(kind, id, value) { return this.putBytes(kind, id, letters.encode(JSON.stringify(value))) }

  async get(kind, id) {
    const bytes = await this.bytes(kind, id)
    return bytes && JSON.parse(words.decode(bytes))
  }

  async all(kind) {
    const found = await (await database()).getAllFromIndex('things', 'kind', [this.person, kind])
    return Promise.all(found.map(async thing => JSON.parse(words.decode(await unsealed(this.key, thing.id, thing)))))
  }

  async ids(kind) {
    const start = this.name(kind, '')
    return (await (await database()).getAllKeysFromIndex('things', 'kind', [this.person, kind])).map(id => id.slice(start.length))
  }

  async remove(kind, id) { await (await database()).delete('things', this.name(kind, id)) }
}
