/** Salvage, as users call it: from a damaged file into a new database, with a report in terms of tables. */

import { CoppiceError } from '../base/errors.ts'
import { nodeStorage } from '../io/node-storage.ts'
import type { Storage } from '../io/storage.ts'
import { CATALOG_TREE_ID } from '../store/api.ts'
import { resolveOptions } from '../store/options.ts'
import type { SalvageCopy } from '../store/salvage/copy.ts'
import { type EntryLoss, type LostKeys, sumOfLosses } from '../store/salvage/losses.ts'
import { Salvage, type SalvageBasis } from '../store/salvage/salvage.ts'
import type { DamagedPage, StateSurvey } from '../store/salvage/survey.ts'
import { SalvageTarget } from '../store/salvage/target.ts'
import { type LongOperationOptions, type Progress, runInSteps } from '../store/steps.ts'
import { Catalog } from '../table/catalog.ts'
import { addLeftovers } from '../table/salvaged-leftovers.ts'
import {
  indexTreesIn,
  nextTreeIdIn,
  type RestoredTable,
  type SalvagedIndex,
  TableRestoration,
} from '../table/salvaged-tables.ts'
import { type DatabasePath, pathOf } from './database-path.ts'

const CACHE_BYTES = 64 << 20

/** Options of `salvage`. */
export interface SalvageOptions extends LongOperationOptions {
  /** Replace an existing file of the new database's name. Default: ALREADY_EXISTS. */
  readonly overwrite?: boolean | undefined
  /** Memory for pages of the new database, in bytes. Default 64 MiB. */
  readonly cacheSizeBytes?: number | undefined
  /** As for `open`: goes on where the machine offers no lock that is freed when a process dies. Default false. */
  readonly unsafeLock?: boolean | undefined
}

/** Keys of a table of which entries are lost. */
export interface LostRange {
  /** The first key that may be lost, as text: as a program would write it, or its bytes; undefined: from the first. */
  readonly from: string | undefined
  /** The first key behind the lost ones; undefined: to the last. The same as `from` for a single key. */
  readonly to: string | undefined
  /** The same, encoded. */
  readonly fromKey: Uint8Array | undefined
  readonly toKey: Uint8Array | undefined
  /** How many entries are lost in it. */
  readonly entries: EntryLoss
}

/** A table of the new database. */
export interface SalvagedTable {
  readonly name: string
  readonly kind: 'map' | 'multimap' | 'records'
  /** False: its definition is lost, and it is a map from bytes to bytes. */
  readonly isTyped: boolean
  /**
   * True: its rows are right, but may be out of date, or deleted, or of another table. They stand where rows of a table
   * are lost, and could not be put into it for certain. The name begins with `lost+found`.
   */
  readonly isLeftover: boolean
  /** Entries in the new database; if it is not `isLeftover`, every one of them was in the table. */
  readonly entriesRead: number
  /** Entries that were in the table and are not in the new database. */
  readonly entriesLost: EntryLoss
  readonly lostRanges: readonly LostRange[]
  /** Pages of the table, its rows and its indexes, that are damaged. */
  readonly damagedPages: readonly number[]
  /** Indexes are made anew from the rows. */
  readonly indexes: readonly SalvagedIndex[]
}

/** What `salvage` found. */
export interface SalvageReport {
  /**
   * True when nothing was lost, and a file header says that this is the newest state. (The file may be damaged in places
   * that no longer matter.)
   */
  readonly ok: boolean
  /** By name. */
  readonly tables: readonly SalvagedTable[]
  /** Tables of which only the names are left: their definitions are damaged, their trees are among the untyped tables. */
  readonly damagedDefinitions: readonly string[]
  /** Definitions, or whole tables, that are lost without their names. */
  readonly definitionsLost: EntryLoss
  /** Damaged pages that tell which tables there are and where. */
  readonly damagedPages: readonly number[]
  /**
   * What told where the database begins. `older header`: the newer one is damaged, or led to less, and the newest commits
   * may be missing. `pages`: no header was of use, and the newest state was taken that the pages lead to. `older pages`:
   * the same, but later commits may be missing; rows of theirs that were found are in tables of leftovers.
   */
  readonly basis: SalvageBasis
  /** Transactions taken from the log. */
  readonly replayedTransactions: number
  /** Transactions that are known to have been committed and are lost, because the log is damaged. */
  readonly lostTransactions: number
  /** True: the file header says that there is a log, and there is none: it is not known how many transactions are lost. */
  readonly isLogMissing: boolean
  /** Size of the new database. */
  readonly sizeBytes: number
}

/**
 * Writes whatever can still be read of a damaged database at `path` into a new one at `target`, and says what was lost.
 * The damaged file and its log are only read. Nothing that is in a table of the new database is wrong: what cannot be
 * shown to belong there is left out, or is in a table whose name begins with `lost+found`.
 * @example
 * const report = await salvage('app.db', 'app-salvaged.db')
 * for (const { name, entriesRead, entriesLost } of report.tables) console.log(name, entriesRead, entriesLost)
 * @throws CoppiceError INVALID_OPTION, NOT_FOUND, NOT_A_DATABASE (nothing in the file is a page of a database),
 * UNSUPPORTED_VERSION, LOCKED, LOCK_UNAVAILABLE, ALREADY_EXISTS, NO_SPACE, IO_ERROR, ABORTED
 */
export async function salvage(
  path: DatabasePath,
  target: DatabasePath,
  options: SalvageOptions = {},
): Promise<SalvageReport> {
  const storage = nodeStorage({ unsafeLock: options.unsafeLock === true })
  return salvageInto(storage, pathOf(path), pathOf(target), options)
}

/** The same for any storage. */
export async function salvageInto(
  storage: Storage,
  path: string,
  target: string,
  options: SalvageOptions,
): Promise<SalvageReport> {
  const { cacheSizeBytes } = options
  // Before anything is read: it may take long.
  resolveOptions(cacheSizeBytes === undefined ? {} : { cacheSizeBytes }, true)
  const source = new Salvage(storage, path)
  try {
    if (storage.exists(target) && isSameFile(storage, source.path, target)) {
      throw new CoppiceError('INVALID_OPTION', `${target}: salvage writes into another file than it reads`, {
        path: target,
      })
    }
    return await runInSteps(storage, () => {}, salvageSteps(storage, source, target, options), options)
  } finally {
    source.close()
  }
}

function isSameFile(storage: Storage, path: string, target: string): boolean {
  const file = storage.open(target, 'read')
  try {
    return file.path === path
  } finally {
    file.close()
  }
}

function* salvageSteps(
  storage: Storage,
  source: Salvage,
  path: string,
  options: SalvageOptions,
): Generator<Progress | undefined, SalvageReport> {
  yield* source.survey()
  const definitions = source.catalogEntries()
  const target = new SalvageTarget(storage, path, {
    pageSizeBytes: source.file.pageSize,
    cacheSizeBytes: options.cacheSizeBytes ?? CACHE_BYTES,
    expectedBytes: source.sizeBytes,
    nextTreeId: Math.max(source.nextTreeId, nextTreeIdIn(definitions)),
    overwrite: options.overwrite ?? false,
  })
  try {
    const { transaction } = target
    const { copy, log } = yield* source.copyInto(transaction, indexTreesIn(definitions))
    const restoration = new TableRestoration(transaction, new Catalog(), {
      treeIds: copy.treeIds,
      isDamaged: treeId => copy.losses.get(treeId)?.isNothing === false,
    })
    let done = 0
    for (const _ of restoration.run()) yield { phase: 'tables', done: ++done, total: done }
    for (const _ of addLeftovers(source, transaction, restoration))
      yield { phase: 'tables', done: ++done, total: done }
    const counts = new Map(
      restoration.tables.map(({ name, rowsTreeId }) => [name, transaction.tree(rowsTreeId)?.count ?? 0]),
    )
    const sizeBytes = target.finish()
    const tables = restoration.tables
      .map(table => tableReport(table, counts.get(table.name) ?? 0, copy, source.state))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    const definitionsLost = definitionsLostOf(copy, source)
    const isComplete = [definitionsLost, ...tables.map(table => table.entriesLost)].every(isNothing)
    const { damagedDefinitions } = restoration
    return {
      ok:
        isComplete &&
        source.basis === 'newest header' &&
        log.lostTransactions === 0 &&
        !source.isLogMissing &&
        damagedDefinitions.length === 0,
      tables,
      damagedDefinitions,
      definitionsLost,
      damagedPages: pageIds([
        ...source.state.directory.damaged,
        ...(source.state.trees.get(CATALOG_TREE_ID)?.damaged ?? []),
      ]),
      basis: source.basis,
      isLogMissing: source.isLogMissing,
      ...log,
      sizeBytes,
    }
  } finally {
    target.discard()
  }
}

function tableReport(
  table: RestoredTable,
  entriesRead: number,
  copy: SalvageCopy,
  state: StateSurvey,
): SalvagedTable {
  const { name, kind, isTyped, isLeftover, treeId, otherTreeIds, indexes, formatKey } = table
  const lost = isLeftover ? [] : copy.lostOf(treeId)
  const format = (key: Buffer | undefined) => key && formatKey(key)
  const rangeOf = ({ fromKey, toKey, atLeast, atMost }: LostKeys): LostRange => ({
    from: format(fromKey),
    to: format(toKey),
    fromKey,
    toKey,
    entries: { atLeast, atMost },
  })
  return {
    name,
    kind,
    isTyped,
    isLeftover,
    entriesRead,
    entriesLost: sumOfLosses(lost),
    lostRanges: lost.map(rangeOf),
    damagedPages: pageIds([treeId, ...otherTreeIds].flatMap(id => state.trees.get(id)?.damaged ?? [])),
    indexes,
  }
}

function definitionsLostOf(copy: SalvageCopy, { basis, lostTrees }: Salvage): EntryLoss {
  const catalog = sumOfLosses(copy.lostOf(CATALOG_TREE_ID))
  // A lost entry of the directory is a table's rows, an index or a counter.
  return sumOfLosses([catalog, { atLeast: 0, atMost: basis.endsWith('pages') ? undefined : lostTrees }])
}

function isNothing({ atLeast, atMost }: EntryLoss): boolean {
  return atLeast === 0 && atMost === 0
}

function pageIds(pages: readonly DamagedPage[]): number[] {
  return [...new Set(pages.map(({ pageId }) => pageId))].sort((a, b) => a - b)
}
