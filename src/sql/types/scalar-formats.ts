/** boolean, uuid and the reg* types (names of things in the catalog, held as their oids): their text. */

import { SqlError } from '../errors.ts'
import type { CatalogAccess, EvaluationContext } from '../functions/registry.ts'
import { formatTypeSeen } from '../functions/type-text.ts'
import type { TextFormat } from './text-format.ts'
import {
  BOOL,
  builtinTypeByOid,
  NO_MODIFIER,
  REGCLASS,
  REGNAMESPACE,
  REGPROC,
  REGPROCEDURE,
  REGROLE,
  REGTYPE,
  type SqlType,
  UUID,
  VOID,
} from './type.ts'

/** `t`, `tru`, `yes`, `on`, `1` …: prefixes that are not ambiguous. Undefined: neither. */
export function booleanFromText(text: string): boolean | undefined {
  const word = text.trim().toLowerCase()
  if (word === '') return undefined
  if ('true'.startsWith(word) || 'yes'.startsWith(word) || word === 'on' || word === '1') return true
  if ('false'.startsWith(word) || 'no'.startsWith(word) || word === 'of' || word === 'off' || word === '0') {
    return false
  }
  return undefined
}

export function uuidFromText(text: string): string {
  const trimmed = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text
  if (!/^(?:[\da-f]{4}-?){7}[\da-f]{4}$/i.test(trimmed)) {
    throw new SqlError('22P02', `invalid input syntax for type uuid: "${text}"`)
  }
  return uuidFromDigits(trimmed.replaceAll('-', '').toLowerCase())
}

export function uuidFromDigits(digits: string): string {
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`
}

function registered(
  type: SqlType,
  find: (catalog: CatalogAccess, name: string) => number | undefined,
  name: (oid: number, catalog: CatalogAccess) => string | undefined,
  missing: (name: string) => SqlError,
): TextFormat {
  return {
    type,
    input: (text: string, context: EvaluationContext) => {
      if (text === '-') return 0
      if (/^\d+$/.test(text)) return Number(text)
      const oid = find(context.catalog, text)
      if (oid === undefined) throw missing(text)
      return oid
    },
    output: (oid: number, context: EvaluationContext) =>
      oid === 0 ? '-' : (name(oid, context.catalog) ?? String(oid)),
  }
}

const unknownFunction = (name: string): SqlError => new SqlError('42883', `function "${name}" does not exist`)

export const SCALAR_FORMATS: readonly TextFormat[] = [
  {
    type: BOOL,
    input: text => {
      const value = booleanFromText(text)
      if (value === undefined) {
        throw new SqlError('22P02', `invalid input syntax for type boolean: "${text}"`)
      }
      return value
    },
    output: value => (value ? 't' : 'f'),
  },
  { type: UUID, input: uuidFromText, output: value => value },
  { type: VOID, input: () => '', output: () => '' },
  registered(
    REGCLASS,
    (catalog, name) => catalog.relationOid(name),
    (oid, catalog) => catalog.relationName(oid),
    name => new SqlError('42P01', `relation "${name}" does not exist`),
  ),
  registered(
    REGTYPE,
    (catalog, name) => catalog.typeByName(name)?.oid,
    (oid, catalog) => {
      const type = builtinTypeByOid(oid) ?? catalog.typeByOid(oid)
      return type === undefined ? undefined : formatTypeSeen(type, NO_MODIFIER, catalog.searchPath)
    },
    name => new SqlError('42704', `type "${name}" does not exist`),
  ),
  registered(
    REGNAMESPACE,
    (catalog, name) => catalog.namespaceOid(name),
    (oid, catalog) => catalog.namespaceName(oid),
    name => new SqlError('3F000', `schema "${name}" does not exist`),
  ),
  registered(
    REGROLE,
    (catalog, name) => catalog.roleOid(name),
    (oid, catalog) => catalog.roleName(oid),
    name => new SqlError('42704', `role "${name}" does not exist`),
  ),
  registered(
    REGPROC,
    (catalog, name) => catalog.functionOid(name),
    (oid, catalog) => catalog.functionName(oid, false),
    unknownFunction,
  ),
  registered(
    REGPROCEDURE,
    (catalog, signature) => catalog.functionOid(signature),
    (oid, catalog) => catalog.functionName(oid, true),
    unknownFunction,
  ),
]
