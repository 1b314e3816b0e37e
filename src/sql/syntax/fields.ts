/**
 * The fields of one node of the raw tree: each is taken by its name, and `done()` refuses the node when one is left.
 * So nothing that the grammar knows is dropped because the converter does not.
 *
 * Invariants:
 * 1. The raw tree leaves out what is neutral (false, 0, an empty list, no node), and never a keyword of an enumeration:
 *    whatever is there has to be taken.
 * 2. Every converter of a node ends with `done()`.
 *
 * Does not know the nodes; the names of clauses that are refused most are here, so that the error can say them.
 */

import { assert } from '../../base/assert.ts'
import { notSupported, type SqlError } from '../errors.ts'
import type { Source } from './source.ts'

/** The body of a node, as JSON. */
export type Raw = { readonly [field: string]: unknown }

/** How clauses that are refused are called by people. */
const CLAUSES: Readonly<Record<string, string>> = {
  'ColumnDef.collClause': 'COLLATE here',
  'ColumnDef.fdwoptions': 'OPTIONS of a column',
  'Constraint.access_method': 'USING of a constraint',
  'Constraint.fk_with_period': 'PERIOD in a foreign key',
  'Constraint.indexspace': 'USING INDEX TABLESPACE',
  'Constraint.is_no_inherit': 'NO INHERIT',
  'Constraint.pk_with_period': 'PERIOD in a foreign key',
  'Constraint.skip_validation': 'NOT VALID here',
  'Constraint.without_overlaps': 'WITHOUT OVERLAPS',
  'CreateDomainStmt.collClause': 'COLLATE of a domain',
  'CreateStmt.accessMethod': 'USING of a table',
  'CreateStmt.inhRelations': 'INHERITS or PARTITION OF',
  'CreateStmt.ofTypename': 'CREATE TABLE OF',
  'CreateStmt.partbound': 'PARTITION OF',
  'CreateStmt.partspec': 'PARTITION BY',
  'CreateStmt.tablespacename': 'TABLESPACE',
  'IndexElem.opclassopts': 'options of an operator class',
  'IndexStmt.tableSpace': 'TABLESPACE',
  'IntoClause.accessMethod': 'USING of a table',
  'IntoClause.tableSpaceName': 'TABLESPACE',
  'ResTarget.indirection': 'an element or field as the target',
  'SelectStmt.intoClause': 'INTO here',
  'TypeName.pct_type': '%TYPE',
}

export class Fields {
  readonly source: Source
  readonly kind: string
  /** Where the node is, or its parent when it does not say. */
  readonly at: number
  readonly #raw: Raw
  readonly #taken: string[] = []

  constructor(source: Source, kind: string, raw: Raw, parentAt: number) {
    this.source = source
    this.kind = kind
    this.#raw = raw
    const { location } = raw
    if (location === undefined) {
      this.at = parentAt
    } else {
      this.#taken.push('location')
      const at = source.ofByte(location as number)
      this.at = at < 0 ? parentAt : at
    }
  }

  has(name: string): boolean {
    return this.#raw[name] !== undefined
  }

  /** The field, whatever it is; undefined when it is neutral. */
  take(name: string): unknown {
    const value = this.#raw[name]
    if (value !== undefined) this.#taken.push(name)
    return value
  }

  flag(name: string): boolean {
    return this.take(name) === true
  }

  integer(name: string): number {
    return (this.take(name) as number | undefined) ?? 0
  }

  string(name: string): string | undefined {
    return this.take(name) as string | undefined
  }

  /** A text that is always there: left out, it is the empty one. */
  text(name: string): string {
    return this.string(name) ?? ''
  }

  node(name: string): Raw | undefined {
    return this.take(name) as Raw | undefined
  }

  /** A node that the grammar always makes. */
  required(name: string): Raw {
    const value = this.take(name)
    assert(value !== undefined, `${this.kind} of the parser has ${name}`)
    return value as Raw
  }

  list(name: string): readonly Raw[] {
    return (this.take(name) as readonly Raw[] | undefined) ?? NONE
  }

  /** The fields of a node whose kind the field itself fixes. */
  child(name: string, kind: string): Fields | undefined {
    const value = this.take(name)
    return value === undefined ? undefined : new Fields(this.source, kind, value as Raw, this.at)
  }

  /** Takes a field that has to be one of these; refuses the others by `what`. */
  keyword<T>(name: string, meanings: Readonly<Record<string, T>>, what?: string): T {
    const value = this.take(name)
    const meaning = Object.hasOwn(meanings, value as string) ? meanings[value as string] : undefined
    if (meaning === undefined) throw this.refusal(what ?? `${clauseOf(this.kind, name)} ${String(value)}`)
    return meaning
  }

  /** Takes a field that may be there only with this value. */
  expect(name: string, value: unknown, what?: string): void {
    const taken = this.take(name)
    if (taken !== undefined && taken !== value) throw this.refusal(what ?? clauseOf(this.kind, name))
  }

  done(): void {
    const taken = this.#taken
    let present = 0
    for (const _name in this.#raw) present++
    if (present === taken.length) return
    for (const name in this.#raw) {
      if (!taken.includes(name)) {
        throw notSupported(clauseOf(this.kind, name), placeOf(this.source, this.#raw[name], this.at))
      }
    }
    assert(false, `each field of ${this.kind} is taken once`)
  }

  refusal(what: string): SqlError {
    return notSupported(what, this.at)
  }
}

const NONE: readonly Raw[] = []

function clauseOf(kind: string, name: string): string {
  return CLAUSES[`${kind}.${name}`] ?? `${kind}.${name}`
}

/** Where something is of which only the raw form is known: its own place, or that of its first part that has one. */
function placeOf(source: Source, value: unknown, otherwise: number): number {
  if (typeof value !== 'object' || value === null) return otherwise
  const { location } = value as Raw
  if (typeof location === 'number' && location >= 0) return source.ofByte(location)
  for (const part of Object.values(value)) {
    const at = placeOf(source, part, -1)
    if (at >= 0) return at
  }
  return otherwise
}

/** The kind of a node: the only key of its wrapping. Undefined for the empty node of a list. */
export function kindOf(node: Raw): string | undefined {
  for (const kind in node) return kind
  return undefined
}

/** The fields of a node in its wrapping, which has to be of this kind. */
export function fieldsOf(source: Source, node: Raw, kind: string, parentAt: number): Fields {
  const body = node[kind]
  if (body === undefined) throw notSupported(kindOf(node) ?? 'an empty node', placeOf(source, node, parentAt))
  return new Fields(source, kind, body as Raw, parentAt)
}

/** A list in its wrapping. */
export function itemsOf(source: Source, node: Raw, parentAt: number): readonly Raw[] {
  const fields = fieldsOf(source, node, 'List', parentAt)
  const items = fields.list('items')
  fields.done()
  return items
}

/** The text of a string node: one part of a name. */
export function stringOf(source: Source, node: Raw, parentAt: number): string {
  const fields = fieldsOf(source, node, 'String', parentAt)
  const text = fields.text('sval')
  fields.done()
  return text
}

/** A list of strings: a name, or names. */
export function stringsOf(source: Source, nodes: readonly Raw[], parentAt: number): readonly string[] {
  return nodes.map(node => stringOf(source, node, parentAt))
}
