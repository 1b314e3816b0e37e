/**
 * Entries outside of nodes, packed into page memory while a bulk load collects them, and leaves filled from them.
 *
 * ```
 *  a packed entry, at a multiple of 4
 *   0  u16 keyLength
 *   2  u16 valueLength, or REMOVAL: of a removal, which has no value
 *   4  u8[] value           padded to a multiple of 4
 *      u8[] key             padded to a multiple of 4
 * ```
 * The value comes first so that both begin aligned. Large values are not packed.
 *
 * Invariant: filling is a function of the entries alone; the kernel (btree/kernel) fills a leaf with the same bytes.
 */

import type { PageMemory } from './memory.ts'
import * as node from './node.ts'

const VALUE_AT = 4
/** No value is as long as that. */
export const REMOVAL = 0x8000

/** Bytes that an entry takes. */
export function packedLength(keyLength: number, valueLength: number): number {
  return VALUE_AT + ((valueLength + 3) & ~3) + ((keyLength + 3) & ~3)
}

export function packedKeyLength(m: PageMemory, at: number): number {
  return m.u16[at >>> 1]
}

export function packedValueLength(m: PageMemory, at: number): number {
  return m.u16[(at >>> 1) + 1] & ~REMOVAL
}

/** Whether it says that its key is to be removed. */
export function packedIsRemoval(m: PageMemory, at: number): boolean {
  return m.u16[(at >>> 1) + 1] === REMOVAL
}

export function packedValueAt(at: number): number {
  return at + VALUE_AT
}

export function packedKeyAt(m: PageMemory, at: number): number {
  return at + VALUE_AT + ((packedValueLength(m, at) + 3) & ~3)
}

/** Order of the keys of two packed entries, as memcmp has it. */
export function comparePacked(m: PageMemory, a: number, b: number): number {
  const u8 = m.u8
  const aLength = packedKeyLength(m, a)
  const bLength = packedKeyLength(m, b)
  const aKey = packedKeyAt(m, a)
  const bKey = packedKeyAt(m, b)
  const shared = Math.min(aLength, bLength)
  for (let i = 0; i < shared; i++) {
    const difference = u8[aKey + i] - u8[bKey + i]
    if (difference !== 0) return difference
  }
  return aLength - bLength
}

/** Below 0, 0 or above 0 as the key of the packed entry lies below `key`, equals it, or lies above. */
export function comparePackedWith(m: PageMemory, at: number, key: Uint8Array, keyLength: number): number {
  const u8 = m.u8
  const ownLength = packedKeyLength(m, at)
  const ownKey = packedKeyAt(m, at)
  const shared = Math.min(ownLength, keyLength)
  for (let i = 0; i < shared; i++) {
    const difference = u8[ownKey + i] - key[i]
    if (difference !== 0) return difference
  }
  return ownLength - keyLength
}

/**
 * Two lists of entries as one. In each the keys ascend strictly; of an entry that both have, that of `newer` counts.
 */
export function mergePacked(m: PageMemory, older: Uint32Array, newer: Uint32Array): Uint32Array {
  const merged = new Uint32Array(older.length + newer.length)
  let count = 0
  let fromOlder = 0
  for (const address of newer) {
    let order = -1
    while (fromOlder < older.length) {
      order = comparePacked(m, older[fromOlder], address)
      if (order >= 0) break
      merged[count++] = older[fromOlder++]
    }
    if (order === 0) fromOlder++
    merged[count++] = address
  }
  merged.set(older.subarray(fromOlder), count)
  return merged.subarray(0, count + older.length - fromOlder)
}

/** The same, where `newer` may have removals: of these and what they remove nothing is left. */
export function mergeChanges(m: PageMemory, older: Uint32Array, newer: Uint32Array): Uint32Array {
  const merged = mergePacked(m, older, newer)
  let kept = 0
  for (const address of merged) if (!packedIsRemoval(m, address)) merged[kept++] = address
  return merged.subarray(0, kept)
}

/** The four key bytes from `from` as a big-endian number, zero padded at the key's end. */
export function packedHead(m: PageMemory, at: number, from: number): number {
  const key = packedKeyAt(m, at)
  const end = key + packedKeyLength(m, at)
  const u8 = m.u8
  let head = 0
  for (let i = key + from; i < key + from + 4; i++) head = (head << 8) | (i < end ? u8[i] : 0)
  return head >>> 0
}

/** Bytes at the front that the keys of two packed entries share. */
function sharedLength(m: PageMemory, a: number, b: number): number {
  const u8 = m.u8
  const limit = Math.min(packedKeyLength(m, a), packedKeyLength(m, b))
  const aKey = packedKeyAt(m, a)
  const bKey = packedKeyAt(m, b)
  let shared = 0
  while (shared < limit && u8[aKey + shared] === u8[bKey + shared]) shared++
  return shared
}

/** Bytes of the cell of an entry in a leaf with that prefix. */
function cellLength(m: PageMemory, at: number, prefixLength: number): number {
  const tail = node.tailLength(packedKeyLength(m, at) - prefixLength)
  return node.VALUE_LENGTH_BYTES + tail + packedValueLength(m, at)
}

function cellsLength(m: PageMemory, addresses: Uint32Array, count: number, prefixLength: number): number {
  let bytes = 0
  for (let i = 0; i < count; i++) bytes += cellLength(m, addresses[i], prefixLength)
  return bytes
}

/** One entry in so many is left out of a leaf that is to have room for others. */
const SPARED_PART = 10

/**
 * Fills the empty leaf at `base` with the packed entries at the first `count` of `addresses`, whose keys ascend
 * strictly: as many of them as there is room for, or, if they are not all and it `leavesRoom`, a tenth fewer. Returns how many.
 * The first one always fits.
 */
export function fillLeaf(
  m: PageMemory,
  base: number,
  addresses: Uint32Array,
  count: number,
  leavesRoom: boolean,
): number {
  const room = node.nodeRoom(m.pageSize)
  const first = addresses[0]
  let prefixLength = packedKeyLength(m, first)
  let cells = 0
  let taken = 0
  for (; taken < count; taken++) {
    const at = addresses[taken]
    const shared = Math.min(prefixLength, sharedLength(m, first, at))
    const before = shared === prefixLength ? cells : cellsLength(m, addresses, taken, shared)
    const after = before + cellLength(m, at, shared)
    if ((taken + 1) * node.LEAF_STRIDE + after + node.prefixRestBytes(shared) > room) break
    prefixLength = shared
    cells = after
  }
  // The arrays have room for those that are left out, too.
  const capacity = taken
  if (leavesRoom && taken < count) taken -= Math.floor(taken / SPARED_PART)
  writeLeaf(m, base, addresses, taken, capacity, prefixLength)
  return taken
}

function writeLeaf(
  m: PageMemory,
  base: number,
  addresses: Uint32Array,
  count: number,
  capacity: number,
  prefixLength: number,
): void {
  const { u8, u32 } = m
  node.resetNode(m, base, capacity)
  const firstKey = packedKeyAt(m, addresses[0])
  node.setPrefix(m, base, u8.subarray(firstKey, firstKey + prefixLength), prefixLength)
  let heap = node.heapStartOf(m, base)
  const heads = node.headsWord(base)
  for (let i = 0; i < count; i++) {
    const at = addresses[i]
    const suffixLength = packedKeyLength(m, at) - prefixLength
    const valueLength = packedValueLength(m, at)
    const tailLength = node.tailLength(suffixLength)
    const tailAt = packedKeyAt(m, at) + prefixLength + node.HEAD_BYTES
    heap -= node.VALUE_LENGTH_BYTES + tailLength + valueLength
    u32[heads + i] = packedHead(m, at, prefixLength)
    u32[heads + capacity + i] = node.makeSlot(heap & 0xffff, suffixLength, false)
    const cell = base + heap
    u8[cell] = valueLength
    u8[cell + 1] = valueLength >>> 8
    u8.copyWithin(cell + node.VALUE_LENGTH_BYTES, tailAt, tailAt + tailLength)
    const valueAt = packedValueAt(at)
    u8.copyWithin(cell + node.VALUE_LENGTH_BYTES + tailLength, valueAt, valueAt + valueLength)
  }
  node.setCount(m, base, count)
  node.setHeapStart(m, base, heap)
}
