/**
 * A database of model trees with the table layer on it, for tests of tables.
 */

import { expect } from 'vitest'
import { type ErrorCode, isCoppiceError } from '../../src/base/errors.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { TreeSource } from '../../src/store/api.ts'
import { Store } from '../../src/store/store.ts'
import { Catalog } from '../../src/table/catalog.ts'
import { codeGeneration } from '../../src/table/codegen.ts'
import { SnapshotTables } from '../../src/table/snapshot-tables.ts'
import { TransactionTables } from '../../src/table/tables.ts'
import { ModelStore } from './model-tree.ts'

/** A store, and tables opened in it as transactions and snapshots do it. */
export class TestDatabase {
  readonly store: ModelStore
  readonly catalog = new Catalog()

  constructor(maxKeyLength = 1000) {
    this.store = new ModelStore(maxKeyLength)
  }

  /** The tables of a new write transaction. */
  begin(): TransactionTables {
    return new TransactionTables(this.store, this.catalog)
  }

  /** The tables of a snapshot of what is there now, and the snapshot itself. */
  snapshot(): { readonly tables: SnapshotTables; readonly store: ModelStore } {
    const store = this.store.snapshot()
    return { tables: new SnapshotTables(store, this.catalog), store }
  }
}

/** What a property needs of a database, model or real. */
export interface PropertyDatabase {
  /** The tables of the one write transaction; opened anew after a snapshot. */
  begin(): TransactionTables
  /** What is in all trees of the transaction. */
  dump(): string
  /** Ends the transaction, and gives the tables of a snapshot of what it left. */
  snapshot(): SnapshotTables
  close(): void
}

/** A property's database of model trees. */
export function modelDatabase(): PropertyDatabase {
  const database = new TestDatabase()
  return {
    begin: () => database.begin(),
    dump: () => database.store.dump(),
    snapshot: () => database.snapshot().tables,
    close: () => {},
  }
}

const TREES_IN_DUMP = 64
const SMALL_PAGES = true

/** A property's database on the real store, with pages so small that a few records split them. */
export function storeDatabase(): PropertyDatabase {
  const options = { pageSizeBytes: 512, cacheSizeBytes: 256 * 1024 }
  const store = Store.open(memoryStorage(), '/app.db', options, SMALL_PAGES)
  const catalog = new Catalog()
  let transaction = store.begin()
  return {
    begin: () => new TransactionTables(transaction, catalog),
    dump: () => dumpTrees(transaction),
    snapshot: () => {
      store.commit(transaction)
      transaction = store.begin()
      return new SnapshotTables(store.read(), catalog)
    },
    close: () => store.close(),
  }
}

function dumpTrees(source: TreeSource): string {
  const trees: unknown[] = []
  for (let treeId = 1; treeId < TREES_IN_DUMP; treeId++) {
    const tree = source.tree(treeId)
    if (tree === undefined) continue
    const cursor = tree.cursor()
    const entries: string[] = []
    for (let found = cursor.first(); found; found = cursor.next()) {
      const keyLength = cursor.loadKey()
      const key = cursor.keyBytes.toString('hex', 0, keyLength)
      cursor.loadValue()
      const { valueBytes, valueOffset, valueLength } = cursor
      entries.push(`${key}=${valueBytes.toString('hex', valueOffset, valueOffset + valueLength)}`)
    }
    trees.push([treeId, tree.count, entries])
  }
  return JSON.stringify(trees)
}

/** Expects `action` to fail with a code; returns the error's message. */
export function expectError(code: ErrorCode, action: () => unknown): string {
  let error: unknown
  try {
    action()
  } catch (caught) {
    error = caught
  }
  expect(isCoppiceError(error) ? error.code : error, `an error with code ${code}`).toBe(code)
  return (error as Error).message
}

/** Runs `action` with codecs interpreted instead of generated. Definitions have to be made inside. */
export function interpreted<T>(action: () => T): T {
  const before = codeGeneration.enabled
  codeGeneration.enabled = false
  try {
    return action()
  } finally {
    codeGeneration.enabled = before
  }
}

/** Both ways to run a codec, for `describe.each`. */
export const CODEC_MODES = [
  ['generated', <T>(action: () => T): T => action()],
  ['interpreted', interpreted],
] as const
