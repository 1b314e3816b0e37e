/**
 * Tells listeners what commits have changed in the tables that they listen to, and keeps the history, if one is kept.
 *
 * A transaction's changes are taken down just before it commits and told when it is published, that is, when new snapshots
 * see it: in the order of commits, each once, in a job of its own after the one that committed. Who listens to nothing
 * costs nothing.
 *
 * Invariants:
 * 1. `#staged` is in the order of commit numbers. A commit that fails leaves its entry, which goes when the next transaction
 *    comes, having the same number; only what is published is told.
 * 2. A listener that is added while the newest published state has number n is told of what comes after n. What was taken down
 *    before it came, and is not published yet, it is told as "read it again".
 */

import { CATALOG_TREE_ID } from '../../store/api.ts'
import type { CommitObserver } from '../../store/commit-observer.ts'
import type { Store } from '../../store/store.ts'
import type { WriteTransaction } from '../../store/transaction.ts'
import { changesOf, type TransactionChanges } from '../../store/transaction-changes.ts'
import type { Catalog } from '../../table/catalog.ts'
import { isOwnName } from '../../table/definition.ts'
import type { StoredTable } from '../../table/stored-table.ts'
import { History } from './history.ts'
import type { RawTableChanges } from './table-changes.ts'

export type ChangeListener = (changes: RawTableChanges) => void

/** Changes that nobody has been told of take at most so much memory; beyond it they become "read it again". */
const UNTOLD_BYTES_MAX = 64 * 1024 * 1024

interface StagedCommit {
  readonly lsn: number
  readonly tables: ReadonlyMap<string, RawTableChanges>
}

export class ChangeFeed implements CommitObserver {
  readonly #store: Store
  readonly #catalog: Catalog
  readonly #listeners = new Map<string, Set<ChangeListener>>()
  readonly #closeListeners = new Set<() => void>()
  readonly history: History
  #staged: StagedCommit[] = []
  #told: StagedCommit[] = []
  #untoldBytes = 0
  #isScheduled = false

  constructor(store: Store, catalog: Catalog) {
    this.#store = store
    this.#catalog = catalog
    this.history = new History(store, catalog, () => this.#observeIfNeeded())
    this.#observeIfNeeded()
  }

  /** Calls `listener` for each commit that changes the table of that name, until the function that it returns is called. */
  listen(table: string, listener: ChangeListener): () => void {
    const { publishedLsn } = this.#store
    const own = (changes: RawTableChanges) => {
      if (changes.lsn > publishedLsn) listener(changes)
    }
    const listeners = this.#listeners.get(table) ?? new Set()
    if (listeners.size === 0) this.#stageUnpublished(table)
    this.#listeners.set(table, listeners.add(own))
    this.#observeIfNeeded()
    return () => {
      listeners.delete(own)
      if (listeners.size === 0 && this.#listeners.get(table) === listeners) this.#listeners.delete(table)
      this.#observeIfNeeded()
    }
  }

  /** Calls `listener` when the database is closed. */
  onClose(listener: () => void): () => void {
    this.#closeListeners.add(listener)
    return () => this.#closeListeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
    this.#told = []
    for (const listener of [...this.#closeListeners]) listener()
    this.#closeListeners.clear()
  }

  #observeIfNeeded(): void {
    const isNeeded = this.#listeners.size > 0 || !this.history.isKnownToBeMissing
    this.#store.observe(isNeeded ? this : undefined)
    if (!isNeeded) this.#staged = []
  }

  get #isNeeded(): boolean {
    return this.history.isKept || this.#listeners.size > 0
  }

  // ---------------------------------------------------------------------------------------------- of commits

  committing(transaction: WriteTransaction, lsn: number): void {
    this.#forgetFrom(lsn)
    if (transaction.replacesContent) this.#contentReplaced(transaction, lsn)
    // Compaction and savepoints change no content.
    else if (transaction.operations.count > 0) this.#takeDown(transaction, lsn)
  }

  #contentReplaced(transaction: WriteTransaction, lsn: number): void {
    this.history.contentReplaced()
    this.#stage(lsn, this.#rawChanges(lsn, this.#listenedTables(transaction), new Set(), undefined))
  }

  #takeDown(transaction: WriteTransaction, lsn: number): void {
    if (!this.#isNeeded) {
      // There was no history, and the first commit has asked for it.
      this.#observeIfNeeded()
      return
    }
    const after = this.#listenedTables(transaction)
    if (this.history.isKept)
      for (const [name, stored] of this.#allTables(transaction)) after.set(name, stored)
    const wanted = new Set([...after.values()].map(stored => stored.tree))
    const changes = changesOf(transaction, treeId => wanted.has(treeId))
    const replaced = this.#replacedTables(transaction, after)
    this.#stage(lsn, this.#rawChanges(lsn, after, replaced, changes))
    this.history.record(transaction, lsn, changes, replaced, after)
  }

  #listenedTables(transaction: WriteTransaction): Map<string, StoredTable> {
    const tables = new Map<string, StoredTable>()
    for (const name of this.#listeners.keys()) {
      const stored = this.#catalog.read(transaction, name)
      if (stored !== undefined) tables.set(name, stored)
    }
    return tables
  }

  #allTables(transaction: WriteTransaction): Map<string, StoredTable> {
    const tables = new Map(this.#catalog.all(transaction))
    for (const name of tables.keys()) if (isOwnName(name)) tables.delete(name)
    return tables
  }

  /** Tables of the state before that are gone, or whose rows are in another tree now, and those that were renamed. */
  #replacedTables(transaction: WriteTransaction, after: ReadonlyMap<string, StoredTable>): Set<string> {
    const before = transaction.baseSource
    const replaced = new Set<string>()
    // The catalog is what it was: so are the trees of its tables.
    if (before.versionOf(CATALOG_TREE_ID) === transaction.versionOf(CATALOG_TREE_ID)) return replaced
    const names = this.history.isKept ? this.#catalog.all(before).keys() : this.#listeners.keys()
    for (const name of names) {
      const old = this.#catalog.read(before, name)
      if (old !== undefined && old.tree !== after.get(name)?.tree) replaced.add(name)
    }
    // A table that was there under another name brings rows along that nobody was told of under this one.
    for (const [name, { tree }] of after) {
      if (this.#catalog.read(before, name) === undefined && before.tree(tree) !== undefined)
        replaced.add(name)
    }
    return replaced
  }

  #rawChanges(
    lsn: number,
    after: ReadonlyMap<string, StoredTable>,
    replaced: ReadonlySet<string>,
    changes: TransactionChanges | undefined,
  ): Map<string, RawTableChanges> {
    const tables = new Map<string, RawTableChanges>()
    for (const name of this.#listeners.keys()) {
      const stored = after.get(name)
      if (changes === undefined || replaced.has(name)) {
        tables.set(name, { lsn, stored, entries: undefined, byteCount: 0 })
        continue
      }
      const entries = stored && changes.trees.get(stored.tree)
      if (entries === undefined || entries.size === 0) continue
      tables.set(name, { lsn, stored, entries: [...entries.values()], byteCount: changes.byteCount })
    }
    return tables
  }

  #forgetFrom(lsn: number): void {
    while (this.#staged.length > 0 && this.#staged.at(-1)!.lsn >= lsn) this.#staged.pop()
  }

  /** For the first listener of a table: nobody has looked whether those that are being synced have changed it. */
  #stageUnpublished(table: string): void {
    const { publishedLsn, newestLsn: lsn } = this.#store
    if (lsn <= publishedLsn) return
    this.#forgetFrom(lsn + 1)
    const tables = new Map(this.#staged.at(-1)?.lsn === lsn ? this.#staged.pop()!.tables : [])
    this.#stage(lsn, tables.set(table, { lsn, stored: undefined, entries: undefined, byteCount: 0 }))
  }

  #stage(lsn: number, tables: ReadonlyMap<string, RawTableChanges>): void {
    if (tables.size > 0) this.#staged.push({ lsn, tables })
  }

  published(lsn: number): void {
    const { length } = this.#staged
    let count = 0
    while (count < length && this.#staged[count].lsn <= lsn) count++
    if (count === 0) return
    for (const commit of this.#staged.splice(0, count)) this.#keepUntold(commit)
    if (this.#isScheduled) return
    this.#isScheduled = true
    void Promise.resolve().then(() => {
      this.#isScheduled = false
      this.#tell()
    })
  }

  #keepUntold(commit: StagedCommit): void {
    for (const { byteCount } of commit.tables.values()) this.#untoldBytes += byteCount
    this.#told.push(commit)
    if (this.#untoldBytes <= UNTOLD_BYTES_MAX) return
    this.#told = this.#told.map(({ lsn, tables }) => ({
      lsn,
      tables: new Map([...tables].map(([name, changes]) => [name, withoutEntries(changes)])),
    }))
    this.#untoldBytes = 0
  }

  #tell(): void {
    const commits = this.#told
    this.#told = []
    this.#untoldBytes = 0
    for (const { tables } of commits) {
      for (const [name, changes] of tables) {
        for (const listener of [...(this.#listeners.get(name) ?? [])]) {
          // Another one may have closed it.
          if (this.#listeners.get(name)?.has(listener) !== true) continue
          try {
            listener(changes)
          } catch (error) {
            // As of any callback that nobody waits for: an uncaught exception, and the others are told all the same.
            void Promise.reject(error)
          }
        }
      }
    }
  }
}

/** Changes that are not listed. */
export function withoutEntries(changes: RawTableChanges): RawTableChanges {
  return { ...changes, entries: undefined, byteCount: 0 }
}
