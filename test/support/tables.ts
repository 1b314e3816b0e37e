/**
 * A database of model trees with the table layer on it, for tests of tables.
 */

import { expect } from 'vitest'
import { type ErrorCode, isCoppiceError } from '../../src/base/errors.ts'
import { Catalog } from '../../src/table/catalog.ts'
import { codeGeneration } from '../../src/table/codegen.ts'
import { SnapshotTables, TransactionTables } from '../../src/table/tables.ts'
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
