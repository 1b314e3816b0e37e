/**
 * The pool's shared memory, as models of its protocols use it: real swips, latches, epochs and frames, few of
 * each, and a cell for the content of each frame that says which page lies there.
 *
 * All objects are made in setup, because making the main thread's empties the pool; each thread works on copies of its
 * own. `framesOf` makes small ones, of a few frames; `poolOf` a whole `Pool`, which has 16 at least.
 */

import { expect } from 'vitest'
import { CoppiceError } from '../../src/base/errors.ts'
import type { PageMemory } from '../../src/page/memory.ts'
import {
  claimSlot,
  HAND_WORD,
  initControl,
  MAIN_SLOT,
  PUBLIC_WORD,
  releaseSlot,
} from '../../src/pool/control.ts'
import { Epochs } from '../../src/pool/epochs.ts'
import { Frames, PUBLIC } from '../../src/pool/frames.ts'
import { PageCache } from '../../src/pool/page-cache.ts'
import { type PageIo, Pool } from '../../src/pool/pool.ts'
import { APART_PAGES, apartAt, type PoolShare, releasePool, reservePool } from '../../src/pool/share.ts'
import {
  frameOfSwip,
  SWIP_COLD,
  SWIP_COOL,
  SWIP_DIRTY,
  SWIP_HOT,
  SWIP_LOADING,
  stateOfSwip,
  swipOf,
} from '../../src/pool/swip.ts'
import {
  type Cell,
  describeReport,
  type ExploreOptions,
  explore,
  type Model,
  type Report,
  type Thread,
  type World,
} from '../support/interleavings/explore.ts'

export const PAGE_SIZE = 512
const PAGE_COUNT = 32
/** Of all pages of the models. */
export const BIRTH = 1

/** What a frame's cell holds before any page. */
export const NOTHING = 0

/** What a frame's cell holds while page `pageId` lies there. */
export function contentOf(pageId: number): number {
  return 100 + pageId
}

/** A cache whose parts can be used one by one. */
export class OpenCache extends PageCache {
  declare readonly frames: Frames
  declare readonly epochs: Epochs
}

/** The same of the main thread's. */
export class OpenPool extends Pool {
  declare readonly frames: Frames
  declare readonly epochs: Epochs
}

export interface Worker {
  readonly slot: number
  readonly cache: OpenCache
  readonly io: CellIo
}

/** What all threads share. */
export interface Shared {
  readonly share: PoolShare
  /** By frame. */
  readonly contents: readonly Cell[]
  /** The cell of the frame, or of the page read apart, at `base`. */
  cellAt(base: number): Cell
  readonly workers: readonly Worker[]
  /** For invariants: the real words. */
  readonly swipWords: Int32Array
  readonly latchWords: Int32Array
  readonly pageIds: Int32Array
  readonly control: Int32Array
}

export interface FramesState extends Shared {
  readonly main: { readonly frames: Frames; readonly epochs: Epochs }
}

export interface PoolState extends Shared {
  readonly main: { readonly pool: OpenPool; readonly io: CellIo }
}

/** A page in memory at the start, and in which state. */
type Resident = readonly [pageId: number, state: number]

/** A share for each number of frames, used again and again: to reserve one is dear. */
const shares: (PoolShare | undefined)[] = []

function emptyShare(frameCount: number): PoolShare {
  shares[frameCount] ??= reservePool({ pageSize: PAGE_SIZE, frameCount, maxPageCount: PAGE_COUNT })
  const share = shares[frameCount]
  new Int32Array(share.swips, share.swipsAt, PAGE_COUNT).fill(SWIP_COLD)
  new Int32Array(share.frames).fill(0)
  new Int32Array(share.control).fill(0)
  initControl(share.control)
  return share
}

/**
 * `frameCount` frames, of which the first hold `pages`, and `workerCount` workers, who have no frames. Those that are left
 * are the main thread's, but for `publicCount` that are public.
 */
export function framesOf(
  frameCount: number,
  pages: readonly Resident[],
  workerCount: number,
  publicCount = 0,
): (world: World) => FramesState {
  return world => {
    const share = emptyShare(frameCount)
    const epochs = new Epochs(share.control, MAIN_SLOT)
    const frames = new Frames(share, epochs, MAIN_SLOT)
    const shared = sharedOf(world, share, workerCount)
    for (const [pageId, state] of pages) {
      const frame = frames.take()
      shared.contents[frame].value = contentOf(pageId)
      frames.publishNew(frame, pageId, SWIP_DIRTY)
      if (state !== SWIP_DIRTY) frames.swips.move(pageId, swipOf(frame, SWIP_DIRTY), swipOf(frame, state))
    }
    frames.share(frames.freeCount - publicCount)
    return { ...shared, main: { frames, epochs } }
  }
}

const POOL_FRAMES = 16

/**
 * A whole pool of 16 frames, of which the first hold the pages from 0 on, HOT, and `workerCount` workers. Of those that are
 * left the main thread has four, the others are public.
 */
export function poolOf(residentCount: number, workerCount: number): (world: World) => PoolState {
  return world => {
    // The next pool takes it.
    releasePool(emptyShare(POOL_FRAMES), 0)
    const io = new CellIo(base => shared.cellAt(base))
    const pool = new OpenPool({ pageSize: PAGE_SIZE, cacheSizeBytes: 0, maxPageCount: PAGE_COUNT, io })
    const shared = sharedOf(world, pool.shared, workerCount)
    for (let pageId = 0; pageId < residentCount; pageId++) pool.fix(pageId, BIRTH)
    pool.share()
    return { ...shared, main: { pool, io } }
  }
}

/** Where pages come from: whoever loads one fills its frame's cell. */
export class CellIo implements PageIo {
  private readonly cellAt: (base: number) => Cell
  /** Who loads; set in the thread. */
  thread: Thread | undefined
  /** What is in the file for each page, when that changes. */
  fileCellOf: ((pageId: number) => Cell) | undefined
  /** Called in the middle of reading a page; may throw. */
  duringRead: ((pageId: number) => void) | undefined

  constructor(cellAt: (base: number) => Cell) {
    this.cellAt = cellAt
    this.thread = undefined
    this.fileCellOf = undefined
    this.duringRead = undefined
  }

  readPage(_memory: PageMemory, base: number, pageId: number): void {
    const cell = this.cellAt(base)
    if (this.thread === undefined) cell.value = contentOf(pageId)
    else this.thread.write(cell, this.contentInFile(this.thread, pageId))
    this.duringRead?.(pageId)
  }

  private contentInFile(thread: Thread, pageId: number): number {
    return this.fileCellOf === undefined ? contentOf(pageId) : thread.read(this.fileCellOf(pageId))
  }

  writePages(): void {
    throw new Error('nothing is written in these models')
  }
}

/** What a damaged page throws. */
export function damaged(pageId: number): CoppiceError {
  return new CoppiceError('CORRUPT', `page ${pageId} is damaged`)
}

function sharedOf(world: World, share: PoolShare, workerCount: number): Shared {
  const { frameCount } = share
  const swipWords = new Int32Array(share.swips, share.swipsAt, PAGE_COUNT)
  const latchWords = new Int32Array(share.frames, frameCount * 4, frameCount)
  const pageIds = new Int32Array(share.frames, 0, frameCount)
  const control = new Int32Array(share.control)
  world.named(swipWords, pageId => `swip of page ${pageId}`)
  world.named(latchWords, frame => `latch of frame ${frame}`)
  world.named(pageIds, frame => `page in frame ${frame}`)
  world.named(control, nameOfControlWord)
  const contents = world.cells('content of frame', frameCount, NOTHING)
  const apart: Cell[][] = []
  const cellAt = (base: number): Cell => {
    if (base < frameCount * PAGE_SIZE) return contents[base / PAGE_SIZE]
    const index = (base - apartAt(share, 0)) / PAGE_SIZE
    const slot = Math.floor(index / APART_PAGES)
    apart[slot] ??= world.cells(`page apart of slot ${slot},`, APART_PAGES, NOTHING)
    return apart[slot][index % APART_PAGES]
  }
  const workers = Array.from({ length: workerCount }, (_, index) => {
    const slot = claimSlot(share.control, index)
    const io = new CellIo(cellAt)
    return { slot, io, cache: new OpenCache(share, slot, io, () => {}) }
  })
  return { share, contents, cellAt, workers, swipWords, latchWords, pageIds, control }
}

const SLOT_WORDS = ['epoch of', 'owner of', 'frame in hand of', 'page in hand of']

function nameOfControlWord(word: number): string {
  if (word === 0) return 'the epoch'
  if (word === 2) return 'the highest slot'
  if (word === HAND_WORD) return "the clock's hand"
  if (word === PUBLIC_WORD) return 'the number of public frames'
  if (word < 32) return `control word ${word}`
  return `${SLOT_WORDS[word % 16] ?? `word ${word % 16} of`} slot ${word / 16 - 2 - (word % 16) / 16}`
}

/** The cache of worker `index`, as its thread has it. */
export function cacheOf(thread: Thread, { workers }: Shared, index = 0): Worker {
  const worker = thread.own(workers[index])
  worker.io.thread = thread
  return worker
}

/** The main thread's pool, as its thread has it. */
export function poolOfMain(thread: Thread, { main }: PoolState): OpenPool {
  const { pool, io } = thread.own(main)
  io.thread = thread
  return pool
}

/** Reads the page in one operation, loading it if it must; throws when what is there is another. */
export function readPage(thread: Thread, state: Shared, cache: PageCache, pageId: number): void {
  cache.begin()
  try {
    readAt(thread, state, cache.fix(pageId, BIRTH), pageId)
  } finally {
    cache.end()
  }
}

/** Reads the page if it is in memory; whether it was. */
export function readResident(thread: Thread, state: Shared, cache: PageCache, pageId: number): boolean {
  cache.begin()
  try {
    const base = cache.residentBase(pageId)
    if (base >= 0) readAt(thread, state, base, pageId)
    return base >= 0
  } finally {
    cache.end()
  }
}

export function readAt(thread: Thread, { cellAt }: Shared, base: number, pageId: number): void {
  const content = thread.read(cellAt(base))
  if (content !== contentOf(pageId)) throw new Error(`what is read as page ${pageId} is ${content}`)
}

/** The main thread puts away after worker `index`, which has died. */
export function release({ frames }: { readonly frames: Frames }, state: Shared, index = 0): void {
  const { slot } = state.workers[index]
  frames.adopt(slot)
  releaseSlot(state.share.control, slot)
}

/** What is private in a thread's frames and in its pool, for counting. */
interface Lists {
  readonly freeList: Int32Array
  readonly freeCount: number
  readonly limboFrames: Int32Array
  readonly limboHead: number
  readonly limboCount: number
}

/** The frames that a thread has, free, in limbo or put aside: what a thread returns at its end for `allFramesAreThere`. */
export function framesHad(cache: { readonly frames: Frames }): readonly number[] {
  const lists = cache.frames as unknown as Lists
  const { spare = [] } = cache as { readonly spare?: readonly number[] }
  const { freeList, freeCount, limboFrames, limboHead, limboCount } = lists
  const limbo = Array.from(
    { length: limboCount },
    (_, i) => limboFrames[(limboHead + i) % limboFrames.length],
  )
  return [...freeList.subarray(0, freeCount), ...limbo, ...spare]
}

/** S4, F1 and L2: whatever page's swip names a frame, that frame is published and says that it holds this page. */
export function swipsNameTheirFrames({ swipWords, latchWords, pageIds }: Shared): void {
  for (let pageId = 0; pageId < PAGE_COUNT; pageId++) {
    const word = swipWords[pageId]
    if (stateOfSwip(word) < SWIP_COOL) continue
    const frame = frameOfSwip(word)
    if (pageIds[frame] !== pageId)
      throw new Error(`page ${pageId} names frame ${frame}, which says ${pageIds[frame]}`)
    if ((latchWords[frame] & 1) !== 0) throw new Error(`frame ${frame} holds page ${pageId} and is locked`)
  }
}

/** S4 the other way round, when nobody is on the way: what a frame says is true, and no page is being loaded. */
export function framesNameTheirPages({ swipWords, pageIds, latchWords }: Shared): void {
  pageIds.forEach((pageId, frame) => {
    const isLocked = (latchWords[frame] & 1) !== 0
    if (isLocked !== pageId < 0) throw new Error(`frame ${frame} says ${pageId}, and its latch ${isLocked}`)
    if (pageId < 0) return
    const word = swipWords[pageId]
    if (stateOfSwip(word) < SWIP_COOL || frameOfSwip(word) !== frame) {
      throw new Error(`frame ${frame} says that it holds page ${pageId}, whose swip is ${word}`)
    }
  })
  swipWords.forEach((word, pageId) => {
    if (stateOfSwip(word) === SWIP_LOADING) throw new Error(`page ${pageId} is still LOADING`)
  })
}

/**
 * Each frame holds a page, or is public, or is on one list of the very thread that it says it belongs to. `had`: by
 * slot, what each thread that is alive returned by `framesHad`; who is not there has none.
 */
export function allFramesAreThere(state: Shared, had: Readonly<Record<number, readonly number[]>>): void {
  framesNameTheirPages(state)
  const places = Array.from(state.pageIds, pageId => (pageId >= PUBLIC ? 1 : 0))
  for (const [slot, frames] of Object.entries(had)) {
    for (const frame of frames) {
      places[frame]++
      const said = state.pageIds[frame]
      if (said !== PUBLIC - 1 - Number(slot))
        throw new Error(`frame ${frame}, which slot ${slot} has, says ${said}`)
    }
  }
  places.forEach((count, frame) => {
    if (count !== 1)
      throw new Error(`frame ${frame}, which says ${state.pageIds[frame]}, is at ${count} places`)
  })
}

/** Of the pages, those that are in memory. */
export function residentAmong({ swipWords }: Shared, pageIds: readonly number[]): number[] {
  return pageIds.filter(pageId => stateOfSwip(swipWords[pageId]) >= SWIP_COOL)
}

/** Evicts the page in `frame`, whatever readers do to it meanwhile, and waits until nobody can be at it. */
export function evictAndWait({ frames, epochs }: { frames: Frames; epochs: Epochs }, frame: number): void {
  while (frames.pageIn(frame) >= 0 && !frames.evict(frame, true));
  frames.reclaim()
  for (let waits = 0; frames.limboCount > 0; waits++) {
    epochs.pause(waits)
    frames.reclaim()
  }
}

/** Fills a free frame with the page, which is COLD, and publishes it. */
export function loadInto(
  thread: Thread,
  { contents }: Shared,
  frames: Frames,
  slot: number,
  pageId: number,
): void {
  const frame = frames.take()
  frames.holdPage(pageId)
  if (!frames.beginLoading(frame, pageId, swipOf(slot, SWIP_LOADING))) throw new Error('who else loads?')
  thread.write(contents[frame], contentOf(pageId))
  frames.endLoading(frame, pageId, SWIP_HOT)
  frames.letGo()
}

/** COPPICE_PREEMPTIONS=1 explores with one preemption more than usual, and takes about ten times as long. */
const MORE_PREEMPTIONS = Number(process.env.COPPICE_PREEMPTIONS ?? 0)

/** Explores a model that is right, and says how much was explored. */
export function holds<State>(model: Model<State>, options: ExploreOptions = {}): Report {
  const usual = options.preemptionsMax ?? (model.threads.length === 2 ? 3 : 2)
  const started = performance.now()
  const report = explore(model, {
    schedulesMax: 20_000_000,
    ...options,
    preemptionsMax: usual + MORE_PREEMPTIONS,
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.info(`    ${expect.getState().currentTestName}: ${describeReport(report)}, ${seconds} s`)
  return report
}
