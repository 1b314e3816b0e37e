import { beforeEach, describe, expect, test } from 'vitest'
import { DeadLists } from '../../src/space/dead-lists.ts'
import { Runs } from '../../src/space/runs.ts'

let lists: DeadLists
let freed: Runs
let unread: Runs

beforeEach(() => {
  lists = new DeadLists()
  freed = new Runs()
  unread = new Runs()
})

function pagesIn(runs: Runs): number[] {
  const pages: number[] = []
  for (let index = 0; index < runs.length; index++) pages.push(runs.pageIdAt(index))
  return pages.sort((one, other) => one - other)
}

/** Where each page waits: page id to root. */
function holders(): Record<number, number> {
  const found: Record<number, number> = {}
  lists.forEachRun((pageId, _count, _birth, root) => {
    found[pageId] = root
  })
  return found
}

describe('a dropped page', () => {
  test('is needed by nobody when no root is live', () => {
    expect(lists.add(100, 1, 5)).toBe(false)
  })

  test('is needed by nobody when it is younger than the newest root', () => {
    lists.retain(10)
    expect(lists.add(100, 1, 11)).toBe(false)
  })

  test('waits for the newest root, whichever older ones need it too', () => {
    for (const root of [10, 20, 30]) lists.retain(root)
    expect(lists.add(100, 1, 5)).toBe(true)
    expect(holders()).toEqual({ 100: 30 })
  })

  test('moves to the next older root that needs it when its root goes', () => {
    for (const root of [10, 20, 30]) lists.retain(root)
    lists.add(100, 1, 5)
    lists.unretain(30, freed, unread)
    lists.unretain(20, freed, unread)
    expect(holders()).toEqual({ 100: 10 })
    expect(freed.length).toBe(0)
  })

  test('is free when the next older root is older than the page', () => {
    for (const root of [10, 20]) lists.retain(root)
    lists.add(100, 1, 15)
    lists.unretain(20, freed, unread)
    expect(pagesIn(freed)).toEqual([100])
  })

  test('is not held back by a root older than it: one old snapshot does not keep all since', () => {
    lists.retain(1)
    for (let root = 10; root < 100; root += 10) {
      lists.retain(root)
      lists.add(root * 100, 1, root - 5)
      lists.unretain(root, freed, unread)
    }
    expect(freed.length).toBe(9)
  })

  test('stays while a root in the middle needs it, though older and newer ones go', () => {
    for (const root of [10, 20, 30]) lists.retain(root)
    lists.add(100, 1, 5)
    lists.unretain(10, freed, unread)
    lists.unretain(30, freed, unread)
    expect(holders()).toEqual({ 100: 20 })
  })
})

describe('a page that only header slots need', () => {
  test('is unread when the last reader of its state goes', () => {
    lists.retain(10)
    lists.retainForSlot(10)
    lists.add(100, 1, 5)
    expect(pagesIn(unread)).toEqual([])
    lists.unretain(10, freed, unread)
    expect([pagesIn(unread), pagesIn(freed)]).toEqual([[100], []])
  })

  test('is unread when the newer root that had it in its list goes', () => {
    lists.retainForSlot(10)
    lists.retain(20)
    lists.add(100, 1, 5)
    lists.add(101, 1, 15)
    lists.unretain(20, freed, unread)
    expect([pagesIn(unread), pagesIn(freed)]).toEqual([[100], [101]])
  })

  test('is not unread while an older snapshot needs it, nor while a savepoint does', () => {
    lists.retain(10)
    lists.persist(20, freed)
    for (const root of [10, 20, 30]) lists.retainForSlot(root)
    lists.retain(40)
    for (const [page, birth] of [
      [100, 5],
      [101, 15],
      [102, 25],
    ])
      lists.add(page, 1, birth)
    lists.unretain(40, freed, unread)
    expect(pagesIn(unread)).toEqual([102])
  })
})

describe('a root', () => {
  test('lives until each of its references ended', () => {
    lists.retain(10)
    lists.retain(10)
    lists.unretain(10, freed, unread)
    expect(lists.isLive(10)).toBe(true)
    lists.unretain(10, freed, unread)
    expect(lists.isLive(10)).toBe(false)
  })

  test('cannot be unretained on behalf of a savepoint or of a header slot', () => {
    lists.persist(10, freed)
    lists.retainForSlot(10)
    expect(() => lists.unretain(10, freed, unread)).toThrow('by the one who has it')
  })

  test('holds the pages that would be free without it, and only those', () => {
    for (const root of [10, 20]) lists.retain(root)
    lists.add(100, 3, 15)
    lists.add(200, 5, 10)
    expect([lists.pagesHeldBy(20), lists.pagesHeldBy(10), lists.pagesHeldBy(7)]).toEqual([3, 0, 0])
  })
})

describe('a map page that a checkpoint replaced', () => {
  test('is not needed by the root of that very checkpoint', () => {
    for (const root of [10, 20]) lists.retain(root)
    expect(lists.addSlotPage(100, 10, 20)).toBe(true)
    expect(holders()).toEqual({ 100: 10 })
  })

  test('is not wanted by savepoints', () => {
    for (const root of [10, 20]) lists.retain(root)
    lists.addSlotPage(100, 5, 20)
    const secured = new Runs()
    lists.persist(10, secured)
    lists.resurrect(10, secured)
    expect(secured.length).toBe(0)
    expect(holders()).toEqual({ 100: 10 })
  })

  test('is taken back when the checkpoint was given up', () => {
    for (const root of [10, 20]) lists.retain(root)
    lists.addSlotPage(100, 5, 20)
    lists.addSlotPage(200, 5, 20)
    expect(lists.takeBackSlotPages(new Set([100]))).toBe(1)
    expect(holders()).toEqual({ 200: 10 })
  })
})

describe('a persistent root', () => {
  test('secures what it needs of the pages dropped so far', () => {
    for (const root of [10, 20]) lists.retain(root)
    lists.add(100, 1, 5)
    lists.add(200, 1, 15)
    const secured = new Runs()
    lists.persist(10, secured)
    expect(pagesIn(secured)).toEqual([100])
  })

  test('does not secure twice what another one keeps', () => {
    for (const root of [10, 20]) lists.retain(root)
    lists.add(100, 1, 5)
    lists.persist(10, new Runs())
    const secured = new Runs()
    lists.persist(20, secured)
    expect(secured.length).toBe(0)
  })

  test('exposes what no other one keeps', () => {
    for (const root of [10, 20]) lists.persist(root, new Runs())
    lists.add(100, 1, 5)
    lists.add(200, 1, 15)
    const exposed = new Runs()
    lists.unpersist(20, exposed)
    expect(pagesIn(exposed)).toEqual([200])
  })

  test('needs a page exactly when it lies between birth and drop', () => {
    lists.persist(10, new Runs())
    expect([5, 10, 11].map(birth => lists.isNeededPersistently(birth, 30))).toEqual([true, true, false])
    expect(lists.isNeededPersistently(5, 9)).toBe(false)
  })
})

describe('a root that is restored', () => {
  test('gets back the pages it needs, wherever they wait, and leaves the others', () => {
    for (const root of [10, 20, 30]) lists.retain(root)
    lists.add(100, 1, 5)
    lists.add(200, 1, 15)
    lists.unretain(30, freed, unread)
    lists.resurrect(10, new Runs())
    expect(holders()).toEqual({ 200: 20 })
  })

  test('reports those that were not kept by a persistent root', () => {
    lists.persist(5, new Runs())
    lists.retain(10)
    lists.add(100, 1, 3)
    lists.add(200, 1, 7)
    const secured = new Runs()
    lists.resurrect(10, secured)
    expect(pagesIn(secured)).toEqual([200])
  })
})
