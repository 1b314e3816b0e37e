/** Reading what is wanted of a row by one function that is made for it, when so many rows were read that this pays. */

import type { RegisterFile } from '../execute/registers.ts'
import type { AnyRecordTable } from './any-table.ts'
import type { WantedColumn } from './column-reader.ts'

type RecordCodec = AnyRecordTable['codec']

/** Reads what is wanted of a row, given the places of its primary key and of its other columns. */
export type ReadWholeRow = (
  keys: Buffer,
  keyView: DataView,
  keyAt: number,
  keyLength: number,
  values: Buffer,
  valueView: DataView,
  valueAt: number,
  valueLength: number,
  registers: RegisterFile,
) => void

/** Makes it; undefined: for so few rows it does not pay, or no code is made at all. */
export type GenerateRowReader = (
  rowCount: number,
  codec: RecordCodec,
  wanted: readonly WantedColumn[],
) => ReadWholeRow | undefined

/** So many rows lie between two questions whether it pays. */
const ASK_EVERY = 64

/** Counts rows until it pays. */
export class GenerationPace {
  private readonly generate: GenerateRowReader
  private readonly codec: RecordCodec
  private readonly wanted: readonly WantedColumn[]
  private readonly isWanted: boolean
  private rowCount = 0

  constructor(generate: GenerateRowReader, codec: RecordCodec, wanted: readonly WantedColumn[]) {
    this.generate = generate
    this.codec = codec
    this.wanted = wanted
    // The key alone has its reader.
    this.isWanted = wanted.some(({ storedName }) => !codec.keyColumns.includes(storedName))
  }

  /** A row was read without it. */
  next(): ReadWholeRow | undefined {
    if (this.rowCount++ % ASK_EVERY !== 0 || !this.isWanted) return undefined
    return this.generate(this.rowCount, this.codec, this.wanted)
  }
}

/** A view over bytes that are the same for many rows. */
export class KeptView {
  private bytes: Buffer | undefined
  private view: DataView = new DataView(new ArrayBuffer(0))

  over(bytes: Buffer): DataView {
    if (bytes !== this.bytes) {
      this.bytes = bytes
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    return this.view
  }
}
