/**
 * Salvage: reading what is left of a damaged database, as far as it is known to be right.
 *
 * 1. *Open*: the file is opened for reading only, under a shared lock. Whatever headers are intact say where states of
 *    the database begin; when the newest may be lost, the pages themselves do (`origin.ts`).
 * 2. *Survey*: each of these states is walked, and the log after it is looked at. The one that leads to the newest
 *    transaction is taken; of two that lead as far, the one that has lost less.
 * 3. *Search*: if something is lost, all pages of the file are looked at (`census.ts`), and what is below a
 *    damaged page is found by its keys (`orphans.ts`).
 * 4. *Copy*: its trees are copied into a new database, and the log is replayed over them.
 *
 * G1  What is copied into a tree was in that tree, in the state that the report names: every page is reached by
 *     references that say its id and birth, or is known to belong there by other proof.
 * G2  What was in the tree and is not copied is counted in its losses.
 * G3  The damaged files are not written to.
 *
 * What the bytes in the trees mean is not known here: tables are the business of the layers above.
 */

import { assert } from '../../base/assert.ts'
import { isCoppiceError } from '../../base/errors.ts'
import { runAll, runAllQuietly } from '../../base/run-all.ts'
import { EMPTY_ROOT } from '../../btree/root.ts'
import type { FileLock, Storage, StorageFile } from '../../io/storage.ts'
import { birthOf } from '../../page/header.ts'
import * as node from '../../page/node.ts'
import { Bitmap } from '../../space/bitmap.ts'
import {
  isThere,
  type LogPlan,
  type LogScan,
  planReplay,
  planReplayAfter,
  scanLog,
  visitBatch,
  wholeLogLost,
} from '../../wal/log-scan.ts'
import { CATALOG_TREE_ID, FIRST_USER_TREE_ID } from '../api.ts'
import { type FileHeader, readFileHeaders } from '../file-header.ts'
import type { Progress } from '../steps.ts'
import type { WriteTransaction } from '../transaction.ts'
import { PageCensus } from './census.ts'
import { intactExtentAt, intactValueAt, piecesOf, SalvageCopy } from './copy.ts'
import { checksumSeedOf, DamagedFile, type SubtreeRef, walkDamaged } from './damaged-file.ts'
import { findState, guessFormat, isOfItsMap, type MappedUse, readUse } from './origin.ts'
import { type Leftover, OrphanSearch } from './orphans.ts'
import { isTreeId, keptPages, StateSurvey } from './survey.ts'

/** What told where the database begins. `older pages`: a later state may have been there. */
export type SalvageBasis = 'newest header' | 'older header' | 'pages' | 'older pages'

/** A state of the database, and how much of it there is. */
interface Candidate {
  readonly basis: SalvageBasis
  readonly header: FileHeader | undefined
  readonly survey: StateSurvey
  readonly plan: LogPlan
  /** LSN of the state: the log goes on behind it. */
  readonly lsn: number
  /** What the space map says, where that is known already. */
  readonly use: MappedUse | undefined
}

/** What became of the log. */
export interface LogSalvage {
  readonly replayedTransactions: number
  /** Transactions that are known to have been committed and could not be replayed. */
  readonly lostTransactions: number
}

/** An entry of a leaf that could not be put into a tree. */
export interface LeftoverEntry {
  readonly pageId: number
  readonly index: number
  readonly birth: number
  readonly key: Buffer
  /** Where a large value begins in the file. */
  readonly largeValueAt: number | undefined
  readonly valueLength: number
  readonly pieces: Iterable<Uint8Array>
}

export class Salvage {
  readonly path: string
  readonly file: DamagedFile
  readonly #storage: Storage
  readonly #storageFile: StorageFile
  readonly #lock: FileLock
  readonly #log: LogScan
  readonly #headers: readonly FileHeader[]
  /** The header that is left may be the older one. */
  readonly #mayBeOld: boolean
  #census: PageCensus | undefined = undefined
  #search: OrphanSearch | undefined = undefined
  #chosen: Candidate | undefined = undefined

  /** @throws CoppiceError NOT_FOUND, LOCKED, LOCK_UNAVAILABLE, NOT_A_DATABASE, UNSUPPORTED_VERSION, CORRUPT, IO_ERROR */
  constructor(storage: Storage, path: string) {
    this.#storage = storage
    this.#storageFile = storage.open(path, 'read')
    this.path = this.#storageFile.path
    let lock: FileLock | undefined
    try {
      lock = storage.lock(this.#storageFile, 'shared')
      const { headers, mayBeOld, file } = openPages(this.#storageFile)
      this.#headers = headers
      this.#mayBeOld = mayBeOld
      this.file = file
      this.#log = scanLog(storage, this.path, file.checksumSeed)
      this.#lock = lock
    } catch (error) {
      runAllQuietly(
        () => this.#storageFile.close(),
        () => lock?.release(),
      )
      throw error
    }
  }

  close(): void {
    runAll(
      () => this.#storageFile.close(),
      () => this.#lock.release(),
    )
  }

  /** Bytes that there are to be read. */
  get sizeBytes(): number {
    return this.file.sizeBytes + this.#log.batches.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0)
  }

  get #state(): Candidate {
    assert(this.#chosen !== undefined, 'a state was chosen before it is copied')
    return this.#chosen
  }

  /** The state that was taken. */
  get state(): StateSurvey {
    return this.#state.survey
  }

  get basis(): SalvageBasis {
    return this.#state.basis
  }

  /** Whether a leaf is of a later state than the one that was taken. */
  isLater({ birth }: Leftover): boolean {
    return this.basis === 'older pages' && birth > (this.state.directory.root?.birth ?? 0)
  }

  /** The header that was taken says that there is a log, and there is none of it. */
  get isLogMissing(): boolean {
    const header = this.#state.header
    return header?.open === true && !isThere(this.#log, header.logEpoch, header.logSalt)
  }

  /** Leaves that could not be put into a tree, when all is copied. */
  get leftovers(): readonly Leftover[] {
    return this.#search?.leftovers ?? []
  }

  /** Trees that are lost, of all those that the directory had. */
  get lostTrees(): number {
    const whole = this.#search?.strays.filter(({ isPartial }) => !isPartial) ?? []
    return Math.max(0, this.state.lostTrees - whole.length)
  }

  /** Takes the best state, and finds what it has lost. */
  *survey(): Generator<Progress | undefined, void> {
    yield* this.#surveyHeaders()
    if (this.#mayBeOld || this.isLogMissing) yield* this.#surveyPages()
    const { header, survey } = this.#state
    if (!survey.isWhole || header === undefined) yield* this.#findLost()
  }

  *#surveyHeaders(): Generator<Progress | undefined, void> {
    for (const [i, header] of this.#headers.entries()) {
      const place = { epoch: header.logEpoch, salt: header.logSalt, nextLsn: header.lsn + 1 }
      const plan = planReplay(this.#log, place)
      const best = this.#chosen
      if (best !== undefined && (best.survey.isWhole || plan.lastLsn < best.plan.lastLsn)) continue
      const survey = new StateSurvey(this.file, header)
      yield* survey.run()
      const basis = i === 0 ? 'newest header' : 'older header'
      const candidate: Candidate = { basis, header, survey, plan, lsn: header.lsn, use: undefined }
      if (best === undefined || isBetter(candidate, best)) this.#chosen = candidate
    }
  }

  /** A header may be lost that was newer than the one that is left: then the pages that it led to are in the file. */
  *#surveyPages(): Generator<Progress | undefined, void> {
    const census = yield* this.#takeCensus()
    const left = this.#chosen
    const newestLsn = census.maps.reduce((newest, { lsn }) => Math.max(newest, lsn), 0)
    if (left !== undefined && reachesAll({ ...left, birth: left.header?.txnId ?? 0 }, census)) return
    const found = findState(this.file, census)
    const survey = new StateSurvey(this.file, { directory: found?.directory ?? EMPTY_ROOT })
    yield* survey.run()
    // When it is not known which transaction it was, the log cannot be taken up.
    const isKnown = found !== undefined && isOfItsMap(found, this.file, census, survey)
    const mapLsn = isKnown ? found.map?.lsn : undefined
    const plan = mapLsn === undefined ? wholeLogLost(this.#log) : planReplayAfter(this.#log, mapLsn)
    const state = { header: undefined, survey, plan, lsn: mapLsn ?? 0 }
    const isNewest = isKnown && reachesAll({ ...state, birth: found.map?.birth ?? 0 }, census)
    // A map tells what belongs to its own state only.
    const use = found?.map?.lsn === newestLsn ? found.use : undefined
    const candidate: Candidate = { ...state, basis: isNewest ? 'pages' : 'older pages', use }
    // A commit that a crash interrupted has pages in the file, too, but not all.
    const isPreferred = left === undefined || (survey.isWhole && isLater(candidate, mapLsn, left))
    if (isPreferred) this.#chosen = candidate
    else {
      const lostCount = Math.max(left.plan.lostCount, newestLsn - left.plan.lastLsn)
      this.#chosen = { ...left, basis: 'older header', plan: { ...left.plan, lostCount } }
    }
  }

  *#takeCensus(): Generator<Progress | undefined, PageCensus> {
    const census = this.#census ?? new PageCensus(this.file)
    if (this.#census === undefined) yield* census.run()
    this.#census = census
    return census
  }

  *#findLost(): Generator<Progress | undefined, void> {
    const census = yield* this.#takeCensus()
    const { basis, header, survey } = this.#state
    const use = header === undefined ? this.#state.use : readUse(this.file, header.space)
    let kept: Bitmap | undefined
    if (header !== undefined) kept = yield* keptPages(this.file, header.savepoints, survey)
    else if (basis === 'pages') kept = nothingKept(use?.used, census)
    this.#search = new OrphanSearch(this.file, survey, census, {
      used: use?.used,
      isFileCut: use?.isFileCut !== false,
      kept,
      isDirectoryCertain: header !== undefined,
    })
    yield* this.#search.run()
  }

  /** Ids of trees from this one on were never used, as far as is known. */
  get nextTreeId(): number {
    const fromHeader = this.#headers.map(header => header.nextTreeId).filter(isTreeId)
    return Math.max(FIRST_USER_TREE_ID, ...fromHeader, ...[...this.state.trees.keys()].map(id => id + 1))
  }

  /** The readable entries of the catalog, in the state that was taken, before the log. */
  catalogEntries(): [key: Buffer, value: Buffer][] {
    const entries: [Buffer, Buffer][] = []
    const catalog = this.state.trees.get(CATALOG_TREE_ID)
    if (catalog === undefined) return entries
    const parts = [catalog.root, ...catalog.lost.flatMap(({ found }) => found)]
    for (const part of parts) if (part !== undefined) this.#readEntries(part, entries)
    return entries
  }

  #readEntries(part: SubtreeRef, entries: [Buffer, Buffer][]): void {
    const { file } = this
    const steps = walkDamaged(file, part, {
      enter: () => true,
      leaf: () => {
        for (let i = 0; i < node.countOf(file.memory, 0); i++) {
          const value = intactValueAt(file, i)
          if (value !== undefined) entries.push([file.keyAt(i), value])
        }
      },
      lost: () => {},
    })
    for (const _ of steps);
  }

  /** Copies all trees, those of `emptyTrees` without their entries, and replays the log. */
  *copyInto(
    transaction: WriteTransaction,
    emptyTrees: ReadonlySet<number>,
  ): Generator<Progress | undefined, SalvagedCopy> {
    if (this.#search !== undefined) yield* this.#search.findLeftovers(emptyTrees)
    const copy = new SalvageCopy(this.file, transaction)
    for (const tree of this.state.trees.values()) yield* copy.copyTree(tree, emptyTrees.has(tree.treeId))
    const log = yield* this.#replayLog(copy)
    for (const stray of this.#search?.strays ?? []) yield* copy.copyStray(stray)
    return { copy, log }
  }

  *#replayLog(copy: SalvageCopy): Generator<Progress | undefined, LogSalvage> {
    const { lsn: startLsn, plan } = this.#state
    let lastLsn = startLsn
    for (const [i, batch] of plan.batches.entries()) {
      const isWhole = visitBatch(this.#storage, batch, lastLsn + 1, (lsn, bytes) => {
        replayIfPossible(copy, bytes)
        lastLsn = lsn
      })
      if (!isWhole) break
      yield { phase: 'log', done: i + 1, total: plan.batches.length }
    }
    if (plan.batches.length === 0) return { replayedTransactions: 0, lostTransactions: plan.lostCount }
    return {
      replayedTransactions: lastLsn - startLsn,
      lostTransactions: plan.lostCount + plan.lastLsn - lastLsn,
    }
  }

  /** The entries of a leaf that was left over. Each is to be used before the next one is asked for. */
  *leftoverEntries({ pageId }: Leftover): Generator<LeftoverEntry> {
    const { file } = this
    if (!file.loadNodeAt(pageId)) return
    const { memory } = file
    const birth = birthOf(memory, 0)
    for (let index = 0; index < node.countOf(memory, 0); index++) {
      const key = file.keyAt(index)
      // No tree takes longer ones: only a forged page has them.
      if (key.length > node.maxKeyLength(file.pageSize)) continue
      const entry = { pageId, index, birth, key }
      if (!node.hasExtent(memory, 0, index)) {
        const value = intactValueAt(file, index)!
        yield { ...entry, largeValueAt: undefined, valueLength: value.length, pieces: [value] }
        continue
      }
      // The pages of a value that is no longer in use may hold anything.
      const extent = intactExtentAt(file, index)
      if (extent === undefined) continue
      const { pageId: largeValueAt, length: valueLength } = extent
      yield { ...entry, largeValueAt, valueLength, pieces: piecesOf(file, extent) }
    }
  }
}

export interface SalvagedCopy {
  readonly copy: SalvageCopy
  readonly log: LogSalvage
}

interface OpenPages {
  /** Those that are intact, newest first. */
  readonly headers: readonly FileHeader[]
  readonly mayBeOld: boolean
  readonly file: DamagedFile
}

function openPages(file: StorageFile): OpenPages {
  try {
    const { newest, older, mayBeOld } = readFileHeaders(file)
    const pages = new DamagedFile(file, newest.pageSize, checksumSeedOf(newest.databaseId))
    return { headers: older === undefined ? [newest] : [newest, older], mayBeOld, file: pages }
  } catch (error) {
    if (!isCoppiceError(error, 'CORRUPT') && !isCoppiceError(error, 'NOT_A_DATABASE')) throw error
    const format = guessFormat(file)
    if (format === undefined) throw error
    const pages = new DamagedFile(file, format.pageSize, format.checksumSeed)
    return { headers: [], mayBeOld: true, file: pages }
  }
}

/** What savepoints keep, without a header that names them: nothing, when no page in use is of their tree. */
function nothingKept(used: Bitmap | undefined, { savepointLeaves }: PageCensus): Bitmap | undefined {
  return used === undefined || savepointLeaves.some(pageId => used.has(pageId)) ? undefined : new Bitmap()
}

/**
 * Whether nothing in the file is of a later state: no map of a later checkpoint and, where no log shows how it went on, no
 * node born later. (Beside a log, nodes may have been written early that no state has.)
 */
function reachesAll(
  { birth, plan }: { readonly birth: number; readonly plan: LogPlan },
  { maps, newestBirth }: PageCensus,
): boolean {
  const covered = maps.filter(({ lsn }) => lsn <= plan.lastLsn).map(map => map.birth)
  const isCovered = plan.batches.length > 0 || newestBirth <= Math.max(birth, ...covered)
  return isCovered && covered.length === maps.length
}

/** Whether a state that no header describes is later than the one that a header leads to. */
function isLater(candidate: Candidate, mapLsn: number | undefined, left: Candidate): boolean {
  if (mapLsn !== undefined) return isBetter(candidate, left)
  // Its map is lost: then only the transaction that made it can be compared, and only where no log goes on.
  const birth = candidate.survey.directory.root?.birth ?? 0
  return left.plan.batches.length === 0 && birth > (left.header?.txnId ?? 0)
}

/** A transaction whose checksum is right and whose bytes make no sense was written by no Coppice. */
function replayIfPossible(copy: SalvageCopy, bytes: Uint8Array): void {
  try {
    copy.replay(bytes)
  } catch (error) {
    if (!isCoppiceError(error, 'WAL_CORRUPT')) throw error
  }
}

function isBetter(a: Candidate, b: Candidate): boolean {
  const difference =
    a.plan.lastLsn - b.plan.lastLsn ||
    b.survey.lostTrees - a.survey.lostTrees ||
    b.survey.lostEntries - a.survey.lostEntries
  return difference > 0
}
