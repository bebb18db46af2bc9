// The forms on this telephone, and the engine that runs them: @getodk/xforms-engine, which reads
// the same XForm as Collect. Loaded when the first form is opened.
let engine
const loaded = new Map()
const started = () => engine ??= import('../vendor/xforms-engine.js')
const base = name => name.split('/').pop()

const answer = text => text === undefined
  ? new Response('', { status: 404 })
  : new Response(text, { status: 200, headers: { 'content-type': 'text/csv' } })

function prepared(form) {
  const stamp = form.hash + Object.values(form.files).map(file => file.md5).join()
  if (!loaded.has(stamp)) loaded.set(stamp, (async () => {
    const { loadForm } = await started()
    const found = await loadForm(form.xml, { fetchFormAttachment: async address => answer(form.files[base(String(address))]?.text) })
    if (found.status === 'failure') throw found.error
    return found
  })())
  return loaded.get(stamp)
}

// The engine wants an observable object to keep its state in; we look again after each answer.
const plain = { stateFactory: object => object }

const asFile = (name, content, type) => new File([content], name, { type })
function data(xml, files) {
  const parts = new FormData()
  parts.append('xml_submission_file', asFile('xml_submission_file', xml, 'text/xml'))
  for (const file of files) parts.append(file.name, file)
  return [parts]
}

export const blank = async form => (await prepared(form)).createInstance(plain).root
export const restored = async (form, xml, files = []) => (await (await prepared(form)).restoreInstance({ data: data(xml, files) }, plain)).root
// Of a document that was sent: a new one, which says which one it corrects.
export const corrected = async (form, xml, files = []) =>
  (await (await prepared(form)).editInstance({ inputType: 'FORM_INSTANCE_INPUT_RESOLVED', data: data(xml, files) }, plain)).root

export const children = node => node.currentState.children ?? []
export const nameOf = node => node.currentState.reference.split('/').pop().replace(/\[\d+\]$/, '')
export const labelOf = node => node.currentState.label?.asString?.trim() ?? ''
export const hintOf = node => node.currentState.hint?.asString?.trim() ?? ''
export const child = (node, name) => children(node).find(each => nameOf(each) === name)
export const xmlOf = root => root.instanceState.instanceXML
export const instanceId = root => /<instanceID[^>]*>([^<]+)</.exec(xmlOf(root))?.[1]

const TAGGED = /^(.*) \(([a-z]{2,3})\)$/
export function speak(root, language) {
  const wanted = root.languages?.find?.(each => each.language?.includes?.(`(${language})`))
  if (wanted && wanted !== root.currentState.activeLanguage) root.setLanguage(wanted)
  return Boolean(wanted)
}
export const tongues = root => (root.languages ?? []).map(each => TAGGED.exec(each.language ?? '')).filter(Boolean).map(([, name, tag]) => ({ name, tag }))
export const tongueOf = root => TAGGED.exec(root.currentState.activeLanguage?.language ?? '')?.[2]

// The file of a sound or picture that a label names, if it is on this telephone.
export function besideOf(form, address) {
  const file = address && form.files[base(String(address))]
  return file?.type ? file : null
}

// What is wrong inside a node, each with the question it is about.
export function faults(node, found = []) {
  if (!node.currentState.relevant) return found
  const violation = node.validationState?.violation
  if (violation) found.push({ node, violation })
  for (const each of children(node)) faults(each, found)
  return found
}
