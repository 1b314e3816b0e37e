import { describe, expect, test } from 'vitest'
import { isCoppiceError } from '../../src/base/errors.ts'
import { PageSupply } from '../../src/space/page-supply.ts'

const MANY_PAGES = 2 ** 28

/** A file of `pageCount` pages, all taken but `free`. */
function fileWithFree(pageCount: number, ...free: number[]): PageSupply {
  const supply = new PageSupply(MANY_PAGES)
  supply.take(0, pageCount)
  for (const pageId of free) supply.free(pageId, 1)
  return supply
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    return isCoppiceError(error) ? error.code : String(error)
  }
  return undefined
}

describe('one page', () => {
  test('is the lowest free one', () => {
    const supply = fileWithFree(100_000, 50, 7, 99_000)
    expect([supply.allocate(), supply.allocate(), supply.allocate()]).toEqual([7, 50, 99_000])
  })

  test('is at the end of the file when there is no free one', () => {
    const supply = fileWithFree(5000)
    expect([supply.allocate(), supply.allocate()]).toEqual([5000, 5001])
    expect(supply.pageCount).toBe(5002)
  })

  test('is free again at once when it was given back', () => {
    const supply = fileWithFree(5000)
    supply.free(123, 1)
    expect(supply.freeCount).toBe(1)
    expect(supply.allocate()).toBe(123)
    expect(supply.freeCount).toBe(0)
  })

  test('is refused when the file has its largest size and no free page', () => {
    const supply = new PageSupply(100)
    for (let count = 0; count < 100; count++) supply.allocate()
    expect(codeOf(() => supply.allocate())).toBe('DATABASE_FULL')
    supply.free(42, 1)
    expect(supply.allocate()).toBe(42)
  })
})

describe('a run', () => {
  test('takes the first hole that is large enough', () => {
    const supply = fileWithFree(10_000, 10, 11, 20, 21, 22, 30, 31, 32)
    expect(supply.allocateRun(3)).toBe(20)
    expect(supply.allocateRun(3)).toBe(30)
    expect(supply.allocateRun(3)).toBe(10_000)
  })

  test('goes to the end of the file when no hole fits, from the last page in use on', () => {
    const supply = fileWithFree(1000, 998, 999)
    expect(supply.allocateRun(5)).toBe(998)
    expect(supply.pageCount).toBe(1003)
  })

  test('may be larger than a word, and fills the hole exactly', () => {
    const supply = fileWithFree(10_000)
    supply.free(1000, 700)
    expect(supply.allocateRun(700)).toBe(1000)
    expect(supply.freeCount).toBe(0)
  })

  test('does not pay for a million holes that are too small', { timeout: 5000 }, () => {
    const supply = fileWithFree(2_000_000)
    for (let pageId = 0; pageId < 2_000_000; pageId += 2) supply.free(pageId, 1)
    // Looking at every hole each time would take minutes.
    for (let count = 0; count < 5000; count++) supply.allocateRun(2)
    expect(supply.freeCount).toBe(1_000_000)
  })

  test('finds a far hole in the end, because each search goes on where the last one stopped', () => {
    const supply = fileWithFree(20_000)
    for (let pageId = 0; pageId < 10_000; pageId += 2) supply.free(pageId, 1)
    supply.free(15_000, 2)
    const starts: number[] = []
    for (let count = 0; count < 200; count++) starts.push(supply.allocateRun(2))
    expect(starts).toContain(15_000)
  })

  test('finds a hole that appeared after a search found none', () => {
    const supply = fileWithFree(1000, 500)
    supply.allocateRun(2)
    supply.allocateRun(2)
    supply.free(600, 2)
    expect(supply.allocateRun(2)).toBe(600)
  })

  test('joins neighbouring pages that were given back one by one', () => {
    const supply = fileWithFree(1000, 400, 402)
    supply.allocateRun(3)
    supply.free(401, 1)
    expect(supply.allocateRun(3)).toBe(400)
  })

  test('looks at every hole before the file counts as full', () => {
    const supply = new PageSupply(10_000)
    supply.take(0, 10_000)
    for (let pageId = 0; pageId < 9000; pageId += 2) supply.free(pageId, 1)
    supply.free(9500, 3)
    expect(supply.allocateRun(3)).toBe(9500)
    expect(codeOf(() => supply.allocateRun(3))).toBe('DATABASE_FULL')
  })

  test('stays below a limit while any hole there fits', () => {
    const supply = fileWithFree(10_000)
    for (let pageId = 0; pageId < 8000; pageId += 2) supply.free(pageId, 1)
    supply.free(8500, 4)
    supply.free(9500, 4)
    supply.limitRuns(9000)
    expect(supply.allocateRun(4)).toBe(8500)
    expect(supply.allocateRun(4)).toBeGreaterThanOrEqual(9500)
  })
})

describe('the end of the file', () => {
  test('moves down past free pages', () => {
    const supply = fileWithFree(1000)
    supply.free(900, 100)
    supply.free(500, 10)
    expect(supply.trailingFree()).toBe(100)
    expect(supply.truncate()).toBe(900)
    expect([supply.pageCount, supply.freeCount, supply.trailingFree()]).toEqual([900, 10, 0])
  })

  test('stays where it is when the last page is taken', () => {
    const supply = fileWithFree(1000, 998)
    expect(supply.truncate()).toBe(1000)
  })

  test('moves up again by the next pages', () => {
    const supply = fileWithFree(1000)
    supply.free(10, 990)
    supply.truncate()
    expect(supply.allocateRun(20)).toBe(10)
    expect(supply.pageCount).toBe(30)
  })
})

describe('a walk', () => {
  test('gives the taken runs in order', () => {
    const supply = fileWithFree(100, 0, 50, 99)
    const runs: number[][] = []
    supply.forEachTakenRun((pageId, count) => runs.push([pageId, count]))
    expect(runs).toEqual([
      [1, 49],
      [51, 48],
    ])
  })
})
