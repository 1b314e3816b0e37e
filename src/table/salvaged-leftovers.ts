/**
 * What salvage found and could not put into a table for certain: earlier versions of lost rows, most often.
 *
 * F1  It never comes into the table that it may be of, but into one of its own, whose name begins with `lost+found`; with
 *     the same types where it is known whose it was.
 * F2  Of the versions of a row, the newest is kept; none, where the table has a row of that key.
 * F3  Where nobody knows whose they were, all are kept: a key that is taken goes into a further table.
 */

import { PutMode, type WriteTree } from '../btree/api.ts'
import type { TreeSink } from '../store/api.ts'
import type { LeftoverEntry, Salvage } from '../store/salvage/salvage.ts'
import { LOST_AND_FOUND, type TableRestoration } from './salvaged-tables.ts'

/** Values above this are stored in pieces. */
const STREAMED_BYTES = 1 << 20

/** Adds the tables of leftovers, yielding after each leaf. Call when all others are restored. */
export function* addLeftovers(
  source: Salvage,
  sink: TreeSink,
  restoration: TableRestoration,
): Generator<undefined, void> {
  const leaves = [...source.leftovers].sort((a, b) => a.birth - b.birth)
  const ofTrees = new Map<number, WriteTree>()
  for (const leaf of leaves) {
    const { treeId } = leaf
    if (treeId === undefined) continue
    const rows = restoration.rowsOf(treeId)
    // The oldest first: later ones replace it.
    for (const entry of source.leftoverEntries(leaf)) {
      if (rows?.has(entry.key, entry.key.length) === true) continue
      const target = ofTrees.get(treeId) ?? sink.tree(restoration.addLeftoverTable(treeId))!
      ofTrees.set(treeId, target)
      put(target, entry)
    }
    yield undefined
  }
  const further: WriteTree[] = []
  for (const leaf of leaves.reverse()) {
    if (leaf.treeId !== undefined) continue
    for (const entry of source.leftoverEntries(leaf)) {
      const at = further.findIndex(
        tree => entry.key.length <= tree.maxKeyLength && !tree.has(entry.key, entry.key.length),
      )
      const tree = at < 0 ? sink.tree(restoration.addUntyped(undefined, LOST_AND_FOUND))! : further[at]
      if (at < 0) further.push(tree)
      put(tree, entry)
    }
    yield undefined
  }
}

function put(tree: WriteTree, { key, valueLength, pieces }: LeftoverEntry): void {
  // No tree takes such a key: only a forged page has it.
  if (key.length > tree.maxKeyLength) return
  if (valueLength > STREAMED_BYTES) {
    tree.putStream(key, key.length, valueLength, pieces)
    return
  }
  const value = Buffer.concat([...pieces].map(piece => Buffer.from(piece)))
  tree.put(key, key.length, value, 0, value.length, PutMode.upsert)
}
