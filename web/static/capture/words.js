// What the application says: the catalogue of the language, fetched with the application itself.
let known = {}
const tags = { es: 'es-PE', en: 'en-GB' }
export let language = 'es'

export async function learn(wanted) {
  language = wanted in tags ? wanted : 'es'
  known = await (await fetch(`/captura/palabras/${language}.json`)).json()
  document.documentElement.lang = language
}

export function t(key, params = {}) {
  const said = known[key] ?? key
  return said.replace(/\{(\w+)\}/g, (whole, name) => name in params ? String(params[name]) : whole)
}

export const when = iso => new Intl.DateTimeFormat(tags[language], { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))
export const clock = iso => new Intl.DateTimeFormat(tags[language], { timeStyle: 'short' }).format(new Date(iso))
