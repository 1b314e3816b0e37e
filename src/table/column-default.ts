/**
 * What a column is when a record leaves it out. The value is encoded when the table is defined: so it is checked, it is
 * a copy that nobody else can change, and the catalog can keep it for rows that are older than the column.
 */

import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { makeDecoder, makeEncoder } from './codec.ts'
import { VALUE_DIALECT } from './dialect.ts'
import { placeOf } from './place.ts'
import type { TypeNode } from './type-node.ts'

/** The default of a column. */
export interface ColumnDefault {
  readonly value: unknown
  /** Its bytes as a row would hold them, in base64; undefined for null. */
  readonly encoded: string | undefined
}

/** @throws CoppiceError INVALID_DEFINITION when the value is not of the column's type */
export function columnDefault(table: string, column: string, node: TypeNode, value: unknown): ColumnDefault {
  if (node.kind === 'nullable') {
    return value === null ? { value: null, encoded: undefined } : columnDefault(table, column, node.of, value)
  }
  const writer = new ByteWriter()
  writer.begin()
  try {
    // Rows that are older than the column have it, and indexes entries of it: without anybody writing them.
    const isFlat = true
    makeEncoder(node, VALUE_DIALECT, placeOf('value', table, column, column, isFlat), true)(writer, value)
  } catch (cause) {
    if (!isCoppiceError(cause)) throw cause
    throw new CoppiceError('INVALID_DEFINITION', `${cause.message} as the default`, {
      ...cause.details,
      cause,
    })
  }
  const encoded = writer.toBytes().toString('base64')
  return { value: decodedDefault(node, encoded), encoded }
}

/** The value of a default that is stored. */
export function decodedDefault(node: TypeNode, encoded: string): unknown {
  const bytes = Buffer.from(encoded, 'base64')
  const decode = makeDecoder(node.kind === 'nullable' ? node.of : node, VALUE_DIALECT, true)
  return decode(new ByteReader().over(bytes, 0, bytes.length))
}
