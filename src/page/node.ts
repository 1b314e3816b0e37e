/**
 * The layout of leaves and branches, and access to single fields. Which page it is, which file it lies in
 * and what the bytes mean to a table is not known here.
 *
 * ```
 *   0  page header, 64 bytes (header.ts), of which a node uses
 *        16 u16 count         entries
 *        18 u16 capacity      entries that the arrays have room for
 *        20 u16 prefixLength  bytes that all keys of this node begin with
 *        22 u16 appendRun     inserts in a row that went to the end (splits look at it)
 *        24 u32 heapStart     offset of the lowest cell
 *        28 u32 deadBytes     bytes of removed cells between heapStart and the end of the heap
 *        32 u8[32] prefix     its first 32 bytes: on the cache line that a search reads anyway
 *  64  heads     u32[capacity]   first 4 bytes after the prefix, as a big-endian number, zero padded
 *      slots     u32[capacity]   low 16: offset of the cell; bits 16..30: bytes of key after the prefix;
 *                                bit 31 (leaf): the value is an extent reference
 *      in a branch also
 *      children  u32[capacity]   page id
 *      births    u32[capacity]   birth, low 32 bits
 *      counts    u32[capacity]   entries below, low 32 bits
 *      highs     u32[capacity]   bits 16..31: birth, high 16; bits 1..15: entries below, high 15;
 *                                bit 0: an extent may be below
 *      free space
 *      cells, growing down       leaf: valueLength u16, key from the 5th byte after the prefix, value
 *                                branch: key from the 5th byte after the prefix
 *      rest of the prefix        what is beyond 32 bytes, at the end of the page
 * ```
 * The search touches `heads` only, two or three cache lines, and looks at a cell when heads are equal.
 *
 * N1  Keys ascend strictly. Entry 0 of a branch stands for "below everything": its key is empty and not used.
 * N2  A key is prefix + the first min(4, n) bytes of its head + its cell's key bytes, n = bytes after the prefix.
 * N3  Cells and prefix never overlap the arrays: 64 + capacity * stride <= heapStart.
 * N4  pageSize - max(0, prefixLength - 32) - heapStart = bytes of live cells + deadBytes.
 */

import { kindOf, PAGE_HEADER_BYTES, PageKind, writePageHeader } from './header.ts'
import type { PageMemory } from './memory.ts'

/** Array bytes an entry takes, without its cell. */
export const LEAF_STRIDE = 8
export const BRANCH_STRIDE = 24
/** Bytes of key that live in `heads`. */
export const HEAD_BYTES = 4
/** Bytes in front of a leaf cell's key. */
export const VALUE_LENGTH_BYTES = 2

const COUNT_AT = 16
const PREFIX_LENGTH_AT = 20
/** Where the first bytes of the prefix are, and how many. */
export const PREFIX_AT = 32
export const INLINE_PREFIX_BYTES = 32
const APPEND_RUN_AT = 22
const HEAP_START_AT = 24
const DEAD_BYTES_AT = 28
const TWO_32 = 0x1_0000_0000
const EXTENT_FLAG = 0x8000_0000

/** The longest key that any node of this page size takes: four entries must fit a branch, two a leaf. */
export function maxKeyLength(pageSize: number): number {
  return Math.min(((pageSize - PAGE_HEADER_BYTES) >>> 2) - 32, 0x7fff)
}

/** The longest entry that a leaf takes, in bytes of key and value: two fit. The values of longer ones go to extents. */
export function maxEntryLength(pageSize: number): number {
  return ((pageSize - PAGE_HEADER_BYTES) >>> 1) - 32
}

export function isLeaf(m: PageMemory, base: number): boolean {
  return kindOf(m, base) === PageKind.leaf
}

export function strideOf(m: PageMemory, base: number): number {
  return isLeaf(m, base) ? LEAF_STRIDE : BRANCH_STRIDE
}

/** Makes an empty node of the given level (0: leaf) with room for `capacity` entries. */
export function initNode(
  m: PageMemory,
  base: number,
  pageId: number,
  birth: number,
  level: number,
  capacity: number,
): void {
  m.u8.fill(0, base, base + PAGE_HEADER_BYTES)
  writePageHeader(m, base, pageId, birth, level === 0 ? PageKind.leaf : PageKind.branch, level)
  resetNode(m, base, capacity)
}

/** Empties a node, keeping its identity. */
export function resetNode(m: PageMemory, base: number, capacity: number): void {
  m.u32[(base + COUNT_AT) >>> 2] = capacity << 16
  m.u32[(base + PREFIX_LENGTH_AT) >>> 2] = 0
  m.u32[(base + HEAP_START_AT) >>> 2] = m.pageSize
  m.u32[(base + DEAD_BYTES_AT) >>> 2] = 0
}

/** Room to give a new node's arrays: a third of what small entries would fill. */
export function startCapacity(pageSize: number, level: number): number {
  return level === 0 ? Math.max(4, pageSize >>> 8) : Math.max(4, Math.floor(pageSize / 64))
}

export function countOf(m: PageMemory, base: number): number {
  return m.u16[(base + COUNT_AT) >>> 1]
}

export function setCount(m: PageMemory, base: number, count: number): void {
  m.u16[(base + COUNT_AT) >>> 1] = count
}

export function capacityOf(m: PageMemory, base: number): number {
  return m.u16[(base + COUNT_AT + 2) >>> 1]
}

export function setCapacity(m: PageMemory, base: number, capacity: number): void {
  m.u16[(base + COUNT_AT + 2) >>> 1] = capacity
}

export function prefixLengthOf(m: PageMemory, base: number): number {
  return m.u16[(base + PREFIX_LENGTH_AT) >>> 1]
}

export function appendRunOf(m: PageMemory, base: number): number {
  return m.u16[(base + APPEND_RUN_AT) >>> 1]
}

export function setAppendRun(m: PageMemory, base: number, run: number): void {
  m.u16[(base + APPEND_RUN_AT) >>> 1] = run
}

export function heapStartOf(m: PageMemory, base: number): number {
  return m.u32[(base + HEAP_START_AT) >>> 2]
}

export function setHeapStart(m: PageMemory, base: number, offset: number): void {
  m.u32[(base + HEAP_START_AT) >>> 2] = offset
}

export function deadBytesOf(m: PageMemory, base: number): number {
  return m.u32[(base + DEAD_BYTES_AT) >>> 2]
}

export function setDeadBytes(m: PageMemory, base: number, bytes: number): void {
  m.u32[(base + DEAD_BYTES_AT) >>> 2] = bytes
}

/** Bytes at the end of the page that a prefix takes. */
export function prefixRestBytes(prefixLength: number): number {
  return prefixLength > INLINE_PREFIX_BYTES ? prefixLength - INLINE_PREFIX_BYTES : 0
}

/** Byte `index` of a prefix of `prefixLength` bytes. */
export function prefixByteOf(m: PageMemory, base: number, prefixLength: number, index: number): number {
  return m.u8[base + index + (index < INLINE_PREFIX_BYTES ? PREFIX_AT : m.pageSize - prefixLength)]
}

/** Stores the prefix of an empty node. */
export function setPrefix(m: PageMemory, base: number, key: Uint8Array, length: number): void {
  m.u16[(base + PREFIX_LENGTH_AT) >>> 1] = length
  const inline = Math.min(length, INLINE_PREFIX_BYTES)
  for (let i = 0; i < inline; i++) m.u8[base + PREFIX_AT + i] = key[i]
  const at = base + m.pageSize - length
  for (let i = inline; i < length; i++) m.u8[at + i] = key[i]
  setHeapStart(m, base, m.pageSize - prefixRestBytes(length))
}

/** Index in `u32` of the first head. */
export function headsWord(base: number): number {
  return (base + PAGE_HEADER_BYTES) >>> 2
}

export function slotOf(m: PageMemory, base: number, index: number): number {
  return m.u32[headsWord(base) + capacityOf(m, base) + index]
}

export function slotSuffixLength(slot: number): number {
  return (slot >>> 16) & 0x7fff
}

export function slotHasExtent(slot: number): boolean {
  return slot >>> 31 === 1
}

export function makeSlot(cellOffset: number, suffixLength: number, extent: boolean): number {
  return ((cellOffset | (suffixLength << 16)) >>> 0) + (extent ? EXTENT_FLAG : 0)
}

/** Key bytes in the cell of an entry whose key has `suffixLength` bytes after the prefix. */
export function tailLength(suffixLength: number): number {
  return suffixLength > HEAD_BYTES ? suffixLength - HEAD_BYTES : 0
}

/** Offset in memory of the value of leaf entry `index`. */
export function valueOffsetOf(m: PageMemory, base: number, index: number): number {
  const slot = slotOf(m, base, index)
  return base + (slot & 0xffff) + VALUE_LENGTH_BYTES + tailLength(slotSuffixLength(slot))
}

/** Length in bytes of the value of leaf entry `index` (of its reference, when it is an extent). */
export function valueLengthOf(m: PageMemory, base: number, index: number): number {
  const at = base + (slotOf(m, base, index) & 0xffff)
  return m.u8[at] | (m.u8[at + 1] << 8)
}

export function hasExtent(m: PageMemory, base: number, index: number): boolean {
  return slotHasExtent(slotOf(m, base, index))
}

/** Bytes of the cell of entry `index`. */
export function cellLengthOf(m: PageMemory, base: number, index: number): number {
  const slot = slotOf(m, base, index)
  const tail = tailLength(slotSuffixLength(slot))
  if (!isLeaf(m, base)) return tail
  const at = base + (slot & 0xffff)
  return VALUE_LENGTH_BYTES + tail + (m.u8[at] | (m.u8[at + 1] << 8))
}

/** Writes the prefix of all keys of the node into `target` from 0 and returns its length. */
export function loadPrefix(m: PageMemory, base: number, target: Uint8Array): number {
  const u8 = m.u8
  const prefixLength = prefixLengthOf(m, base)
  const inline = prefixLength < INLINE_PREFIX_BYTES ? prefixLength : INLINE_PREFIX_BYTES
  for (let i = 0; i < inline; i++) target[i] = u8[base + PREFIX_AT + i]
  for (let i = inline; i < prefixLength; i++) target[i] = prefixByteOf(m, base, prefixLength, i)
  return prefixLength
}

/** Writes the whole key of entry `index` into `target` from 0 and returns its length. */
export function loadKey(m: PageMemory, base: number, index: number, target: Uint8Array): number {
  if (index === 0 && !isLeaf(m, base)) return 0
  const u8 = m.u8
  const prefixLength = loadPrefix(m, base, target)
  const word = headsWord(base) + index
  const head = m.u32[word]
  const slot = m.u32[word + capacityOf(m, base)]
  const suffixLength = slotSuffixLength(slot)
  const end = prefixLength + suffixLength
  for (let i = prefixLength, shift = 24; i < end && shift >= 0; i++, shift -= 8) target[i] = head >>> shift
  if (suffixLength > HEAD_BYTES) {
    const skip = isLeaf(m, base) ? VALUE_LENGTH_BYTES : 0
    const tailAt = base + (slot & 0xffff) + skip - prefixLength - HEAD_BYTES
    for (let i = prefixLength + HEAD_BYTES; i < end; i++) target[i] = u8[tailAt + i]
  }
  return end
}

// Branch entries. `index` is always below the count; capacity is looked up for each access.

export function childOf(m: PageMemory, base: number, index: number): number {
  return m.u32[headsWord(base) + 2 * capacityOf(m, base) + index]
}

export function childBirthOf(m: PageMemory, base: number, index: number): number {
  const capacity = capacityOf(m, base)
  const word = headsWord(base) + 3 * capacity + index
  return (m.u32[word + 2 * capacity] >>> 16) * TWO_32 + m.u32[word]
}

/** Entries in the subtree below branch entry `index`. */
export function childCountOf(m: PageMemory, base: number, index: number): number {
  const capacity = capacityOf(m, base)
  const word = headsWord(base) + 4 * capacity + index
  return ((m.u32[word + capacity] >>> 1) & 0x7fff) * TWO_32 + m.u32[word]
}

export function childHasExtents(m: PageMemory, base: number, index: number): boolean {
  return (m.u32[headsWord(base) + 5 * capacityOf(m, base) + index] & 1) === 1
}

export function setChild(
  m: PageMemory,
  base: number,
  index: number,
  pageId: number,
  birth: number,
  count: number,
  extents: boolean,
): void {
  const capacity = capacityOf(m, base)
  const word = headsWord(base) + 2 * capacity + index
  m.u32[word] = pageId
  m.u32[word + capacity] = birth % TWO_32
  m.u32[word + 2 * capacity] = count % TWO_32
  m.u32[word + 3 * capacity] =
    Math.floor(birth / TWO_32) * 0x1_0000 + (Math.floor(count / TWO_32) << 1) + (extents ? 1 : 0)
}

/** Points entry `index` to another copy of the same child. */
export function setChildPage(
  m: PageMemory,
  base: number,
  index: number,
  pageId: number,
  birth: number,
): void {
  const capacity = capacityOf(m, base)
  const word = headsWord(base) + 2 * capacity + index
  m.u32[word] = pageId
  m.u32[word + capacity] = birth % TWO_32
  const highs = word + 3 * capacity
  m.u32[highs] = Math.floor(birth / TWO_32) * 0x1_0000 + (m.u32[highs] & 0xffff)
}

export function addChildCount(m: PageMemory, base: number, index: number, delta: number): void {
  const capacity = capacityOf(m, base)
  const word = headsWord(base) + 4 * capacity + index
  const low = m.u32[word] + delta
  if (low >= 0 && low < TWO_32) {
    m.u32[word] = low
    return
  }
  const highs = m.u32[word + capacity]
  const count = ((highs >>> 1) & 0x7fff) * TWO_32 + low
  m.u32[word] = count % TWO_32
  m.u32[word + capacity] = ((highs & 0xffff_0001) >>> 0) + (Math.floor(count / TWO_32) << 1)
}

export function setChildHasExtents(m: PageMemory, base: number, index: number): void {
  m.u32[headsWord(base) + 5 * capacityOf(m, base) + index] |= 1
}

/**
 * Whether counts and offsets stay inside the page, as N3 and N4 want it: then no access to the arrays leaves the
 * frame. For pages that come from a file: a right checksum does not say that Coppice made it. 15 ns.
 */
export function staysInPage(m: PageMemory, base: number): boolean {
  const capacity = capacityOf(m, base)
  const heapStart = heapStartOf(m, base)
  const heapEnd = m.pageSize - Math.max(0, prefixLengthOf(m, base) - INLINE_PREFIX_BYTES)
  return (
    countOf(m, base) <= capacity &&
    PAGE_HEADER_BYTES + capacity * strideOf(m, base) <= heapStart &&
    heapStart <= heapEnd &&
    deadBytesOf(m, base) <= heapEnd - heapStart
  )
}

/** Bytes between the arrays and the cells. */
export function gapOf(m: PageMemory, base: number): number {
  return heapStartOf(m, base) - PAGE_HEADER_BYTES - capacityOf(m, base) * strideOf(m, base)
}

/** Bytes that the entries need: arrays for `count` entries, live cells, prefix. At most pageSize - 64. */
export function usedBytes(m: PageMemory, base: number): number {
  return countOf(m, base) * strideOf(m, base) + m.pageSize - heapStartOf(m, base) - deadBytesOf(m, base)
}

/** Usable bytes in a node of this page size. */
export function nodeRoom(pageSize: number): number {
  return pageSize - PAGE_HEADER_BYTES
}
