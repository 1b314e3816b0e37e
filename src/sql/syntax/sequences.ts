/** Sequences, and the options that they share with identity columns, converted. */

import { withoutDatabase } from './database-names.ts'
import { type Fields, fieldsOf, itemsOf, kindOf, stringsOf } from './fields.ts'
import { newTable, tableIn } from './from.ts'
import { decimalOf } from './literals.ts'
import type { AlterSequence, CreateSequence, SequenceOption } from './tree.ts'
import { typeNameOf } from './type-names.ts'

export function createSequence(fields: Fields): CreateSequence {
  return {
    kind: 'create sequence',
    at: fields.at,
    ...newTable(fields.child('sequence', 'RangeVar')!),
    ifNotExists: fields.flag('if_not_exists'),
    options: sequenceOptions(fields, 'options'),
  }
}

export function alterSequence(fields: Fields): AlterSequence {
  return {
    kind: 'alter sequence',
    at: fields.at,
    name: tableIn(fields, 'sequence'),
    ifExists: fields.flag('missing_ok'),
    options: sequenceOptions(fields, 'options'),
  }
}

export function sequenceOptions(parent: Fields, name: string): readonly SequenceOption[] {
  return parent.list(name).map(node => sequenceOption(fieldsOf(parent.source, node, 'DefElem', parent.at)))
}

export function sequenceOption(fields: Fields): SequenceOption {
  fields.expect('defaction', 'DEFELEM_UNSPEC')
  const name = fields.text('defname')
  const option = optionOf(fields, name)
  fields.done()
  return option
}

function optionOf(fields: Fields, name: string): SequenceOption {
  switch (name) {
    case 'increment':
    case 'start':
    case 'cache': {
      const value = integerArgument(fields)
      if (value === undefined) throw fields.refusal(`${name} without a number`)
      return { kind: name, value }
    }
    case 'minvalue':
    case 'maxvalue':
    case 'restart':
      return { kind: name, value: integerArgument(fields) }
    case 'cycle': {
      const fieldsOfArgument = fieldsOf(fields.source, fields.required('arg'), 'Boolean', fields.at)
      const value = fieldsOfArgument.flag('boolval')
      fieldsOfArgument.done()
      return { kind: 'cycle', value }
    }
    case 'as':
      return { kind: 'as', type: typeNameOf(fields.source, fields.required('arg'), fields.at) }
    case 'owned_by': {
      const column = listArgument(fields, 3)
      // OWNED BY NONE.
      const isNone = column.length === 1 && column[0] === 'none'
      return { kind: 'owned by', column: isNone ? undefined : column }
    }
    case 'sequence_name':
      return { kind: 'sequence name', name: listArgument(fields, 2) }
    default:
      throw fields.refusal(`the option ${name.toUpperCase()} of a sequence`)
  }
}

/** @param parts how many it has at most without a database */
function listArgument(fields: Fields, parts: number): readonly string[] {
  const { source, at } = fields
  const names = stringsOf(source, itemsOf(source, fields.required('arg'), at), at)
  return withoutDatabase(source, names, at, parts)
}

/** An integer of any size; undefined for NO MINVALUE and its like. */
function integerArgument(fields: Fields): bigint | undefined {
  const node = fields.node('arg')
  if (node === undefined) return undefined
  const isLarge = kindOf(node) === 'Float'
  const number = fieldsOf(fields.source, node, isLarge ? 'Float' : 'Integer', fields.at)
  const text = isLarge ? decimalOf(number.text('fval')) : `${number.integer('ival')}`
  number.done()
  if (!/^[+-]?\d+$/.test(text)) throw fields.refusal('a sequence with fractions')
  return BigInt(text)
}
