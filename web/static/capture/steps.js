// A form as a person walks through it: which questions there are now, and which share a page.
import { children, labelOf, nameOf } from './forms.js'

const ASKED = new Set(['input', 'select', 'note', 'upload', 'trigger', 'range', 'rank'])
const COMPANION = /^(why|block)_|_(point|line|polygon)$/

// Questions and repeats of one level, in their order; the rows of a repeat are a level of their own.
export function steps(parent, head = '') {
  const found = []
  for (const node of children(parent)) {
    if (!node.currentState.relevant) continue
    if (node.nodeType === 'group') found.push(...steps(node, labelOf(node) || head))
    else if (node.nodeType.startsWith('repeat-range')) found.push({ kind: 'rows', node, head })
    else if (ASKED.has(node.nodeType) && !settled(node)) found.push({ kind: 'question', node, head })
  }
  return found
}

// Whoever fills for one community alone is not asked which.
const settled = node => nameOf(node) === 'sismuni_community' && node.currentState.valueOptions.length === 1 && node.currentState.value.length === 1

// One question a page on a small screen, one section a page on a large one. The reason of an
// unlikely answer and the drawing of a place stand with the question that they belong to.
export function pages(parent, small) {
  const found = []
  for (const step of steps(parent)) {
    const last = found.at(-1)
    const joins = last && (COMPANION.test(nameOf(step.node)) || (!small && last.head === step.head))
    if (joins) last.steps.push(step)
    else found.push({ head: step.head, steps: [step] })
  }
  return found
}

// Which page of a level holds a node, its own or one of its descendants.
export const pageOf = (found, node) => found.findIndex(page => page.steps.some(step => holds(step.node, node)))

export function holds(outer, node) {
  for (let each = node; each; each = each.parent) if (each === outer) return true
  return false
}

// The rows that lead from the root to a node, outermost first.
export function rowsAbove(node) {
  const found = []
  for (let each = node; each; each = each.parent) if (each.nodeType === 'repeat-instance' && each !== node) found.unshift(each)
  return found
}
