/**
 * A column's values as they will be read back: checked, and with nothing in them that is the caller's. By the codec itself, so
 * that there is one opinion on what a value is.
 */

import { ByteReader, ByteWriter } from './bytes.ts'
import { makeDecoder, makeEncoder } from './codec.ts'
import { KEY_DIALECT, VALUE_DIALECT } from './dialect.ts'
import { placeOf, rejectReentry } from './place.ts'
import type { TypeNode } from './type-node.ts'

/**
 * Makes the function that copies values of a column. `role`: whether the column is of the primary key.
 * @throws CoppiceError INVALID_KEY, INVALID_VALUE when it is called
 */
export function makeCopier(
  table: string,
  column: string,
  node: TypeNode,
  role: 'key' | 'value',
): (value: unknown) => unknown {
  const dialect = role === 'key' ? KEY_DIALECT : VALUE_DIALECT
  const encode = makeEncoder(node, dialect, placeOf(role, table, column, column), true)
  const decode = makeDecoder(node, dialect, true)
  const writer = new ByteWriter()
  const reader = new ByteReader()
  return value => {
    const generation = writer.begin()
    encode(writer, value)
    if (writer.generation !== generation) rejectReentry(table)
    return decode(reader.over(writer.bytes, 0, writer.at))
  }
}
