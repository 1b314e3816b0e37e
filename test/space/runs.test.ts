import { describe, expect, test } from 'vitest'
import { Runs } from '../../src/space/runs.ts'

const LARGEST_BIRTH = 2 ** 48 - 1

function runsOf(count: number): Runs {
  const runs = new Runs()
  for (let index = 0; index < count; index++) runs.push(index * 10, index + 1, LARGEST_BIRTH - index)
  return runs
}

describe('a list of runs', () => {
  test('keeps what is pushed, births of 48 bits included, while it grows', () => {
    const runs = runsOf(1000)
    expect([runs.length, runs.pageIdAt(999), runs.countAt(999), runs.birthAt(999)]).toEqual([
      1000,
      9990,
      1000,
      LARGEST_BIRTH - 999,
    ])
  })

  test('is cut to a length remembered before', () => {
    const runs = runsOf(5)
    runs.truncate(2)
    runs.push(77, 7, 7)
    expect([runs.length, runs.pageIdAt(1), runs.pageIdAt(2)]).toEqual([3, 10, 77])
  })

  test('puts the last run in the place of a removed one', () => {
    const runs = runsOf(4)
    runs.removeAt(1)
    expect([0, 1, 2].map(index => [runs.pageIdAt(index), runs.countAt(index)])).toEqual([
      [0, 1],
      [30, 4],
      [20, 3],
    ])
  })

  test('loses its last run when that one is removed', () => {
    const runs = runsOf(1)
    runs.removeAt(0)
    expect(runs.length).toBe(0)
  })

  test('adds up its pages', () => {
    expect(runsOf(4).pageCount()).toBe(1 + 2 + 3 + 4)
  })

  test('can be used again after it was cleared', () => {
    const runs = runsOf(5000)
    runs.clear()
    runs.push(1, 2, 3)
    expect([runs.length, runs.pageIdAt(0), runs.countAt(0), runs.birthAt(0)]).toEqual([1, 1, 2, 3])
  })
})
