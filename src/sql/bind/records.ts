/** Types of anonymous rows: `ROW(1, 'a')`, several columns of a subquery. Interned by their fields; PostgreSQL's `record`. */

import { makeType, RECORD, type SqlType, type TypeField, withoutDomain } from '../types/type.ts'
import type { BoundNullTest } from './bound.ts'

const interned = new Map<string, SqlType>()

/** The record type with these fields: oid and name are those of `record`, but its fields are known. */
export function recordOf(fields: readonly TypeField[]): SqlType {
  const key = fields.map(field => `${field.name}:${identity(field.type)}:${field.modifier}`).join(',')
  const known = interned.get(key)
  if (known !== undefined) return known
  const type = makeType({
    oid: RECORD.oid,
    name: RECORD.name,
    category: 'P',
    kind: 'composite',
    fields,
    ...(RECORD.array === undefined ? {} : { arrayOid: RECORD.array.oid }),
  })
  interned.set(key, type)
  return type
}

/** Users' types of two databases may have one oid. */
const identities = new WeakMap<SqlType, number>()
let nextIdentity = 0
function identity(type: SqlType): number {
  let known = identities.get(type)
  if (known === undefined) {
    known = nextIdentity++
    identities.set(type, known)
  }
  return known
}

/** `record`, or an anonymous row's type. */
export function isRecord(type: SqlType): boolean {
  return type.oid === RECORD.oid
}
/** Anything with fields. */
export function isRow(type: SqlType): boolean {
  return type.kind === 'composite' || type === RECORD
}
/**
 * IS NULL of a row, which asks its fields: it is true when all are null, and IS NOT NULL when none is. So both may be false, and
 * a row that is there may be one that IS NULL.
 */
export function asksFields({ operand, ofValue }: BoundNullTest): boolean {
  return ofValue !== true && isRow(withoutDomain(operand.type))
}
