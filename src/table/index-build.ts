/**
 * Building an index over the rows that are there already: in runs that are sorted in memory and stored in order.
 */

import type { ReadTree, WriteTree } from '../btree/api.ts'
import type { ByteWriter } from './bytes.ts'
import { keyTooLong, uniqueViolation } from './errors.ts'
import type { IndexCodec } from './index-codec.ts'
import type { IndexComputer } from './index-computer.ts'
import type { RecordBinding } from './record-binding.ts'
import { collectIndex } from './record-table.ts'
import { SortedRun } from './sorted-run.ts'

/** A run is stored when it is this large. */
const RUN_BYTES = 32 << 20

/**
 * Fills `index`, which is empty, with an entry for each row that is in it.
 * @param mayGoOn called now and then; may throw
 * @throws CoppiceError UNIQUE_VIOLATION, KEY_TOO_LONG, what `mayGoOn` throws; the index is then to be dropped.
 */
export function buildIndex(
  rows: ReadTree,
  index: WriteTree,
  binding: RecordBinding,
  codec: IndexCodec,
  computer: IndexComputer | undefined,
  mayGoOn?: () => void,
): void {
  const run = new SortedRun()
  const add = (value: ByteWriter): void => {
    const { added } = codec
    if (added.at > index.maxKeyLength) keyTooLong(binding.table, added.at, index.maxKeyLength, codec.name)
    run.add(added.bytes, added.at, value.bytes, 0, value.at)
    if (run.isFull(RUN_BYTES)) storeRun(run, index, binding, codec)
  }
  collectIndex(rows, binding, codec, computer, add, mayGoOn)
  storeRun(run, index, binding, codec)
}

function storeRun(run: SortedRun, index: WriteTree, binding: RecordBinding, codec: IndexCodec): void {
  run.sort()
  if (codec.isUnique) checkUniqueRun(run, index, binding, codec)
  run.storeInto(index)
  run.clear()
}

/**
 * @throws CoppiceError UNIQUE_VIOLATION when two entries of the sorted run, or one and one of the index, are equal.
 * Entries with a null in them are followed by the primary key, so they never are.
 */
export function checkUniqueRun(
  run: SortedRun,
  index: ReadTree,
  binding: RecordBinding,
  codec: IndexCodec,
): void {
  const key = codec.added
  for (let i = 0; i < run.count; i++) {
    run.loadKey(i, key)
    const isTaken = run.isFollowedByEqual(i) || (index.count > 0 && index.has(key.bytes, key.at))
    if (!isTaken) continue
    const reader = binding.keyReader.over(key.bytes, 0, key.at)
    uniqueViolation(binding.table, codec.name, codec.key.decode(reader))
  }
}
