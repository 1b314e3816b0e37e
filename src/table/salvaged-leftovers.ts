/**
 * What salvage found and could not put into a table for certain: earlier versions of lost rows, most often.
 *
 * F1  It never comes into the table that it may be of, but into one of its own, whose name begins with `lost+found`; with
 *     the same types where it is known whose it was.
 * F2  Of the versions of a row, the newest is kept; none, where the table has a row of that key that is not older.
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
  const leaves = [...source.leftovers].sort((a, b) => b.birth - a.birth)
  const ofTrees = new Map<number, WriteTree>()
  for (const leaf of leaves) {
    const { treeId } = leaf
    if (treeId === undefined) continue
    const rows = restoration.rowsOf(treeId)
    for (const entry of source.leftoverEntries(leaf)) {
      if ((has(rows, entry) && !source.isLater(leaf)) || has(ofTrees.get(treeId), entry)) continue
      const target = ofTrees.get(treeId) ?? sink.tree(restoration.addLeftoverTable(treeId))!
      ofTrees.set(treeId, target)
      put(target, entry)
    }
    yield undefined
  }
  const further = new FurtherVersions(sink, restoration)
  for (const leaf of leaves) {
    if (leaf.treeId !== undefined) continue
    for (const entry of source.leftoverEntries(leaf)) further.add(entry)
    yield undefined
  }
}

/** Leftovers of nobody knows which tree: a table for the newest version of each key, one for the second newest ... */
class FurtherVersions {
  readonly #sink: TreeSink
  readonly #restoration: TableRestoration
  readonly #trees: WriteTree[] = []
  /** Many versions of a leaf refer to the same large value. */
  readonly #largeValues = new Set<string>()

  constructor(sink: TreeSink, restoration: TableRestoration) {
    this.#sink = sink
    this.#restoration = restoration
  }

  add(entry: LeftoverEntry): void {
    if (entry.largeValueAt !== undefined) {
      const id = `${entry.largeValueAt} ${entry.key.toString('latin1')}`
      if (this.#largeValues.has(id)) return
      this.#largeValues.add(id)
    }
    for (const tree of this.#trees) {
      if (!tree.find(entry.key, entry.key.length)) {
        put(tree, entry)
        return
      }
      if (entry.largeValueAt === undefined && isValue(tree, Buffer.concat([...entry.pieces]))) return
    }
    const tree = this.#sink.tree(this.#restoration.addUntyped(undefined, LOST_AND_FOUND))!
    this.#trees.push(tree)
    put(tree, entry)
  }
}

function isValue({ valueBytes, valueOffset, valueLength }: WriteTree, value: Buffer): boolean {
  return value.equals(valueBytes.subarray(valueOffset, valueOffset + valueLength))
}

function has(tree: WriteTree | undefined, { key }: LeftoverEntry): boolean {
  return tree?.has(key, key.length) === true
}

function put(tree: WriteTree, { key, valueLength, pieces }: LeftoverEntry): void {
  if (valueLength > STREAMED_BYTES) {
    tree.putStream(key, key.length, valueLength, pieces)
    return
  }
  const parts: Buffer[] = []
  // A copy of each: the next one may come in the same bytes.
  for (const piece of pieces) parts.push(Buffer.from(piece))
  const value = Buffer.concat(parts)
  tree.put(key, key.length, value, 0, value.length, PutMode.upsert)
}
