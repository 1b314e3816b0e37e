/**
 * Editing one node in place: making room for an entry, removing, replacing, rebuilding.
 *
 * An edit that does not fit returns false and leaves the node as it was; the tree then splits. Rebuilding
 * copies the page into `Scratch` and appends its entries again, which also finds the longest common prefix. The entries of
 * leaves are copied by the kernel (btree/kernel) where there is one: the same bytes, in a fifth of the time.
 */

import { assert, debugChecks } from '../base/assert.ts'
import { levelOf, PAGE_HEADER_BYTES } from './header.ts'
import type { PageMemory } from './memory.ts'
import * as node from './node.ts'
import type { Scratch } from './scratch.ts'
import { headAt, searchNode } from './search.ts'

/** Copies longer than this go through the runtime's own copy: a call costs about as much as this many bytes. */
const BYTE_LOOP_MAX = 48

/** Copies bytes from any array into page memory. */
export function copyIn(
  target: Uint8Array,
  targetAt: number,
  source: Uint8Array,
  sourceAt: number,
  length: number,
): void {
  if (length <= BYTE_LOOP_MAX) {
    for (let i = 0; i < length; i++) target[targetAt + i] = source[sourceAt + i]
  } else {
    target.set(source.subarray(sourceAt, sourceAt + length), targetAt)
  }
}

/** Length of the common prefix of two keys, looking at no more than `limit` bytes. */
export function commonPrefixLength(a: Uint8Array, b: Uint8Array, limit: number): number {
  let i = 0
  while (i < limit && a[i] === b[i]) i++
  return i
}

/** The runtime's own move of array elements costs about as much as moving this many by a loop. */
const ELEMENT_LOOP_MAX = 24

/** Moves entries `index` .. count - 1 of all arrays up by one. */
function openArrays(m: PageMemory, base: number, index: number, count: number, arrays: number): void {
  const u32 = m.u32
  const capacity = node.capacityOf(m, base)
  let word = node.headsWord(base)
  const moved = count - index
  for (let array = 0; array < arrays; array++, word += capacity) {
    if (moved > ELEMENT_LOOP_MAX) u32.copyWithin(word + index + 1, word + index, word + count)
    else for (let i = word + count; i > word + index; i--) u32[i] = u32[i - 1]
  }
}

function closeArrays(
  m: PageMemory,
  base: number,
  from: number,
  to: number,
  count: number,
  arrays: number,
): void {
  const u32 = m.u32
  const capacity = node.capacityOf(m, base)
  let word = node.headsWord(base)
  const moved = count - to
  for (let array = 0; array < arrays; array++, word += capacity) {
    if (moved > ELEMENT_LOOP_MAX) u32.copyWithin(word + from, word + to, word + count)
    else for (let i = 0; i < moved; i++) u32[word + from + i] = u32[word + to + i]
  }
}

/** Gives the arrays room for `capacity` entries; the caller has checked that the gap allows it. */
function growArrays(m: PageMemory, base: number, capacity: number): void {
  const u32 = m.u32
  const count = node.countOf(m, base)
  const old = node.capacityOf(m, base)
  const first = node.headsWord(base)
  for (let array = node.strideOf(m, base) / 4 - 1; array > 0; array--) {
    u32.copyWithin(first + array * capacity, first + array * old, first + array * old + count)
  }
  node.setCapacity(m, base, capacity)
}

/** Whether a key begins with the node's prefix. */
function hasPrefix(m: PageMemory, base: number, key: Uint8Array, keyLength: number): boolean {
  const prefixLength = node.prefixLengthOf(m, base)
  if (keyLength < prefixLength) return false
  for (let i = 0; i < prefixLength; i++) {
    if (node.prefixByteOf(m, base, prefixLength, i) !== key[i]) return false
  }
  return true
}

/**
 * Makes an entry at `index` with room for `valueLength` bytes of value (leaf) or none (branch, pass -1).
 * Returns the offset in memory of the value's place, or -1 when the node has no room for it.
 * The caller fills the value, or the child fields.
 */
function makeEntry(
  m: PageMemory,
  base: number,
  scratch: Scratch,
  index: number,
  key: Uint8Array,
  keyLength: number,
  valueLength: number,
  extent: boolean,
): number {
  const leafBytes = valueLength < 0 ? 0 : node.VALUE_LENGTH_BYTES + valueLength
  if (!hasPrefix(m, base, key, keyLength)) {
    const shared = sharedWithPrefix(m, base, key, keyLength)
    if (!shortenPrefix(m, base, scratch, shared, keyLength, leafBytes)) return -1
  }
  const stride = valueLength < 0 ? node.BRANCH_STRIDE : node.LEAF_STRIDE
  let prefixLength = node.prefixLengthOf(m, base)
  let cellBytes = leafBytes + node.tailLength(keyLength - prefixLength)
  const count = node.countOf(m, base)
  const capacity = node.capacityOf(m, base)
  let gap = node.heapStartOf(m, base) - PAGE_HEADER_BYTES - capacity * stride
  const growth = count === capacity ? stride : 0
  if (gap < cellBytes + growth) {
    // First give dead bytes back, then try what a longer prefix saves.
    const room = node.nodeRoom(m.pageSize)
    const needed = node.usedBytes(m, base) + cellBytes + stride
    if (needed <= room) rebuildNode(m, base, scratch, prefixLength, 1)
    else {
      const longest = longestPrefix(m, base, scratch, key, keyLength)
      if (longest <= prefixLength) return -1
      if (
        bytesWithPrefix(m, base, longest) + stride + leafBytes + node.tailLength(keyLength - longest) >
        room
      ) {
        return -1
      }
      rebuildNode(m, base, scratch, longest, 1)
    }
    prefixLength = node.prefixLengthOf(m, base)
    cellBytes = leafBytes + node.tailLength(keyLength - prefixLength)
    gap = node.gapOf(m, base)
  } else if (growth !== 0) {
    const spare = Math.floor((gap - cellBytes) / stride)
    growArrays(m, base, capacity + Math.min(spare, Math.max(2, count >>> 2)))
  }
  if (index < count) openArrays(m, base, index, count, stride >>> 2)
  const suffixLength = keyLength - prefixLength
  const cell = node.heapStartOf(m, base) - cellBytes
  node.setHeapStart(m, base, cell)
  const word = node.headsWord(base) + index
  m.u32[word] = headAt(key, prefixLength, keyLength)
  m.u32[word + node.capacityOf(m, base)] = node.makeSlot(cell & 0xffff, suffixLength, extent)
  m.u16[(base + 16) >>> 1] = count + 1
  m.u16[(base + 22) >>> 1] = index === count ? Math.min(m.u16[(base + 22) >>> 1] + 1, 0xffff) : 0
  let at = base + cell
  const u8 = m.u8
  if (valueLength >= 0) {
    u8[at++] = valueLength
    u8[at++] = valueLength >>> 8
  }
  for (let i = prefixLength + node.HEAD_BYTES; i < keyLength; i++) u8[at++] = key[i]
  return at
}

function sharedWithPrefix(m: PageMemory, base: number, key: Uint8Array, keyLength: number): number {
  const prefixLength = node.prefixLengthOf(m, base)
  const limit = Math.min(prefixLength, keyLength)
  let shared = 0
  while (shared < limit && node.prefixByteOf(m, base, prefixLength, shared) === key[shared]) shared++
  return shared
}

/** Shortens the prefix to `prefixLength` if the entries and one more still fit. */
function shortenPrefix(
  m: PageMemory,
  base: number,
  scratch: Scratch,
  prefixLength: number,
  keyLength: number,
  leafBytes: number,
): boolean {
  const stride = node.strideOf(m, base)
  const more = stride + leafBytes + node.tailLength(keyLength - prefixLength)
  if (bytesWithPrefix(m, base, prefixLength) + more > node.nodeRoom(m.pageSize)) return false
  rebuildNode(m, base, scratch, prefixLength, 1)
  return true
}

/** What the node would use if its prefix had another length (not more than its keys share). */
function bytesWithPrefix(m: PageMemory, base: number, prefixLength: number): number {
  const count = node.countOf(m, base)
  const old = node.prefixLengthOf(m, base)
  let bytes = node.usedBytes(m, base) - node.prefixRestBytes(old) + node.prefixRestBytes(prefixLength)
  if (old === prefixLength) return bytes
  for (let i = node.isLeaf(m, base) ? 0 : 1; i < count; i++) {
    const suffixLength = node.slotSuffixLength(node.slotOf(m, base, i))
    bytes += node.tailLength(suffixLength + old - prefixLength) - node.tailLength(suffixLength)
  }
  return bytes
}

/** Bytes that all keys of the node and `key` begin with. */
function longestPrefix(
  m: PageMemory,
  base: number,
  scratch: Scratch,
  key: Uint8Array,
  keyLength: number,
): number {
  const first = node.isLeaf(m, base) ? 0 : 1
  const count = node.countOf(m, base)
  if (count <= first) return 0
  const firstLength = node.loadKey(m, base, first, scratch.separator)
  let shared = commonPrefixLength(scratch.separator, key, Math.min(firstLength, keyLength))
  const lastLength = node.loadKey(m, base, count - 1, scratch.separator)
  shared = Math.min(shared, commonPrefixLength(scratch.separator, key, Math.min(lastLength, keyLength)))
  return shared
}

/** Inserts into a leaf at `index`. False: no room, nothing changed. */
export function insertLeafEntry(
  m: PageMemory,
  base: number,
  scratch: Scratch,
  index: number,
  key: Uint8Array,
  keyLength: number,
  value: Uint8Array,
  valueOffset: number,
  valueLength: number,
  extent: boolean,
): boolean {
  const at = makeEntry(m, base, scratch, index, key, keyLength, valueLength, extent)
  if (at < 0) return false
  copyIn(m.u8, at, value, valueOffset, valueLength)
  if (debugChecks.enabled) checkNode(m, base, scratch)
  return true
}

/** Inserts a child into a branch at `index` >= 1 with its separator. False: no room, nothing changed. */
export function insertBranchEntry(
  m: PageMemory,
  base: number,
  scratch: Scratch,
  index: number,
  key: Uint8Array,
  keyLength: number,
  child: number,
  birth: number,
  count: number,
  extents: boolean,
): boolean {
  assert(index >= 1, 'entry 0 of a branch has no key')
  if (makeEntry(m, base, scratch, index, key, keyLength, -1, false) < 0) return false
  node.setChild(m, base, index, child, birth, count, extents)
  if (debugChecks.enabled) checkNode(m, base, scratch)
  return true
}

/** Puts the first child into an empty branch: the one that stands for everything below entry 1. */
export function setFirstChild(
  m: PageMemory,
  base: number,
  child: number,
  birth: number,
  count: number,
  extents: boolean,
): void {
  assert(node.countOf(m, base) === 0 && node.capacityOf(m, base) > 0, 'the branch is empty and has room')
  const word = node.headsWord(base)
  m.u32[word] = 0
  m.u32[word + node.capacityOf(m, base)] = node.makeSlot(0, 0, false)
  node.setCount(m, base, 1)
  node.setChild(m, base, 0, child, birth, count, extents)
}

/** Removes entries `from` .. `to` - 1. In a branch, the entry that becomes the first loses its key. */
export function removeEntries(m: PageMemory, base: number, from: number, to: number): void {
  if (from >= to) return
  const count = node.countOf(m, base)
  assert(to <= count, 'removed entries exist')
  const leaf = node.isLeaf(m, base)
  let dead = node.deadBytesOf(m, base)
  for (let i = from; i < to; i++) dead += node.cellLengthOf(m, base, i)
  if (!leaf && from === 0 && to < count) {
    // The new entry 0 stands for "below everything" (N1).
    dead += node.cellLengthOf(m, base, to)
    const word = node.headsWord(base) + to
    m.u32[word] = 0
    m.u32[word + node.capacityOf(m, base)] = node.makeSlot(0, 0, false)
  }
  node.setDeadBytes(m, base, dead)
  closeArrays(m, base, from, to, count, node.strideOf(m, base) >>> 2)
  node.setCount(m, base, count - (to - from))
  node.setAppendRun(m, base, 0)
  if (from === 0 && to === count) node.resetNode(m, base, node.capacityOf(m, base))
}

/** Replaces the value of leaf entry `index`. False: no room; the entry is as it was. */
export function replaceLeafValue(
  m: PageMemory,
  base: number,
  scratch: Scratch,
  index: number,
  value: Uint8Array,
  valueOffset: number,
  valueLength: number,
  extent: boolean,
): boolean {
  const slot = node.slotOf(m, base, index)
  const suffixLength = node.slotSuffixLength(slot)
  const tail = node.tailLength(suffixLength)
  const oldLength = node.valueLengthOf(m, base, index)
  const slotWord = node.headsWord(base) + node.capacityOf(m, base) + index
  if (valueLength <= oldLength) {
    const cell = base + (slot & 0xffff)
    m.u8[cell] = valueLength
    m.u8[cell + 1] = valueLength >>> 8
    copyIn(m.u8, cell + node.VALUE_LENGTH_BYTES + tail, value, valueOffset, valueLength)
    m.u32[slotWord] = node.makeSlot(slot & 0xffff, suffixLength, extent)
    node.setDeadBytes(m, base, node.deadBytesOf(m, base) + oldLength - valueLength)
    return true
  }
  if (node.usedBytes(m, base) + valueLength - oldLength > node.nodeRoom(m.pageSize)) return false
  const keyLength = node.loadKey(m, base, index, scratch.separator)
  const run = node.appendRunOf(m, base)
  removeEntries(m, base, index, index + 1)
  const at = makeEntry(m, base, scratch, index, scratch.separator, keyLength, valueLength, extent)
  assert(at >= 0, 'a value that fits by the sums fits')
  copyIn(m.u8, at, value, valueOffset, valueLength)
  node.setAppendRun(m, base, run)
  if (debugChecks.enabled) checkNode(m, base, scratch)
  return true
}

/** Writes the page anew with a prefix of `prefixLength` bytes and room for `spare` more entries at least. */
export function rebuildNode(
  m: PageMemory,
  base: number,
  scratch: Scratch,
  prefixLength: number,
  spare: number,
): void {
  scratch.take(m, base)
  const count = node.countOf(m, base)
  const run = node.appendRunOf(m, base)
  rewriteNode(m, base, scratch, 0, count, prefixLength, count + spare)
  node.setAppendRun(m, base, run)
}

/**
 * Gives the node, of the same kind, the entries `from` .. `to` - 1 of the one in `scratch`, with a prefix of `prefixLength` bytes
 * that these keys share, and arrays for `capacity` entries. The caller has checked that they fit.
 */
export function rewriteNode(
  m: PageMemory,
  base: number,
  scratch: Scratch,
  from: number,
  to: number,
  prefixLength: number,
  capacity: number,
): void {
  const { page: source, base: sourceBase } = scratch
  const leaf = node.isLeaf(source, sourceBase)
  const first = leaf ? from : from + 1
  const rewriter = leaf && first < to ? scratch.rewriterFor(m) : undefined
  if (rewriter !== undefined) {
    assert(to - from <= capacity, 'the target has room for the entries')
    const isWhole = rewriter.rewriteLeaf(base, from, to, prefixLength, capacity)
    assert(isWhole, 'N3: cells stay above the arrays')
    return
  }
  node.resetNode(m, base, capacity)
  if (prefixLength > 0 && first < to) {
    node.loadKey(source, sourceBase, first, scratch.key)
    node.setPrefix(m, base, scratch.key, prefixLength)
  }
  appendEntries(m, base, source, sourceBase, from, to, scratch)
}

function assertApart(m: PageMemory, base: number): void {
  const arraysEnd = PAGE_HEADER_BYTES + node.capacityOf(m, base) * node.strideOf(m, base)
  assert(node.heapStartOf(m, base) >= arraysEnd, 'N3: cells stay above the arrays')
}

/**
 * Appends entries `from` .. `to` - 1 of the node at `sourceBase` in `source`; arrays and space must be there.
 * When the target is an empty branch, the first one becomes its entry 0, without its key.
 */
export function appendEntries(
  m: PageMemory,
  base: number,
  source: PageMemory,
  sourceBase: number,
  from: number,
  to: number,
  scratch: Scratch,
): void {
  const leaf = node.isLeaf(source, sourceBase)
  const prefixLength = node.prefixLengthOf(m, base)
  const capacity = node.capacityOf(m, base)
  const samePrefix = prefixLength === node.prefixLengthOf(source, sourceBase)
  const sourceCapacity = node.capacityOf(source, sourceBase)
  let heap = node.heapStartOf(m, base)
  let count = node.countOf(m, base)
  assert(count + to - from <= capacity, 'the target has room for the entries')
  for (let i = from; i < to; i++, count++) {
    const word = node.headsWord(base) + count
    const sourceWord = node.headsWord(sourceBase) + i
    if (!leaf) {
      for (let array = 2; array < 6; array++) {
        m.u32[word + array * capacity] = source.u32[sourceWord + array * sourceCapacity]
      }
      if (count === 0) {
        m.u32[word] = 0
        m.u32[word + capacity] = node.makeSlot(0, 0, false)
        continue
      }
    }
    const slot = source.u32[sourceWord + sourceCapacity]
    const valueLength = leaf ? node.valueLengthOf(source, sourceBase, i) : 0
    const skip = leaf ? node.VALUE_LENGTH_BYTES : 0
    if (samePrefix) {
      const suffixLength = node.slotSuffixLength(slot)
      const length = skip + node.tailLength(suffixLength) + valueLength
      heap -= length
      m.u32[word] = source.u32[sourceWord]
      m.u32[word + capacity] = node.makeSlot(heap & 0xffff, suffixLength, node.slotHasExtent(slot))
      copyIn(m.u8, base + heap, source.u8, sourceBase + (slot & 0xffff), length)
      continue
    }
    const keyLength = node.loadKey(source, sourceBase, i, scratch.key)
    const suffixLength = keyLength - prefixLength
    heap -= skip + node.tailLength(suffixLength) + valueLength
    m.u32[word] = headAt(scratch.key, prefixLength, keyLength)
    m.u32[word + capacity] = node.makeSlot(heap & 0xffff, suffixLength, node.slotHasExtent(slot))
    let at = base + heap
    if (leaf) {
      m.u8[at++] = valueLength
      m.u8[at++] = valueLength >>> 8
    }
    for (let k = prefixLength + node.HEAD_BYTES; k < keyLength; k++) m.u8[at++] = scratch.key[k]
    if (leaf) copyIn(m.u8, at, source.u8, node.valueOffsetOf(source, sourceBase, i), valueLength)
  }
  node.setCount(m, base, count)
  node.setHeapStart(m, base, heap)
  assertApart(m, base)
}

/** Checks N1 to N4 of one node; costly, for tests and debug mode. */
export function checkNode(m: PageMemory, base: number, scratch: Scratch): void {
  const fault = findNodeFault(m, base, scratch)
  assert(fault === undefined, fault ?? '')
}

/**
 * Looks for anything that a valid node cannot be, without trusting any field. Returns what is wrong.
 * Used on pages whose checksum is right, so a fault means a bug or a forged page.
 */
export function findNodeFault(m: PageMemory, base: number, scratch: Scratch): string | undefined {
  const count = node.countOf(m, base)
  const capacity = node.capacityOf(m, base)
  const leaf = node.isLeaf(m, base)
  const stride = node.strideOf(m, base)
  const heapStart = node.heapStartOf(m, base)
  const prefixLength = node.prefixLengthOf(m, base)
  if (leaf !== (levelOf(m, base) === 0)) return 'kind and level disagree'
  if (count > capacity) return 'more entries than capacity'
  if (!leaf && count === 0) return 'a branch without children'
  if (prefixLength > m.pageSize - PAGE_HEADER_BYTES) return 'prefix longer than the page'
  const heapEnd = m.pageSize - node.prefixRestBytes(prefixLength)
  if (heapStart > heapEnd || PAGE_HEADER_BYTES + capacity * stride > heapStart)
    return 'cells overlap the arrays (N3)'
  let live = 0
  const first = leaf ? 0 : 1
  for (let i = first; i < count; i++) {
    const slot = node.slotOf(m, base, i)
    const offset = slot & 0xffff
    const length = node.tailLength(node.slotSuffixLength(slot)) + (leaf ? node.VALUE_LENGTH_BYTES : 0)
    if (length > 0 && (offset < heapStart || offset + length > heapEnd))
      return `cell ${i} lies outside the heap`
    const cellLength = node.cellLengthOf(m, base, i)
    if (cellLength > 0 && offset + cellLength > heapEnd) return `cell ${i} reaches beyond the heap`
    if (prefixLength + node.slotSuffixLength(slot) > scratch.key.length) return `key ${i} is too long`
    live += cellLength
  }
  if (heapEnd - heapStart !== live + node.deadBytesOf(m, base)) return 'heap bytes do not add up (N4)'
  for (let i = first; i < count; i++) {
    const length = node.loadKey(m, base, i, scratch.key)
    const word = node.headsWord(base) + i
    if (m.u32[word] !== headAt(scratch.key, prefixLength, length)) return `head ${i} is not zero padded`
    if (searchNode(m, base, scratch.key, length, first) !== i) return `keys are out of order at ${i} (N1)`
    if (i > first) {
      const before = node.loadKey(m, base, i - 1, scratch.separator)
      if (compareKeys(scratch.separator, before, scratch.key, length) >= 0)
        return `keys are out of order at ${i} (N1)`
    }
  }
  return undefined
}

/** memcmp order of two keys. */
export function compareKeys(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): number {
  const shared = Math.min(aLength, bLength)
  for (let i = 0; i < shared; i++) {
    const difference = a[i] - b[i]
    if (difference !== 0) return difference
  }
  return aLength - bLength
}
