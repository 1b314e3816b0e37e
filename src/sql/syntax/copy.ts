/** COPY, converted. What its options mean is `copy/options.ts`' to say: here they are names with values. */

import { dataStatement } from './changes.ts'
import { nameList, optionalExpression } from './expressions.ts'
import { type Fields, fieldsOf, itemsOf, kindOf, type Raw, stringOf } from './fields.ts'
import { tableIn } from './from.ts'
import type { CopyOption, CopyStatement } from './tree.ts'

export function copy(fields: Fields): CopyStatement {
  const { source, at } = fields
  if (fields.flag('is_program')) throw fields.refusal('COPY … PROGRAM')
  if (fields.has('filename')) throw fields.refusal('COPY of a file (use STDIN or STDOUT)')
  const isFrom = fields.flag('is_from')
  const query = fields.node('query')
  return {
    kind: 'copy',
    at,
    isFrom,
    table: query === undefined ? tableIn(fields, 'relation') : undefined,
    columns: nameList(fields, 'attlist'),
    query: query === undefined ? undefined : dataStatement(source, query, at),
    options: fields.list('options').map(node => option(fieldsOf(source, node, 'DefElem', at))),
    where: optionalExpression(fields, 'whereClause'),
    databases: source.databases,
  }
}

function option(fields: Fields): CopyOption {
  fields.expect('defaction', 'DEFELEM_UNSPEC')
  const { at } = fields
  const name = fields.text('defname')
  const node = fields.node('arg')
  const value = node === undefined ? undefined : optionValue(fields, node)
  fields.done()
  return { name, value, at }
}

/** A text, a list of columns, or `*` for all of them. */
export function optionValue(parent: Fields, node: Raw): CopyOption['value'] {
  const { source, at } = parent
  switch (kindOf(node)) {
    case 'A_Star':
      return '*'
    case 'List':
      return itemsOf(source, node, at).map(item => stringOf(source, item, at))
    case 'Boolean': {
      const fields = fieldsOf(source, node, 'Boolean', at)
      const value = fields.flag('boolval')
      fields.done()
      return String(value)
    }
    case 'Integer': {
      const fields = fieldsOf(source, node, 'Integer', at)
      const value = fields.integer('ival')
      fields.done()
      return String(value)
    }
    default:
      return stringOf(source, node, at)
  }
}
