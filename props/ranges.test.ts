/**
 * Ranges over tuple keys, against filtering and sorting an array: bounds of whole keys and of leading parts,
 * prefixes, beginnings of text, both directions, limits and offsets, for maps and for indexes.
 */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { desc, table } from '../src/table/definition.ts'
import type { Bounds, RangeOptions } from '../src/table/range.ts'
import { t } from '../src/table/types.ts'
import { TestDatabase } from '../test/support/tables.ts'
import { runs } from './scale.ts'

type Key = readonly [string, number, string]

const word = fc.string({ unit: fc.constantFrom('\0', '\x01', 'a', 'b', '￿'), maxLength: 3 })
const number = fc.integer({ min: 0, max: 3 })
const key: fc.Arbitrary<Key> = fc.tuple(word, number, word)
const leading = fc.oneof(
  fc.constant([] as const),
  fc.tuple(word),
  fc.tuple(word, number),
  fc.tuple(word, number, word),
)

const bounds = fc.record(
  {
    low: fc.tuple(fc.constantFrom('gt' as const, 'gte' as const), leading),
    high: fc.tuple(fc.constantFrom('lt' as const, 'lte' as const), leading),
    prefix: leading,
    beginning: word,
    reverse: fc.boolean(),
    limit: fc.integer({ min: 0, max: 5 }),
    offset: fc.integer({ min: 0, max: 5 }),
  },
  { requiredKeys: [] },
)

type Asked = typeof bounds extends fc.Arbitrary<infer T> ? T : never

/** A part after which text can begin: the first, or the third. */
function takesBeginning({ prefix, beginning }: Asked): boolean {
  return beginning !== undefined && (prefix === undefined || prefix.length === 0 || prefix.length === 2)
}

function optionsOf(asked: Asked): RangeOptions<Key> {
  const { low, high, prefix, beginning, reverse, limit, offset } = asked
  return {
    ...(low === undefined ? {} : { [low[0]]: low[1] }),
    ...(high === undefined ? {} : { [high[0]]: high[1] }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(takesBeginning(asked) ? { startsWith: beginning! } : {}),
    ...(reverse === undefined ? {} : { reverse }),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  }
}

function compareParts(a: readonly unknown[], b: readonly unknown[], isSecondDescending: boolean): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order =
      typeof a[i] === 'number'
        ? ((a[i] as number) - (b[i] as number)) * (isSecondDescending ? -1 : 1)
        : Buffer.compare(Buffer.from(a[i] as string), Buffer.from(b[i] as string))
    if (order !== 0) return order
  }
  return 0
}

/** What the range means: a bound of leading parts compares these parts only. */
function expected(keys: readonly Key[], asked: Asked, isSecondDescending: boolean): Key[] {
  const { low, high, prefix, beginning, reverse, limit, offset } = asked
  const compare = (a: readonly unknown[], b: readonly unknown[]) => compareParts(a, b, isSecondDescending)
  const found = keys
    .filter(candidate => {
      if (low !== undefined) {
        const order = compare(candidate, low[1])
        if (low[0] === 'gt' ? order <= 0 : order < 0) return false
      }
      if (high !== undefined) {
        const order = compare(candidate, high[1])
        if (high[0] === 'lt' ? order >= 0 : order > 0) return false
      }
      if (prefix !== undefined && compare(candidate, prefix) !== 0) return false
      if (!takesBeginning(asked)) return true
      return String(candidate[(prefix?.length ?? 0) as 0 | 2]).startsWith(beginning!)
    })
    .sort(compare)
  if (reverse === true) found.reverse()
  return found.slice(offset ?? 0).slice(0, limit ?? found.length)
}

test('a range of a map is what filtering and sorting gives', () => {
  const definition = table('map', { key: t.tuple(t.text, t.u8, t.text), value: t.text })
  fc.assert(
    fc.property(fc.array(key, { maxLength: 20 }), bounds, (keys, asked) => {
      const map = new TestDatabase().begin().table(definition)
      const distinct = [...new Map(keys.map(each => [JSON.stringify(each), each])).values()]
      for (const each of keys) map.put(each, each.join())
      const options = optionsOf(asked)
      const wanted = expected(distinct, asked, false)
      expect(map.keys(options).toArray()).toEqual(wanted)
      expect(map.range(options).toArray()).toEqual(wanted.map(each => [each, each.join()]))
      expect(map.values(options).toArray()).toEqual(wanted.map(each => each.join()))
      expect(map.count(options)).toBe(wanted.length)
      const { reverse: _, limit: __, offset: ___, ...only } = options
      const rest =
        distinct.length -
        expected(distinct, { ...asked, limit: undefined, offset: undefined } as never, false).length
      map.deleteRange(only as Bounds<Key>)
      expect(map.count()).toBe(rest)
    }),
    { numRuns: runs(400) },
  )
})

test('a range of an index is what filtering and sorting gives', () => {
  const definition = table('records', {
    columns: { id: t.u32, a: t.text, b: t.u8, c: t.text },
    primaryKey: ['id'],
    indexes: { byAll: { on: ['a', desc('b'), 'c'] } },
  })
  fc.assert(
    fc.property(fc.array(key, { maxLength: 20 }), bounds, (keys, asked) => {
      const records = new TestDatabase().begin().table(definition)
      for (const [id, [a, b, c]] of keys.entries()) records.put({ id, a, b, c })
      const options = optionsOf(asked)
      const wanted = expected(keys, asked, true)
      const index = records.by('byAll')
      expect(index.keys(options).toArray()).toEqual(wanted)
      expect(
        index
          .range(options)
          .toArray()
          .map(({ a, b, c }) => [a, b, c]),
      ).toEqual(wanted)
      expect(
        index
          .primaryKeys(options)
          .toArray()
          .map(id => keys[id]),
      ).toEqual(wanted)
      expect(index.count(options)).toBe(wanted.length)
      for (const each of keys)
        expect(index.countOf(each)).toBe(keys.filter(other => `${other}` === `${each}`).length)
    }),
    { numRuns: runs(400) },
  )
})
