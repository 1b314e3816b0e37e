/**
 * Building an index over the rows that are there already: in runs that are sorted in memory and stored in order.
 */

import { complete, type IsDue, type Steps } from '../base/steps.ts'
import type { ReadTree, WriteTree } from '../btree/api.ts'
import { keyTooLong, uniqueViolation } from './errors.ts'
import type { IndexCodec } from './index-codec.ts'
import type { IndexComputer } from './index-computer.ts'
import { IndexEntries } from './index-entries.ts'
import type { RecordBinding } from './record-binding.ts'
import { SortedRun } from './sorted-run.ts'

/** A run is stored when it is this large. */
const RUN_BYTES = 32 << 20
/** So many rows or entries lie between two questions whether it is to be left. */
const ASK_EVERY = 64

/**
 * Fills `index`, which is empty, with an entry for each row that is in it. Returns whether one of them has an array of a shape
 * that older versions do not know (`shaped-array.ts`).
 * @throws CoppiceError UNIQUE_VIOLATION, KEY_TOO_LONG, what `isDue` throws; the index is then to be dropped.
 */
export function* buildIndex(
  rows: ReadTree,
  index: WriteTree,
  binding: RecordBinding,
  codec: IndexCodec,
  computer: IndexComputer | undefined,
  isDue: IsDue,
): Steps<boolean> {
  const run = new SortedRun()
  let isShaped = false
  const entries = new IndexEntries(rows, binding, codec, computer)
  for (let rowCount = 1; entries.next(); rowCount++) {
    if (entries.hasEntry) {
      const { added } = codec
      const { value } = entries
      isShaped ||= added.isShaped
      if (added.at > index.maxKeyLength) keyTooLong(binding.table, added.at, index.maxKeyLength, codec.name)
      run.add(added.bytes, added.at, value.bytes, 0, value.at)
      if (run.isFull(RUN_BYTES)) yield* storeRun(run, index, binding, codec, isDue)
    }
    // Key and value of the entry are in buffers of the table's, which others may use meanwhile.
    if (rowCount % ASK_EVERY === 0 && isDue(ASK_EVERY)) yield
  }
  yield* storeRun(run, index, binding, codec, isDue)
  return isShaped
}

function* storeRun(
  run: SortedRun,
  index: WriteTree,
  binding: RecordBinding,
  codec: IndexCodec,
  isDue: IsDue,
): Steps {
  yield* run.sortInSteps(isDue)
  if (codec.isUnique) yield* checkUniqueInSteps(run, index, binding, codec, isDue)
  yield* run.storeInSteps(index, isDue)
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
  complete(checkUniqueInSteps(run, index, binding, codec, () => false))
}

function* checkUniqueInSteps(
  run: SortedRun,
  index: ReadTree,
  binding: RecordBinding,
  codec: IndexCodec,
  isDue: IsDue,
): Steps {
  for (let i = 0; i < run.count; i++) {
    if (i % ASK_EVERY === 0 && isDue(ASK_EVERY)) yield
    if (isUniqueAt(run, i, index, codec)) continue
    const { bytes, at } = codec.added
    const reader = binding.keyReader.over(bytes, 0, at)
    uniqueViolation(binding.table, codec.name, codec.key.decode(reader))
  }
}

/** Else its key is in `codec.added`. */
function isUniqueAt(run: SortedRun, position: number, index: ReadTree, { added }: IndexCodec): boolean {
  run.loadKey(position, added)
  return !run.isFollowedByEqual(position) && !(index.count > 0 && index.has(added.bytes, added.at))
}
