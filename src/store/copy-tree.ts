/** Copies a tree densely into an empty one, large values in pieces. */

import { Cursor } from '../btree/cursor.ts'
import type { TreeReader } from '../btree/reader.ts'
import type { TreeWriter } from '../btree/writer.ts'
import type { Progress } from './steps.ts'

/** Values above this are streamed. */
const STREAMED_BYTES = 1 << 20
const PIECE_BYTES = 1 << 18
const ENTRIES_PER_STEP = 256

export function* copyTree(
  source: TreeReader,
  target: TreeWriter,
  phase: string,
): Generator<Progress | undefined, void> {
  const cursor = new Cursor(source)
  let appender = target.appender()
  let done = 0
  for (let more = cursor.first(); more; more = cursor.next()) {
    const keyLength = cursor.loadKey()
    const large = cursor.extentLength()
    if (large > STREAMED_BYTES) {
      appender.finish()
      const reader = source.openValue(cursor.keyBytes, keyLength)
      if (reader !== undefined) target.putStream(cursor.keyBytes, keyLength, large, pieces(reader))
      appender = target.appender()
    } else {
      cursor.loadValue()
      if (cursor.valueBytes === source.context.memory.bytes) {
        // Appending may move pages about, and the value lies in one of them.
        const copy = Buffer.from(
          cursor.valueBytes.subarray(cursor.valueOffset, cursor.valueOffset + cursor.valueLength),
        )
        appender.append(cursor.keyBytes, keyLength, copy, 0, copy.length)
      } else {
        appender.append(cursor.keyBytes, keyLength, cursor.valueBytes, cursor.valueOffset, cursor.valueLength)
      }
    }
    if (++done % ENTRIES_PER_STEP === 0) yield { phase, done, total: source.count }
  }
  appender.finish()
}

function* pieces(reader: {
  readonly length: number
  read(t: Uint8Array, o: number, l: number, p: number): number
}) {
  const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
  for (let at = 0; at < reader.length; ) {
    const read = reader.read(piece, 0, piece.length, at)
    yield piece.subarray(0, read)
    at += read
  }
}
