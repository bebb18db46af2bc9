// What this telephone asks of the town hall: its forms, its place, and what became of its documents.
import { t } from './words.js'

const PATIENCE = 60_000

export class Refused extends Error {
  constructor(status, message) { super(message); this.status = status }
}

export async function ask(address, options = {}, patience = PATIENCE) {
  const answer = await fetch(address, { cache: 'no-store', credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(patience), ...options })
  if (answer.ok) return answer
  throw new Refused(answer.status, await spoken(answer))
}

async function spoken(answer) {
  const text = await answer.text().catch(() => '')
  const said = /<message[^>]*>([^<]*)</.exec(text)?.[1]
  if (said) return new DOMParser().parseFromString(said, 'text/html').documentElement.textContent
  try {
    const problem = JSON.parse(text)
    return [problem.title ?? problem.message, problem.remedy ?? problem.detail].filter(Boolean).join(' ')
  } catch {
    return t('send.status', { status: answer.status })
  }
}

const tags = (element, name) => [...element.getElementsByTagNameNS('*', name)]
const said = (element, name) => tags(element, name)[0]?.textContent.trim() ?? ''
const xml = async answer => new DOMParser().parseFromString(await answer.text(), 'text/xml')
const path = address => new URL(address, location.href).pathname

export const who = token => ask(`/openrosa/${token}/who`).then(answer => answer.json())

// Bring the forms of this person and what stands beside them; ``told`` hears how far it is.
export async function refresh(desk, told = () => {}) {
  const listed = tags(await xml(await ask(`${desk.base}/formList`)), 'xform')
  for (const [at, entry] of listed.entries()) {
    told(at, listed.length)
    await bring(desk, entry)
  }
  const names = new Set(listed.map(entry => `${said(entry, 'formID')}@${said(entry, 'hash')}`))
  for (const form of desk.forms.values()) if (form.newest && !names.has(form.key)) await desk.keepForm({ ...form, newest: false })
  await desk.dropForms()
  const place = await (await ask(`${desk.base}/place`)).json()
  await desk.keepAccount({ ...place, refreshed: new Date().toISOString(), revoked: false })
  told(listed.length, listed.length)
}

async function bring(desk, entry) {
  const [id, hash] = [said(entry, 'formID'), said(entry, 'hash')], key = `${id}@${hash}`
  const there = desk.forms.get(key)
  const text = there?.xml ?? await (await ask(path(said(entry, 'downloadUrl')))).text()
  const files = {}
  for (const file of tags(await xml(await ask(path(said(entry, 'manifestUrl')))), 'mediaFile')) {
    const name = said(file, 'filename'), md5 = said(file, 'hash')
    // Another version of the form has mostly the same sounds.
    const old = there?.files[name]?.md5 === md5 ? there.files[name] : desk.known(name, md5)
    const found = old ?? await beside(desk, md5, path(said(file, 'downloadUrl')))
    if (found) files[name] = found
  }
  const same = there?.newest && JSON.stringify(there.files) === JSON.stringify(files)
  if (!same) await desk.keepForm({ key, id, hash, version: said(entry, 'version'), title: said(entry, 'name'), xml: text, files, newest: true })
}

// A sound or picture is kept apart from its form; one that the server lost does not hold up the form.
async function beside(desk, md5, address) {
  const answer = await ask(address).catch(error => {
    if (error.status === 404 && !/\.(csv|xml|geojson)$/i.test(address)) return null
    throw error
  })
  const type = answer?.headers.get('content-type') ?? ''
  if (!answer || !/^(audio|image|video)\//.test(type)) return answer && { md5, text: await answer.text() }
  await desk.keepMedia(md5, await answer.arrayBuffer())
  return { md5, type }
}

// What the server knows of these documents, and which others of this telephone it has.
export async function receipts(desk, ids) {
  const answer = await ask(`${desk.base}/receipts`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ documents: ids }),
  })
  return answer.json()
}

export async function carry(desk, parcel) {
  const answer = await ask(`${desk.base}/parcel`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: parcel }, 600_000)
  return answer.json()
}
