/** Names of types of the raw tree, converted. */

import { withoutDatabase } from './database-names.ts'
import { expressionList, nameList } from './expressions.ts'
import { Fields, fieldsOf, type Raw } from './fields.ts'
import type { Source } from './source.ts'
import type { TypeName } from './tree.ts'

/** The type in a field that holds nothing else. */
export function typeName(fields: Fields, name: string): TypeName {
  return typeOf(new Fields(fields.source, 'TypeName', fields.required(name), fields.at))
}

/** A type in a list, or where something else could stand. */
export function typeNameOf(source: Source, node: Raw, parentAt: number): TypeName {
  return typeOf(fieldsOf(source, node, 'TypeName', parentAt))
}

function typeOf(fields: Fields): TypeName {
  // -1 always: what the parser knows of modifiers is in `typmods`.
  fields.expect('typemod', -1)
  const bounds = fields.list('arrayBounds')
  for (const node of bounds) {
    // PostgreSQL reads the size of an array, and knows no use for it.
    const bound = fieldsOf(fields.source, node, 'Integer', fields.at)
    bound.take('ival')
    bound.done()
  }
  const type: TypeName = {
    at: fields.at,
    name: withoutDatabase(fields.source, nameList(fields, 'names'), fields.at),
    modifiers: expressionList(fields, 'typmods'),
    dimensions: bounds.length,
    isSetOf: fields.flag('setof'),
  }
  fields.done()
  return type
}
