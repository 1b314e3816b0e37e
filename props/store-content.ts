/** Everything that a snapshot of a store shows, in the form in which the history keeps it, or compared with it. */

import { CATALOG_TREE_ID } from '../src/store/api.ts'
import type { Snapshot } from '../src/store/snapshot.ts'
import type { Store } from '../src/store/store.ts'
import { check } from './law.ts'
import { bytesOf, STAMP_KEY } from './store-draft.ts'
import type { Content, TreeContent } from './store-history.ts'

export function contentOf(store: Store, snapshot: Snapshot): Content {
  const content = new Map<number, Map<string, string>>([[CATALOG_TREE_ID, new Map()]])
  for (const { treeId, count } of store.listTrees(snapshot)) {
    const entries = new Map<string, string>()
    const cursor = snapshot.tree(treeId)!.cursor()
    for (let more = cursor.first(); more; more = cursor.next()) {
      const keyLength = cursor.loadKey()
      const key = cursor.keyBytes.toString('latin1', 0, keyLength)
      cursor.loadValue()
      const { valueBytes, valueOffset, valueLength } = cursor
      entries.set(key, valueBytes.toString('latin1', valueOffset, valueOffset + valueLength))
    }
    check(entries.size === count, 'a tree knows how many entries it has')
    content.set(treeId, entries)
  }
  return content
}

/** What a new snapshot of the store shows. */
export function publishedContent(store: Store): Content {
  const snapshot = store.read()
  try {
    return contentOf(store, snapshot)
  } finally {
    snapshot.close()
  }
}

/**
 * Whether a new snapshot of the store shows exactly this: the same trees, in each the same entries, once, in order. For those
 * who ask often: nothing is made of what is read. {@link difference} tells what is wrong.
 */
export function shows(store: Store, expected: Content): boolean {
  const snapshot = store.read()
  try {
    const trees = store.listTrees(snapshot)
    // The catalog is listed once it has an entry.
    const hasCatalog = trees.some(({ treeId }) => treeId === CATALOG_TREE_ID)
    if (!hasCatalog && (expected.get(CATALOG_TREE_ID)?.size ?? 0) > 0) return false
    if (expected.size !== trees.length + (hasCatalog ? 0 : 1)) return false
    return trees.every(({ treeId, count }) => {
      const entries = expected.get(treeId)
      return entries?.size === count && showsTree(snapshot, treeId, entries)
    })
  } finally {
    snapshot.close()
  }
}

function showsTree(snapshot: Snapshot, treeId: number, entries: TreeContent): boolean {
  const cursor = snapshot.tree(treeId)!.cursor()
  let count = 0
  let before: string | undefined
  for (let more = cursor.first(); more; more = cursor.next()) {
    const keyLength = cursor.loadKey()
    const key = cursor.keyBytes.toString('latin1', 0, keyLength)
    check(before === undefined || before < key, 'the keys of a tree ascend')
    before = key
    const value = entries.get(key)
    if (value === undefined) return false
    cursor.loadValue()
    const { valueBytes, valueOffset, valueLength } = cursor
    const bytes = bytesOfValue(value)
    if (bytes.compare(valueBytes, valueOffset, valueOffset + valueLength) !== 0) return false
    count++
  }
  check(count <= entries.size, 'a tree knows how many entries it has')
  return count === entries.size
}

const VALUES_MAX = 10_000
/** Of values that were asked for lately. */
const knownBytes = new Map<string, Buffer>()

function bytesOfValue(value: string): Buffer {
  let bytes = knownBytes.get(value)
  if (bytes === undefined) {
    if (knownBytes.size === VALUES_MAX) knownBytes.clear()
    bytes = bytesOf(value)
    knownBytes.set(value, bytes)
  }
  return bytes
}

/** Tells the states apart: each transaction writes another one. */
export function stampOf(content: Content): string | undefined {
  return content.get(CATALOG_TREE_ID)?.get(STAMP_KEY)
}
