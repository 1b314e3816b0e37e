import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AssertionError, debugChecks } from '../../src/base/assert.ts'
import { CoppiceError } from '../../src/base/errors.ts'
import { POISON } from '../../src/pool/frames.ts'
import { Pool } from '../../src/pool/pool.ts'
import { MAX_CACHE_BYTES } from '../../src/pool/share.ts'
import { createClean, createDirty, fillPage, isIntact, MemoryIo, PAGE_SIZE, smallPool } from './memory-io.ts'

const coded = (code: string) => expect.objectContaining({ code })

describe.each([
  { mode: 'plain', isDebug: false },
  { mode: 'debug', isDebug: true },
])('a pool in $mode mode', ({ isDebug }) => {
  beforeEach(() => {
    debugChecks.enabled = isDebug
  })
  afterEach(() => {
    debugChecks.enabled = false
  })

  describe('finding pages', () => {
    it('gives a created page its frame, dirty, and finds it there', () => {
      const pool = smallPool(16)
      const base = pool.create(7)
      fillPage(pool.memory, base, 7, 1, 0)
      expect([pool.fix(7, 1), pool.isDirty(7), pool.residentBase(7)]).toEqual([base, true, base])
    })

    it('reads a page from the file once', () => {
      const io = new MemoryIo()
      createClean(smallPool(16, io), 0, 3)
      const pool = smallPool(16, io)
      expect(isIntact(pool, 2)).toBe(true)
      expect(isIntact(pool, 2)).toBe(true)
      expect(io.reads).toEqual([2])
      expect(pool.stats()).toMatchObject({ hits: 1, loads: 1, residentPages: 1, dirtyPages: 0 })
    })

    it('has nothing under an id that no page can have: a forged page may refer to one', () => {
      expect(smallPool(16, new MemoryIo()).residentBase(0xffff_ffff)).toBe(-1)
    })

    it('never loads for residentBase', () => {
      const io = new MemoryIo()
      createClean(smallPool(16, io), 0, 3)
      expect(smallPool(16, io).residentBase(2)).toBe(-1)
      expect(io.reads).toEqual([])
    })

    it('refuses a page that is not the one its parent refers to', () => {
      const io = new MemoryIo()
      createClean(smallPool(16, io), 0, 3)
      expect(() => smallPool(16, io).fix(2, 9)).toThrow(coded('CORRUPT'))
    })

    it('calls a reference beyond the largest page id corrupt', () => {
      const pool = smallPool(16)
      expect(() => pool.fix(0xffff_ffff, 1)).toThrow(coded('CORRUPT'))
      expect(() => pool.fixScan(1 << 16, 1)).toThrow(coded('CORRUPT'))
    })

    it('takes creating a page that is in memory for a bug', () => {
      const pool = smallPool(16)
      createDirty(pool, 5, 6)
      expect(() => pool.create(5)).toThrow(AssertionError)
    })
  })

  describe('when a read fails', () => {
    it('leaves the page cold and the frame free, and the next try works', () => {
      const io = new MemoryIo()
      createClean(smallPool(16, io), 0, 30)
      const pool = smallPool(16, io)
      io.readFault = new CoppiceError('IO_ERROR', 'disk gone')
      for (let i = 0; i < 20; i++) expect(() => pool.fix(i, 1)).toThrow(coded('IO_ERROR'))
      expect([pool.residentBase(3), pool.stats().residentPages]).toEqual([-1, 0])
      io.readFault = undefined
      for (let i = 0; i < 30; i++) expect(isIntact(pool, i)).toBe(true)
    })
  })

  describe('dirty pages', () => {
    it('are listed in ascending order up to a birth', () => {
      const pool = smallPool(32)
      createDirty(pool, 20, 24, 5)
      createDirty(pool, 10, 14, 6)
      createDirty(pool, 2, 4, 7)
      expect(pool.dirtyPages(6)).toEqual([10, 11, 12, 13, 20, 21, 22, 23])
      expect(pool.dirtyPages(4)).toEqual([])
    })

    it('are clean once they are written back, in one call', () => {
      const io = new MemoryIo()
      const pool = smallPool(16, io)
      createDirty(pool, 3, 8)
      pool.writeBack(pool.dirtyPages(1))
      expect(io.writes).toEqual([[3, 4, 5, 6, 7]])
      expect([pool.stats().dirtyPages, pool.stats().writtenBackPages, pool.isDirty(3)]).toEqual([0, 5, false])
    })

    it('that were cleaned or discarded since the list was made are left out', () => {
      const io = new MemoryIo()
      const pool = smallPool(16, io)
      createDirty(pool, 0, 4)
      const pageIds = pool.dirtyPages(1)
      pool.discard(1)
      pool.writeBack([2])
      pool.writeBack(pageIds)
      expect(io.writes).toEqual([[2], [0, 3]])
    })

    it('stay dirty when writing them back fails', () => {
      const io = new MemoryIo()
      const pool = smallPool(16, io)
      createDirty(pool, 0, 4)
      io.writeFault = new CoppiceError('IO_ERROR', 'disk gone')
      expect(() => pool.writeBack([0, 1, 2, 3])).toThrow(coded('IO_ERROR'))
      expect(pool.dirtyPages(1)).toEqual([0, 1, 2, 3])
      expect(pool.stats()).toMatchObject({ dirtyPages: 4, writtenBackPages: 0 })
    })

    it('are made by fixToChange, once', () => {
      const pool = smallPool(16)
      createClean(pool, 0, 1)
      pool.fixToChange(0, 1)
      pool.fixToChange(0, 1)
      expect([pool.isDirty(0), pool.stats().dirtyPages]).toEqual([true, 1])
    })

    it('are not written under an id that their header does not name', () => {
      const pool = smallPool(16)
      fillPage(pool.memory, pool.create(4), 5, 1, 0)
      expect(() => pool.writeBack([4])).toThrow(AssertionError)
    })
  })

  describe('discarding', () => {
    it('forgets a dirty page without writing it', () => {
      const io = new MemoryIo()
      const pool = smallPool(16, io)
      createDirty(pool, 0, 2)
      pool.discard(0)
      expect([pool.residentBase(0), pool.dirtyPages(1), io.writes]).toEqual([-1, [1], []])
    })

    it('lets the id be created anew', () => {
      const pool = smallPool(16)
      createDirty(pool, 0, 1)
      pool.discard(0)
      fillPage(pool.memory, pool.create(0), 0, 2, 9)
      expect(isIntact(pool, 0, 2, 9)).toBe(true)
    })

    it('does nothing to a page that is not in memory', () => {
      const pool = smallPool(16)
      pool.discard(3)
      expect(pool.stats().residentPages).toBe(0)
    })
  })

  describe('a page that will not be asked for', () => {
    it('goes when it is clean, and its frame is the next to be used', () => {
      const io = new MemoryIo()
      const pool = smallPool(16, io)
      createClean(pool, 0, 2)
      const base = pool.fix(1, 1)
      pool.evict(1)
      expect([pool.residentBase(1), pool.create(5)]).toEqual([-1, base])
    })

    it('stays when it is dirty', () => {
      const pool = smallPool(16)
      createDirty(pool, 0, 1)
      pool.evict(0)
      expect(pool.isDirty(0)).toBe(true)
    })
  })

  describe('the version of a base', () => {
    it('stays while its page does, also when the page is changed and written', () => {
      const pool = smallPool(16)
      createClean(pool, 0, 1)
      const base = pool.fix(0, 1)
      const version = pool.versionOf(base)
      pool.fixToChange(0, 1)
      pool.writeBack([0])
      expect(pool.versionOf(pool.fix(0, 1))).toBe(version)
    })

    it('changes when the page is discarded, and again when the frame is given to another', () => {
      const pool = smallPool(16)
      createDirty(pool, 0, 1)
      const base = pool.fix(0, 1)
      const before = pool.versionOf(base)
      pool.discard(0)
      const between = pool.versionOf(base)
      expect(pool.create(1)).toBe(base)
      expect(new Set([before, between, pool.versionOf(base)]).size).toBe(3)
    })

    it('changes when the page is evicted, even if the same page comes back to the same frame', () => {
      const io = new MemoryIo()
      const pool = smallPool(16, io)
      createClean(pool, 0, 100)
      const seen = new Set<string>()
      let stays = 0
      for (let round = 0; round < 50; round++) {
        const base = pool.fix(0, 1)
        seen.add(`${base} ${pool.versionOf(base)}`)
        stays++
        for (let pageId = 1; pageId < 100; pageId++) pool.fix(pageId, 1)
        expect(pool.residentBase(0)).toBe(-1)
      }
      expect(seen.size).toBe(stays)
    })
  })
})

describe('debug mode', () => {
  beforeEach(() => {
    debugChecks.enabled = true
  })
  afterEach(() => {
    debugChecks.enabled = false
  })

  it('poisons a frame that lost its page', () => {
    const pool = smallPool(16)
    createDirty(pool, 0, 1)
    const base = pool.fix(0, 1)
    pool.discard(0)
    expect(pool.memory.u8.subarray(base, base + PAGE_SIZE).every(byte => byte === POISON)).toBe(true)
  })

  it('poisons a new page, so that what its maker leaves out is seen', () => {
    const pool = smallPool(16)
    const base = pool.create(0)
    expect(pool.memory.u8.subarray(base, base + PAGE_SIZE).every(byte => byte === POISON)).toBe(true)
  })

  it('holds a page in memory against its reference too', () => {
    const pool = smallPool(16)
    createDirty(pool, 0, 1)
    expect(() => pool.fix(0, 2)).toThrow(coded('CORRUPT'))
  })
})

describe('closing', () => {
  it('lets the next pool of the same geometry use the memory', () => {
    const first = smallPool(17)
    first.close()
    first.close()
    expect(smallPool(17).shared).toBe(first.shared)
    expect(smallPool(17).shared).not.toBe(first.shared)
  })

  it('leaves nothing of one database to the next', () => {
    const first = smallPool(18)
    createClean(first, 0, 40)
    createDirty(first, 50, 55)
    first.close()
    const second = smallPool(18)
    expect(second.shared).toBe(first.shared)
    const { swips, swipsAt, maxPageCount } = second.shared
    expect(new Int32Array(swips, swipsAt, maxPageCount).every(word => word === 0)).toBe(true)
    expect(second.memory.u8.every(byte => byte === 0)).toBe(true)
    createDirty(second, 0, 60)
    for (let pageId = 0; pageId < 60; pageId++) expect(isIntact(second, pageId)).toBe(true)
  })

  it('does not give away the memory of a pool that a worker may still read', () => {
    const first = smallPool(19)
    first.share()
    first.close()
    expect(smallPool(19).shared).not.toBe(first.shared)
  })

  it.each<[string, (pool: Pool) => void]>([
    ['fix', pool => pool.fix(0, 1)],
    ['create', pool => pool.create(1)],
    ['versionOf', pool => pool.versionOf(0)],
    ['residentBase', pool => pool.residentBase(0)],
    ['fixToChange', pool => pool.fixToChange(0, 1)],
  ])('makes a later %s a bug that is noticed', (_, use) => {
    const pool = smallPool(20)
    createClean(pool, 0, 1)
    pool.close()
    expect(() => use(pool)).toThrow(AssertionError)
  })
})

describe('the options of a pool', () => {
  const io = new MemoryIo()
  const options = { pageSize: 4096, cacheSizeBytes: 1 << 20, maxPageCount: 1000, io }

  it('give as many frames as fit', () => {
    expect(new Pool(options).stats().frameCount).toBe(256)
  })

  it('give 16 frames at least', () => {
    expect(new Pool({ ...options, cacheSizeBytes: 0 }).stats().frameCount).toBe(16)
  })

  it.each([
    ['a page size that is no power of two', { pageSize: 5000 }],
    ['a page size that is too large', { pageSize: 131_072 }],
    ['a cache of 4 GiB', { cacheSizeBytes: 2 ** 32 }],
    ['a negative cache', { cacheSizeBytes: -1 }],
    ['no pages', { maxPageCount: 0 }],
  ])('exclude %s', (_, wrong) => {
    expect(() => new Pool({ ...options, ...wrong })).toThrow(coded('INVALID_OPTION'))
  })

  it('reach just under 4 GiB, where bases are above 2^31', () => {
    const pool = new Pool({
      ...options,
      pageSize: 65_536,
      cacheSizeBytes: MAX_CACHE_BYTES,
      maxPageCount: 1 << 17,
    })
    const frameCount = pool.stats().frameCount
    // Only the first bytes of each page are touched, so this takes 256 MiB at most, not 4 GiB.
    let last = 0
    for (let pageId = 0; pageId < frameCount; pageId++) last = pool.create(pageId)
    expect([last, pool.fix(frameCount - 1, 0), pool.residentBase(frameCount - 1)]).toEqual(
      Array(3).fill((frameCount - 1) * 65_536),
    )
  })
})

describe('the memory of a pool', () => {
  it('holds the swip table behind the pages while both fit below 4 GiB, else apart', () => {
    const io = new MemoryIo()
    const small = new Pool({ pageSize: 4096, cacheSizeBytes: 1 << 20, maxPageCount: 1 << 28, io }).shared
    expect(small.swips).toBe(small.pages.buffer)
    expect(small.swipsAt).toBeGreaterThanOrEqual(small.areasAt)
    const large = new Pool({ pageSize: 4096, cacheSizeBytes: 1 << 20, maxPageCount: 1 << 30, io }).shared
    expect(large.swips).not.toBe(large.pages.buffer)
    expect(large.swips.byteLength).toBe(2 ** 32)
  })
})
