// Keeps a form from being lost: first on this device, at once; then on the server, soon after.
// The server answers {saved_at, version}; 409 or 412 means that somebody else changed the form.
const clock = new Intl.DateTimeFormat('es-PE', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'America/Lima' })
const time = at => clock.format(new Date(at))

export function wake(form) {
  const words = JSON.parse(form.dataset.words)
  const status = form.querySelector('[data-draft-status]')
  const place = `sismuni:draft:${form.dataset.draftKey || form.dataset.draftUrl}`
  let timer, saving = false, changed = false, stopped = false, wait = 4000

  const say = (text, tone = '') => { status.textContent = text; status.dataset.tone = tone }
  const entries = () => [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && name !== '_csrf')
  const soon = delay => { clearTimeout(timer); timer = setTimeout(save, delay) }

  function keep() {
    try {
      localStorage.setItem(place, JSON.stringify({ at: Date.now(), entries: entries() }))
      return true
    } catch { return false }
  }

  async function save() {
    if (saving || stopped || !changed) return
    saving = true
    changed = false
    const kept = keep()
    try {
      const answer = await fetch(form.dataset.draftUrl, {
        method: 'POST', body: new URLSearchParams(entries()),
        headers: { Accept: 'application/json', 'X-CSRF-Token': form.elements._csrf.value },
      })
      settle(answer, answer.ok && answer.status !== 204 ? await answer.json() : {}, kept)
    } catch {
      changed = true
      say(kept ? words.local.replace('{time}', time(Date.now())) : words.full, 'warn')
      soon(wait = Math.min(60000, wait * 2))
    }
    saving = false
    if (changed && !stopped && wait === 4000) soon(800)
  }

  function settle(answer, told, kept) {
    if (answer.ok) {
      wait = 4000
      if (told.version !== undefined) form.elements.version.value = told.version
      if (!changed) localStorage.removeItem(place)
      return say(words.saved.replace('{time}', time(told.saved_at ?? Date.now())), 'good')
    }
    if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status)
    stopped = [409, 412].includes(answer.status)
    say(!kept ? words.full : stopped ? words.conflict : answer.status === 401 ? words.login : words.refused, 'warn')
  }

  function restore() {
    let kept
    try { kept = JSON.parse(localStorage.getItem(place)) } catch { /* unreadable is as none */ }
    if (!kept) return
    const saved = Date.parse(form.dataset.draftSaved || 0)
    if (!(kept.at > saved) || String(kept.entries) === String(entries())) return localStorage.removeItem(place)
    fill(kept.entries.filter(([name]) => name !== 'version'))
    const discard = Object.assign(document.createElement('button'), { type: 'button', className: 'linklike', textContent: words.discard })
    discard.addEventListener('click', () => { stopped = true; localStorage.removeItem(place); location.reload() })
    say(words.restored.replace('{time}', time(kept.at)) + ' ', 'warn')
    status.append(discard)
    changed = true
    soon(3000)
  }

  function fill(pairs) {
    const answers = new Map()
    for (const [name, value] of pairs) answers.set(name, [...(answers.get(name) ?? []), value])
    for (const box of form.querySelectorAll('[data-repeat], [data-lines]')) missingRows(box, [...answers.keys()])
    for (const control of form.elements) {
      const values = answers.get(control.name)
      if (['_csrf', 'version', 'accion', ''].includes(control.name) || control.type === 'file') continue
      if (['radio', 'checkbox'].includes(control.type)) control.checked = values?.includes(control.value) ?? false
      else if (values) control.value = values[0]
    }
    for (const place of form.querySelectorAll('[data-geometry]')) place.dispatchEvent(new Event('sismuni:filled'))
  }

  function missingRows(box, names) {
    const prefix = box.id.slice(2) + '.'
    const rows = new Set(names.filter(name => name.startsWith(prefix)).map(name => Number(name.slice(prefix.length).split('.')[0])))
    for (const index of [...rows].sort((a, b) => a - b))
      if (![...form.elements].some(control => control.name.startsWith(`${prefix}${index}.`)))
        box.dispatchEvent(new CustomEvent('sismuni:row', { detail: index }))
  }

  const touched = event => {
    if (event.target.type === 'file') return
    noted(event.type === 'input' ? 1200 : 400)
  }
  function noted(delay) {
    changed = true
    keep()
    if (!stopped) { say(words.saving); soon(delay) }
  }
  const isTyped = control => control.type !== 'hidden' && (
    ['radio', 'checkbox'].includes(control.type)
      ? control.checked !== control.defaultChecked
      : 'defaultValue' in control && control.type !== 'file' && control.value !== control.defaultValue)
  form.addEventListener('input', touched)
  form.addEventListener('change', touched)
  form.addEventListener('submit', () => { stopped = true; clearTimeout(timer); keep() })
  addEventListener('online', () => { wait = 4000; soon(0) })
  addEventListener('pageshow', event => { if (event.persisted) stopped = false })
  document.addEventListener('visibilitychange', () => { if (document.hidden) save() })
  restore()
  // On a slow line a person types before this file arrives.
  if (!changed && [...form.elements].some(isTyped)) noted(400)
}
