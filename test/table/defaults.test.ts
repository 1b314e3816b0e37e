/** Columns with a default: records that leave them out, and rows that are older than they. */

import { describe, expect, test } from 'vitest'
import { table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { CODEC_MODES, expectError, TestDatabase } from '../support/tables.ts'

const old = table('users', {
  columns: { id: t.u32, email: t.text },
  primaryKey: ['id'],
})
const grown = () =>
  table('users', {
    columns: {
      visits: t.u32.default(7),
      id: t.u32,
      email: t.text,
      role: t.enum('admin', 'guest').default('guest'),
      since: t.date.default(new Date(0)),
      tags: t.array(t.text).default(['new']),
      score: t.f64.nullable().default(0.5),
      note: t.text.nullable().default(null),
      profile: t.json<{ theme: string }>().default({ theme: 'light' }),
    },
    primaryKey: ['id'],
    indexes: { byRole: { on: ['role', 'visits'] } },
  })

const DEFAULTS = {
  visits: 7,
  role: 'guest',
  since: new Date(0),
  tags: ['new'],
  score: 0.5,
  note: null,
  profile: { theme: 'light' },
}

function openOld() {
  const database = new TestDatabase()
  const records = database.begin().table(old)
  records.put({ id: 1, email: 'ada' })
  records.put({ id: 2, email: 'alan' })
  return database
}

describe.each(CODEC_MODES)('%s codecs:', (_, inMode) => {
  test('a record may leave the column out', () =>
    inMode(() => {
      const records = new TestDatabase().begin().table(grown())
      records.put({ id: 1, email: 'ada' })
      records.put({ id: 2, email: 'alan', visits: undefined, score: null, role: 'admin' })
      expect(records.get(1)).toEqual({ ...DEFAULTS, id: 1, email: 'ada' })
      expect(records.get(2)).toEqual({ ...DEFAULTS, id: 2, email: 'alan', score: null, role: 'admin' })
    }))

  test('rows that are older than the column have the default it came with', () =>
    inMode(() => {
      const database = openOld()
      const before = database.snapshot().tables
      const records = database.begin().table(grown())
      for (const rows of [before.table(grown()), records, database.snapshot().tables.table(grown())]) {
        expect(rows.get(1)).toEqual({ ...DEFAULTS, id: 1, email: 'ada' })
        expect(rows.by('byRole').keys().toArray()).toEqual([['guest', 7], ['guest', 7]]) // biome-ignore format: one line
      }
    }))

  test('each reader gets a value of its own', () =>
    inMode(() => {
      const records = openOld().begin().table(grown())
      records.get(1)!.since.setTime(1)
      records.get(1)!.profile.theme = 'dark'
      records.put({ id: 3, email: 'grace' })
      expect(records.get(2)).toMatchObject({ since: new Date(0), profile: { theme: 'light' } })
      expect(records.get(3)).toMatchObject({ since: new Date(0), profile: { theme: 'light' } })
    }))
})

test('a later default is for new records: what older ones have does not change', () => {
  const database = openOld()
  database.begin().table(table('users', { columns: { id: t.u32, email: t.text, level: t.u8.default(1) }, primaryKey: ['id'] })) // biome-ignore format: one line
  const later = table('users', { columns: { id: t.u32, email: t.text, level: t.u8.default(9) }, primaryKey: ['id'] }) // biome-ignore format: one line
  const without = table('users', { columns: { id: t.u32, email: t.text, level: t.u8 }, primaryKey: ['id'] }) // biome-ignore format: one line
  const records = database.begin().table(later)
  records.insert({ id: 3, email: 'grace' })
  records.update(2, { email: 'turing' })
  expect(records.range().map(user => user.level).toArray()).toEqual([1, 1, 9]) // biome-ignore format: one line
  expect(database.begin().table(without).get(1)?.level).toBe(1)
  const byName = database.snapshot().tables.definitionOf('users')!
  expect(
    database
      .snapshot()
      .tables.table(byName as typeof without)
      .get(1)?.level,
  ).toBe(1)
})

test('an index made by hand knows the defaults of older rows', () => {
  const database = openOld()
  const tx = database.begin()
  tx.table(grown())
  tx.createIndex('users', 'byVisits', { on: ['visits'], unique: false })
  const byVisits = tx.table(grown()).by('byVisits' as never) as { countOf(key: number): number }
  expect(byVisits.countOf(7)).toBe(2)
})

test('comparing sees the default', () => {
  const records = openOld().begin().table(grown())
  expect(records.compareAndSet(1, { id: 1, email: 'ada', visits: 8 }, undefined)).toBe(false)
  expect(records.compareAndSet(1, { id: 1, email: 'ada' }, { id: 1, email: 'ada', visits: 8 })).toBe(true)
  expect(records.get(1)?.visits).toBe(8)
})

test('a new column without null or default is refused, and the way out named', () => {
  const wrong = table('users', { columns: { id: t.u32, email: t.text, age: t.u8 }, primaryKey: ['id'] })
  const refused = expectError('TABLE_TYPE_MISMATCH', () => openOld().begin().table(wrong))
  expect(refused).toContain('it must be nullable or have a default')
})

test('a default of another type is refused when the table is defined', () => {
  const wrong = () => table('users', { columns: { id: t.u32, age: t.u8.default(256) }, primaryKey: ['id'] })
  expect(expectError('INVALID_DEFINITION', wrong)).toBe(
    `table 'users', column 'age': expected u8 (an integer from 0 to 255), given 256 (a number) as the default`,
  )
})

test('a default elsewhere than in a column is refused', () => {
  const withDefault = t.u8.default(1) as never
  expectError('INVALID_DEFINITION', () => table('a', { key: withDefault, value: t.u8 }))
  expectError('INVALID_DEFINITION', () => table('a', { key: t.u8, value: withDefault }))
  expectError('INVALID_DEFINITION', () => t.array(withDefault))
})

test('tables without defaults are stored as older versions know them', () => {
  const formatOf = (database: TestDatabase) =>
    JSON.parse(database.store.tree(1)!.entries[0].value.toString()).format
  const database = openOld()
  expect(formatOf(database)).toBe(1)
  database.begin().table(grown())
  expect(formatOf(database)).toBe(2)
  const fresh = new TestDatabase()
  fresh.begin().table(grown())
  expect(formatOf(fresh)).toBe(1)
})
