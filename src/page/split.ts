/**
 * Dividing one node between two pages and joining two into one. Separators are the caller's to store.
 */

import { assert } from '../base/assert.ts'
import { appendEntries, commonPrefixLength, insertBranchEntry, rewriteNode } from './edit.ts'
import type { PageMemory } from './memory.ts'
import * as node from './node.ts'
import type { Scratch } from './scratch.ts'

/** Inserts at the end in a row after which a full leaf is taken to be growing in order. */
const APPEND_RUN_MIN = 4

/**
 * Where a full node is best divided, when an entry is about to go in at `index`: entries from there on move
 * to the right page. Equal to the count when input arrives in order: then the left page stays full.
 */
export function splitPoint(m: PageMemory, base: number, index: number, isLast: boolean): number {
  const count = node.countOf(m, base)
  if (index === count && (isLast || node.appendRunOf(m, base) >= APPEND_RUN_MIN)) {
    // A branch keeps its last child on the right, so that no branch is born empty.
    return node.isLeaf(m, base) ? count : count - 1
  }
  if (count === 1) return index
  // By bytes, not by number: cells may differ much.
  const half = node.usedBytes(m, base) >>> 1
  const stride = node.strideOf(m, base)
  let used = 0
  for (let i = 0; i < count; i++) {
    used += stride + node.cellLengthOf(m, base, i)
    if (used >= half) return Math.min(Math.max(i + 1, 1), count - 1)
  }
  return count - 1
}

/** Length of the prefix that entries `from` .. `to` - 1 of the node in `scratch` share (a branch's first one does not count). */
function sharedPrefix(scratch: Scratch, from: number, to: number): number {
  const { page: source, base } = scratch
  const first = node.isLeaf(source, base) ? from : from + 1
  if (to - first < 1) return 0
  const firstLength = node.loadKey(source, base, first, scratch.key)
  const lastLength = node.loadKey(source, base, to - 1, scratch.separator)
  return commonPrefixLength(scratch.key, scratch.separator, Math.min(firstLength, lastLength))
}

/** Bytes that entries `from` .. `to` - 1 of the node in `scratch` take in a node with this prefix, arrays included. */
function bytesWithPrefix(scratch: Scratch, from: number, to: number, prefixLength: number): number {
  const { page: source, base } = scratch
  const longer = prefixLength - node.prefixLengthOf(source, base)
  let bytes = node.prefixRestBytes(prefixLength) + (to - from) * node.strideOf(source, base)
  for (let i = node.isLeaf(source, base) ? from : from + 1; i < to; i++) {
    const suffixLength = node.slotSuffixLength(node.slotOf(source, base, i))
    const saved = node.tailLength(suffixLength) - node.tailLength(suffixLength - longer)
    bytes += node.cellLengthOf(source, base, i) - saved
  }
  return bytes
}

/**
 * Moves entries from `at` on to the empty node at `rightBase`, and rewrites the left one, both with the
 * longest prefix of what they hold. A branch's entry `at` loses its key: read it before.
 */
export function splitNode(
  m: PageMemory,
  base: number,
  rightBase: number,
  at: number,
  scratch: Scratch,
): void {
  scratch.take(m, base)
  const count = node.countOf(m, base)
  const run = node.appendRunOf(m, base)
  fill(m, rightBase, scratch, at, count)
  fill(m, base, scratch, 0, at)
  node.setAppendRun(m, rightBase, at === count ? run : 0)
}

function fill(m: PageMemory, base: number, scratch: Scratch, from: number, to: number): void {
  const { page: source, base: sourceBase } = scratch
  const stride = node.strideOf(source, sourceBase)
  const room = node.nodeRoom(m.pageSize)
  let prefixLength = sharedPrefix(scratch, from, to)
  let bytes = bytesWithPrefix(scratch, from, to, prefixLength)
  if (bytes > room) {
    // A longer prefix costs up to four bytes that no cell saves, because heads hold them anyway; a full page has
    // no room for them. With the prefix as it was, the entries fit, because they did.
    prefixLength = node.prefixLengthOf(source, sourceBase)
    bytes = bytesWithPrefix(scratch, from, to, prefixLength)
  }
  // Half as much again for the inserts to come, as far as the page has room.
  const wanted = Math.max(
    to - from + ((to - from) >>> 1),
    node.startCapacity(m.pageSize, stride === node.LEAF_STRIDE ? 0 : 1),
  )
  const capacity = Math.min(wanted, to - from + Math.floor((room - bytes) / stride))
  rewriteNode(m, base, scratch, from, to, prefixLength, capacity)
}

/**
 * The shortest key k with left < k <= right, for a branch to part two leaves with. Keys are given by buffer
 * and length, `left` below `right`; writes into `target` and returns the length.
 */
export function shortestSeparator(
  left: Uint8Array,
  leftLength: number,
  right: Uint8Array,
  rightLength: number,
  target: Uint8Array,
): number {
  const shared = commonPrefixLength(left, right, Math.min(leftLength, rightLength))
  const length = shared + 1
  for (let i = 0; i < length; i++) target[i] = right[i]
  return length
}

/**
 * An upper bound of the bytes that joining the two nodes takes. For branches, `separatorLength` is the
 * length of the key that parts them, which becomes the key of the right one's first entry.
 */
export function joinedBytes(m: PageMemory, left: number, right: number, separatorLength: number): number {
  const leftPrefix = node.prefixLengthOf(m, left)
  const rightPrefix = node.prefixLengthOf(m, right)
  // With the prefix of the join not known, take the shared part of both as the least it can be.
  let shared = 0
  const limit = Math.min(leftPrefix, rightPrefix)
  while (
    shared < limit &&
    node.prefixByteOf(m, left, leftPrefix, shared) === node.prefixByteOf(m, right, rightPrefix, shared)
  ) {
    shared++
  }
  return (
    node.usedBytes(m, left) +
    node.countOf(m, left) * (leftPrefix - shared) +
    node.usedBytes(m, right) +
    node.countOf(m, right) * (rightPrefix - shared) +
    separatorLength
  )
}

/**
 * Moves all entries of the node at `right` behind those of `left`. The caller has checked that
 * `joinedBytes` fits. `separator` is the key between them (branches need it, leaves ignore it).
 */
export function joinNodes(
  m: PageMemory,
  left: number,
  right: number,
  separator: Uint8Array,
  separatorLength: number,
  scratch: Scratch,
): void {
  const leaf = node.isLeaf(m, left)
  const leftCount = node.countOf(m, left)
  const rightCount = node.countOf(m, right)
  const first = leaf ? 0 : 1
  // The common prefix of the join: of its first key and its last key.
  let prefixLength = 0
  const lastIndex = rightCount - 1
  const hasLeftKeys = leftCount > first
  if (leaf ? hasLeftKeys || rightCount > 0 : true) {
    let firstLength: number
    if (hasLeftKeys) firstLength = node.loadKey(m, left, first, scratch.key)
    else if (leaf) firstLength = node.loadKey(m, right, 0, scratch.key)
    else firstLength = copyKey(separator, separatorLength, scratch.key)
    let lastLength: number
    if (leaf) {
      lastLength =
        rightCount > 0
          ? node.loadKey(m, right, lastIndex, scratch.separator)
          : node.loadKey(m, left, leftCount - 1, scratch.separator)
    } else if (lastIndex >= 1) lastLength = node.loadKey(m, right, lastIndex, scratch.separator)
    else lastLength = copyKey(separator, separatorLength, scratch.separator)
    prefixLength = commonPrefixLength(scratch.key, scratch.separator, Math.min(firstLength, lastLength))
    scratch.take(m, left)
    node.resetNode(m, left, leftCount + rightCount + 1)
    node.setPrefix(m, left, scratch.key, prefixLength)
  } else {
    scratch.take(m, left)
    node.resetNode(m, left, leftCount + rightCount + 1)
  }
  appendEntries(m, left, scratch.page, scratch.base, 0, leftCount, scratch)
  if (leaf) {
    appendEntries(m, left, m, right, 0, rightCount, scratch)
    return
  }
  const inserted = insertBranchEntry(
    m,
    left,
    scratch,
    leftCount,
    separator,
    separatorLength,
    node.childOf(m, right, 0),
    node.childBirthOf(m, right, 0),
    node.childCountOf(m, right, 0),
    node.childHasExtents(m, right, 0),
  )
  assert(inserted, 'joined branches fit by the sums')
  appendEntries(m, left, m, right, 1, rightCount, scratch)
}

function copyKey(key: Uint8Array, length: number, target: Uint8Array): number {
  for (let i = 0; i < length; i++) target[i] = key[i]
  return length
}
