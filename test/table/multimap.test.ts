/**
 * Multimaps.
 */

import { describe, expect, test } from 'vitest'
import { multimap, table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { expectError, TestDatabase } from '../support/tables.ts'

const tags = multimap('tags', { key: t.text, value: t.text })

function openTags(...pairs: (readonly [string, string])[]) {
  const database = new TestDatabase(20)
  const map = database.begin().table(tags)
  for (const [key, value] of pairs) map.put(key, value)
  return { database, map }
}

const SOME = [
  ['a', 'x'],
  ['a', 'y'],
  ['ab', 'x'],
  ['b', ''],
  ['b', 'x'],
] as const

describe('a multimap', () => {
  test('holds each value of a key once, in order', () => {
    const { map } = openTags()
    expect([map.put('a', 'y'), map.put('a', 'x'), map.put('a', 'y')]).toEqual([true, true, false])
    expect(map.get('a').toArray()).toEqual(['x', 'y'])
    expect(map.get('other').toArray()).toEqual([])
  })

  test('does not take one key for the beginning of another', () => {
    const { map } = openTags(...SOME)
    expect([map.get('a').toArray(), map.countOf('a'), map.get('').toArray()]).toEqual([['x', 'y'], 2, []])
  })

  test('knows keys and pairs', () => {
    const { map } = openTags(...SOME)
    expect([map.has('a'), map.has('c'), map.has('a', 'y'), map.has('ab', 'y'), map.has('b', '')]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ])
  })

  test('lists each key once', () => {
    const { map } = openTags(...SOME)
    expect([...map.keys()]).toEqual(['a', 'ab', 'b'])
    expect([...map.keys({ gt: 'a', lt: 'b' })]).toEqual(['ab'])
    expect([...map.keys({ startsWith: 'a' })]).toEqual(['a', 'ab'])
    expect(map.keys({ reverse: true }).toArray()).toEqual(['b', 'ab', 'a'])
    expect(map.keys({ reverse: true, gt: 'a', limit: 1 }).toArray()).toEqual(['b'])
    expect(map.keys({ offset: 1, limit: 1 }).toArray()).toEqual(['ab'])
  })

  test('ranges over keys give pairs', () => {
    const { map } = openTags(...SOME)
    expect(map.range({ gt: 'a', reverse: true }).toArray()).toEqual([SOME[4], SOME[3], SOME[2]])
    expect(map.range({ lte: 'a', offset: 1 }).toArray()).toEqual([SOME[1]])
    expect(map.values({ gte: 'b' }).toArray()).toEqual(['', 'x'])
    expect([map.count(), map.count({ lt: 'b' }), map.first(), map.last({ lt: 'b' })]).toEqual([
      5,
      3,
      SOME[0],
      SOME[2],
    ])
    expect([...map]).toEqual(SOME)
  })

  test('removes a value, a key or a range', () => {
    const { map } = openTags(...SOME)
    expect([map.delete('a', 'x'), map.delete('a', 'x'), map.deleteAll('b'), map.deleteAll('c')]).toEqual([
      true,
      false,
      2,
      0,
    ])
    expect([...map]).toEqual([SOME[1], SOME[2]])
    expect(map.deleteRange({ gt: 'a' })).toBe(1)
    expect(map.clear()).toBe(1)
  })

  test('pops from both ends, and retains', () => {
    const { map } = openTags(...SOME)
    expect([map.popFirst(), map.popLast()]).toEqual([SOME[0], SOME[4]])
    expect(map.retain(key => key !== 'ab')).toBe(1)
    expect([...map]).toEqual([SOME[1], SOME[3]])
  })

  test('pops from a range of keys', () => {
    const { map } = openTags(...SOME)
    expect([map.popLast({ lte: 'a' }), map.popFirst({ gt: 'b' })]).toEqual([SOME[1], undefined])
  })

  test('takes many pairs in any order', () => {
    const { map } = openTags(['a', 'y'])
    expect(map.putMany([...SOME].reverse())).toBe(5)
    expect([...map]).toEqual(SOME)
  })

  test('refuses a pair that is too long, and values of the wrong type', () => {
    const { map } = openTags()
    expectError('KEY_TOO_LONG', () => map.put('x'.repeat(10), 'y'.repeat(10)))
    expect(expectError('INVALID_VALUE', () => map.put('x', 1 as never))).toContain("table 'tags', value")
    expect(expectError('INVALID_KEY', () => map.put(1 as never, 'x'))).toContain("table 'tags', key")
    expect(map.count()).toBe(0)
  })

  test('keeps values in descending order when they are declared so', () => {
    const scores = new TestDatabase()
      .begin()
      .table(table('scores', { key: t.text, values: t.tuple(t.u32.desc(), t.text) }))
    scores.put('chess', [10, 'ada'])
    scores.put('chess', [30, 'alan'])
    scores.put('chess', [30, 'al'])
    expect(scores.get('chess').toArray()).toEqual([[30, 'al'], [30, 'alan'], [10, 'ada']]) // biome-ignore format: one line
  })
})
