// Sends what is finished, again and again until the town hall has it, and asks what became of it.
// A document leaves the queue only by 201 or 202: the server has it on its disk.
import { DONE, SENT } from './desk.js'
import { ask, receipts, Refused } from './server.js'
import { random } from './vault.js'

const FIRST = 5_000, LONGEST = 900_000, SPLIT = 200_000, PATIENCE = 600_000
const letters = new TextEncoder()

export class Outbox extends EventTarget {
  constructor(desk) {
    super()
    Object.assign(this, { desk, running: null, failures: 0, timer: 0, state: 'idle', total: 0, left: 0 })
    this.online = () => { this.failures = 0; this.kick() }
    addEventListener('online', this.online)
  }

  close() {
    this.closed = true
    removeEventListener('online', this.online)
    clearTimeout(this.timer)
  }

  tell(state) { this.state = state; this.dispatchEvent(new Event('change')) }

  // Begin now, unless it runs already; ``again`` also takes what the server refused before.
  kick(again = false) {
    if (this.closed) return null
    clearTimeout(this.timer)
    return this.running ??= this.run(again).finally(() => { this.running = null })
  }

  later() {
    const wait = Math.min(LONGEST, FIRST * 2 ** this.failures++) * (.7 + Math.random() * .6)
    this.timer = setTimeout(() => this.kick(), wait)
  }

  async run(again) {
    const queue = this.desk.waiting.filter(document => again || !document.problem).reverse()
    this.total = queue.length
    this.left = queue.length
    this.tell('sending')
    try {
      for (const document of queue) {
        if (this.closed) return
        await this.send(document)
        this.left--
        this.tell('sending')
      }
      await this.reconcile()
      this.failures = 0
      this.tell('idle')
    } catch (error) {
      await this.fail(error)
    }
  }

  async fail(error) {
    if (error instanceof Refused && [401, 403].includes(error.status)) {
      await this.desk.keepAccount({ revoked: true, refusal: error.message })
      this.tell('revoked')
      return
    }
    this.tell(error instanceof Refused ? 'busy' : 'away')
    this.later()
  }

  async send(document) {
    await this.desk.mark(document.id, { tried: true })
    try {
      for (const files of parcels(await this.desk.files(document))) await this.post(document, files)
    } catch (error) {
      if (!(error instanceof Refused) || ![400, 413, 415].includes(error.status)) throw error
      // Sending the same again would be refused again: a person has to look at it.
      await this.desk.mark(document.id, { problem: error.message })
      return
    }
    const sentHash = hex(await crypto.subtle.digest('SHA-256', letters.encode(document.xml)))
    await this.desk.mark(document.id, { state: SENT, sent: new Date().toISOString(), problem: null, sentHash })
  }

  async post(document, files) {
    const boundary = `sismuni${hex(random(12))}`
    const body = await packed(multipart(boundary, document.xml, files))
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'x-openrosa-version': '1.0', ...body.headers }
    const answer = await ask(`${this.desk.base}/submission`, { method: 'POST', headers, body: body.blob }, PATIENCE)
    // 200 is what a captive portal answers; only these two mean that it is kept.
    if (![201, 202].includes(answer.status)) throw new Error(`answered ${answer.status}`)
  }

  async reconcile() {
    const asked = this.desk.unsettled
    const found = await receipts(this.desk, asked.map(document => document.id))
    for (const receipt of found.receipts) await this.settle(receipt, found.at)
    await this.desk.keepAccount({ others: found.others, reconciled: found.at, revoked: false })
  }

  async settle(receipt, at) {
    const document = this.desk.documents.get(receipt.instance_id)
    if (!document) return
    if (receipt.state === 'missing') {
      // Acknowledged once and unknown now: the server was restored from an older copy.
      await this.desk.mark(document.id, { state: DONE, problem: null, receipt: null })
      return
    }
    const digest = hex(await crypto.subtle.digest('SHA-256', letters.encode(receipt.salt + document.xml)))
    await this.desk.mark(document.id, { receipt: { ...receipt, at, same: digest === receipt.digest } })
  }
}

export const hex = buffer => [...new Uint8Array(buffer)].map(byte => byte.toString(16).padStart(2, '0')).join('')

// Small files go along; each large one in a request of its own, which may be lost alone.
export function parcels(files) {
  const small = files.filter(file => file.size < SPLIT), large = files.filter(file => file.size >= SPLIT)
  return [small, ...large.map(file => [file])]
}

function multipart(boundary, xml, files) {
  const part = (name, file, type) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${file}"\r\nContent-Type: ${type}\r\n\r\n`
  const pieces = [part('xml_submission_file', 'ficha.xml', 'text/xml'), xml, '\r\n']
  for (const file of files) pieces.push(part(file.name, file.name, file.type), file, '\r\n')
  return new Blob([...pieces, `--${boundary}--\r\n`])
}

async function packed(blob) {
  if (!('CompressionStream' in globalThis)) return { blob, headers: {} }
  const zipped = await new Response(blob.stream().pipeThrough(new CompressionStream('gzip'))).blob()
  return { blob: zipped, headers: { 'content-encoding': 'gzip' } }
}
