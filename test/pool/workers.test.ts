import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { debugChecks } from '../../src/base/assert.ts'
import { claimSlot, MAIN_SLOT, takenSlots } from '../../src/pool/control.ts'
import { Epochs } from '../../src/pool/epochs.ts'
import { Frames, PUBLIC } from '../../src/pool/frames.ts'
import { PageCache } from '../../src/pool/page-cache.ts'
import { Pool } from '../../src/pool/pool.ts'
import { loadingSwip, SWIP_COLD, SWIP_HOT, SwipTable, stateOfSwip } from '../../src/pool/swip.ts'
import { startWorker } from '../threads/worker-thread.ts'
import {
  createClean,
  createDirty,
  firstWrongWord,
  isIntact,
  MemoryIo,
  SharedIo,
  smallPool,
} from './memory-io.ts'
import type { ReaderReport, ReaderTask } from './reader.worker.ts'

/** What a worker would have, on this very thread: steps can then be put in any order. */
function cacheOn(pool: Pool, io: MemoryIo): PageCache {
  pool.share()
  return new PageCache(pool.shared, claimSlot(pool.shared.control, 7), io, () => {})
}

/** A pool of which 100 clean pages are known, and a worker's cache on it. */
function poolAndCache(frameCount = 16): { pool: Pool; io: MemoryIo; cache: PageCache } {
  const io = new MemoryIo()
  const pool = smallPool(frameCount, io)
  createClean(pool, 0, 100)
  return { pool, io, cache: cacheOn(pool, io) }
}

function isIntactIn(cache: PageCache, pageId: number): boolean {
  cache.begin()
  const wrong = firstWrongWord(cache.memory, cache.fix(pageId, 1), pageId, 0)
  cache.end()
  return wrong === -1
}

beforeEach(() => {
  debugChecks.enabled = true
})
afterEach(() => {
  debugChecks.enabled = false
})

describe('a worker', () => {
  it('finds what is in memory, in its place', () => {
    const { pool, cache } = poolAndCache(64)
    const resident = Array.from({ length: 100 }, (_, id) => id).filter(id => pool.residentBase(id) >= 0)
    expect(resident.length).toBeGreaterThan(40)
    cache.begin()
    for (const pageId of resident) expect(cache.fix(pageId, 1)).toBe(pool.residentBase(pageId))
    cache.end()
  })

  it('loads what is not, for the others too', () => {
    const { pool, io, cache } = poolAndCache()
    const cold = Array.from({ length: 100 }, (_, id) => id).find(id => pool.residentBase(id) < 0)!
    io.reads.length = 0
    cache.begin()
    const base = cache.fix(cold, 1)
    expect(pool.fix(cold, 1)).toBe(base)
    expect(io.reads).toEqual([cold])
  })

  it('reads any number of pages in a small pool, beside the main thread that does the same', () => {
    const { pool, cache } = poolAndCache()
    for (let step = 0; step < 3000; step++) {
      expect(isIntactIn(cache, (step * 37) % 100)).toBe(true)
      pool.begin()
      expect(isIntact(pool, (step * 61) % 100)).toBe(true)
      pool.end()
    }
    expect(cache.counts().loads).toBeGreaterThan(1000)
  })

  it('has its bases until its operation ends, whatever is evicted', () => {
    const { pool, cache } = poolAndCache()
    cache.begin()
    const base = cache.fix(0, 1)
    pool.begin()
    for (let pageId = 30; pageId < 60; pageId++) pool.fix(pageId, 1)
    expect(firstWrongWord(cache.memory, base, 0, 0)).toBe(-1)
    expect(pool.stats().limboFrames).toBeGreaterThan(0)
    cache.end()
  })

  it('lets frames go when the event loop turns, if its operation was not ended', () => {
    const io = new MemoryIo()
    const pool = smallPool(16, io)
    createClean(pool, 0, 20)
    pool.share()
    const deferred: (() => void)[] = []
    const slot = claimSlot(pool.shared.control, 7)
    const cache = new PageCache(pool.shared, slot, io, task => deferred.push(task))
    cache.fix(3, 1)
    cache.begin()
    cache.fix(4, 1)
    const epochs = new Epochs(pool.shared.control, slot)
    expect([epochs.isInside(), deferred.length]).toEqual([true, 1])
    deferred[0]()
    expect(epochs.isInside()).toBe(false)
  })

  it('sees by the version that a remembered base is another page', () => {
    const { pool, cache } = poolAndCache()
    cache.begin()
    const base = cache.fix(0, 1)
    const version = cache.versionOf(base)
    cache.end()
    for (let pageId = 1; pageId < 100; pageId++) {
      pool.begin()
      pool.fix(pageId, 1)
    }
    cache.begin()
    expect(cache.versionOf(base)).not.toBe(version)
  })

  it('makes a cool page hot, so that what workers read stays', () => {
    const { pool, io, cache } = poolAndCache(64)
    cache.begin()
    cache.fix(0, 1)
    io.reads.length = 0
    for (let round = 0; round < 10; round++) {
      for (let pageId = 1; pageId < 100; pageId++) {
        pool.begin()
        pool.fix(pageId, 1)
        pool.end()
        cache.begin()
        cache.fix(0, 1)
        cache.end()
      }
    }
    expect(io.reads.filter(pageId => pageId === 0)).toEqual([])
    expect(io.reads.length).toBeGreaterThan(100)
  })

  it('leaves a page that cannot be read as it was, and its frame', () => {
    const { pool, io, cache } = poolAndCache()
    const cold = Array.from({ length: 100 }, (_, id) => id).find(id => pool.residentBase(id) < 0)!
    cache.begin()
    expect(() => cache.fix(cold, 2)).toThrow(expect.objectContaining({ code: 'CORRUPT' }))
    io.pages.get(cold)![20] ^= 1
    expect(() => cache.fix(cold, 1)).toThrow(expect.objectContaining({ code: 'CORRUPT' }))
    io.pages.get(cold)![20] ^= 1
    for (let step = 0; step < 200; step++) expect(isIntactIn(cache, step % 100)).toBe(true)
  })

  it('takes frames that nobody needs before it evicts', () => {
    const io = new MemoryIo()
    createClean(smallPool(64, io), 0, 100)
    const pool = smallPool(64, io)
    for (let pageId = 0; pageId < 20; pageId++) pool.fix(pageId, 1)
    const cache = cacheOn(pool, io)
    for (let pageId = 20; pageId < 40; pageId++) expect(isIntactIn(cache, pageId)).toBe(true)
    for (let pageId = 0; pageId < 40; pageId++) expect(pool.residentBase(pageId)).toBeGreaterThanOrEqual(0)
  })
})

describe('a reader that does not move on', () => {
  /** All frames are full, and a thread is inside of an epoch for ever. */
  function stuck(): { pool: Pool; cache: PageCache; io: MemoryIo } {
    const { pool, io, cache } = poolAndCache()
    new Epochs(pool.shared.control, claimSlot(pool.shared.control, 8)).enter()
    return { pool, cache, io }
  }

  it('does not keep a worker from reading', () => {
    const { cache } = stuck()
    for (let step = 0; step < 300; step++) expect(isIntactIn(cache, step % 100)).toBe(true)
    expect(cache.counts().apart).toBeGreaterThan(100)
  })

  it('does not keep the main thread from reading', () => {
    const { pool } = stuck()
    for (let step = 0; step < 30; step++) {
      pool.begin()
      expect(isIntact(pool, step)).toBe(true)
    }
    expect(pool.stats().apart).toBeGreaterThan(0)
  })

  it('does not hold back frames whose pages it cannot have seen', () => {
    const { pool, io, cache } = poolAndCache()
    pool.setUnseenFrom(2)
    createDirty(pool, 1000, 1008, 2)
    new Epochs(pool.shared.control, claimSlot(pool.shared.control, 8)).enter()
    expect(io.writes.length).toBeGreaterThan(0)
    for (let round = 0; round < 20; round++) {
      createDirty(pool, 2000, 2004, 2)
      for (let pageId = 2000; pageId < 2004; pageId++) pool.discard(pageId)
    }
    for (let pageId = 1000; pageId < 1008; pageId++) expect(isIntact(pool, pageId, 2)).toBe(true)
    expect(isIntactIn(cache, 3)).toBe(true)
  })
})

describe('a worker that ends', () => {
  /** A worker's frames and slot, for ending it anywhere. */
  function dying(): {
    pool: Pool
    io: MemoryIo
    slot: number
    frames: Frames
    swips: SwipTable
    cold: number
  } {
    const io = new MemoryIo()
    const pool = smallPool(16, io)
    createClean(pool, 0, 40)
    pool.share()
    const slot = claimSlot(pool.shared.control, 9)
    const epochs = new Epochs(pool.shared.control, slot)
    const frames = new Frames(pool.shared, epochs, slot)
    // It has got two frames.
    for (let frame = 0; frames.freeCount + frames.limboCount < 2; frame++) frames.evict(frame, true)
    frames.reclaim()
    epochs.enter()
    const swips = new SwipTable(pool.shared.swips, pool.shared.swipsAt, 64)
    const cold = Array.from({ length: 40 }, (_, id) => id).find(
      id => stateOfSwip(swips.load(id)) === SWIP_COLD,
    )!
    return { pool, io, slot, frames, swips, cold }
  }

  /** All 16 frames are there, and all pages can be read. */
  function expectWhole(pool: Pool, slot: number): void {
    pool.release(slot)
    expect(takenSlots(pool.shared.control)).toEqual([])
    for (let pageId = 0; pageId < 40; pageId++) {
      pool.begin()
      expect(isIntact(pool, pageId)).toBe(true)
    }
    pool.begin()
    // As many as a pool of 16 ever has at once.
    pool.reserve(14)
  }

  it('gives back its frames and the epoch it was in', () => {
    const { pool, slot } = dying()
    expectWhole(pool, slot)
  })

  it('gives back a page that it was loading, to those that wait for it too', () => {
    const { pool, slot, frames, swips, cold } = dying()
    frames.holdPage(cold)
    expect(frames.beginLoading(frames.take(), cold, loadingSwip(slot))).toBe(true)
    expect(swips.awaitLoader(cold)).toBe(false)
    expectWhole(pool, slot)
  })

  it('between a public frame and its counting leaves the right count', () => {
    const { pool, slot, frames } = dying()
    frames.release(0)
    const counted = frames.publicCount
    expect(counted).toBeGreaterThan(0)
    const labels = new Int32Array(pool.shared.frames, 0, 16)
    const claimed = labels.indexOf(PUBLIC)
    Atomics.store(labels, claimed, PUBLIC - 1 - slot)
    pool.release(slot)
    expect(frames.publicCount).toBe(counted - 1)
  })

  it('gives back a page that it was about to load, or had loaded', () => {
    const { pool, io, slot, frames, swips, cold } = dying()
    const frame = frames.take()
    frames.holdPage(cold)
    frames.beginLoading(frame, cold, loadingSwip(slot))
    io.readPage(frames.memory, frames.baseOf(frame), cold, 1)
    frames.endLoading(frame, cold, SWIP_HOT)
    expect(stateOfSwip(swips.load(cold))).toBe(SWIP_HOT)
    expectWhole(pool, slot)
  })
})

describe('readers in worker threads', () => {
  it('never take another page for theirs while all threads load and evict', async () => {
    // Poisoning would only slow the threads down: here the next page's bytes are the poison.
    debugChecks.enabled = false
    const pageSize = 4096
    const pageCount = 200
    const file = new SharedArrayBuffer(2000 * pageSize)
    const io = new SharedIo(file)
    const pool = new Pool({ pageSize, cacheSizeBytes: 32 * pageSize, maxPageCount: 1 << 16, io })
    createClean(pool, 0, pageCount)
    pool.share()
    const control = new SharedArrayBuffer(12)
    const words = new Int32Array(control)
    const readers = Array.from({ length: 3 }, () => {
      const task: ReaderTask = { shared: pool.shared, file, pageCount, control }
      const worker = startWorker(new URL('./reader.worker.ts', import.meta.url), task)
      return new Promise<ReaderReport>((resolve, reject) => {
        worker.once('message', resolve)
        worker.once('error', reject)
      })
    })
    for (let started = 0; started < readers.length; started = Atomics.load(words, 1)) {
      await new Promise(resolve => setTimeout(resolve, 5))
    }

    // However long that takes: a second and a half where the cores are free.
    const isEnough = () => Atomics.load(words, 2) === readers.length && pool.stats().evictions > 1000
    let wrongHere = 0
    for (let step = 0; step < 200_000 || !isEnough(); step++) {
      pool.begin()
      const pageId = Math.imul(step, 0x9e3779b1) >>> 16
      if (!isIntact(pool, pageId % pageCount)) wrongHere++
      if (step % 50 === 0) {
        createDirty(pool, 1000, 1004)
        for (let extra = 1000; extra < 1004; extra++) pool.discard(extra)
      }
    }
    pool.end()
    Atomics.store(words, 0, 1)
    const reports = await Promise.all(readers)
    for (const { slot } of takenSlots(pool.shared.control)) pool.release(slot)

    const total = (count: (report: ReaderReport) => number) =>
      reports.reduce((sum, report) => sum + count(report), 0)
    expect([wrongHere, total(report => report.wrong)]).toEqual([0, 0])
    expect(pool.stats().evictions).toBeGreaterThan(1000)
    expect(total(report => report.found)).toBeGreaterThan(1000)
    expect(total(report => report.loads)).toBeGreaterThan(1000)
    expect(total(report => report.revisited)).toBeGreaterThan(100)
    expect(new Epochs(pool.shared.control, MAIN_SLOT).isInside()).toBe(false)
    for (let pageId = 0; pageId < pageCount; pageId++) {
      pool.begin()
      expect(isIntact(pool, pageId)).toBe(true)
    }
  })
})
