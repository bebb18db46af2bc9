// Sliders over the number boxes of the weights: they always add up to 100, and the list follows.
// The page itself, asked for with these points, says what would change; nothing is saved here.
let asked = 0

export function wake(form) {
  const boxes = [...form.querySelectorAll('input[type=number]')]
  const sliders = boxes.map(box => slider(box))
  const show = () => {
    boxes.forEach((box, i) => { sliders[i].value = box.value })
    const sum = boxes.reduce((all, box) => all + Number(box.value || 0), 0)
    form.querySelector('[data-sum]').textContent = sum
    return sum
  }
  sliders.forEach((range, i) => range.addEventListener('input', () => {
    boxes[i].value = range.value
    share(boxes, i)
    show()
    later(form, boxes)
  }))
  boxes.forEach(box => box.addEventListener('input', () => { if (show() === 100) later(form, boxes) }))
  show()
}

function slider(box) {
  const range = Object.assign(document.createElement('input'), { type: 'range', min: 0, max: 100, step: 1 })
  range.setAttribute('aria-label', box.labels[0].textContent.trim())
  box.before(range)
  return range
}

// What is left goes to the other criteria as they stood to each other; whole points, largest rest first.
function share(boxes, moved) {
  const others = boxes.filter((_, i) => i !== moved)
  const left = 100 - Number(boxes[moved].value)
  const sum = others.reduce((all, box) => all + Number(box.value || 0), 0)
  const exact = others.map(box => sum ? left * Number(box.value || 0) / sum : left / others.length)
  const whole = exact.map(Math.floor)
  const rest = left - whole.reduce((a, b) => a + b, 0)
  exact.map((value, i) => [value - whole[i], i]).sort(([a], [b]) => b - a).slice(0, rest).forEach(([, i]) => whole[i]++)
  others.forEach((box, i) => { box.value = whole[i] })
}

function later(form, boxes) {
  const mine = ++asked
  setTimeout(async () => {
    if (mine !== asked) return
    const query = new URLSearchParams(boxes.map(box => [box.name, box.value]))
    try {
      const answer = await fetch(`${form.action.split('?')[0]}?${query}`, { headers: { accept: 'text/html' } })
      // Points that make no sense come back as a page that says why.
      if ((!answer.ok && answer.status !== 422) || mine !== asked) return
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      for (const mark of ['[data-live=list]', '[data-live=said]', '[data-live=keep]'])
        follow(document.querySelector(mark), page.querySelector(mark))
    } catch { /* without a line the button asks for the same */ }
  }, 300)
}

// The rest of the list stays open for who had opened it.
function follow(old, fresh) {
  if (fresh && old?.querySelector('[data-rest]')?.open) fresh.querySelector('[data-rest]')?.setAttribute('open', '')
  old?.replaceWith(fresh ?? '')
}
