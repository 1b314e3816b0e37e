/**
 * The description of a type as plain JSON: what the catalog stores and compares. Codecs are built from it,
 * so a table can be opened from its stored description alone.
 *
 * Invariant: a kind never changes its meaning or its encoding; a new encoding gets a new kind.
 */

import { CoppiceError } from '../base/errors.ts'
import { preview } from './place.ts'
import { isWellFormed } from './text.ts'

/** Types without parameters. */
export const SCALAR_KINDS = [
  'bool',
  'u8',
  'u16',
  'u32',
  'u64',
  'i8',
  'i16',
  'i32',
  'i64',
  'int',
  'bigint',
  'f32',
  'f64',
  'text',
  'bytes',
  'date',
  'uuid',
  'json',
  'decimal',
  'interval',
] as const

export type ScalarKind = (typeof SCALAR_KINDS)[number]

export interface ScalarNode {
  readonly kind: ScalarKind
}
export interface EnumNode {
  readonly kind: 'enum'
  readonly members: readonly string[]
}
export interface ArrayNode {
  readonly kind: 'array'
  readonly element: TypeNode
}
export interface TupleNode {
  readonly kind: 'tuple'
  readonly elements: readonly TypeNode[]
}
export interface StructNode {
  readonly kind: 'struct'
  readonly fields: readonly (readonly [name: string, type: TypeNode])[]
}
export interface NullableNode {
  readonly kind: 'nullable'
  readonly of: TypeNode
  /** Of a part of an index: null comes after all values, not before them. */
  readonly isNullLast?: true
}
export interface DescendingNode {
  readonly kind: 'desc'
  readonly of: TypeNode
}

/** A type as JSON. */
export type TypeNode =
  | ScalarNode
  | EnumNode
  | ArrayNode
  | TupleNode
  | StructNode
  | NullableNode
  | DescendingNode

const MAX_DEPTH = 32
const MAX_ENUM_MEMBERS = 65_535
const MAX_FIELDS = 1000
const MAX_NAME_CHARACTERS = 200

/** Whether the type may be null. */
export function isNullable(node: TypeNode): boolean {
  return node.kind === 'nullable' || (node.kind === 'desc' && isNullable(node.of))
}

/** The encoded width in bytes where every value has the same, else -1. `null` needs a place of its own. */
export function fixedWidth(node: TypeNode): number {
  switch (node.kind) {
    case 'bool':
    case 'u8':
    case 'i8':
      return 1
    case 'u16':
    case 'i16':
    case 'enum':
      return 2
    case 'u32':
    case 'i32':
    case 'f32':
      return 4
    case 'u64':
    case 'i64':
    case 'int':
    case 'f64':
    case 'date':
      return 8
    case 'uuid':
    case 'interval':
      return 16
    default:
      return -1
  }
}

/** The type as people write it: `tuple(text, nullable(u32))`. */
export function formatNode(node: TypeNode): string {
  switch (node.kind) {
    case 'enum':
      return `enum(${node.members.map(member => JSON.stringify(member)).join(', ')})`
    case 'array':
      return `array(${formatNode(node.element)})`
    case 'tuple':
      return `tuple(${node.elements.map(formatNode).join(', ')})`
    case 'struct':
      return `struct(${node.fields.map(([name, type]) => `${JSON.stringify(name)}: ${formatNode(type)}`).join(', ')})`
    case 'nullable':
      return `${node.isNullLast ? 'nullsLast' : 'nullable'}(${formatNode(node.of)})`
    case 'desc':
      return `desc(${formatNode(node.of)})`
    default:
      return node.kind
  }
}

/** The type with `renamed` in the place of an enum's members where they are `members`, wherever in it the enum is. */
export function withMembers(
  node: TypeNode,
  members: readonly string[],
  renamed: readonly string[],
): TypeNode {
  const inside = (part: TypeNode): TypeNode => withMembers(part, members, renamed)
  switch (node.kind) {
    case 'enum': {
      const isMeant =
        node.members.length === members.length && node.members.every((member, i) => member === members[i])
      return isMeant ? { ...node, members: renamed } : node
    }
    case 'nullable':
    case 'desc':
      return { ...node, of: inside(node.of) }
    case 'array':
      return { ...node, element: inside(node.element) }
    case 'tuple':
      return { ...node, elements: node.elements.map(inside) }
    case 'struct':
      return { ...node, fields: node.fields.map(([name, type]) => [name, inside(type)] as const) }
    default:
      return node
  }
}

/** How a stored type relates to the one asked for. */
export type NodeRelation = 'same' | 'extended' | 'different'

/**
 * `extended`: `wanted` reads everything written as `stored`, because all that differs is enum members
 * appended at the end.
 */
export function relateNodes(stored: TypeNode, wanted: TypeNode): NodeRelation {
  if (stored.kind === 'enum' && wanted.kind === 'enum') {
    if (wanted.members.length < stored.members.length) return 'different'
    for (let i = 0; i < stored.members.length; i++) {
      if (stored.members[i] !== wanted.members[i]) return 'different'
    }
    return wanted.members.length === stored.members.length ? 'same' : 'extended'
  }
  if (stored.kind === 'array' && wanted.kind === 'array') return relateNodes(stored.element, wanted.element)
  if (stored.kind === 'nullable' && wanted.kind === 'nullable') return relateNodes(stored.of, wanted.of)
  if (stored.kind === 'desc' && wanted.kind === 'desc') return relateNodes(stored.of, wanted.of)
  if (stored.kind === 'tuple' && wanted.kind === 'tuple') {
    if (stored.elements.length !== wanted.elements.length) return 'different'
    return worst(stored.elements.map((element, i) => relateNodes(element, wanted.elements[i])))
  }
  if (stored.kind === 'struct' && wanted.kind === 'struct') {
    if (stored.fields.length !== wanted.fields.length) return 'different'
    return worst(
      stored.fields.map(([name, type], i) =>
        name === wanted.fields[i][0] ? relateNodes(type, wanted.fields[i][1]) : 'different',
      ),
    )
  }
  return stored.kind === wanted.kind ? 'same' : 'different'
}

function worst(relations: readonly NodeRelation[]): NodeRelation {
  if (relations.includes('different')) return 'different'
  return relations.includes('extended') ? 'extended' : 'same'
}

/**
 * Names become JavaScript property names, where `__proto__` would set a prototype instead, and keys of the catalog
 * in UTF-8, which has no form for half a surrogate pair.
 */
export function checkName(name: string, what: string): void {
  const isFit =
    typeof name === 'string' &&
    name.length > 0 &&
    name.length <= MAX_NAME_CHARACTERS &&
    name !== '__proto__' &&
    isWellFormed(name)
  if (isFit) return
  throw new CoppiceError(
    'INVALID_DEFINITION',
    `${what} needs a name of 1 to ${MAX_NAME_CHARACTERS} characters of well-formed text other than __proto__, given ${preview(name)}`,
  )
}

/** @throws CoppiceError INVALID_DEFINITION when the type breaks a rule; `where` names it. */
export function checkNode(node: TypeNode, role: 'key' | 'value', where: string, depth = 0): void {
  const refuse = (reason: string): never => {
    throw new CoppiceError('INVALID_DEFINITION', `${where}: ${reason}`)
  }
  if (depth > MAX_DEPTH) refuse(`types nest at most ${MAX_DEPTH} deep`)
  switch (node.kind) {
    case 'json':
      if (role === 'key') refuse('json has no order and cannot be a key or be indexed')
      return
    case 'interval':
      if (role === 'key') refuse('an interval cannot be a key or be indexed')
      return
    case 'enum':
      if (node.members.length === 0 || node.members.length > MAX_ENUM_MEMBERS) {
        refuse(`an enum has 1 to ${MAX_ENUM_MEMBERS} members`)
      }
      for (const member of node.members as readonly unknown[]) {
        if (typeof member !== 'string') refuse(`the members of an enum are strings, given ${preview(member)}`)
      }
      if (new Set(node.members).size !== node.members.length) refuse('an enum names each member once')
      return
    case 'array':
      checkNode(node.element, role, where, depth + 1)
      return
    case 'tuple':
      if (node.elements.length === 0 || node.elements.length > MAX_FIELDS)
        refuse(`a tuple has 1 to ${MAX_FIELDS} parts`)
      for (const element of node.elements) checkNode(element, role, where, depth + 1)
      return
    case 'struct': {
      const names = new Set(node.fields.map(field => field[0]))
      if (names.size !== node.fields.length) refuse('a struct names each field once')
      if (names.size === 0 || names.size > MAX_FIELDS) refuse(`a struct has 1 to ${MAX_FIELDS} fields`)
      for (const [name, type] of node.fields) {
        checkName(name, `${where}: a field`)
        checkNode(type, role, where, depth + 1)
      }
      return
    }
    case 'nullable':
      if (node.of.kind === 'nullable' || isNullable(node.of)) refuse('a type is nullable once')
      checkNode(node.of, role, where, depth + 1)
      return
    case 'desc':
      if (role === 'value') refuse('desc() orders keys; a value has no order')
      if (node.of.kind === 'desc') refuse('a type is descending once')
      checkNode(node.of, role, where, depth + 1)
      return
    default:
      if (!SCALAR_KINDS.includes(node.kind))
        refuse(`unknown type ${JSON.stringify((node as ScalarNode).kind)}`)
  }
}
