/** The raw tree, for tests that change it. */

import { parseRaw } from '../../../src/sql/syntax/postgres.ts'

export type RawNode = { [field: string]: unknown }

export function rawOf(text: string): RawNode {
  const answer = parseRaw(text)
  if (answer.json === undefined) throw new Error(`${answer.refusal.message}: ${text}`)
  return JSON.parse(answer.json) as RawNode
}

/** A body of a node in a tree: what it is called, and the body itself. */
export interface RawBody {
  readonly name: string
  readonly body: RawNode
}

/** All bodies below: of nodes by their kind, of structures in a field by `kind.field`. */
export function* bodiesOf(value: unknown, name: string): Generator<RawBody> {
  if (Array.isArray(value)) {
    for (const item of value) yield* bodiesOf(item, name)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const node = value as RawNode
  const [kind, ...more] = Object.keys(node)
  if (kind === undefined) return
  if (/^[A-Z]/.test(kind) && more.length === 0) {
    const body = node[kind] as RawNode
    yield { name: kind, body }
    for (const [field, part] of Object.entries(body)) yield* bodiesOf(part, `${kind}.${field}`)
    return
  }
  yield { name, body: node }
  for (const [field, part] of Object.entries(node)) yield* bodiesOf(part, `${name}.${field}`)
}
