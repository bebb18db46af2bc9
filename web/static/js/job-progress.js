// Asks how far a long work has come. Leaving the page costs nothing: the work is the server's.
const RUNNING = ['queued', 'running']

export function wake(box) {
  const words = JSON.parse(box.dataset.words)
  const part = name => box.querySelector(`[data-job-${name}]`)
  const bar = box.querySelector('progress')
  let wait = 800

  async function ask() {
    let job
    try {
      const answer = await fetch(box.dataset.jobUrl, { headers: { Accept: 'application/json' }, cache: 'no-store' })
      if (!answer.ok) throw new Error(answer.status)
      job = await answer.json()
    } catch {
      part('message').textContent = words.lost
      return again()
    }
    show(job)
    if (RUNNING.includes(job.state)) again()
  }

  function again() {
    wait = Math.min(5000, wait * 1.3)
    setTimeout(ask, wait)
  }

  function show(job) {
    const share = job.total ? job.done / job.total : 0
    if (job.total) { bar.max = job.total; bar.value = job.done }
    part('word').textContent = words[job.state] ?? job.state
    part('percent').textContent = job.total ? new Intl.NumberFormat(document.documentElement.lang, { style: 'percent' }).format(share) : ''
    part('message').textContent = job.message ?? ''
    const over = !RUNNING.includes(job.state)
    for (const name of ['hint', 'cancel']) if (part(name)) part(name).hidden = over
    // Where the result stands on this very page, it is shown without asking.
    if (over && job.href && new URL(job.href, location).pathname === location.pathname) return location.reload()
    if (over && job.href) {
      const link = Object.assign(document.createElement('a'), { className: 'btn', href: job.href, textContent: words.open })
      part('link').replaceChildren(link)
    }
    if (over) box.dispatchEvent(new CustomEvent('sismuni:job', { bubbles: true, detail: job }))
  }

  if (RUNNING.includes(box.dataset.jobState)) ask()
}
