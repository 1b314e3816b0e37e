/**
 * Indexes of records.
 */

import { describe, expect, test } from 'vitest'
import { desc, table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { CODEC_MODES, expectError, TestDatabase } from '../support/tables.ts'

const users = table('users', {
  columns: { id: t.u32, email: t.text.nullable(), first: t.text, last: t.text, age: t.u8.nullable() },
  primaryKey: ['id'],
  indexes: {
    byEmail: { on: ['email'], unique: true },
    byName: { on: ['last', 'first'], unique: true },
    byAge: { on: [desc('age')] },
  },
})

const ADA = { id: 1, email: 'ada', first: 'Ada', last: 'Lovelace', age: 36 }
const ALAN = { id: 2, email: 'alan', first: 'Alan', last: 'Turing', age: 41 }
const GRACE = { id: 3, email: null, first: 'Grace', last: 'Hopper', age: 36 }
const SARA = { id: 4, email: null, first: 'Sara', last: 'Turing', age: null }

function openUsers() {
  const database = new TestDatabase(60)
  const records = database.begin().table(users)
  for (const user of [ADA, ALAN, GRACE, SARA]) records.put(user)
  return { database, records }
}

describe('a unique index', () => {
  test('finds the record with a key', () => {
    const { records } = openUsers()
    expect(records.by('byEmail').get('alan')).toEqual(ALAN)
    expect(records.by('byEmail').get('al')).toBe(undefined)
    expect(records.by('byName').get(['Turing', 'Sara'])).toEqual(SARA)
    expect(records.by('byName').has(['Turing', 'Ada'])).toBe(false)
  })

  test('refuses a second record with the key, and names it', () => {
    const { database, records } = openUsers()
    const before = database.store.dump()
    const actions = [
      () => records.put({ ...ADA, id: 9 }),
      () => records.insert({ ...GRACE, id: 9 }),
      () => records.put({ ...ALAN, email: 'ada' }),
      () => records.update(2, { email: 'ada' }),
      () => records.update(2, { id: 9, email: 'ada' }),
      () => records.putMany([{ ...ADA, id: 9 }]),
      () => records.putMany([{ ...ADA, id: 8, email: 'x', last: 'x' }, { ...ADA, id: 9, email: 'x', last: 'y' }]), // biome-ignore format: one line
    ]
    for (const action of actions) {
      expect(expectError('UNIQUE_VIOLATION', action)).toMatch(/unique index '(byEmail|byName)'/)
      expect(database.store.dump()).toBe(before)
    }
  })

  test('takes any number of nulls', () => {
    const { records } = openUsers()
    expect(records.by('byEmail').getAll(null).toArray()).toEqual([GRACE, SARA])
    expect(records.by('byEmail').get(null)).toEqual(GRACE)
    expect(records.by('byEmail').countOf(null)).toBe(2)
    records.update(3, { email: 'grace' })
    expect(records.by('byEmail').getAll(null).toArray()).toEqual([SARA])
  })

  test('lets a key move to another record in one batch', () => {
    const { records } = openUsers()
    records.putMany([{ ...ALAN, email: 'other' }, { ...ADA, email: 'alan' }]) // biome-ignore format: one line
    expect(records.by('byEmail').get('alan')?.id).toBe(1)
    expect(records.by('byEmail').get('ada')).toBe(undefined)
  })

  test('follows a record whose primary key changes', () => {
    const { records } = openUsers()
    records.update(2, { id: 7 })
    expect(records.by('byEmail').get('alan')).toEqual({ ...ALAN, id: 7 })
    expect(records.by('byEmail').primaryKeys().toArray()).toEqual([3, 4, 1, 7])
  })
})

describe('an index that is not unique', () => {
  test('gives all records with a key, in the order of their primary keys', () => {
    const { records } = openUsers()
    expect(records.by('byAge').getAll(36).toArray()).toEqual([ADA, GRACE])
    expect(records.by('byAge').countOf(36)).toBe(2)
    expect(records.by('byAge').get(36)).toEqual(ADA)
  })

  test('has an order of its own', () => {
    const { records } = openUsers()
    const byAge = records.by('byAge')
    expect(byAge.keys().toArray()).toEqual([41, 36, 36, null])
    expect(byAge.primaryKeys().toArray()).toEqual([2, 1, 3, 4])
    expect([byAge.first(), byAge.last()]).toEqual([ALAN, SARA])
    expect(byAge.range({ gte: 36, limit: 2, offset: 1 }).toArray()).toEqual([GRACE, SARA])
    expect(byAge.count({ lt: 36 })).toBe(1)
  })

  test('is walked and asked like a table', () => {
    const { records } = openUsers()
    expect([...records.by('byAge')]).toEqual(records.by('byAge').values().toArray())
    expect(records.by('byEmail').getMany(['alan', 'nobody', 'ada'])).toEqual([ALAN, undefined, ADA])
  })

  test('gives part of a key of several columns', () => {
    const { records } = openUsers()
    const byName = records.by('byName')
    expect(byName.range({ prefix: ['Turing'] }).toArray()).toEqual([ALAN, SARA])
    expect(byName.range({ prefix: ['Turing'], startsWith: 'S' }).toArray()).toEqual([SARA])
    expect(byName.keys({ startsWith: 'Ho' }).toArray()).toEqual([['Hopper', 'Grace']])
  })
})

describe('changes', () => {
  test('deleting, popping, retaining and clearing take entries along', () => {
    const { records } = openUsers()
    records.delete(1)
    expect(records.by('byAge').primaryKeys().toArray()).toEqual([2, 3, 4])
    records.popLast()
    expect(records.by('byName').primaryKeys().toArray()).toEqual([3, 2])
    records.retain(user => user.id === 2)
    expect(records.by('byEmail').primaryKeys().toArray()).toEqual([2])
    records.clear()
    expect([
      records.by('byAge').count(),
      records.by('byEmail').count(),
      records.by('byName').count(),
    ]).toEqual([0, 0, 0])
  })

  test.each(CODEC_MODES)('an old entry goes, whatever its columns are: %s', (_, run) => {
    run(() => {
      const database = new TestDatabase()
      const columns = { day: t.text, number: t.u32, body: t.text, size: t.u8 }
      const before = table('notes', { columns, primaryKey: ['day', 'number'] })
      database.begin().table(before).put({ day: 'mon', number: 1, body: 'a', size: 1 })
      const notes = table('notes', {
        columns: { ...columns, tag: t.text.nullable() },
        primaryKey: ['day', 'number'],
        // Of the row alone, of the key alone, of both; and of a column that the row is older than.
        indexes: {
          bySize: { on: ['size'] },
          byNumber: { on: [desc('number')] },
          byBody: { on: ['body', 'day'], unique: true },
          byTag: { on: ['tag'], unique: true },
        },
      })
      const records = database.begin().table(notes)
      const keys = () => [
        records.by('bySize').keys().toArray(),
        records.by('byNumber').keys().toArray(),
        records.by('byBody').keys().toArray(),
        records.by('byTag').keys().toArray(),
      ]
      expect(keys()).toEqual([[1], [1], [['a', 'mon']], [null]])
      expect(records.update(['mon', 1], { body: 'b', size: 2 })).toBe(true)
      expect(keys()).toEqual([[2], [1], [['b', 'mon']], [null]])
      records.put({ day: 'mon', number: 1, body: 'c', size: 3, tag: 'x' })
      expect(keys()).toEqual([[3], [1], [['c', 'mon']], ['x']])
      records.update(['mon', 1], { day: 'tue', number: 2 })
      expect(keys()).toEqual([[3], [2], [['c', 'tue']], ['x']])
      records.delete(['tue', 2])
      expect(keys()).toEqual([[], [], [], []])
    })
  })

  test('a range of records takes its entries along', () => {
    const { records } = openUsers()
    expect(records.deleteRange({ gt: 1, lte: 3 })).toBe(2)
    expect(records.by('byName').primaryKeys().toArray()).toEqual([1, 4])
    expect(records.deleteRange({})).toBe(2)
    expect(records.by('byName').count()).toBe(0)
  })

  test('a record may be deleted while its index is walked', () => {
    const { records } = openUsers()
    for (const user of records.by('byAge').range()) records.delete(user.id)
    expect(records.count()).toBe(0)
  })

  test('records are taken in the order of an index', () => {
    const { records } = openUsers()
    const byAge = records.by('byAge')
    expect([byAge.popFirst(), byAge.popLast(), byAge.popFirst({ lt: 36 })]).toEqual([ALAN, SARA, undefined])
    expect(byAge.popFirst({ gte: 36, offset: 1 })).toEqual(GRACE)
    expect(records.range().toArray()).toEqual([ADA])
    expect(records.by('byName').primaryKeys().toArray()).toEqual([1])
    expect([byAge.popFirst(), byAge.popFirst()]).toEqual([ADA, undefined])
  })

  test('records are removed by a key or a range of an index', () => {
    const { records } = openUsers()
    expect([records.by('byAge').deleteAll(36), records.by('byAge').deleteAll(36)]).toEqual([2, 0])
    expect(records.by('byName').primaryKeys().toArray()).toEqual([2, 4])
    expect(records.by('byName').deleteRange({ prefix: ['Turing'], startsWith: 'S' })).toBe(1)
    expect(records.range().toArray()).toEqual([ALAN])
    const unset = undefined as never
    expectError('INVALID_RANGE', () => records.by('byName').deleteRange({ lt: unset }))
    expect(records.by('byEmail').deleteAll('alan')).toBe(1)
    expect([records.count(), records.by('byAge').count()]).toEqual([0, 0])
  })

  test('a key of an index that is too long is named', () => {
    const { database, records } = openUsers()
    const before = database.store.dump()
    const long = { ...ADA, id: 9, email: 'x'.repeat(61) }
    expect(expectError('KEY_TOO_LONG', () => records.put(long))).toContain(`index 'byEmail'`)
    expectError('KEY_TOO_LONG', () => records.putMany([long]))
    expect(database.store.dump()).toBe(before)
  })

  test('the input of putMany makes and drops none: what was read before would not be in it', () => {
    const { database, records } = openUsers()
    const tables = database.begin()
    for (const change of [
      () => tables.createIndex('users', 'byFirst', { on: ['first'] }),
      () => tables.dropIndex('users', 'byFirst'),
    ]) {
      const rows = tables.table(users)
      const input = function* () {
        yield { ...ADA, id: 9, email: 'x', last: 'x' }
        change()
      }
      expectError('INVALID_VALUE', () => rows.putMany(input()))
    }
    expect(records.count()).toBe(4)
  })

  test('an index entry without a record is corruption, and said to be', () => {
    const { database, records } = openUsers()
    database.store.tree(16)!.clear()
    expectError('CORRUPT', () => records.by('byEmail').get('ada'))
  })
})

test('an index that is not there is refused', () => {
  const refused = expectError('INVALID_DEFINITION', () => openUsers().records.by('byShoeSize' as never))
  expect(refused).toContain('byEmail')
})
