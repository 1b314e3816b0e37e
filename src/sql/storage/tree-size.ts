/** How large a tree is in bytes: estimated from a sample of its entries, since nobody counts its pages. */

import type { ReadTree } from '../../btree/api.ts'

const SAMPLE_ENTRIES = 32
/** Of a cell: its slot and what is kept of its key in the head. */
const ENTRY_BYTES = 8
/** Leaves that were filled in no order, and the branches above them. */
const FILL = 0.7
const PAGE_BYTES = 4096

export function treeSizeBytes(tree: ReadTree): number {
  const { count } = tree
  if (count === 0) return 0
  const samples = Math.min(count, SAMPLE_ENTRIES)
  const cursor = tree.cursor()
  let bytes = 0
  for (let i = 0; i < samples; i++) {
    if (cursor.seekRank(Math.floor((i * count) / samples))) {
      bytes += cursor.loadKey() + cursor.valueLength + ENTRY_BYTES
    }
  }
  const total = ((bytes / samples) * count) / FILL
  return Math.ceil(total / PAGE_BYTES) * PAGE_BYTES
}
