/**
 * The history: what transactions have changed, kept in the database itself, so that one who was away, or another process, may
 * ask for all changes after the transaction that he has seen last.
 *
 * It is a table of its own, `coppice.history`, from a transaction's number to its changes, written in the same transaction. So
 * it is as durable as they are, and needs no care in recovery. Under 0 stands what it covers:
 *
 * ```
 * key 0     0 from: first number that is covered (f64) | 8 transactions to keep (f64)
 * key lsn   0 flags (bit 0: the changes are listed) | 1 covers from (f64) | 9 operations, as in the log (store/operations.ts)
 * ```
 *
 * An entry covers the transactions from *covers from* to its own number: those between changed nothing. Where the one after
 * n covers from more than n + 1, nobody knows what happened between (a savepoint was restored): readers start anew.
 * Listed are puts and removes of rows, and `dropTree` for the tree of a table that is new, or whose rows were in another one.
 */

import { CoppiceError } from '../../base/errors.ts'
import { checkOptionNames } from '../../base/known-options.ts'
import { OperationLog, replayOperations } from '../../store/operations.ts'
import type { Snapshot } from '../../store/snapshot.ts'
import type { Store } from '../../store/store.ts'
import type { WriteTransaction } from '../../store/transaction.ts'
import type { EntryChange, TransactionChanges } from '../../store/transaction-changes.ts'
import type { Catalog } from '../../table/catalog.ts'
import { ownMap } from '../../table/definition.ts'
import { SnapshotTables } from '../../table/snapshot-tables.ts'
import type { StoredTable } from '../../table/stored-table.ts'
import { TransactionTables } from '../../table/tables.ts'
import { t } from '../../table/types.ts'
import type { RawTableChanges } from './table-changes.ts'

const history = ownMap('coppice.history', t.int, t.bytes)

const TRANSACTIONS_DEFAULT = 100_000
const LISTED = 1
const COVERS_FROM_AT = 1
const HEADER_BYTES = 9
const COVERAGE_BYTES = 16
/** What is too old is removed every so many transactions. */
const TRIM_EVERY = 64
/** A transaction with more is not listed. */
const OPERATION_BYTES_MAX = 16 * 1024 * 1024

/** Options of `db.history.keep`. */
export interface HistoryOptions {
  /** How many of the newest transactions to keep. Default: 100,000. */
  readonly transactions?: number | undefined
}

/** The history of a database, in the database itself: each transaction writes its changes there, too. */
export interface ChangeHistory {
  /** Number of the first transaction that is kept; undefined when there is no history. */
  readonly from: number | undefined
  /**
   * Keeps the changes of the newest transactions from now on, in this process and all later ones; called again, changes
   * how many. @throws CoppiceError INVALID_OPTION, BUSY, READ_ONLY
   */
  keep(options?: HistoryOptions): void
  /** Removes it. @throws CoppiceError BUSY, READ_ONLY */
  drop(): void
}

interface Coverage {
  readonly from: number
  readonly transactionsMax: number
}

export class History implements ChangeHistory {
  readonly #store: Store
  readonly #catalog: Catalog
  readonly #onSwitchedOn: () => void
  /** Null: not looked for yet, which is left to the first commit, so that opening a database reads nothing for it. */
  #coverage: Coverage | undefined | null = null
  /** The number from which on nothing was changed that is not in the history; undefined when that is not known. */
  #coversFrom: number | undefined

  /** `onSwitchedOn` is called when there is a history where there was none. */
  constructor(store: Store, catalog: Catalog, onSwitchedOn: () => void) {
    this.#store = store
    this.#catalog = catalog
    this.#onSwitchedOn = onSwitchedOn
  }

  /** False also while nobody has looked. */
  get isKnownToBeMissing(): boolean {
    return this.#coverage === undefined
  }

  get isKept(): boolean {
    return this.#known !== undefined
  }

  /** The number of the first transaction that is kept; undefined when there is no history. */
  get from(): number | undefined {
    return this.#known?.from
  }

  get #known(): Coverage | undefined {
    if (this.#coverage === null) this.#load()
    return this.#coverage ?? undefined
  }

  #load(): void {
    const snapshot = this.#store.read()
    try {
      const entries = new SnapshotTables(snapshot, this.#catalog).table(history)
      const coverage = decodeCoverage(entries.get(0))
      this.#coverage = coverage
      const newest = entries.keys({ reverse: true, limit: 1 }).first()
      if (coverage === undefined || newest === undefined) return
      const isWhole = newest === snapshot.lsn || (newest === 0 && coverage.from === snapshot.lsn + 1)
      this.#coversFrom = isWhole ? snapshot.lsn + 1 : undefined
    } finally {
      snapshot.close()
    }
  }

  keep(options: HistoryOptions = {}): void {
    checkOptionNames('a history', options, ['transactions'])
    const { transactions = TRANSACTIONS_DEFAULT } = options
    if (!Number.isSafeInteger(transactions) || transactions < 1) {
      throw new CoppiceError(
        'INVALID_OPTION',
        `option transactions: expected a positive integer, got ${transactions}`,
      )
    }
    const lsn = this.#store.stats().lsn + 1
    const coverage = { from: this.#known?.from ?? lsn + 1, transactionsMax: transactions }
    this.#store.write(transaction => {
      new TransactionTables(transaction, this.#catalog).table(history).put(0, encodeCoverage(coverage))
    })
    this.#coversFrom ??= lsn + 1
    this.#coverage = coverage
    this.#onSwitchedOn()
  }

  drop(): void {
    const coverage = this.#known
    // First, or the commit would be the first entry of a new one.
    this.#coverage = undefined
    try {
      this.#store.write(transaction => {
        new TransactionTables(transaction, this.#catalog).drop(history)
      })
    } catch (error) {
      this.#coverage = coverage
      throw error
    }
    this.#coversFrom = undefined
  }

  /** Another state takes the place of the newest, with another history or none. */
  contentReplaced(): void {
    this.#coverage = null
    this.#coversFrom = undefined
  }

  /** Adds an entry to `transaction`, which commits as `lsn`. */
  record(
    transaction: WriteTransaction,
    lsn: number,
    changes: TransactionChanges | undefined,
    replaced: ReadonlySet<string>,
    after: ReadonlyMap<string, StoredTable>,
  ): void {
    if (this.#known === undefined) return
    // More than `lsn` when the transaction of this number before it has failed.
    const coversFrom = Math.min(this.#coversFrom ?? lsn, lsn)
    const entries = new TransactionTables(transaction, this.#catalog).table(history)
    entries.put(lsn, encodeEntry(coversFrom, changes, replacedTrees(replaced, after)))
    this.#coversFrom = lsn + 1
    if (lsn % TRIM_EVERY === 0) this.#trim(entries, lsn)
  }

  #trim(entries: TrimmableEntries, lsn: number): void {
    const { from, transactionsMax } = this.#coverage!
    const first = lsn - transactionsMax + 1
    if (first <= from) return
    entries.deleteRange({ gt: 0, lt: first })
    this.#coverage = { from: first, transactionsMax }
    entries.put(0, encodeCoverage(this.#coverage))
  }

  /**
   * What transactions after number `since` have changed in a table, up to the state of `snapshot`.
   * @throws CoppiceError CHANGES_GONE when the history does not reach back so far
   */
  *changesSince(snapshot: Snapshot, name: string, since: number): Generator<RawTableChanges> {
    if (since === snapshot.lsn) return
    const tables = new SnapshotTables(snapshot, this.#catalog)
    const entries = tables.table(history)
    const coverage = decodeCoverage(entries.get(0))
    if (coverage === undefined || since < coverage.from - 1 || since > snapshot.lsn) {
      throw changesGone(since, coverage?.from, snapshot.lsn)
    }
    const stored = this.#catalog.read(snapshot, name)
    // Asked now: later it says something of later states.
    const knowsOfNewest = this.isKept && this.#coversFrom !== undefined
    let expected = since + 1
    for (const [lsn, bytes] of entries.range({ gt: Math.max(since, 0) })) {
      const entry = decodeEntry(bytes, stored?.tree)
      const isGap = entry.coversFrom > expected
      expected = lsn + 1
      const mustReload = isGap || entry.changes === undefined || stored === undefined
      if (mustReload) yield { lsn, stored, entries: undefined, byteCount: 0 }
      else if (entry.changes.length > 0)
        yield { lsn, stored, entries: entry.changes, byteCount: bytes.length }
    }
    // Transactions without an entry have changed nothing, as long as that is known.
    const isCovered = expected > snapshot.lsn || knowsOfNewest
    if (!isCovered) yield { lsn: snapshot.lsn, stored, entries: undefined, byteCount: 0 }
  }
}

interface TrimmableEntries {
  put(key: number, value: Uint8Array): void
  deleteRange(range: { readonly gt: number; readonly lt: number }): number
}

/** The number under which the tree of a replaced table is told: its new one, or 0 when the table is gone. */
function replacedTrees(replaced: ReadonlySet<string>, after: ReadonlyMap<string, StoredTable>): number[] {
  return [...replaced].map(name => after.get(name)?.tree ?? 0)
}

function encodeCoverage({ from, transactionsMax }: Coverage): Uint8Array {
  const bytes = Buffer.alloc(COVERAGE_BYTES)
  bytes.writeDoubleLE(from, 0)
  bytes.writeDoubleLE(transactionsMax, 8)
  return bytes
}

function decodeCoverage(bytes: Uint8Array | undefined): Coverage | undefined {
  if (bytes === undefined) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return { from: view.getFloat64(0, true), transactionsMax: view.getFloat64(8, true) }
}

function encodeEntry(
  coversFrom: number,
  changes: TransactionChanges | undefined,
  replaced: readonly number[],
): Uint8Array {
  const operations = new OperationLog(OPERATION_BYTES_MAX)
  if (changes !== undefined) {
    // A new table, too: nobody knows whether one of its name went before it.
    for (const tree of [...replaced, ...changes.createdTrees]) operations.dropTree(tree)
    for (const [tree, entries] of changes.trees) {
      for (const { key, value } of entries.values()) {
        if (value === undefined) operations.remove(tree, key, key.length)
        else operations.put(tree, key, key.length, value, 0, value.length)
      }
    }
  }
  const isListed = changes !== undefined && !operations.isUnlogged
  const bytes = Buffer.alloc(HEADER_BYTES + (isListed ? operations.length : 0))
  bytes[0] = isListed ? LISTED : 0
  bytes.writeDoubleLE(coversFrom, COVERS_FROM_AT)
  if (isListed) operations.bytes.copy(bytes, HEADER_BYTES, 0, operations.length)
  return bytes
}

/** The changes of one tree; undefined when they are not listed, or the tree is another one since. */
function decodeEntry(
  bytes: Uint8Array,
  tree: number | undefined,
): { readonly coversFrom: number; readonly changes: EntryChange[] | undefined } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const coversFrom = view.getFloat64(COVERS_FROM_AT, true)
  if ((bytes[0] & LISTED) === 0) return { coversFrom, changes: undefined }
  const changes: EntryChange[] = []
  let wasReplaced = false
  const note = (treeId: number, key: Uint8Array, value: Uint8Array | undefined) => {
    if (treeId !== tree) return
    changes.push({ key: Buffer.from(key), value: value === undefined ? undefined : Buffer.from(value) })
  }
  replayOperations(bytes.subarray(HEADER_BYTES), {
    put: note,
    remove: (treeId, key) => note(treeId, key, undefined),
    deleteRange: () => {},
    createTree: () => {},
    dropTree: treeId => {
      wasReplaced ||= treeId === tree
    },
  })
  return { coversFrom, changes: wasReplaced ? undefined : changes }
}

function changesGone(since: number, from: number | undefined, newest: number): CoppiceError {
  const kept = from === undefined ? 'no history is kept' : `the history begins with ${from}`
  return new CoppiceError(
    'CHANGES_GONE',
    since > newest
      ? `changes since ${since} were asked for, but the newest transaction is ${newest}: this is another database, or an older state of it`
      : `changes since ${since} are not known: ${kept}; read the table again, and go on from lsn ${newest}`,
    {
      expected: from === undefined ? 'a history: db.history.keep()' : `${from - 1} to ${newest}`,
      given: String(since),
    },
  )
}
