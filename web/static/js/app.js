// Wakes what a page holds; each module is fetched only where its mark stands.
// The query of this address (?v=…) goes on to the others, so that they change together.
const modules = {
  '[data-sortable], [data-filter]': './table.js',
  '[data-repeat]': './repeat.js',
  '[data-geometry]': './geometry-field.js',
  '[data-quick]': './quick.js',
  '[data-draft-url]': './draft.js',
  '[data-job-url]': './job-progress.js',
  '[data-weights]': './weights.js',
  '[data-copy]': './copy.js',
  '[data-record]': './record.js',
  '[data-ballot]': './ballot.js',
}

export async function wake(root) {
  for (const [mark, address] of Object.entries(modules)) {
    const found = [...root.querySelectorAll(mark)]
    if (!found.length) continue
    const url = new URL(address, import.meta.url)
    url.search = new URL(import.meta.url).search
    const module = await import(url)
    for (const element of found) module.wake(element)
  }
}

function forgetLocalDrafts(key) {
  try {
    for (const name of Object.keys(localStorage))
      if (name === `sismuni:draft:${key}` || (!key && name.startsWith('sismuni:draft:'))) localStorage.removeItem(name)
  } catch { /* a browser without storage has nothing to forget */ }
}

document.addEventListener('sismuni:added', event => wake(event.target))
// A shared computer keeps nothing of whoever leaves.
document.querySelector('form[action="/salir"]')?.addEventListener('submit', () => forgetLocalDrafts())
for (const done of document.querySelectorAll('[data-draft-done]')) forgetLocalDrafts(done.dataset.draftDone)
document.querySelector('.nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
document.querySelector('[data-focus]')?.focus()
// A page that waits for a work of the server looks again by itself.
if (document.querySelector('[data-again]')) setTimeout(() => location.reload(), 2500)
for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => print())
document.addEventListener('click', event => {
  for (const menu of document.querySelectorAll('details.who[open]')) if (!menu.contains(event.target)) menu.open = false
})
document.addEventListener('keydown', event => {
  const menu = event.key === 'Escape' && document.querySelector('details.who[open]')
  if (menu) { menu.open = false; menu.firstElementChild.focus() }
})

// What takes over a second says so. A file that comes leaves the page where it is, so the server
// takes the mark away with its answer.
const waiting = document.querySelector('[data-waiting]')
let watch
function stopWaiting() {
  clearInterval(watch)
  waiting.hidden = true
}
function wait() {
  if (!waiting) return
  const since = Date.now()
  document.cookie = 'waiting=1; path=/; max-age=120; samesite=lax'
  clearInterval(watch)
  watch = setInterval(() => {
    if (!document.cookie.includes('waiting=1')) return stopWaiting()
    waiting.hidden = Date.now() - since < 1000
  }, 250)
}
addEventListener('submit', event => {
  if (!event.defaultPrevented && event.target.target !== '_blank') wait()
})
addEventListener('click', event => {
  const link = event.target.closest?.('a[href]')
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented
  if (!link || elsewhere || link.target === '_blank' || link.origin !== location.origin) return
  const turns = link.hash && link.pathname === location.pathname && link.search === location.search
  if (!turns) wait()
})
addEventListener('pageshow', event => { if (event.persisted) stopWaiting() })
wake(document)
