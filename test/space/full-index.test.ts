import { describe, expect, test } from 'vitest'
import { FullIndex } from '../../src/space/full-index.ts'

const FULL = -1

/** All words full but the given ones. */
function wordsWithOpen(length: number, ...open: number[]): Int32Array {
  const words = new Int32Array(length).fill(FULL)
  for (const word of open) words[word] = 0
  return words
}

describe('the index of full words', () => {
  test.each([1, 31, 32, 33, 1024, 1025, 40_000])('finds nothing among %i full words', length => {
    expect(new FullIndex(wordsWithOpen(length)).nextOpen(0)).toBe(-1)
  })

  test('finds the next open word from each side', () => {
    const index = new FullIndex(wordsWithOpen(40_000, 5, 1024, 39_999))
    expect([0, 5, 6, 1024, 1025, 39_999].map(from => index.nextOpen(from))).toEqual([
      5, 5, 1024, 1024, 39_999, 39_999,
    ])
  })

  test('finds nothing after the last open word', () => {
    const index = new FullIndex(wordsWithOpen(40_000, 39_000))
    expect(index.nextOpen(39_001)).toBe(-1)
    expect(index.nextOpen(40_000)).toBe(-1)
  })

  test('follows words that fill and open again, through all levels', () => {
    const index = new FullIndex(wordsWithOpen(40_000, 7, 30_000))
    index.wordFilled(7)
    expect(index.nextOpen(0)).toBe(30_000)
    index.wordFilled(30_000)
    expect(index.nextOpen(0)).toBe(-1)
    index.wordOpened(12_345)
    expect(index.nextOpen(0)).toBe(12_345)
  })
})
