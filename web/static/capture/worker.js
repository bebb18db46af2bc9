// Keeps the whole application on the telephone, one version at a time. What the town hall answers
// is never kept here: documents and receipts have their own place, sealed. The server sets VERSION
// and FILES before these lines.
const NAME = `sismuni-${VERSION}`

addEventListener('install', event => {
  event.waitUntil(caches.open(NAME).then(cache => cache.addAll(FILES.map(file => new Request(file, { cache: 'reload' })))))
})

addEventListener('activate', event => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name.startsWith('sismuni-') && name !== NAME) await caches.delete(name)
    await clients.claim()
  }
  event.waitUntil(drop())
})

addEventListener('message', ({ data }) => { if (data === 'take') skipWaiting() })

addEventListener('fetch', event => {
  const { method, url } = event.request, { pathname, origin } = new URL(url)
  if (method !== 'GET' || origin !== location.origin) return
  const file = pathname === '/captura' ? '/captura/' : pathname
  if (!FILES.includes(file)) return
  event.respondWith(caches.open(NAME).then(cache => cache.match(file)).then(found => found ?? fetch(event.request)))
})
