// What a feature says: its class, its size, its words. Pure, but for `read` and `make`.

/** Class of a value: it holds its lower edge, the last class both; null where it is not known. */
export function classOf(edges, value) {
  if (value == null || Number.isNaN(Number(value))) return null
  let at = edges.length - 2
  while (at > 0 && value < edges[at]) at -= 1
  return at
}

const FEW = 300 // where the most are so few, the same step would tell no difference

/** Radius in pixels: the area of the symbol grows with the people; `most` are those of the layer's largest. */
export function radiusOf(people, most = 1000) {
  return people > 0 ? Math.min(20, 5 + Math.sqrt(people) / (most > FEW ? 3 : 1)) : 6.5
}

/** An address of this site, or null: never another host, never a script. */
export function safeHref(href) {
  return typeof href === 'string' && /^\/(?![\/\\])/.test(href) ? href : null
}

/** The properties of a feature with its value joined by code. */
export function joined(properties, values) {
  const found = values?.[properties.code]
  if (found === undefined) return { ...properties }
  return typeof found === 'object' && found !== null ? { ...properties, ...found } : { ...properties, value: found }
}

/** What is said of a feature: its text, "x de n", its value with the unit, or that it is not known. */
export function said(p, unit, lang, words) {
  if (p.text) return String(p.text)
  if (p.value == null) return words.unknown
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: unit === '%' ? 0 : 2 })
  const value = typeof p.value === 'number'
    ? `${number.format(unit === '%' ? p.value * 100 : p.value)}${unit ? `\u00a0${unit}` : ''}` : String(p.value)
  return p.x != null && p.n != null ? `${words.x_of_n.replace('{x}', p.x).replace('{n}', p.n)} (${value})` : value
}

/** A name for finding: no accents, no case, single spaces; ñ is found with n too. */
export function folded(text) {
  return String(text).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim()
}

/** The value of a feature in one table of values; null where it is not known there. */
export function valueIn(values, code) {
  const found = values?.[code]
  return (typeof found === 'object' && found !== null ? found.value : found) ?? null
}

/** An element with its text; markup in it stays text. */
export function make(tag, text, name) {
  const element = document.createElement(tag)
  if (text != null) element.textContent = text
  if (name) element.className = name
  return element
}

/** A button with its words. */
export function button(text, name, act) {
  const found = make('button', text, name)
  found.type = 'button'
  found.addEventListener('click', act)
  return found
}

/** The JSON of an address of ours; refused answers are errors. */
export async function read(url) {
  const answer = await fetch(url, { credentials: 'same-origin', headers: { Accept: 'application/geo+json, application/json' } })
  if (!answer.ok) throw new Error(`${answer.status} ${url}`)
  return answer.json()
}
