/**
 * What the interpreted and the generated record codecs share: the shape of a table's records, and the kinds
 * of functions that are made from it.
 */

import type { ByteReader, ByteWriter } from './bytes.ts'
import { rejectUnknownProperty } from './composite.ts'
import { type Place, reject } from './place.ts'
import type { RowLayout } from './row-layout.ts'
import type { TypeNode } from './type-node.ts'

/** A normalised record. */
export type Row = Record<string, unknown>

/** Where a declared column comes from. */
export interface RecordColumn {
  readonly name: string
  /** Whether a record may leave it out; then it is `absent`: its default, null, or undefined until it is numbered. */
  readonly isOptional: boolean
  readonly absent: unknown
  /** Its number in the primary key, or -1. */
  readonly keyIndex: number
  /** Its number in the row, or -1. */
  readonly ordinal: number
}

/** A part of a key that is made from a column. */
export interface RowKeyPart {
  readonly column: string
  readonly node: TypeNode
  readonly place: Place
}

/** What is needed to take records apart and put them together again. */
export interface RecordShape {
  readonly table: string
  readonly place: Place
  readonly columns: readonly RecordColumn[]
  readonly names: ReadonlySet<string>
  readonly keyParts: readonly RowKeyPart[]
  readonly layout: RowLayout
}

export type Normalise = (record: unknown) => Row
export type EncodeRow = (writer: ByteWriter, row: Row) => void
/** Decodes the row at `bytes[offset .. offset + length)`; `key` stands at the start of the primary key. */
export type DecodeRow = (bytes: Buffer, offset: number, length: number, key: ByteReader) => Row

/** Whether every object has a property of that name, as a column named `constructor` would find. */
export function isInherited(name: string): boolean {
  return name in Object.prototype
}

/** Refuses what is not an object, or has a property that is no column. */
export function checkRecord(record: unknown, names: ReadonlySet<string>, place: Place): void {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    reject(place, 'an object with the columns as properties', record)
  }
  rejectUnknownProperty(record, names, place)
}
