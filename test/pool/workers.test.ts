import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { debugChecks } from '../../src/base/assert.ts'
import { Pool } from '../../src/pool/pool.ts'
import { SWIP_COLD, SWIP_LOADING } from '../../src/pool/swip.ts'
import { PoolView } from '../../src/pool/view.ts'
import { createClean, createDirty, isIntact, MemoryIo, smallPool } from './memory-io.ts'
import type { ReaderReport, ReaderTask } from './reader.worker.ts'

/** Node 20 does not preload modules in a worker, so the worker itself teaches its thread TypeScript. */
const READER_CODE = `
  import('tsx/esm/api').then(tsx => {
    tsx.register()
    return import(${JSON.stringify(new URL('./reader.worker.ts', import.meta.url).href)})
  })`

/** Makes a view on this very thread: its steps can then be put in any order. */
function viewOf(pool: Pool): { view: PoolView; slot: number } {
  const slot = pool.attachWorker()
  return { view: new PoolView(pool.shared, slot), slot }
}

beforeEach(() => {
  debugChecks.enabled = true
})
afterEach(() => {
  debugChecks.enabled = false
})

describe('a view of the pool', () => {
  it('finds what is in memory and does not load', () => {
    const pool = smallPool(16)
    createClean(pool, 0, 40)
    const { view } = viewOf(pool)
    view.enter()
    for (let pageId = 0; pageId < 40; pageId++) expect(view.tryFix(pageId)).toBe(pool.residentBase(pageId))
    view.exit()
  })

  it('keeps its bases readable until it leaves, whatever is evicted', () => {
    const io = new MemoryIo()
    const pool = smallPool(16, io)
    createClean(pool, 0, 100)
    const { view } = viewOf(pool)
    const base = pool.fix(0, 1)
    view.enter()
    expect(view.tryFix(0)).toBe(base)
    const image = [...view.memory.u8.subarray(base, base + 512)]
    pool.discard(0)
    for (let pageId = 90; pageId < 94; pageId++) pool.fix(pageId, 1)
    expect([...view.memory.u8.subarray(base, base + 512)]).toEqual(image)
    expect(pool.stats().limboFrames).toBeGreaterThan(0)
    view.exit()
  })

  it('sees by the version that a remembered base is another page', () => {
    const pool = smallPool(16)
    createClean(pool, 0, 100)
    const { view } = viewOf(pool)
    const base = pool.fix(0, 1)
    const version = view.versionOf(base)
    for (let pageId = 1; pageId < 100; pageId++) pool.fix(pageId, 1)
    expect(view.versionOf(base)).not.toBe(version)
  })

  it('makes a cool page hot, so that what workers read stays', () => {
    const io = new MemoryIo()
    createClean(smallPool(64, io), 0, 1000)
    const pool = smallPool(64, io)
    const { view } = viewOf(pool)
    pool.fix(0, 1)
    for (let pageId = 1; pageId < 1000; pageId++) {
      pool.fix(pageId, 1)
      view.enter()
      expect(view.tryFix(0)).toBe(0)
      view.exit()
    }
  })

  it('frees what waited for it when it is detached inside an operation', () => {
    const pool = smallPool(16)
    createClean(pool, 0, 100)
    const { view, slot } = viewOf(pool)
    view.enter()
    pool.discard(99)
    pool.detachWorker(slot)
    for (let pageId = 0; pageId < 98; pageId++) expect(isIntact(pool, pageId)).toBe(true)
    expect(pool.stats().limboFrames).toBe(0)
  })
})

describe('the main thread', () => {
  it('waits for a page that another thread is loading', async () => {
    const pool = smallPool(16)
    createClean(pool, 0, 1)
    pool.discard(0)
    pool.attachWorker()
    // The other thread gets as far as LOADING, takes 20 ms and fails.
    const { swips: table, swipsAt } = pool.shared
    const swips = new Int32Array(table, swipsAt, 2)
    expect(Atomics.compareExchange(swips, 0, SWIP_COLD, SWIP_LOADING)).toBe(SWIP_COLD)
    const code = `
      const { table, swipsAt } = require('node:worker_threads').workerData
      const swips = new Int32Array(table, swipsAt, 2)
      Atomics.wait(swips, 1, 0, 20)
      Atomics.store(swips, 0, ${SWIP_COLD})
      Atomics.notify(swips, 0)`
    const loader = new Worker(code, { eval: true, workerData: { table, swipsAt } })
    expect(isIntact(pool, 0)).toBe(true)
    await loader.terminate()
  })
})

describe('readers in worker threads', () => {
  it('never take another page for theirs while the main thread evicts under them', async () => {
    // Poisoning would only slow the main thread down: here the next page's bytes are the poison.
    debugChecks.enabled = false
    const io = new MemoryIo()
    const pageSize = 4096
    const pageCount = 60
    const maxPageCount = 1 << 16
    const pool = new Pool({ pageSize, cacheSizeBytes: 32 * pageSize, maxPageCount, io })
    createClean(pool, 0, pageCount)
    const control = new SharedArrayBuffer(8)
    const words = new Int32Array(control)
    const readers = Array.from({ length: 3 }, () => {
      const slot = pool.attachWorker()
      const task: ReaderTask = { shared: pool.shared, slot, pageCount, control }
      const worker = new Worker(READER_CODE, { eval: true, workerData: task })
      const report = new Promise<ReaderReport>((resolve, reject) => {
        worker.once('message', resolve)
        worker.once('error', reject)
      })
      return { slot, report }
    })
    for (let started = 0; started < readers.length; started = Atomics.load(words, 1)) {
      await new Promise(resolve => setTimeout(resolve, 5))
    }

    const deadline = performance.now() + 1500
    let wrongHere = 0
    for (let step = 0; performance.now() < deadline; step++) {
      const pageId = Math.imul(step, 0x9e3779b1) >>> 16
      if (!isIntact(pool, pageId % pageCount)) wrongHere++
      if (step % 50 === 0) {
        createDirty(pool, 1000, 1004)
        for (let extra = 1000; extra < 1004; extra++) pool.discard(extra)
      }
    }
    Atomics.store(words, 0, 1)
    const reports = await Promise.all(readers.map(reader => reader.report))
    for (const { slot } of readers) pool.detachWorker(slot)

    const total = (count: (report: ReaderReport) => number) =>
      reports.reduce((sum, report) => sum + count(report), 0)
    expect([wrongHere, total(report => report.wrong)]).toEqual([0, 0])
    expect(pool.stats().evictions).toBeGreaterThan(1000)
    expect(total(report => report.found)).toBeGreaterThan(1000)
    expect(total(report => report.revisited)).toBeGreaterThan(100)
  })
})
