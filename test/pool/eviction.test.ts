import { describe, expect, it } from 'vitest'
import { CoppiceError } from '../../src/base/errors.ts'
import type { Pool } from '../../src/pool/pool.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { createClean, createDirty, fillPage, isIntact, MemoryIo, smallPool } from './memory-io.ts'

const coded = (code: string) => expect.objectContaining({ code })

/** A file that holds clean pages 0 to `pageCount - 1`, and a new pool over it. */
function poolOverFile(frameCount: number, pageCount: number): { pool: Pool; io: MemoryIo } {
  const io = new MemoryIo()
  createClean(smallPool(64, io), 0, pageCount)
  io.writes.length = 0
  return { pool: smallPool(frameCount, io), io }
}

function residents(pool: Pool, from: number, to: number): number {
  let count = 0
  for (let pageId = from; pageId < to; pageId++) if (pool.residentBase(pageId) >= 0) count++
  return count
}

debugModeIs(true)

describe('eviction', () => {
  it('does not begin before the pool is full', () => {
    const { pool } = poolOverFile(64, 64)
    for (let pageId = 0; pageId < 64; pageId++) pool.fix(pageId, 1)
    expect(pool.stats()).toMatchObject({ residentPages: 64, evictions: 0 })
  })

  it('goes in batches', () => {
    const { pool } = poolOverFile(64, 65)
    for (let pageId = 0; pageId < 65; pageId++) pool.fix(pageId, 1)
    expect(pool.stats()).toMatchObject({ evictions: 8, residentPages: 57 })
  })

  it('brings every page back intact', () => {
    const { pool } = poolOverFile(16, 300)
    for (let step = 0; step < 3000; step++) expect(isIntact(pool, (step * 37) % 300)).toBe(true)
  })

  it('spares pages that are touched again and again', () => {
    const { pool, io } = poolOverFile(64, 1000)
    const hot = 16
    for (let pageId = 0; pageId < hot; pageId++) pool.fix(pageId, 1)
    io.reads.length = 0
    for (let pageId = hot; pageId < 1000; pageId++) {
      pool.fix(pageId, 1)
      pool.fix(pageId % hot, 1)
    }
    expect(io.reads.filter(pageId => pageId < hot)).toEqual([])
  })
})

describe('a scan', () => {
  it('longer than the pool leaves the others in memory although no one touches them', () => {
    const { pool } = poolOverFile(64, 1000)
    for (let pageId = 0; pageId < 64; pageId++) pool.fix(pageId, 1)
    for (let round = 0; round < 3; round++) {
      for (let pageId = 100; pageId < 1000; pageId++) pool.fixScan(pageId, 1)
    }
    // One batch made room for the scan, which then lives on its own frames.
    expect(residents(pool, 0, 64)).toBe(56)
  })

  it('uses memory that is free', () => {
    const { pool, io } = poolOverFile(64, 60)
    for (let round = 0; round < 2; round++)
      for (let pageId = 0; pageId < 60; pageId++) pool.fixScan(pageId, 1)
    expect(io.reads.length).toBe(60)
  })

  it('gives way before pages that were looked up', () => {
    const { pool } = poolOverFile(64, 200)
    for (let pageId = 0; pageId < 32; pageId++) pool.fix(pageId, 1)
    for (let pageId = 100; pageId < 132; pageId++) pool.fixScan(pageId, 1)
    pool.reserve(6)
    expect([residents(pool, 0, 32), residents(pool, 100, 132) <= 26]).toEqual([32, true])
  })

  it('does not lose the page it stands on to other readers', () => {
    const { pool } = poolOverFile(64, 2000)
    for (let pageId = 1000; pageId < 1100; pageId++) {
      const base = pool.fixScan(pageId, 1)
      const version = pool.versionOf(base)
      for (let i = 0; i < 8; i++) pool.fix((pageId * 31 + i * 7) % 1000, 1)
      expect(pool.versionOf(base)).toBe(version)
    }
  })

  it('keeps a page that was also looked up', () => {
    const { pool } = poolOverFile(64, 1000)
    for (let pageId = 0; pageId < 56; pageId++) pool.fix(pageId, 1)
    pool.fixScan(500, 1)
    pool.fix(500, 1)
    for (let pageId = 600; pageId < 1000; pageId++) pool.fixScan(pageId, 1)
    expect(pool.residentBase(500)).toBeGreaterThanOrEqual(0)
  })
})

describe('reserving', () => {
  it('keeps bases valid for as many loads and creations', () => {
    const { pool } = poolOverFile(16, 100)
    for (let pageId = 0; pageId < 50; pageId++) pool.fix(pageId, 1)
    pool.reserve(14)
    const bases = [50, 51, 52, 53, 54, 55, 56].map(pageId => pool.fix(pageId, 1))
    for (let pageId = 200; pageId < 207; pageId++) bases.push(pool.create(pageId))
    expect(new Set(bases).size).toBe(14)
    expect([50, 56].map(pageId => pool.residentBase(pageId))).toEqual([bases[0], bases[6]])
  })

  it('refuses more frames than the pool can give', () => {
    const pool = smallPool(16)
    expect(() => pool.reserve(15)).not.toThrow()
    createClean(pool, 0, 16)
    expect(() => pool.reserve(15)).toThrow(coded('POOL_EXHAUSTED'))
  })
})

describe('spilling', () => {
  it('lets a transaction make more pages than there are frames', () => {
    const io = new MemoryIo()
    const pool = smallPool(16, io)
    createDirty(pool, 0, 500)
    for (let pageId = 0; pageId < 500; pageId++) expect(isIntact(pool, pageId)).toBe(true)
    expect(pool.stats().spilledPages).toBeGreaterThanOrEqual(484)
  })

  it('writes each batch in ascending order', () => {
    const io = new MemoryIo()
    const pool = smallPool(64, io)
    for (let i = 0; i < 200; i++) createDirty(pool, (i * 7) % 200, ((i * 7) % 200) + 1)
    expect(io.writes.length).toBeGreaterThan(0)
    for (const pageIds of io.writes) expect(pageIds).toEqual([...pageIds].sort((a, b) => a - b))
  })

  it('comes before the last clean pages are evicted', () => {
    const { pool, io } = poolOverFile(64, 10)
    for (let pageId = 0; pageId < 10; pageId++) pool.fix(pageId, 1)
    io.reads.length = 0
    for (let pageId = 100; pageId < 400; pageId++) {
      createDirty(pool, pageId, pageId + 1)
      for (let hot = 0; hot < 10; hot++) pool.fix(hot, 1)
    }
    expect(io.reads).toEqual([])
  })

  it('lets a page be changed and spilled again', () => {
    const pool = smallPool(16)
    createDirty(pool, 0, 1)
    for (let edition = 1; edition < 30; edition++) {
      createDirty(pool, edition * 100, edition * 100 + 40)
      pool.reserve(1)
      const base = pool.fixToChange(0, 1)
      fillPage(pool.memory, base, 0, 1, edition)
    }
    createDirty(pool, 5000, 5100)
    expect(isIntact(pool, 0, 1, 29)).toBe(true)
  })

  it('that fails leaves all pages dirty and passes the error up', () => {
    const io = new MemoryIo()
    const pool = smallPool(16, io)
    createDirty(pool, 0, 16)
    io.writeFault = new CoppiceError('NO_SPACE', 'disk full')
    expect(() => pool.create(99)).toThrow(coded('NO_SPACE'))
    expect(pool.stats()).toMatchObject({ dirtyPages: 16, residentPages: 16, spills: 0 })
    expect(pool.dirtyPages(1).length).toBe(16)
    io.writeFault = undefined
    createDirty(pool, 99, 100)
    for (let pageId = 0; pageId < 16; pageId++) expect(isIntact(pool, pageId)).toBe(true)
  })

  it('is not needed to read while the disk is full and clean pages are left', () => {
    const { pool, io } = poolOverFile(16, 40)
    createDirty(pool, 100, 113)
    io.writeFault = new CoppiceError('NO_SPACE', 'disk full')
    for (let pageId = 0; pageId < 40; pageId++) expect(isIntact(pool, pageId)).toBe(true)
    expect(pool.stats().dirtyPages).toBe(13)
  })

  it('that meets a failing disk is not passed over, clean pages or not', () => {
    const { pool, io } = poolOverFile(16, 40)
    createDirty(pool, 100, 113)
    for (let pageId = 0; pageId < 3; pageId++) pool.fix(pageId, 1)
    io.writeFault = new CoppiceError('IO_ERROR', 'disk gone')
    expect(() => pool.fix(3, 1)).toThrow(coded('IO_ERROR'))
  })
})
