import { beforeEach, describe, expect, test } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import type { PageWrite } from '../../src/space/map-pages.ts'
import { Runs } from '../../src/space/runs.ts'
import { SpaceMap } from '../../src/space/space-map.ts'
import { TransactionSpace } from '../../src/space/transaction-space.ts'
import { allocatedPages, durablePages, MapDisk, newSpace, spaceOptions } from './disk.ts'

const PAGE_SIZE = 4096
const PAGES_PER_LEAF = 32_256

let space: SpaceMap
let freed: number[]
let disk: MapDisk

beforeEach(() => {
  ;({ space, freed } = newSpace())
  disk = new MapDisk(PAGE_SIZE)
})

/** Allocates a run and drops others in one transaction; returns the run's first page. */
function commit(
  txn: number,
  count: number,
  ...dropped: [pageId: number, count: number, birth: number][]
): number {
  const transaction = new TransactionSpace(space, txn)
  const start = count > 0 ? transaction.allocateRun(count) : 0
  for (const [pageId, pageCount, birth] of dropped) transaction.dropRun(pageId, pageCount, birth)
  const settlement = transaction.takeSettlement()
  space.settle(settlement.txn, settlement.allocated, settlement.dropped)
  return start
}

function checkpoint(txn: number) {
  const prepared = space.prepareCheckpoint(txn)
  disk.write(prepared)
  space.completeCheckpoint()
  return prepared
}

function codeOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return isCoppiceError(error) ? [error.code, error.details.pageId] : error
  }
  return undefined
}

describe('a new file', () => {
  test('has its four header pages in use and nothing else', () => {
    expect(allocatedPages(space)).toEqual([0, 1, 2, 3])
    expect(durablePages(space)).toEqual([0, 1, 2, 3])
    expect([space.pageCount, space.freePages]).toEqual([4, 0])
  })
})

describe('reclamation', () => {
  test('frees a dropped page at once when no root is live', () => {
    const start = commit(1, 3)
    commit(2, 0, [start, 3, 1])
    expect(freed).toEqual([4, 5, 6])
    expect(space.freePages).toBe(3)
  })

  test('keeps it for a snapshot, though not in the durable map', () => {
    const start = commit(1, 3)
    space.retain(1)
    commit(2, 0, [start, 3, 1])
    expect([space.isAllocated(start), space.isDurable(start)]).toEqual([true, false])
    expect(space.retainedPages(1)).toBe(3)
    space.unretain(1)
    expect(freed).toEqual([4, 5, 6])
  })

  test('is not held up by a snapshot older than the page', () => {
    commit(1, 1)
    space.retain(1)
    const start = commit(2, 1)
    commit(3, 0, [start, 1, 2])
    expect(freed).toEqual([start])
  })

  test('refuses a snapshot of a state that is gone', () => {
    commit(1, 1)
    commit(2, 1)
    expect(() => space.retain(1)).toThrow('the newest or live')
  })

  test('refuses transactions out of order', () => {
    commit(5, 1)
    expect(() => space.settle(5, new Runs(), new Runs())).toThrow('in the order of their ids')
  })
})

describe('a persistent root', () => {
  test('keeps its pages in the durable map too', () => {
    const start = commit(1, 3)
    space.persist(1)
    commit(2, 0, [start, 3, 1])
    expect(space.isDurable(start)).toBe(true)
    space.unpersist(1)
    expect([space.isDurable(start), space.isAllocated(start)]).toEqual([false, false])
  })

  test('puts pages back into the durable map that had been kept for a snapshot only', () => {
    const start = commit(1, 3)
    space.retain(1)
    commit(2, 0, [start, 3, 1])
    space.persist(1)
    expect(space.isDurable(start)).toBe(true)
  })

  test('leaves its pages to a snapshot of the same state when it ends', () => {
    const start = commit(1, 3)
    space.persist(1)
    space.retain(1)
    commit(2, 0, [start, 3, 1])
    space.unpersist(1)
    expect([space.isDurable(start), space.isAllocated(start)]).toEqual([false, true])
  })

  test('keeps its pages, when it has ended, until no header slot knows it as persistent', () => {
    const start = commit(1, 3)
    space.persist(1)
    commit(2, 0, [start, 3, 1])
    checkpoint(3)
    space.unpersist(1)
    checkpoint(4)
    expect(space.isAllocated(start)).toBe(true)
    checkpoint(5)
    expect(space.isAllocated(start)).toBe(false)
  })

  test('is not ended by a mere unretain', () => {
    commit(1, 1)
    space.persist(1)
    expect(() => space.unretain(1)).toThrow('by the one who has it')
  })
})

describe('a restored root', () => {
  test('has its pages in use again', () => {
    const start = commit(1, 3)
    space.persist(1)
    const later = commit(2, 2, [start, 3, 1])
    space.resurrect(1)
    commit(3, 0, [later, 2, 2])
    space.unpersist(1)
    expect(durablePages(space)).toEqual([0, 1, 2, 3, start, start + 1, start + 2])
    expect(freed).toEqual([later, later + 1])
  })

  test('can lose one of those pages in the very transaction that restores it', () => {
    const start = commit(1, 3)
    space.retain(1)
    commit(2, 0, [start, 3, 1])
    space.resurrect(1)
    commit(3, 0, [start, 1, 1])
    expect([start, start + 1].map(page => space.isDurable(page))).toEqual([false, true])
    expect(space.isAllocated(start)).toBe(true)
  })

  test('is refused while a newer persistent root exists', () => {
    commit(1, 1)
    space.retain(1)
    commit(2, 1)
    space.persist(2)
    expect(() => space.resurrect(1)).toThrow('no persistent root is newer')
  })
})

describe('a checkpoint', () => {
  test('writes one page for a small file', () => {
    commit(1, 10)
    const { writes, ref, pageCount } = checkpoint(1)
    expect(writes.map(({ pageId }) => pageId)).toEqual([14])
    expect(ref).toEqual({ pageId: 14, birth: 1, level: 0 })
    expect(pageCount).toBe(15)
  })

  test('writes nothing when nothing changed', () => {
    commit(1, 10)
    const first = checkpoint(1)
    const second = checkpoint(1)
    expect([second.writes.length, second.ref]).toEqual([0, first.ref])
  })

  test('writes only the leaves that changed and the branches above them', () => {
    const start = commit(1, PAGES_PER_LEAF * 10)
    checkpoint(1)
    commit(2, 0, [start + PAGES_PER_LEAF * 5, 1, 1])
    const { writes } = checkpoint(3)
    // Leaf 5, where the page was dropped; leaf 10, where the map's own pages are; the root.
    expect(writes).toHaveLength(3)
  })

  test('never writes to a page of either header slot', () => {
    const slots: Set<number>[] = []
    for (let txn = 1; txn < 50; txn += 2) {
      commit(txn, 3)
      const { writes } = checkpoint(txn + 1)
      for (const { pageId } of writes)
        for (const slot of slots.slice(-2)) expect(slot.has(pageId)).toBe(false)
      slots.push(new Set(durablePages(space)))
    }
  })

  test('uses map pages again after two more checkpoints: the map does not grow by being written', () => {
    for (let txn = 1; txn < 100; txn += 2) {
      commit(txn, 0)
      space.persist(txn)
      space.unpersist(txn)
      commit(txn + 1, 1)
      checkpoint(txn + 1)
    }
    expect(space.pageCount).toBeLessThan(4 + 50 + 5)
  })

  test('is a state of its own: one at a time', () => {
    commit(1, 1)
    space.prepareCheckpoint(1)
    expect(() => space.prepareCheckpoint(1)).toThrow('completed or abandoned')
  })

  test('holds its state while it is written', () => {
    const start = commit(1, 3)
    const { writes } = space.prepareCheckpoint(1)
    commit(2, 0, [start, 3, 1])
    expect(space.isAllocated(start)).toBe(true)
    expect(writes).toHaveLength(1)
    space.completeCheckpoint()
    expect(space.isAllocated(start)).toBe(true)
  })

  test('gives its pages back when it is abandoned, and is made anew by the next', () => {
    commit(1, 3)
    checkpoint(1)
    const mapBefore = space.mapPages()
    commit(2, 1)
    const { writes } = space.prepareCheckpoint(2)
    commit(3, 1)
    space.abandonCheckpoint()
    expect(space.mapPages()).toEqual(mapBefore)
    expect(freed).toEqual(writes.map(({ pageId }) => pageId))
    checkpoint(3)
    const image = { ref: checkpoint(3).ref, pageCount: space.pageCount, txn: 3 }
    expect(durablePages(SpaceMap.load(spaceOptions([]), image, disk.read))).toEqual(durablePages(space))
  })

  describe('of the newest state that was abandoned', () => {
    let tried: PageWrite[]
    const triedPages = () => tried.map(({ pageId }) => pageId)

    beforeEach(() => {
      commit(1, 3)
      checkpoint(1)
      commit(2, 1)
      tried = space
        .prepareCheckpoint(2, 7)
        .writes.map(({ pageId, bytes }) => ({ pageId, bytes: bytes.slice() }))
      space.abandonCheckpoint()
    })

    test('is the same again: its pages may be in the file, with the same births', () => {
      const again = space.prepareCheckpoint(2, 7)
      expect(again.writes).toEqual(tried)
      disk.write(again)
      space.completeCheckpoint()
      space.verify()
      expect(space.mapPages()).toEqual(triedPages())
      expect(durablePages(SpaceMap.load(spaceOptions([]), again, disk.read))).toEqual(durablePages(space))
    })

    test('leaves nothing to write when it has been written the second time', () => {
      space.prepareCheckpoint(2, 7)
      space.completeCheckpoint()
      expect(space.prepareCheckpoint(2, 7).writes).toEqual([])
    })

    test('is the same again when the map has grown by a level', () => {
      commit(3, PAGES_PER_LEAF * 2)
      const first = space.prepareCheckpoint(3)
      space.abandonCheckpoint()
      const again = checkpoint(3)
      expect(again.ref).toEqual(first.ref)
      expect(space.mapPages().sort()).toEqual(first.writes.map(({ pageId }) => pageId).sort())
      expect(durablePages(SpaceMap.load(spaceOptions([]), again, disk.read))).toEqual(durablePages(space))
      space.verify()
    })

    test('is what later checkpoints build on when it has been written the second time', () => {
      commit(3, PAGES_PER_LEAF * 2)
      space.prepareCheckpoint(3)
      space.abandonCheckpoint()
      checkpoint(3)
      commit(4, 1)
      const later = checkpoint(4)
      expect(durablePages(SpaceMap.load(spaceOptions([]), later, disk.read))).toEqual(durablePages(space))
    })

    test('holds its pages back from everyone else', () => {
      expect(triedPages().filter(pageId => !space.isAllocated(pageId))).toEqual([])
      expect(triedPages().filter(pageId => space.isDurable(pageId))).toEqual([])
      expect(triedPages()).not.toContain(new TransactionSpace(space, 3).allocate())
      space.verify()
    })

    test('holds back the pages of one checkpoint, however often it is tried', () => {
      const allocated = allocatedPages(space)
      for (let attempt = 0; attempt < 100; attempt++) {
        space.prepareCheckpoint(2, 7)
        space.abandonCheckpoint()
      }
      expect(allocatedPages(space)).toEqual(allocated)
      space.verify()
    })

    test('gives its pages back when a later transaction is settled, even if its state is live', () => {
      space.retain(2)
      expect(freed).toEqual([])
      space.settle(3, new Runs(), new Runs())
      expect(freed).toEqual(triedPages())
      space.verify()
    })

    test('gives its pages back to a checkpoint of a later state', () => {
      expect(space.prepareCheckpoint(3).writes.map(({ pageId }) => pageId)).toEqual(triedPages())
    })

    test('must not be tried again when the pages in use have changed: that takes a transaction', () => {
      const start = commit(3, 4)
      space.persist(3)
      commit(4, 0, [start, 4, 3])
      space.prepareCheckpoint(4)
      space.abandonCheckpoint()
      space.unpersist(3)
      expect(() => space.prepareCheckpoint(4)).toThrow('has not changed')
    })

    test('keeps no page beyond a restart', () => {
      const image = {
        ref: { pageId: space.mapPages()[0], birth: 1, level: 0 },
        pageCount: space.pageCount,
        txn: 1,
      }
      const loaded = SpaceMap.load(spaceOptions([]), image, disk.read)
      expect(triedPages().filter(pageId => loaded.isAllocated(pageId))).toEqual([])
    })
  })

  test('after an abandoned one writes all leaves that it would have written', () => {
    const start = commit(1, PAGES_PER_LEAF * 10)
    checkpoint(1)
    commit(2, 0, [start + PAGES_PER_LEAF * 5, 1, 1])
    space.prepareCheckpoint(2)
    space.abandonCheckpoint()
    const image = checkpoint(2)
    expect(durablePages(SpaceMap.load(spaceOptions([]), image, disk.read))).toEqual(durablePages(space))
  })

  test('that finds the file full leaves everything as it was', () => {
    ;({ space, freed } = newSpace({ maxPageCount: 20 }))
    commit(1, 4)
    checkpoint(1)
    commit(2, 20 - space.pageCount)
    const before = [allocatedPages(space), durablePages(space), space.mapPages()]
    expect(codeOf(() => space.prepareCheckpoint(2))).toEqual(['DATABASE_FULL', undefined])
    expect([allocatedPages(space), durablePages(space), space.mapPages()]).toEqual(before)
    commit(3, 0, [4, 2, 1])
    space.verify()
  })
})

describe('a loaded file', () => {
  test('has the pages in use that the durable map says, and no others', () => {
    const start = commit(1, 100_000)
    commit(2, 0, [start + 500, 70_000, 1])
    checkpoint(2)
    const loaded = SpaceMap.load(spaceOptions([]), checkpoint(2), disk.read)
    expect(durablePages(loaded)).toEqual(durablePages(space))
    expect(allocatedPages(loaded)).toEqual(durablePages(space))
    expect(loaded.mapPages()).toEqual(space.mapPages())
    expect(loaded.pageCount).toBe(space.pageCount)
    loaded.verify()
  })

  test('reads one page for each 126 MiB and a branch', () => {
    commit(1, 2_600_000)
    const image = checkpoint(1)
    SpaceMap.load(spaceOptions([]), image, disk.read)
    expect(disk.readCount).toBe(81 + 1)
  })

  test('does not keep what only snapshots needed', () => {
    const start = commit(1, 3)
    space.retain(1)
    commit(2, 0, [start, 3, 1])
    const loaded = SpaceMap.load(spaceOptions([]), checkpoint(2), disk.read)
    expect(loaded.isAllocated(start)).toBe(false)
  })

  test('keeps what the older header slot needs, until that one is overwritten', () => {
    const start = commit(1, 3)
    const older = checkpoint(1)
    commit(2, 0, [start, 3, 1])
    const newest = checkpoint(2)
    space = SpaceMap.load(spaceOptions(freed), newest, disk.read)
    space.adoptOlder(older, disk.read)
    expect(space.isAllocated(start)).toBe(true)
    expect(space.retainedPages(1)).toBe(3 + 1)
    commit(3, 1)
    checkpoint(3)
    expect(freed).toEqual(expect.arrayContaining([start, start + 1, start + 2, older.ref.pageId]))
  })

  test('reads only what differs between the two header slots', () => {
    const start = commit(1, PAGES_PER_LEAF * 20)
    const older = checkpoint(1)
    commit(2, 0, [start, 1, 1])
    const newest = checkpoint(2)
    const loaded = SpaceMap.load(spaceOptions([]), newest, disk.read)
    disk.readCount = 0
    loaded.adoptOlder(older, disk.read)
    expect(disk.readCount).toBe(1 + 2)
  })

  test('keeps what a persistent root needs, and frees it when that ends and no slot has it', () => {
    const start = commit(1, 3)
    space.persist(1)
    commit(2, 0, [start, 3, 1])
    const image = checkpoint(2)
    space = SpaceMap.load(spaceOptions(freed), image, disk.read)
    const held = new Runs()
    held.push(start, 3, 1)
    space.adoptHeld(1, held)
    space.verify()
    expect(space.retainedPages(1)).toBe(3)
    space.unpersist(1)
    expect([space.isDurable(start), space.isAllocated(start)]).toEqual([false, true])
    checkpoint(3)
    commit(4, 1)
    checkpoint(5)
    expect(space.isAllocated(start)).toBe(false)
  })

  test('gives a held page to the older header slot first, which may need it too', () => {
    const start = commit(1, 3)
    space.persist(1)
    const older = checkpoint(2)
    commit(3, 0, [start, 3, 1])
    const newest = checkpoint(4)
    space = SpaceMap.load(spaceOptions(freed), newest, disk.read)
    space.adoptOlder(older, disk.read)
    const held = new Runs()
    held.push(start, 3, 1)
    space.adoptHeld(1, held)
    expect(space.retainedPages(1)).toBe(0)
    space.forEachDroppedRun((pageId, _count, _birth, root) => {
      if (pageId === start) expect(root).toBe(2)
    })
  })

  test('refuses a persistent root whose page is free in the map', () => {
    commit(1, 3)
    const loaded = SpaceMap.load(spaceOptions([]), checkpoint(1), disk.read)
    const held = new Runs()
    held.push(9000, 1, 1)
    expect(codeOf(() => loaded.adoptHeld(1, held))).toEqual(['CORRUPT', 9000])
  })

  test('is refused, with the page, when a map page is damaged', () => {
    commit(1, 3)
    const image = checkpoint(1)
    disk.images.get(image.ref.pageId)![200] ^= 1
    expect(codeOf(() => SpaceMap.load(spaceOptions([]), image, disk.read))).toEqual([
      'CORRUPT',
      image.ref.pageId,
    ])
  })

  test('is refused when its map reaches beyond the file', () => {
    commit(1, 3)
    const image = checkpoint(1)
    const short = { ...image, pageCount: 6 }
    expect(codeOf(() => SpaceMap.load(spaceOptions([]), short, disk.read))).toEqual([
      'CORRUPT',
      image.ref.pageId,
    ])
  })

  test('is unchanged when the map of the older header slot is damaged', () => {
    const start = commit(1, PAGES_PER_LEAF * 3)
    const older = checkpoint(1)
    commit(2, 0, [start, 3, 1])
    const newest = checkpoint(2)
    const damaged = older.writes[0].pageId
    disk.images.get(damaged)![200] ^= 1
    const loaded = SpaceMap.load(spaceOptions([]), newest, disk.read)
    const before = allocatedPages(loaded).length
    expect(codeOf(() => loaded.adoptOlder(older, disk.read))).toEqual(['CORRUPT', damaged])
    expect(allocatedPages(loaded)).toHaveLength(before)
    loaded.verify()
  })
})

describe('the height of the map', () => {
  test('grows with the file and shrinks when the end is cut off', () => {
    const start = commit(1, PAGES_PER_LEAF * 4)
    expect(checkpoint(1).ref.level).toBe(1)
    commit(2, 0, [start + 100, PAGES_PER_LEAF * 4 - 100, 1])
    checkpoint(2)
    for (const txn of [3, 4, 5]) {
      commit(txn, 0, [start + txn, 1, 1])
      checkpoint(txn)
      space.truncateTail()
    }
    commit(6, 1)
    const image = checkpoint(6)
    expect(image.ref.level).toBe(0)
    expect(image.pageCount).toBeLessThan(200)
    const loaded = SpaceMap.load(spaceOptions([]), image, disk.read)
    expect(durablePages(loaded)).toEqual(durablePages(space))
  })

  test('leaves out leaves without a page in use', () => {
    const start = commit(1, PAGES_PER_LEAF * 5)
    commit(2, 0, [start, PAGES_PER_LEAF * 4, 1])
    checkpoint(2)
    // Leaf 0 with the headers and the map, leaves 4 and 5, the branch.
    expect(space.mapPages()).toHaveLength(4)
  })
})

describe('the end of the file', () => {
  test('is cut where the last page is that anyone needs', () => {
    const start = commit(1, 100)
    space.retain(1)
    commit(2, 0, [start + 50, 50, 1])
    expect(space.trailingFree).toBe(0)
    expect(space.truncateTail()).toBe(start + 100)
    space.unretain(1)
    expect(space.trailingFree).toBe(50)
    expect(space.truncateTail()).toBe(start + 50)
    expect(space.freePages).toBe(0)
  })
})
