// Elements without a framework: el('p', { className: 'soft' }, 'words', other).
export function el(tag, props = {}, ...inside) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue
    if (name === 'dataset') Object.assign(made.dataset, value)
    else if (name.startsWith('on')) made.addEventListener(name.slice(2), value)
    else if (name in made && name !== 'list') made[name] = value
    else made.setAttribute(name, value === true ? '' : value)
  }
  made.append(...inside.flat(Infinity).filter(each => each !== null && each !== undefined && each !== false))
  return made
}

const SVG = 'http://www.w3.org/2000/svg'
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg'), use = document.createElementNS(SVG, 'use')
  svg.setAttribute('class', 'i')
  svg.setAttribute('aria-hidden', 'true')
  use.setAttribute('href', `#i-${name}`)
  svg.append(use)
  return svg
}

export const button = (text, onclick, kind = '', sign) =>
  el('button', { type: 'button', className: `btn ${kind}`.trim(), onclick }, sign && icon(sign), text)

export const chip = (text, kind, sign) => el('span', { className: `chip ${kind}` }, sign && icon(sign), text)

export const card = (heading, ...inside) =>
  el('section', { className: 'card' }, heading && el('header', {}, el('h2', {}, heading)), ...inside)

export function notice(kind, heading, text, ...more) {
  const box = el('div', { className: `flash ${kind}`, role: kind === 'bad' ? 'alert' : 'status' },
    icon(kind === 'good' ? 'check' : kind === 'calm' ? 'info' : 'warn'),
    el('div', {}, heading && el('strong', {}, heading), text && el('p', {}, text), ...more))
  return box
}

export function save(name, content, type = 'application/json') {
  const link = el('a', { href: URL.createObjectURL(new Blob([content], { type })), download: name })
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

export const pick = (accept, more = {}) => new Promise(resolve => {
  const input = el('input', { type: 'file', accept, className: 'hush', ...more })
  input.addEventListener('change', () => { resolve(input.files[0] ?? null); input.remove() })
  input.addEventListener('cancel', () => { resolve(null); input.remove() })
  document.body.append(input)
  input.click()
})
