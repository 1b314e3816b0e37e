/**
 * The law: whatever is fixed, created, changed, discarded, reserved and written in whatever order, over
 * however few frames and with a disk that fails now and then,
 *
 * - a page that is fixed has the content that was last given to it, be it in memory or from the file;
 * - bases that were promised by `reserve` hold as long as promised;
 * - the list of dirty pages is that of the pages which differ from the file;
 * - a version that still holds means that the base still holds that page.
 */

import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { debugChecks } from '../src/base/assert.ts'
import { CoppiceError } from '../src/base/errors.ts'
import { claimSlot } from '../src/pool/control.ts'
import { PageCache } from '../src/pool/page-cache.ts'
import type { Pool } from '../src/pool/pool.ts'
import { fillPage, firstWrongWord, MemoryIo, smallPool } from '../test/pool/memory-io.ts'

const PAGE_COUNT = 80

/** What a page ought to be. `savedEdition` is -1 while the page was never written. */
interface PageModel {
  birth: number
  edition: number
  savedEdition: number
}

class World {
  readonly io = new MemoryIo()
  readonly pool: Pool
  readonly pages = new Map<number, PageModel>()
  readonly remembered = new Map<number, { base: number; version: number }>()
  private clock = 1

  constructor(frameCount: number) {
    this.pool = smallPool(frameCount, this.io)
  }

  /** Runs `step`; a failure of the disk may stop it, nothing else. */
  attempt(step: () => void): void {
    try {
      step()
    } catch (error) {
      if (!(error instanceof CoppiceError) || error.message !== 'disk gone') throw error
      expect(this.io.readFault ?? this.io.writeFault).toBeDefined()
    }
  }

  fix(pageId: number, isScan: boolean): void {
    const page = this.pages.get(pageId)
    if (page === undefined) return
    const base = isScan ? this.pool.fixScan(pageId, page.birth) : this.pool.fix(pageId, page.birth)
    expect(firstWrongWord(this.pool.memory, base, pageId, page.edition)).toBe(-1)
    this.remembered.set(pageId, { base, version: this.pool.versionOf(base) })
  }

  create(pageId: number): void {
    if (this.pages.has(pageId)) return
    const birth = this.clock++
    const base = this.pool.create(pageId)
    fillPage(this.pool.memory, base, pageId, birth, birth)
    this.pages.set(pageId, { birth, edition: birth, savedEdition: -1 })
  }

  change(pageId: number): void {
    const page = this.pages.get(pageId)
    if (page === undefined) return
    const base = this.pool.fixToChange(pageId, page.birth)
    page.edition = this.clock++
    fillPage(this.pool.memory, base, pageId, page.birth, page.edition)
  }

  discard(pageId: number): void {
    this.pool.discard(pageId)
    this.pages.delete(pageId)
    this.io.pages.delete(pageId)
  }

  /** Several pages at once, as a writer on a path does. */
  reserveAndFix(pageIds: readonly number[]): void {
    const present = pageIds.filter(pageId => this.pages.has(pageId))
    this.pool.reserve(present.length)
    const bases = present.map(pageId => this.pool.fix(pageId, this.pages.get(pageId)!.birth))
    present.forEach((pageId, i) => {
      const { edition } = this.pages.get(pageId)!
      expect(firstWrongWord(this.pool.memory, bases[i], pageId, edition)).toBe(-1)
    })
  }

  writeBack(maxAge: number): void {
    const maxBirth = this.clock - maxAge
    const pageIds = this.pool.dirtyPages(maxBirth)
    expect(pageIds).toEqual([...pageIds].sort((a, b) => a - b))
    for (const pageId of pageIds) expect(this.pages.get(pageId)!.birth).toBeLessThanOrEqual(maxBirth)
    this.pool.writeBack(pageIds)
    for (const pageId of pageIds) expect(this.pool.isDirty(pageId)).toBe(false)
  }

  checkVersions(): void {
    for (const [pageId, { base, version }] of this.remembered) {
      if (this.pool.versionOf(base) !== version) {
        this.remembered.delete(pageId)
        continue
      }
      expect(this.pool.residentBase(pageId)).toBe(base)
      const page = this.pages.get(pageId)!
      expect(firstWrongWord(this.pool.memory, base, pageId, page.edition)).toBe(-1)
    }
  }

  checkCounts(): void {
    const stats = this.pool.stats()
    const dirty = this.pool.dirtyPages(Number.MAX_SAFE_INTEGER)
    expect(stats.dirtyPages).toBe(dirty.length)
    let residents = 0
    for (let pageId = 0; pageId < PAGE_COUNT; pageId++) {
      if (this.pool.residentBase(pageId) >= 0) residents++
      const page = this.pages.get(pageId)
      // What is not in the file in its last edition must be dirty, or it would be lost.
      if (page !== undefined && !this.pool.isDirty(pageId)) {
        expect(firstWrongSavedWord(this.io, this.pool, pageId, page.edition)).toBe(-1)
      }
    }
    expect(stats.residentPages).toBe(residents)
    expect(stats.residentPages + stats.limboFrames).toBeLessThanOrEqual(stats.frameCount)
  }
}

/** The saved image checked like one in memory. */
function firstWrongSavedWord(io: MemoryIo, pool: Pool, pageId: number, edition: number): number {
  const image = io.pages.get(pageId)
  expect(image).toBeDefined()
  const { buffer } = image!
  const memory = { ...pool.memory, pageSize: pool.memory.pageSize, u32: new Uint32Array(buffer) }
  return firstWrongWord(memory as typeof pool.memory, 0, pageId, edition)
}

const pageId = fc.nat(PAGE_COUNT - 1)
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('fix' as const), pageId }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('scan' as const), pageId }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('create' as const), pageId }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('change' as const), pageId }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('discard' as const), pageId }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('write' as const), maxAge: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('reserve' as const),
      pageIds: fc.uniqueArray(pageId, { maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const), isReading: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('heal' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('attach' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('look' as const), pageId, thenDiscards: fc.boolean() }),
  },
)

beforeAll(() => {
  debugChecks.enabled = true
})
afterAll(() => {
  debugChecks.enabled = false
})

it('pages keep their content whatever happens to their frames', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 16, max: 48 }),
      fc.array(step, { maxLength: 300, size: 'max' }),
      (frames, steps) => {
        const world = new World(frames)
        const { pool, io } = world
        let worker: PageCache | undefined
        for (const next of steps) {
          pool.begin()
          world.attempt(() => {
            switch (next.kind) {
              case 'fix':
                return world.fix(next.pageId, false)
              case 'scan':
                return world.fix(next.pageId, true)
              case 'create':
                return world.create(next.pageId)
              case 'change':
                return world.change(next.pageId)
              case 'discard':
                return world.discard(next.pageId)
              case 'write':
                return world.writeBack(next.maxAge)
              case 'reserve':
                return world.reserveAndFix(next.pageIds)
              case 'fail':
                if (next.isReading) io.readFault = new CoppiceError('IO_ERROR', 'disk gone')
                else io.writeFault = new CoppiceError('NO_SPACE', 'disk gone')
                return
              case 'heal':
                io.readFault = undefined
                io.writeFault = undefined
                return
              case 'attach':
                if (worker !== undefined) {
                  pool.release(worker.slot)
                  worker = undefined
                  return
                }
                pool.share()
                worker = new PageCache(pool.shared, claimSlot(pool.shared.control, 1), io, () => {})
                return
              case 'look': {
                // A reader in the middle of an operation goes on reading a page that is discarded or evicted.
                const page = world.pages.get(next.pageId)
                if (worker === undefined || page === undefined) return
                worker.begin()
                if (pool.residentBase(next.pageId) < 0 && io.pages.get(next.pageId) === undefined) return
                const base = worker.fix(next.pageId, page.birth)
                expect(firstWrongWord(worker.memory, base, next.pageId, page.edition)).toBe(-1)
                if (next.thenDiscards) {
                  pool.discard(next.pageId)
                  expect(firstWrongWord(worker.memory, base, next.pageId, page.edition)).toBe(-1)
                  world.discard(next.pageId)
                }
                worker.end()
              }
            }
          })
          world.checkVersions()
        }
        io.readFault = undefined
        io.writeFault = undefined
        world.checkCounts()
        for (const id of world.pages.keys()) world.fix(id, false)
      },
    ),
    { numRuns: 400 },
  )
})
