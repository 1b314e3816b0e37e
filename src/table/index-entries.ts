/** The entries that the rows of a table have in one of its indexes, made from the rows. */

import { assert } from '../base/assert.ts'
import type { ReadTree, TreeCursor } from '../btree/api.ts'
import type { ByteWriter } from './bytes.ts'
import type { IndexCodec } from './index-codec.ts'
import type { IndexComputer } from './index-computer.ts'
import type { RecordBinding } from './record-binding.ts'

export class IndexEntries {
  /** Whether the row at hand has one: not each row is in a partial index. */
  hasEntry = false
  private readonly cursor: TreeCursor
  private readonly binding: RecordBinding
  private readonly codec: IndexCodec
  private readonly computer: IndexComputer | undefined
  private hasBegun = false

  /** @param computer undefined: the index is over columns alone */
  constructor(
    rows: ReadTree,
    binding: RecordBinding,
    codec: IndexCodec,
    computer: IndexComputer | undefined,
  ) {
    assert(!codec.isComputed || computer !== undefined, 'somebody computes what the index is over')
    this.cursor = rows.cursor()
    this.binding = binding
    this.codec = codec
    this.computer = computer
  }

  /** The value of the entry, whose key is in `codec.added`; both until somebody else works with the table. */
  get value(): ByteWriter {
    return this.binding.rowWriter
  }

  /** To the next row; false at the end. */
  next(): boolean {
    const { cursor, codec, hasBegun } = this
    this.hasBegun = true
    if (!(hasBegun ? cursor.next() : cursor.first())) return false
    const { keyWriter, keyReader, rowWriter } = this.binding
    const keyLength = cursor.loadKey()
    keyWriter.begin()
    keyWriter.writeBytes(cursor.keyBytes, 0, keyLength)
    cursor.loadValue()
    const { valueBytes, valueOffset, valueLength } = cursor
    const key = keyReader.over(keyWriter.bytes, 0, keyLength)
    const row = this.binding.codec.decodeRow(valueBytes, valueOffset, valueLength, key)
    if (codec.isComputed) {
      this.computer!.compute(codec, keyWriter.bytes, keyLength, valueBytes, valueOffset, valueLength)
    }
    codec.writeEntryKey(codec.added, row, keyWriter)
    this.hasEntry = codec.added.at > 0
    if (!this.hasEntry) return true
    rowWriter.begin()
    if (codec.isUnique) rowWriter.writeBytes(keyWriter.bytes, 0, keyLength)
    return true
  }
}
