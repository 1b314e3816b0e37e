/** What ranges have in common with JavaScript's iterator helpers. */

import { describe, expect, test } from 'vitest'
import { table } from '../../src/table/definition.ts'
import { Derived } from '../../src/table/sequence.ts'
import { t } from '../../src/table/types.ts'
import { expectError, TestDatabase } from '../support/tables.ts'

const numbers = table('numbers', { key: t.u32, value: t.text })

function openNumbers(count: number) {
  const database = new TestDatabase()
  const map = database.begin().table(numbers)
  for (let i = 0; i < count; i++) map.put(i, `n${i}`)
  return { database, map }
}

/** A sequence that tells how many of it were read, and whether its loop was ended. */
function watched(count: number) {
  const seen = { read: 0, ended: 0 }
  const values = new Derived(function* () {
    try {
      for (let i = 0; i < count; i++) {
        seen.read++
        yield i
      }
    } finally {
      seen.ended++
    }
  })
  return { seen, values }
}

describe('a range', () => {
  test('is changed, filtered and cut like an iterator', () => {
    const { map } = openNumbers(10)
    const keys = map.keys({ reverse: true })
    expect(keys.map(key => key * 2).toArray()).toEqual([18, 16, 14, 12, 10, 8, 6, 4, 2, 0])
    expect(keys.filter(key => key % 3 === 0).toArray()).toEqual([9, 6, 3, 0])
    expect(keys.take(2).toArray()).toEqual([9, 8])
    expect(keys.drop(8).toArray()).toEqual([1, 0])
    expect(keys.take(2).flatMap(key => map.values({ lte: key }).take(2)).toArray()).toEqual(['n0', 'n1', 'n0', 'n1']) // biome-ignore format: one line
    expect(map.range().map(([key, value]) => `${key}${value}`).first()).toBe('0n0') // biome-ignore format: one line
  })

  test('is searched and folded', () => {
    const { map } = openNumbers(10)
    const keys = map.keys()
    expect(keys.find(key => key > 6)).toBe(7)
    expect(keys.find(key => key > 60)).toBeUndefined()
    expect([keys.some(key => key === 9), keys.every(key => key < 9)]).toEqual([true, false])
    expect(keys.reduce((sum, key) => sum + key, 0)).toBe(45)
    const visited: number[] = []
    map.values().forEach((value, index) => {
      if (value.length > 0) visited.push(index)
    })
    expect(visited).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('starts anew for each loop, also behind map and filter', () => {
    const { map } = openNumbers(2)
    const doubled = map.keys().map((key, index) => [key, index])
    expect([...doubled]).toEqual([...doubled])
    map.put(7, 'n7')
    expect([...doubled]).toEqual([[0, 0], [1, 1], [7, 2]]) // biome-ignore format: one line
  })
})

describe('a sequence', () => {
  test('reads nothing before it is asked', () => {
    const { seen, values } = watched(10)
    values.map(value => value).filter(() => true).drop(1).take(3) // biome-ignore format: one line
    expect(seen.read).toBe(0)
  })

  test.each([
    ['take', (values: Derived<number>) => values.take(3).toArray()],
    [
      'take and filter',
      (values: Derived<number>) =>
        values
          .filter(value => value > 0)
          .take(2)
          .toArray(),
    ],
    ['find', (values: Derived<number>) => values.find(value => value === 2)],
    ['some', (values: Derived<number>) => values.some(value => value === 2)],
    ['every', (values: Derived<number>) => values.every(value => value < 2)],
  ])('reads no more than is asked for, and ends what it reads: %s', (_, run) => {
    const { seen, values } = watched(10)
    run(values)
    expect(seen).toEqual({ read: 3, ended: 1 })
  })

  test('takes nothing without reading', () => {
    const { seen, values } = watched(10)
    expect(values.take(0).toArray()).toEqual([])
    expect(seen.read).toBe(0)
  })

  test('is cut by a count', () => {
    const { values } = watched(3)
    expect(values.take(Infinity).toArray()).toEqual([0, 1, 2])
    for (const count of [-1, 1.5, Number.NaN, '2' as never]) {
      expect(expectError('INVALID_RANGE', () => values.take(count))).toContain('take: expected an integer')
      expectError('INVALID_RANGE', () => values.drop(count))
    }
  })
})
