/**
 * What a transaction leaves of the trees that somebody is interested in, entry by entry, read from its operations just before it
 * commits: the last word for each key, so a key that was put and removed again is told as removed.
 *
 * A range that was removed is told as its keys, which are still in the state before.
 */

import { replayOperations } from './operations.ts'
import type { WriteTransaction } from './transaction.ts'

/** The last word on one key. */
export interface EntryChange {
  readonly key: Buffer
  /** Undefined: it is gone. */
  readonly value: Buffer | undefined
}

/** Changes by key, in the order in which keys were first changed; keys as texts of one character a byte. */
export type TreeChanges = Map<string, EntryChange>

export interface TransactionChanges {
  /** By tree; a tree without changes is missing. */
  readonly trees: ReadonlyMap<number, TreeChanges>
  /** Trees that it made: what is in them is all new. */
  readonly createdTrees: ReadonlySet<number>
  /** Bytes of all keys and values. */
  readonly byteCount: number
}

/**
 * The changes of `transaction` in the trees that `wants` names; undefined when it has so many that its operations were not
 * kept, or changes more than operations say.
 */
export function changesOf(
  transaction: WriteTransaction,
  wants: (treeId: number) => boolean,
): TransactionChanges | undefined {
  const { operations } = transaction
  if (operations.isUnlogged || transaction.replacesContent) return undefined
  const trees = new Map<number, TreeChanges>()
  const createdTrees = new Set<number>()
  let byteCount = 0
  const changesIn = (treeId: number): TreeChanges => {
    let changes = trees.get(treeId)
    if (changes === undefined) {
      changes = new Map()
      trees.set(treeId, changes)
    }
    return changes
  }
  const note = (treeId: number, key: Uint8Array, value: Uint8Array | undefined) => {
    const ownKey = Buffer.from(key)
    byteCount += key.length + (value?.length ?? 0)
    changesIn(treeId).set(ownKey.toString('latin1'), {
      key: ownKey,
      value: value === undefined ? undefined : Buffer.from(value),
    })
  }
  replayOperations(operations.bytes.subarray(0, operations.length), {
    put: (treeId, key, value) => {
      if (wants(treeId)) note(treeId, key, value)
    },
    remove: (treeId, key) => {
      if (wants(treeId)) note(treeId, key, undefined)
    },
    deleteRange: (treeId, from, to) => {
      if (!wants(treeId)) return
      for (const key of keysBetween(transaction, treeId, from, to)) note(treeId, key, undefined)
      for (const { key } of [...changesIn(treeId).values()]) {
        if (liesBetween(key, from, to)) note(treeId, key, undefined)
      }
    },
    createTree: treeId => {
      if (wants(treeId)) createdTrees.add(treeId)
    },
    dropTree: treeId => {
      trees.delete(treeId)
    },
  })
  return { trees, createdTrees, byteCount }
}

/** The keys of the state before the transaction. */
function* keysBetween(
  transaction: WriteTransaction,
  treeId: number,
  from: Uint8Array | undefined,
  to: Uint8Array | undefined,
): Generator<Buffer> {
  const cursor = transaction.baseSource.tree(treeId)?.cursor()
  if (cursor === undefined) return
  let found = from === undefined ? cursor.first() : cursor.seek(from, from.length)
  for (; found; found = cursor.next()) {
    const length = cursor.loadKey()
    const key = cursor.keyBytes.subarray(0, length)
    if (to !== undefined && key.compare(to) >= 0) return
    yield key
  }
}

function liesBetween(key: Buffer, from: Uint8Array | undefined, to: Uint8Array | undefined): boolean {
  return (from === undefined || key.compare(from) >= 0) && (to === undefined || key.compare(to) < 0)
}
