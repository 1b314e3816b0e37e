/** Statistics of columns against what the columns really have. */

import { describe, expect, test } from 'vitest'
import { columnStatistics } from '../../../src/sql/catalog/column-statistics.ts'
import { INT4, JSON_TYPE, TEXT } from '../../../src/sql/types/type.ts'

const of = (values: readonly unknown[], rowCount = values.length, target = 100) =>
  columnStatistics({ type: INT4, values, rowCount, widthOf: () => 4, target })

/** Numbers in [0, 1), the same each time. Source: G. Marsaglia, Xorshift RNGs, 2003. */
function randoms(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4294967296
  }
}

describe('of a whole table', () => {
  test('are exact', () => {
    const statistics = of([1, 1, 1, 1, 2, 2, 2, 3, 3, null, null, null, 3, 1, 1, 1, 1, 1, 1, 1])
    expect(statistics).toMatchObject({
      nullFraction: 0.15,
      distinct: -0.15,
      commonValues: [1],
      commonFrequencies: [0.55],
      histogram: [2, 3],
    })
  })
  test('list all values of a column that has few', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i % 3)
    expect(of(values)).toMatchObject({ distinct: 3, commonValues: [0, 1, 2], histogram: [] })
  })
  test('say of a unique column that its values grow with the table', () => {
    const statistics = of(Array.from({ length: 1000 }, (_, i) => i))
    expect(statistics).toMatchObject({ distinct: -1, commonValues: [], correlation: 1 })
    expect(statistics.histogram).toHaveLength(101)
    expect([statistics.histogram[0], statistics.histogram[50], statistics.histogram[100]]).toEqual([
      0, 499, 999,
    ])
  })
  test('know a column that falls where the key grows', () => {
    expect(of(Array.from({ length: 100 }, (_, i) => -i)).correlation).toBe(-1)
  })
  test('of nothing but nulls, or of nothing, are few', () => {
    expect(of([null, null])).toMatchObject({ nullFraction: 1, distinct: 0, histogram: [] })
    expect(of([])).toMatchObject({ nullFraction: 0, distinct: 0 })
  })
})

describe('of a sample', () => {
  test.each([10, 1000, 20_000, 200_000])('estimate %i different values to a factor of 1.6', truth => {
    const random = randoms(truth)
    // A million rows, values with equal probability, a sample of 30,000.
    const values = Array.from({ length: 30_000 }, () => Math.floor(random() * truth))
    const { distinct } = of(values, 1_000_000)
    const estimate = distinct < 0 ? -distinct * 1_000_000 : distinct
    expect(Math.max(estimate / truth, truth / estimate)).toBeLessThan(1.6)
  })
  test('keep what is more common than chance explains, and nothing else', () => {
    const random = randoms(7)
    const value = () => (random() < 0.2 ? 42 : random() < 0.1 ? 7 : Math.floor(random() * 100_000))
    const { commonValues, commonFrequencies } = of(Array.from({ length: 30_000 }, value), 1_000_000)
    expect(commonValues).toEqual([42, 7])
    expect(commonFrequencies[0]).toBeCloseTo(0.2, 1)
    expect(commonFrequencies[1]).toBeCloseTo(0.08, 1)
  })
})

test('values without an order have only nulls and widths', () => {
  const statistics = columnStatistics({
    type: JSON_TYPE,
    values: ['{}', null, '[1]', '{}'],
    rowCount: 4,
    widthOf: value => (value as string).length,
    target: 100,
  })
  expect(statistics).toMatchObject({ nullFraction: 0.25, distinct: -0.75, commonValues: [], histogram: [] })
  expect(statistics.averageWidthBytes).toBeCloseTo(7 / 3)
})
test('long values are counted and never kept', () => {
  const long = 'x'.repeat(5000)
  const statistics = columnStatistics({
    type: TEXT,
    values: [long, long, 'a', 'a', 'a', 'b'],
    rowCount: 6,
    widthOf: value => (value as string).length,
    target: 100,
  })
  expect([...statistics.commonValues, ...statistics.histogram]).not.toContain(long)
  expect(statistics.distinct).toBeCloseTo(-4 / 6)
})
