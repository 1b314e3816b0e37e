import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { Gathering, GatheringSpace } from '../../../src/sql/functions/gathering.ts'

const HEAP_BYTES = 6000

test('all statements together are bounded, and the one that goes beyond fails', () => {
  const space = new GatheringSpace(HEAP_BYTES)
  const first = new Gathering(space)
  const second = new Gathering(space)
  first.take(600)
  second.take(400)
  expect(first.isLarge).toBe(true)
  expect(() => second.take(1)).toThrow(expect.objectContaining({ sqlstate: '53200' }))
  second.end()
  first.take(400)
  first.give(2000)
  expect(space.taken).toBe(0)
  expect(first.isLarge).toBe(false)
})

test('what nobody ends is given back when it is collected', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const space = new GatheringSpace(HEAP_BYTES)
  const kept = new Gathering(space)
  kept.take(10)
  ;(() => new Gathering(space).take(500))()
  for (let tries = 0; space.taken > 10 && tries < 50; tries++) {
    collect()
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  expect(space.taken).toBe(10)
  kept.end()
})

test('statements give back what they gather: when they end, fail, are left, and in windows', () => {
  using db = openSync(':memory:')
  const statements = [
    'select array_agg(x) from generate_series(1, 1000) x',
    'select x % 10, json_agg(x), string_agg(x::text, $$,$$) from generate_series(1, 1000) x group by 1',
    'select x % 10, array_agg(x order by x desc), array_agg(distinct x) from generate_series(1, 1000) x group by 1',
    'select array_agg(x) over (order by x rows 3 preceding) from generate_series(1, 1000) x',
    'select array_agg(1 / (x - 500)) from generate_series(1, 1000) x',
    'select array(select y from generate_series(1, x) y) from generate_series(1, 50) x',
    'select (select array_agg(y) from generate_series(1, x) y) from generate_series(1, 50) x',
    'select jsonb_object_agg(x, x) from generate_series(1, 1000) x group by rollup (x % 3, x % 5)',
  ]
  const takenAtOnce: number[] = []
  const { take } = Gathering.prototype
  const spaces = new Set<GatheringSpace>()
  Gathering.prototype.take = function (this: Gathering, bytes: number) {
    take.call(this, bytes)
    const { space } = this as unknown as { space: GatheringSpace }
    spaces.add(space)
    takenAtOnce.push(space.taken)
  }
  try {
    for (const text of statements) {
      try {
        db.query(text)
        for (const _ of db.prepare(text).iterate()) break
      } catch (error) {
        expect((error as { sqlstate: string }).sqlstate).toBe('22012')
      }
      expect(
        takenAtOnce.splice(0).some(bytes => bytes > 0),
        text,
      ).toBe(true)
      expect(
        [...spaces].map(space => space.taken),
        text,
      ).toEqual([0])
    }
  } finally {
    Gathering.prototype.take = take
  }
})
