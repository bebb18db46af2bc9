// The sheets of this telephone added up for the assembly: of the homes where a practice was asked
// and known, in how many it is met. The town hall counts the same once the sheets are approved.
const FORM = 'sismuni_household_monitoring'
const text = (row, name) => row.getElementsByTagName(name)[0]?.textContent ?? ''

export const counted = document => document.form.startsWith(`${FORM}@`)

export function tally(documents) {
  const homes = new Set(), practices = new Map()
  for (const document of documents.filter(counted)) {
    const parsed = new DOMParser().parseFromString(document.xml, 'text/xml')
    for (const home of parsed.getElementsByTagName('households')) {
      const code = text(home, 'household')
      if (!code) continue
      homes.add(code)
      for (const row of home.getElementsByTagName('observations')) note(practices, row)
    }
  }
  return { homes: homes.size, practices }
}

function note(practices, row) {
  const practice = text(row, 'practice'), value = text(row, 'value')
  if (!practice || !['meets', 'not_yet'].includes(value)) return
  const found = practices.get(practice) ?? { x: 0, n: 0 }
  practices.set(practice, { x: found.x + (value === 'meets'), n: found.n + 1 })
}

export function rowsOf(csv) {
  const [head, ...lines] = csv.trim().split('\n').map(cells)
  return lines.map(line => Object.fromEntries(head.map((name, at) => [name, line[at] ?? ''])))
}

function cells(line) {
  const found = [...line.replace(/\r$/, '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
  return found.map(([, quoted, bare]) => quoted === undefined ? bare : quoted.replaceAll('""', '"'))
}
