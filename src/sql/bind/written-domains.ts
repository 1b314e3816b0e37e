/**
 * Types with domains inside of them: arrays of domains, composite types with such fields. What is read from text is of the same
 * type without the domains first, and then held to them, part by part.
 */

import { makeType, NO_MODIFIER, type SqlType, type TypeField, withoutDomain } from '../types/type.ts'

/** Whether a value of the type has parts that are held to domains. */
export function hasDomainInside(type: SqlType): boolean {
  return partsOf(type).some(part => part.kind === 'domain' || hasDomainInside(part))
}

function partsOf({ kind, element, fields }: SqlType): readonly SqlType[] {
  if (kind === 'array') return [element!]
  return kind === 'composite' ? fields!.map(field => field.type) : []
}

/** One each, so that two of them are the same type. */
const plainTypes = new WeakMap<SqlType, SqlType>()

/** The type with what the domains in it are over in their places. */
export function withoutDomainsInside(type: SqlType): SqlType {
  if (!hasDomainInside(type)) return type
  let plain = plainTypes.get(type)
  if (plain === undefined) {
    plain = type.kind === 'array' ? plainPart(type.element!).array! : plainComposite(type)
    plainTypes.set(type, plain)
  }
  return plain
}

function plainPart(type: SqlType): SqlType {
  return withoutDomainsInside(withoutDomain(type))
}

function plainComposite({ oid, name, schema, displayName, category, fields, array }: SqlType): SqlType {
  return makeType({
    oid,
    name,
    schema,
    displayName,
    kind: 'composite',
    category,
    fields: fields!.map(plainField),
    ...(array === undefined ? {} : { arrayOid: array.oid }),
  })
}

/** A domain fits the length of its values itself. */
function plainField({ name, type, modifier }: TypeField): TypeField {
  return { name, type: plainPart(type), modifier: type.kind === 'domain' ? NO_MODIFIER : modifier }
}
