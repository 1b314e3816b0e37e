/**
 * The store as the typed layer sees it: snapshots and one write transaction over numbered trees.
 * Trees below 16 are the store's own, except the catalog's.
 */

import type { ReadTree, WriteTree } from '../btree/api.ts'

/** The tree that the table layer keeps its definitions in. It exists, empty, in a new database. */
export const CATALOG_TREE_ID = 1
/** The number under which the tree of persistent savepoints is reported; the file header has its root. */
export const SAVEPOINT_TREE_ID = 2
/** The first id that `createTree` gives. */
export const FIRST_USER_TREE_ID = 16

/** The last one: what follows it must fit 32 bits as well. */
export const TREE_ID_MAX = 2 ** 32 - 2

/** Pages that were found in memory, and read from the file. */
export interface PageCounts {
  readonly hits: number
  readonly reads: number
}

/** One committed state that never changes. */
export interface TreeSource {
  /** The tree, or undefined when this state has no such tree. The same object is returned for the same id. */
  tree(treeId: number): ReadTree | undefined
  /**
   * Begins an operation: what was found in trees before is not used any more.
   * @throws CoppiceError TRANSACTION_CLOSED, SNAPSHOT_TOO_OLD, CLOSED, POISONED when reading is over.
   */
  assertReadable(): void
  /** The same where nothing is read but what was copied before: no operation begins. */
  assertStillReadable(): void
  /**
   * The operation is over. Not calling it is no fault: it only lets others use the memory of what was read a little
   * sooner.
   */
  endReading(): void
  /** A number that is different for every committed state: the transaction that made it. */
  readonly txnId: number
  /** Where two states say the same number of a tree, its entries are the same; undefined: it may be changing. */
  versionOf(treeId: number): number | undefined
  /** Of this thread so far, in all trees of the database. */
  pageCounts(): PageCounts
}

/** The state that a write transaction is making. */
export interface TreeSink extends TreeSource {
  tree(treeId: number): WriteTree | undefined
  /** @throws CoppiceError TRANSACTION_CLOSED, POISONED, READ_ONLY */
  assertWritable(): void
  /** Makes an empty tree and returns its id, never used before in this database. */
  createTree(): number
  /** Removes a tree with all its entries. */
  dropTree(treeId: number): void
}
