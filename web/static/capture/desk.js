// The work of one person on this telephone: her forms, her documents, what became of them.
import { Shelf } from './shelf.js'

export const OPEN = 'draft', DONE = 'done', SENT = 'sent'
const FINAL = new Set(['approved', 'locked', 'withdrawn', 'dismissed'])

export class Desk extends EventTarget {
  constructor(person, key) {
    super()
    this.person = person
    this.shelf = new Shelf(person.id, key)
    this.documents = new Map()
    this.forms = new Map()
  }

  async open() {
    this.account = await this.shelf.get('account', 'account')
    for (const form of await this.shelf.all('form')) this.forms.set(form.key, form)
    for (const document of await this.shelf.all('document')) this.documents.set(document.id, document)
    await this.sweep()
    return this
  }

  // Photographs whose document was never saved, since the telephone went off in between.
  async sweep() {
    const wanted = new Set([...this.documents.values()].flatMap(document => document.files.map(file => file.id)))
    for (const id of await this.shelf.ids('file')) if (!wanted.has(id)) await this.shelf.remove('file', id)
  }

  get base() { return `/openrosa/${this.account.token}` }
  get newest() { return [...this.forms.values()].filter(form => form.newest).sort((a, b) => a.title.localeCompare(b.title)) }
  get list() { return [...this.documents.values()].sort((a, b) => b.changed.localeCompare(a.changed)) }
  get waiting() { return this.list.filter(document => document.state === DONE) }
  get unsettled() { return this.list.filter(document => document.state === SENT && !FINAL.has(document.receipt?.state)) }

  count() {
    const sent = this.list.filter(document => document.state === SENT)
    return {
      done: this.list.filter(document => document.state !== OPEN).length,
      received: sent.filter(document => document.receipt ? document.receipt.state !== 'missing' : true).length,
      approved: sent.filter(document => ['approved', 'locked'].includes(document.receipt?.state)).length,
    }
  }

  changed(what) { this.dispatchEvent(new CustomEvent('change', { detail: what })) }

  async keepAccount(more) {
    const account = { ...this.account, ...more }
    await this.shelf.put('account', 'account', account)
    this.account = account
    this.changed('account')
  }

  async keepForm(form) {
    await this.shelf.put('form', form.key, form)
    this.forms.set(form.key, form)
  }

  // Sounds and pictures of forms, by their content.
  async keepMedia(md5, bytes) { await this.shelf.putBytes('media', md5, bytes) }

  async media({ md5, type }) {
    const bytes = await this.shelf.bytes('media', md5)
    return bytes && new Blob([bytes], { type })
  }

  known(name, md5) {
    for (const form of this.forms.values()) if (form.files[name]?.md5 === md5) return form.files[name]
    return undefined
  }

  // Forms that no document needs any more, and what stood beside them alone.
  async dropForms() {
    const wanted = new Set(this.list.map(document => document.form))
    for (const form of [...this.forms.values()]) if (!form.newest && !wanted.has(form.key)) {
      await this.shelf.remove('form', form.key)
      this.forms.delete(form.key)
    }
    const heard = new Set([...this.forms.values()].flatMap(form => Object.values(form.files)).map(file => file.md5))
    for (const md5 of await this.shelf.ids('media')) if (!heard.has(md5)) await this.shelf.remove('media', md5)
  }

  // Nothing counts as kept before it is on the disk: what fails here is told and stays on screen.
  async keep(document) {
    const kept = { ...document, changed: new Date().toISOString() }
    await this.shelf.put('document', kept.id, kept)
    this.documents.set(kept.id, kept)
    this.changed('documents')
    return kept
  }

  async mark(id, more) {
    const document = this.documents.get(id)
    if (!document) return null
    const kept = { ...document, ...more }
    await this.shelf.put('document', id, kept)
    this.documents.set(id, kept)
    this.changed('documents')
    return kept
  }

  async drop(id) {
    const document = this.documents.get(id)
    await this.shelf.remove('document', id)
    this.documents.delete(id)
    for (const file of document?.files ?? []) await this.shelf.remove('file', file.id)
    this.changed('documents')
  }

  async keepFile(id, file) { await this.shelf.putBytes('file', id, await file.arrayBuffer()) }

  async files(document) {
    const found = []
    for (const { id, name, type } of document.files) {
      const bytes = await this.shelf.bytes('file', id)
      if (bytes) found.push(new File([bytes], name, { type }))
    }
    return found
  }
}
