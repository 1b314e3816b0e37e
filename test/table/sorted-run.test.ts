/**
 * Sorted runs: what bulk loads collect.
 */

import { describe, expect, test } from 'vitest'
import { ByteWriter } from '../../src/table/bytes.ts'
import { RunTree } from '../../src/table/run-tree.ts'
import { SortedRun } from '../../src/table/sorted-run.ts'
import { keyUnder } from '../support/cursor-key.ts'

/** A run of the given keys, each with its number as the value. */
function runOf(keys: readonly Buffer[]): SortedRun {
  const run = new SortedRun()
  for (const [i, key] of keys.entries()) run.add(key, key.length, Buffer.from([i >>> 8, i]), 0, 2)
  run.sort()
  return run
}

function entriesOf(run: SortedRun): [key: string, value: number][] {
  const writer = new ByteWriter()
  return Array.from({ length: run.count }, (_, i) => {
    run.loadKey(i, writer)
    return [writer.toBytes().toString('hex'), run.bytes.readUInt16BE(run.valueStart(i))]
  })
}

/** The same order by the plainest means. */
function sorted(keys: readonly Buffer[]): [key: string, value: number][] {
  return keys
    .map((key, i) => ({ key, i }))
    .sort((a, b) => Buffer.compare(a.key, b.key) || a.i - b.i)
    .map(({ key, i }) => [key.toString('hex'), i])
}

/** Numbers that look random and are the same each time. */
function* numbers(): Generator<number, never> {
  for (let state = 1; ; state = (state * 48_271) % 0x7fff_ffff) yield state
}

describe('a run', () => {
  test.each([
    ['keys of one length', 8, 256],
    ['keys that share most of their bytes', 12, 2],
    ['keys of many lengths, with zeros', 7, 2],
    ['equal keys, which stay as they came', 1, 3],
  ])('sorts %s', (name, maxLength, alphabet) => {
    const random = numbers()
    const next = (limit: number) => random.next().value % limit
    const keys = Array.from({ length: 3000 }, () => {
      const length = name.includes('lengths') ? next(maxLength + 1) : maxLength
      return Buffer.concat([Buffer.from('prefix'), Buffer.from(Array.from({ length }, () => next(alphabet)))])
    })
    expect(entriesOf(runOf(keys))).toEqual(sorted(keys))
  })

  test.each([
    ['numbers', () => Buffer.from([0x80, 0, 0, 0]), 4, 256],
    ['keys that share their first bytes', () => Buffer.from('always the same'), 6, 9],
    ['keys of many lengths, with zeros', () => Buffer.alloc(0), 5, 4],
    ['equal keys', () => Buffer.from('key'), 1, 2],
    ['nothing but equal keys', () => Buffer.from('key'), 0, 1],
  ])('of many entries is sorted in steps: %s', (name, prefix, maxLength, alphabet) => {
    const random = numbers()
    const next = (limit: number) => random.next().value % limit
    const keys = Array.from({ length: 70_000 }, () => {
      const length = name.includes('lengths') ? next(maxLength + 1) : maxLength
      return Buffer.concat([prefix(), Buffer.from(Array.from({ length }, () => next(alphabet)))])
    })
    const run = new SortedRun()
    for (const [i, key] of keys.entries()) run.add(key, key.length, Buffer.from([i >>> 16, i >>> 8, i]), 0, 3)
    let longest = 0
    let steps = 0
    const isDue = (units: number) => {
      longest = Math.max(longest, units)
      return true
    }
    for (const _ of run.sortInSteps(isDue)) steps++
    const numberAt = (i: number) => run.bytes.readUIntBE(run.valueStart(i), 3)
    const inOrder = Array.from({ length: run.count }, (_, i) => numberAt(i))
    const expected = keys.map((_, i) => i).sort((a, b) => Buffer.compare(keys[a], keys[b]) || a - b)
    expect(inOrder).toEqual(expected)
    // What came in order is in order.
    if (name === 'nothing but equal keys') expect(steps).toBe(0)
    else expect(steps).toBeGreaterThan(50)
    expect(longest).toBeLessThanOrEqual(32_768)
  })

  test('that came in order stays so, and goes back to the order in which it came', () => {
    const keys = ['b', 'a', 'c', 'a'].map(key => Buffer.from(key))
    const run = runOf(keys)
    run.unsort()
    expect(entriesOf(run).map(([, value]) => value)).toEqual([0, 1, 2, 3])
    const ascending = keys.toSorted(Buffer.compare)
    expect(entriesOf(runOf(ascending))).toEqual(sorted(ascending))
  })

  test('can be filled again', () => {
    const run = runOf([Buffer.from('zz'), Buffer.from('za')])
    run.clear()
    run.add(Buffer.from('b'), 1, Buffer.from([0, 1]), 0, 2)
    run.add(Buffer.from('a'), 1, Buffer.from([0, 2]), 0, 2)
    run.sort()
    expect(entriesOf(run)).toEqual([['61', 2], ['62', 1]]) // biome-ignore format: one line
  })
})

describe('a run as a tree', () => {
  const tree = new RunTree(runOf(['d', 'b', 'f'].map(key => Buffer.from(key))))
  const keyAt = (cursor: ReturnType<RunTree['cursor']>) => keyUnder(cursor).toString('latin1')

  test('finds and ranks keys', () => {
    expect(tree.find(Buffer.from('d'), 1)).toBe(true)
    expect([tree.valueBytes.readUInt16BE(tree.valueOffset), tree.valueLength]).toEqual([0, 2])
    expect(['a', 'b', 'c', 'g'].map(key => tree.rank(Buffer.from(key), 1))).toEqual([0, 0, 1, 3])
    expect(tree.has(Buffer.from('c'), 1)).toBe(false)
  })

  test('is walked both ways', () => {
    const cursor = tree.cursor()
    expect([cursor.seek(Buffer.from('c'), 1), keyAt(cursor)]).toEqual([true, 'd'])
    expect([cursor.next(), keyAt(cursor), cursor.next(), cursor.next()]).toEqual([true, 'f', false, false])
    expect([cursor.seekBefore(Buffer.from('f'), 1), keyAt(cursor)]).toEqual([true, 'd'])
    expect([cursor.prev(), keyAt(cursor), cursor.prev()]).toEqual([true, 'b', false])
    expect([cursor.seekRank(2), keyAt(cursor), cursor.seekRank(3)]).toEqual([true, 'f', false])
  })

  test('opens values', () => {
    const target = Buffer.alloc(2)
    const reader = tree.openValue(Buffer.from('f'), 1)!
    reader.verify()
    expect([reader.length, reader.read(target, 0, 2, 0), target[1]]).toEqual([2, 2, 2])
    expect(tree.openValue(Buffer.from('x'), 1)).toBe(undefined)
  })
})
