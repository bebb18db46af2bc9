// The key of one person on this telephone. Everything that she writes is sealed with it before it
// touches the disk. The key itself is kept wrapped twice: by her PIN, and by the public key of the
// municipality, so that a forgotten PIN loses nothing.
const ROUNDS = 310_000 // PBKDF2 with SHA-256; half a second on a cheap telephone
const AES = { name: 'AES-GCM', length: 256 }
const USES = ['encrypt', 'decrypt']
const letters = new TextEncoder()

export const works = () => Boolean(globalThis.isSecureContext && globalThis.crypto?.subtle)
export const random = count => crypto.getRandomValues(new Uint8Array(count))

export function toBase64(buffer) {
  const bytes = new Uint8Array(buffer), parts = []
  for (let at = 0; at < bytes.length; at += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)))
  return btoa(parts.join(''))
}

export function fromBase64(text) {
  const raw = atob(text), bytes = new Uint8Array(raw.length)
  for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at)
  return bytes
}

async function ofPin(pin, salt, rounds) {
  const raw = await crypto.subtle.importKey('raw', letters.encode(pin), 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, raw, AES, false, ['wrapKey', 'unwrapKey'])
}

async function wrappedByPin(key, pin) {
  const salt = random(16), iv = random(12)
  const data = await crypto.subtle.wrapKey('raw', key, await ofPin(pin, salt, ROUNDS), { name: 'AES-GCM', iv })
  return { salt, rounds: ROUNDS, iv, data }
}

async function wrappedByTown(key, town) {
  const pair = { name: 'RSA-OAEP', hash: 'SHA-256' }
  const wrapping = await crypto.subtle.importKey('spki', fromBase64(town.key), pair, false, ['wrapKey'])
  return { id: town.id, data: await crypto.subtle.wrapKey('raw', key, wrapping, pair) }
}

// A new key: how it is kept, and the key itself.
export async function create(pin, town) {
  const key = await crypto.subtle.generateKey(AES, true, USES)
  return { lock: { pin: await wrappedByPin(key, pin), town: await wrappedByTown(key, town) }, key }
}

// The key, or null where the PIN is not hers.
export async function unlock(lock, pin, extractable = false) {
  const { salt, rounds, iv, data } = lock.pin
  const wrapping = await ofPin(pin, salt, rounds)
  try {
    return await crypto.subtle.unwrapKey('raw', data, wrapping, { name: 'AES-GCM', iv }, AES, extractable, USES)
  } catch {
    return null
  }
}

export async function changePin(lock, from, to) {
  const key = await unlock(lock, from, true)
  return key && { ...lock, pin: await wrappedByPin(key, to) }
}

// ``about`` names what is sealed: a piece put in the place of another does not open.
export async function seal(key, about, bytes) {
  const iv = random(12)
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: letters.encode(about) }, key, bytes)
  return { iv, data }
}

export const open = (key, about, { iv, data }) =>
  crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: letters.encode(about) }, key, data)
