/** Constants of the raw tree, converted. */

import type { Fields } from './fields.ts'
import type { Literal } from './tree.ts'

export function literal(fields: Fields): Literal {
  return { kind: 'literal', at: fields.at, value: constantOf(fields) }
}

function constantOf(fields: Fields): Literal['value'] {
  if (fields.flag('isnull')) return { type: 'null' }
  const integer = fields.child('ival', 'Integer')
  if (integer !== undefined) {
    const value = integer.integer('ival')
    integer.done()
    return { type: 'integer', value }
  }
  const number = fields.child('fval', 'Float')
  if (number !== undefined) {
    const text = decimalOf(number.text('fval'))
    number.done()
    return { type: 'numeric', text }
  }
  const boolean = fields.child('boolval', 'Boolean')
  if (boolean !== undefined) {
    const value = boolean.flag('boolval')
    boolean.done()
    return { type: 'boolean', value }
  }
  const bits = fields.child('bsval', 'BitString')
  if (bits !== undefined) {
    const text = bits.text('bsval')
    bits.done()
    return { type: 'bits', text }
  }
  const string = fields.child('sval', 'String')
  if (string === undefined) throw fields.refusal('a constant of this kind')
  const text = string.text('sval')
  string.done()
  return { type: 'string', text }
}

/** A number in decimal, as `1_000` and `0xFFFF_FFFF_F` are not. */
export function decimalOf(text: string): string {
  const plain = text.replaceAll('_', '')
  const based = /^(-?)(0[xob][0-9a-f]+)$/i.exec(plain)
  return based === null ? plain : `${based[1]}${BigInt(based[2]!)}`
}
