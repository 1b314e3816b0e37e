/**
 * The pool's shared memory, as models of its protocols use it: real swips, latches, epochs and frames, few of
 * each, and a cell for the content of each frame that says which page lies there.
 *
 * The main thread's objects (`Frames`, `Epochs`, `Pool`) are made in setup, because making them empties the
 * pool; the thread that plays the main thread works on its own copies. Those of workers (`PoolView`) only look,
 * and are made in the thread, as in truth.
 */

import { expect } from 'vitest'
import type { PageMemory } from '../../src/page/memory.ts'
import { Epochs } from '../../src/pool/epochs.ts'
import { Frames } from '../../src/pool/frames.ts'
import { type PageIo, Pool } from '../../src/pool/pool.ts'
import { type PoolShare, reservePool } from '../../src/pool/share.ts'
import { frameOfSwip, SWIP_COLD, SWIP_COOL, SWIP_LOADING, stateOfSwip } from '../../src/pool/swip.ts'
import { PoolView } from '../../src/pool/view.ts'
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

const PAGE_SIZE = 512
const PAGE_COUNT = 24

/** What a frame's cell holds before any page. */
export const NOTHING = 0

/** What a frame's cell holds while page `pageId` lies there. */
export function contentOf(pageId: number): number {
  return 100 + pageId
}

/** What all threads share. */
export interface Shared {
  readonly share: PoolShare
  /** By frame. */
  readonly contents: readonly Cell[]
  /** For invariants: the real words. */
  readonly swipWords: Int32Array
  readonly latchWords: Int32Array
  readonly pageIds: Int32Array
  /** The epoch slots of the workers. */
  readonly slots: readonly number[]
}

export interface FramesState extends Shared {
  readonly main: { readonly frames: Frames; readonly epochs: Epochs }
}

/** A share for each number of frames, used again and again: to reserve one is dear. */
const shares: (PoolShare | undefined)[] = []

/**
 * `frameCount` frames, of which the first hold `pages` (a page id and a state each), and `workerCount` workers.
 */
export function framesOf(
  frameCount: number,
  pages: readonly (readonly [pageId: number, state: number])[],
  workerCount: number,
): (world: World) => FramesState {
  shares[frameCount] ??= reservePool({ pageSize: PAGE_SIZE, frameCount, maxPageCount: PAGE_COUNT })
  const share = shares[frameCount]
  return world => {
    new Int32Array(share.swips, share.swipsAt, PAGE_COUNT).fill(SWIP_COLD)
    const epochs = new Epochs(share.epochs)
    const frames = new Frames(share, epochs)
    const slots = Array.from({ length: workerCount }, () => epochs.attach())
    const shared = sharedOf(world, share, slots)
    for (const [pageId, state] of pages) {
      const frame = frames.take()
      shared.contents[frame].value = contentOf(pageId)
      frames.swips.move(pageId, SWIP_COLD, SWIP_LOADING)
      frames.publish(frame, pageId, SWIP_LOADING, state)
    }
    return { ...shared, main: { frames, epochs } }
  }
}

/** Where pages come from: whoever loads one fills its frame's cell. */
export class CellIo implements PageIo {
  private readonly contents: readonly Cell[]
  /** Who loads; set in the thread. */
  thread: Thread | undefined

  constructor(contents: readonly Cell[]) {
    this.contents = contents
    this.thread = undefined
  }

  readPage(_memory: PageMemory, base: number, pageId: number): void {
    const cell = this.contents[base / PAGE_SIZE]
    if (this.thread === undefined) cell.value = contentOf(pageId)
    else this.thread.write(cell, contentOf(pageId))
  }

  writePages(): void {
    throw new Error('nothing is dirty in these models')
  }
}

export interface PoolState extends Shared {
  readonly main: { readonly pool: Pool; readonly io: CellIo }
}

/** The pool of the schedule before: closed, its memory is used again. */
let before: { pool: Pool; slots: readonly number[] } | undefined

/** A whole pool of 16 frames, which hold the pages 0 to 15, and `workerCount` workers. */
export function poolOf(workerCount: number): (world: World) => PoolState {
  return world => {
    for (const slot of before?.slots ?? []) before?.pool.detachWorker(slot)
    before?.pool.close()
    const contents: Cell[] = []
    const io = new CellIo(contents)
    const pool = new Pool({ pageSize: PAGE_SIZE, cacheSizeBytes: 0, maxPageCount: PAGE_COUNT, io })
    const slots = Array.from({ length: workerCount }, () => pool.attachWorker())
    before = { pool, slots }
    const shared = sharedOf(world, pool.shared, slots)
    contents.push(...shared.contents)
    for (let pageId = 0; pageId < pool.shared.frameCount; pageId++) pool.fix(pageId, 1)
    return { ...shared, main: { pool, io } }
  }
}

function sharedOf(world: World, share: PoolShare, slots: readonly number[]): Shared {
  const { frameCount } = share
  const swipWords = new Int32Array(share.swips, share.swipsAt, PAGE_COUNT)
  const latchWords = new Int32Array(share.frames, frameCount * 4, frameCount)
  const pageIds = new Int32Array(share.frames, 0, frameCount)
  world.named(swipWords, pageId => `swip of page ${pageId}`)
  world.named(latchWords, frame => `latch of frame ${frame}`)
  world.named(pageIds, frame => `page in frame ${frame}`)
  world.named(new Int32Array(share.epochs), nameOfEpochWord)
  return {
    share,
    contents: world.cells('content of frame', frameCount, NOTHING),
    swipWords,
    latchWords,
    pageIds,
    slots,
  }
}

function nameOfEpochWord(word: number): string {
  if (word === 0) return 'epoch'
  return word % 16 === 0 ? `slot ${word / 16 - 1}` : `epoch word ${word}`
}

/** A worker's view; `worker` counts from 0. */
export function viewOf({ share, slots }: Shared, worker = 0): PoolView {
  return new PoolView(share, slots[worker])
}

/** Reads the page as a worker does, in one operation; what was read, or undefined when it is not in memory. */
export function readPage(thread: Thread, state: Shared, view: PoolView, pageId: number): number | undefined {
  view.enter()
  try {
    const base = view.tryFix(pageId)
    if (base < 0) return undefined
    const content = thread.read(state.contents[base / PAGE_SIZE])
    if (content !== contentOf(pageId)) throw new Error(`what is read as page ${pageId} is ${content}`)
    return content
  } finally {
    view.exit()
  }
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

/** S4 the other way round, when nobody is on the way: what a frame says is true. */
export function framesNameTheirPages({ swipWords, pageIds }: Shared): void {
  pageIds.forEach((pageId, frame) => {
    if (pageId < 0) return
    const word = swipWords[pageId]
    if (stateOfSwip(word) < SWIP_COOL || frameOfSwip(word) !== frame) {
      throw new Error(`frame ${frame} says that it holds page ${pageId}, whose swip is ${word}`)
    }
  })
}

/** COPPICE_PREEMPTIONS=1 explores with one preemption more than usual, and takes about ten times as long. */
const MORE_PREEMPTIONS = Number(process.env.COPPICE_PREEMPTIONS ?? 0)

/** Explores a model that is right, and says how much was explored. */
export function holds<State>(model: Model<State>, options: ExploreOptions = {}): Report {
  const usual = options.preemptionsMax ?? (model.threads.length === 2 ? 3 : 2)
  const report = explore(model, { ...options, preemptionsMax: usual + MORE_PREEMPTIONS })
  console.info(`    ${expect.getState().currentTestName?.split(' > ').pop()}: ${describeReport(report)}`)
  return report
}
