/** Everything that a snapshot of a store shows, in the form in which the history keeps it. */

import { CATALOG_TREE_ID } from '../src/store/api.ts'
import type { Snapshot } from '../src/store/snapshot.ts'
import type { Store } from '../src/store/store.ts'
import { check } from './law.ts'
import { STAMP_KEY } from './store-draft.ts'
import type { Content } from './store-history.ts'

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

/** Tells the states apart: each transaction writes another one. */
export function stampOf(content: Content): string | undefined {
  return content.get(CATALOG_TREE_ID)?.get(STAMP_KEY)
}
