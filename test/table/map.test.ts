/**
 * Maps.
 */

import { describe, expect, test } from 'vitest'
import { table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { expectError, TestDatabase } from '../support/tables.ts'

const ages = table('ages', { key: t.text, value: t.u8 })
const prices = table('prices', { key: t.tuple(t.text, t.u32), value: t.f64 })
const files = table('files', { key: t.text, value: t.bytes })
const notes = table('notes', { key: t.u32, value: t.json<unknown>() })

function openAges(...names: string[]) {
  const database = new TestDatabase(40)
  const map = database.begin().table(ages)
  for (const [age, name] of names.entries()) map.put(name, age)
  return { database, map }
}

describe('single entries', () => {
  test('put replaces, insert refuses', () => {
    const { map } = openAges('ada')
    map.put('ada', 7)
    expect(expectError('KEY_EXISTS', () => map.insert('ada', 8))).toContain('"ada"')
    map.insert('alan', 1)
    expect(map.range().toArray()).toEqual([['ada', 7], ['alan', 1]]) // biome-ignore format: one line
  })

  test('delete says whether there was something', () => {
    const { map } = openAges('ada')
    expect([map.delete('ada'), map.delete('ada'), map.has('ada'), map.get('ada')]).toEqual([
      true,
      false,
      false,
      undefined,
    ])
  })

  test('update makes the new value from the old one, or from nothing', () => {
    const { map } = openAges()
    const increment = (age: number | undefined) => (age ?? 10) + 1
    expect([map.update('ada', increment), map.update('ada', increment)]).toEqual([11, 12])
    expect(map.get('ada')).toBe(12)
  })

  test('compareAndSet changes only what is as expected', () => {
    const { map } = openAges()
    expect(map.compareAndSet('ada', 1, 2)).toBe(false)
    expect(map.compareAndSet('ada', undefined, 1)).toBe(true)
    expect(map.compareAndSet('ada', undefined, 2)).toBe(false)
    expect(map.compareAndSet('ada', 1, 3)).toBe(true)
    expect(map.get('ada')).toBe(3)
    expect(map.compareAndSet('ada', 2, undefined)).toBe(false)
    expect(map.compareAndSet('ada', 3, undefined)).toBe(true)
    expect(map.compareAndSet('ada', undefined, undefined)).toBe(true)
    expect(map.count()).toBe(0)
  })

  test('the empty text is a key like any other', () => {
    const { map } = openAges()
    map.put('', 1)
    expect([map.get(''), map.first()]).toEqual([1, ['', 1]])
  })

  test('getMany answers in the order of the keys', () => {
    const { map } = openAges('a', 'b')
    expect(map.getMany(['b', 'x', 'a'])).toEqual([1, undefined, 0])
  })
})

describe('ends', () => {
  test('first and last, of all and of a range', () => {
    const { map } = openAges('a', 'b', 'c', 'd')
    expect([map.first(), map.last()]).toEqual([['a', 0], ['d', 3]]) // biome-ignore format: one line
    expect([map.first({ gt: 'b' }), map.last({ lt: 'c' }), map.last({ gt: 'd' })]).toEqual([
      ['c', 2],
      ['b', 1],
      undefined,
    ])
    expect(map.last({ reverse: true })).toEqual(['a', 0])
  })

  test('popping takes away', () => {
    const { map } = openAges('a', 'b', 'c')
    expect([map.popFirst(), map.popLast(), map.popLast(), map.popLast()]).toEqual([
      ['a', 0],
      ['c', 2],
      ['b', 1],
      undefined,
    ])
  })
})

describe('ranges', () => {
  test('a map is iterable', () => {
    expect(new Map(openAges('b', 'a').map)).toEqual(new Map([['a', 1], ['b', 0]])) // biome-ignore format: one line
  })

  test('a range can be walked again', () => {
    const range = openAges('a', 'b').map.keys({ gte: 'a' })
    expect([[...range], [...range]]).toEqual([['a', 'b'], ['a', 'b']]) // biome-ignore format: one line
  })

  test('a whole tuple as prefix means that key, not texts that begin like it', () => {
    const pairs = new TestDatabase()
      .begin()
      .table(table('pairs', { key: t.tuple(t.u8, t.text), value: t.u8 }))
    for (const [value, name] of ['Par', 'Paris', 'Parma'].entries()) pairs.put([1, name], value)
    expect(pairs.keys({ prefix: [1, 'Par'] }).toArray()).toEqual([[1, 'Par']])
    expect(pairs.keys({ prefix: [1], startsWith: 'Pari' }).toArray()).toEqual([[1, 'Paris']])
    expect(pairs.keys({ gt: [1, 'Par'] }).toArray()).toEqual([[1, 'Paris'], [1, 'Parma']]) // biome-ignore format: one line
  })

  test('startsWith finds texts and bytes by their beginning', () => {
    const { map } = openAges('ab', 'abc', 'b', 'aé')
    expect(map.keys({ startsWith: 'ab' }).toArray()).toEqual(['ab', 'abc'])
    const bytes = new TestDatabase().begin().table(table('bytes', { key: t.bytes.desc(), value: t.u8 }))
    for (const [i, key] of [[1], [1, 255], [255], [255, 255]].entries()) bytes.put(new Uint8Array(key), i)
    expect(bytes.values({ startsWith: new Uint8Array([255]) }).toArray()).toEqual([3, 2])
  })

  test.each([
    ['both gt and gte', { gt: 'a', gte: 'a' }],
    ['both lt and lte', { lt: 'a', lte: 'a' }],
    ['an unknown option', { from: 'a' }],
    ['a negative limit', { limit: -1 }],
    ['half an offset', { offset: 0.5 }],
    ['a prefix of a key that is no tuple', { prefix: ['a'] }],
    ['a direction that is none', { reverse: 'yes' }],
    ['something that is no object', 'a'],
  ])('%s is refused', (_, options) => {
    const { map } = openAges('a')
    expectError('INVALID_RANGE', () => map.range(options as never))
  })

  test('startsWith is for text and bytes', () => {
    const map = new TestDatabase().begin().table(notes)
    expectError('INVALID_RANGE', () => map.range({ startsWith: '1' }))
  })

  test('bounds of the wrong type are refused before anything is read', () => {
    expectError('INVALID_KEY', () => openAges().map.range({ gte: 1 as never }))
  })

  test('bounds the wrong way round hold nothing', () => {
    const { map } = openAges('a', 'b', 'c')
    const options = { gte: 'c', lte: 'a' }
    expect([map.count(options), map.keys(options).toArray(), map.deleteRange(options)]).toEqual([0, [], 0])
  })
})

describe('walking while changing', () => {
  test('entries may be deleted and added on the way', () => {
    const { map } = openAges('a', 'b', 'c', 'd')
    const seen: string[] = []
    for (const key of map.keys()) {
      seen.push(key)
      map.delete(key)
      if (key === 'b') map.put('bb', 9)
    }
    expect(seen).toEqual(['a', 'b', 'bb', 'c', 'd'])
    expect(map.count()).toBe(0)
  })

  test('retain removes what is not kept', () => {
    const { map } = openAges('a', 'b', 'c')
    expect(map.retain((key, age) => key !== 'b' && age < 9)).toBe(1)
    expect([...map.keys()]).toEqual(['a', 'c'])
  })
})

describe('many at once', () => {
  test('putMany takes any order, and of equal keys the last', () => {
    const { map } = openAges('b')
    const entries = [['c', 1], ['a', 2], ['b', 3], ['a', 4]] as const // biome-ignore format: one line
    expect(map.putMany(entries)).toBe(4)
    expect([...map]).toEqual([['a', 4], ['b', 3], ['c', 1]]) // biome-ignore format: one line
  })

  test('the input of putMany may use the table', () => {
    const { map } = openAges('a')
    function* copies(): Iterable<readonly [string, number]> {
      for (const [key, value] of map) {
        yield [`${key}${key}`, value + map.count()]
        map.put('z', 1)
      }
    }
    map.putMany(copies())
    expect([...map]).toEqual([['a', 0], ['aa', 1], ['z', 1], ['zz', 3]]) // biome-ignore format: one line
  })

  test('a bad entry in a batch stores none of the batch', () => {
    const { map } = openAges()
    expectError('INVALID_VALUE', () => map.putMany([['a', 1], ['b', 999]])) // biome-ignore format: one line
    expect(map.count()).toBe(0)
  })

  test('a bound of deleteRange that was never set is not taken for no bound', () => {
    const { map } = openAges('a', 'b')
    const cutoff = undefined as unknown as string
    expect(expectError('INVALID_RANGE', () => map.deleteRange({ lt: cutoff }))).toContain('lt')
    expectError('INVALID_RANGE', () => map.deleteRange(undefined as never))
    expect(map.count({ lt: undefined, limit: undefined })).toBe(2)
  })

  test('an option that no range has is named, with those that it has', () => {
    const { map } = openAges('a')
    expect(expectError('INVALID_RANGE', () => map.range({ start: 'a' } as never))).toMatch(/'start'.*gte/)
    expectError('INVALID_RANGE', () => map.range(['a'] as never))
  })

  test('pops the first and the last of a range', () => {
    const { map } = openAges('a', 'b', 'c', 'd')
    expect([map.popFirst({ gt: 'a' }), map.popLast({ lt: 'd' }), map.popFirst({ gt: 'd' })]).toEqual([
      ['b', 1],
      ['c', 2],
      undefined,
    ])
    expect(map.keys().toArray()).toEqual(['a', 'd'])
  })

  test('what comes in as a stream or in bulk is an iterable that need not be waited for', () => {
    async function* late(): AsyncGenerator<Uint8Array> {}
    const tx = new TestDatabase().begin()
    const refused = expectError('INVALID_VALUE', () => tx.table(files).putStream('a', 0, late() as never))
    expect(refused).toContain('asynchronous')
    expectError('INVALID_VALUE', () => tx.table(ages).putMany({ ada: 1 } as never))
  })

  test('clear and deleteRange say how many', () => {
    const { map } = openAges('a', 'b', 'c', 'd')
    expect([map.deleteRange({ gte: 'b', lt: 'd' }), map.clear()]).toEqual([2, 2])
  })
})

describe('large values', () => {
  test('a value arrives in pieces and is read in parts', () => {
    const map = new TestDatabase().begin().table(files)
    map.putStream('film', 5, [Buffer.from('he'), Buffer.from('llo')])
    const target = Buffer.alloc(3)
    const reader = map.openValue('film')!
    expect([reader.length, reader.read(target, 0, 3, 1), target.toString()]).toEqual([5, 3, 'ell'])
    expect(map.openValue('other')).toBe(undefined)
    expect(map.get('film')).toEqual(new Uint8Array(Buffer.from('hello')))
  })

  test('bytes of any length are stored', () => {
    const map = new TestDatabase(40).begin().table(files)
    for (const length of [0, 4095, 4096, 100_000]) {
      map.put('a', new Uint8Array(length).fill(length))
      expect(map.get('a')).toEqual(new Uint8Array(length).fill(length))
    }
    expectError('KEY_TOO_LONG', () => map.put('x'.repeat(41), new Uint8Array(5000)))
    expectError('KEY_EXISTS', () => map.insert('a', new Uint8Array(5000)))
  })

  test('only bytes and text arrive in pieces', () => {
    const { map } = openAges()
    expectError('INVALID_VALUE', () => map.putStream('a', 1, []))
  })
})

describe('whatever is refused changes nothing', () => {
  test('a key too long is named with its length and the limit', () => {
    const { map } = openAges('a')
    const message = expectError('KEY_TOO_LONG', () => map.put('x'.repeat(41), 1))
    expect(message).toContain(`table 'ages'`)
    expect(message).toContain('41 bytes, at most 40')
    expect(map.has('x'.repeat(41))).toBe(false)
  })

  test('a bad value does not reach the table', () => {
    const { map } = openAges('a')
    expectError('INVALID_VALUE', () => map.put('a', 256))
    expectError('INVALID_VALUE', () => map.compareAndSet('a', 0, 256))
    expectError('INVALID_KEY', () => map.put('a\ud800', 1))
    expect([...map]).toEqual([['a', 0]])
  })

  test('a toJSON that uses the table is found out, not stored under its key', () => {
    const map = new TestDatabase().begin().table(notes)
    const devious = { toJSON: () => map.get(2) ?? 'x' }
    expectError('INVALID_VALUE', () => map.put(1, devious))
    expect(map.count()).toBe(0)
  })
})

describe('life', () => {
  test('a snapshot stays as it was', () => {
    const { database, map } = openAges('a')
    const { tables } = database.snapshot()
    map.put('b', 1)
    expect([...tables.table(ages).keys()]).toEqual(['a'])
  })

  test('an iterator of a closed snapshot says so', () => {
    const { database } = openAges('a', 'b')
    const { tables, store } = database.snapshot()
    const iterator = tables.table(ages).range()[Symbol.iterator]()
    iterator.next()
    store.isOpen = false
    expectError('TRANSACTION_CLOSED', () => iterator.next())
    expectError('TRANSACTION_CLOSED', () => tables.table(ages).get('a'))
  })

  test('a table that a snapshot does not know reads as empty', () => {
    const map = new TestDatabase().snapshot().tables.table(prices)
    expect([map.count(), map.get(['a', 1]), [...map], map.last(), map.count({ prefix: ['a'] })]).toEqual([
      0,
      undefined,
      [],
      undefined,
      0,
    ])
    expect(map.stats()).toEqual({ entryCount: 0, height: 0 })
  })

  test('an iterator that was left early is at its end', () => {
    const iterator = openAges('a', 'b').map.keys()[Symbol.iterator]()
    for (const key of iterator) if (key === 'a') break
    expect(iterator.next()).toEqual({ value: undefined, done: true })
  })
})
