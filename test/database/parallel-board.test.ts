/** How a `parallel` call is cut into parts, and what its threads tell each other in shared words. */

import { describe, expect, it } from 'vitest'
import { PartBoard } from '../../src/database/parallel-board.ts'

/** The same words, as another thread sees them. */
const elsewhere = (board: PartBoard): PartBoard => new PartBoard(board.share)

describe('the parts', () => {
  it.each([
    [1, 1],
    [10, 3],
    [1000, 7],
    [64, 64],
    [2 ** 40 + 12_345, 1_000_000],
  ])('of %d entries in %d lie side by side, and differ by one entry at most', (entries, count) => {
    const board = PartBoard.create(entries, count, 1)
    const shortest = Math.floor(entries / count)
    let end = 0
    for (let index = 0; index < count; index++) {
      const place = board.place(index)
      if (place.start !== end || (place.entries !== shortest && place.entries !== shortest + 1))
        expect.unreachable(`part ${index} is ${place.entries} entries from ${place.start} on`)
      end += place.entries
    }
    expect(end).toBe(entries)
  })

  it('are taken once each, by whoever asks', () => {
    const board = PartBoard.create(10, 3, 2)
    const other = elsewhere(board)
    expect([board.take(0), other.take(1), board.take(0)]).toEqual([0, 1, 2])
    expect([board.take(0), other.take(1), other.take(1)]).toEqual([undefined, undefined, undefined])
  })
})

describe('progress', () => {
  it('is that of the part that a worker is at', () => {
    const board = PartBoard.create(10, 2, 2)
    const worker = elsewhere(board)
    worker.take(1)
    worker.report(1, 3)
    expect([board.partOf(0), board.doneBy(0)]).toEqual([undefined, 0])
    expect([board.partOf(1), board.doneBy(1)]).toEqual([0, 3])
    worker.finish(1)
    expect([board.partOf(1), board.doneBy(1)]).toEqual([undefined, 0])
    worker.take(1)
    expect([board.partOf(1), board.doneBy(1)]).toEqual([1, 0])
  })

  it('is never more than the part, nor less than nothing, whatever is reported', () => {
    const board = PartBoard.create(10, 2, 1)
    board.take(0)
    for (const [reported, done] of [
      [7, 5],
      [2 ** 40, 5],
      [-1, 0],
      [Number.NaN, 0],
      [2.9, 2],
    ]) {
      board.report(0, reported)
      expect(board.doneBy(0)).toBe(done)
    }
  })

  it('is nearly right in a part of more entries than a word can count', () => {
    const board = PartBoard.create(2 ** 35, 1, 1)
    board.take(0)
    board.report(0, 2 ** 34 + 5)
    expect(Math.abs(board.doneBy(0) - 2 ** 34)).toBeLessThan(20)
    board.report(0, 2 ** 35)
    expect(board.doneBy(0)).toBeGreaterThan(2 ** 35 - 20)
  })
})
