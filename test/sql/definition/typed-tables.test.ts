/** Tables that were made from TypeScript, changed by statements: both doors keep one law. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync, SqlError, t, table } from '../../../src/index.ts'

const notes = table('notes', {
  columns: {
    id: t.u32.autoIncrement(),
    text: t.text,
    stars: t.u8.default(3),
    mood: t.enum('good', 'bad').nullable(),
    at: t.i64.nullable(),
  },
  primaryKey: ['id'],
})

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.write(tx => tx.table(notes).put({ text: 'first' }))
})
afterEach(() => db.close())

const sqlError = (run: () => unknown): SqlError => {
  try {
    run()
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
  throw new Error('nothing failed')
}

describe('autoIncrement()', () => {
  test.each([
    'insert into notes (text, stars) values ($$x$$, 1) returning id',
    'insert into notes (id, text, stars) values (default, $$x$$, 1) returning id',
    'insert into notes (id, text, stars) values (null, $$x$$, 1) returning id',
    'insert into notes (id, text, stars) select null, text, 1 from notes returning id',
    'insert into notes (text, stars) values ($$x$$, 1) on conflict (id) do update set text = excluded.text returning id',
    'merge into notes using (values (1)) v on false when not matched then insert (text, stars) values ($$x$$, 1) returning id',
  ])('numbers a row of SQL: %s', statement => {
    expect(db.query(statement)).toEqual([{ id: 2 }])
    expect(db.write(tx => tx.table(notes).insert({ text: 'typed' }))).toBe(3)
  })

  test('numbers several rows, one after the other', () => {
    const rows = db.query(
      'insert into notes (text, stars) values ($$a$$, 1), ($$b$$, 2), ($$c$$, 3) returning id, text',
    )
    expect(rows).toEqual([
      { id: 2, text: 'a' },
      { id: 3, text: 'b' },
      { id: 4, text: 'c' },
    ])
  })

  test('goes on behind a number that SQL has given', () => {
    db.exec('insert into notes (id, text, stars) values (70, $$x$$, 1)')
    expect(db.query('insert into notes (text, stars) values ($$y$$, 1) returning id')).toEqual([{ id: 71 }])
    expect(db.write(tx => tx.table(notes).insert({ text: 'typed' }))).toBe(72)
  })

  test('does not number a row that is there', () => {
    expect(sqlError(() => db.exec('update notes set id = null')).sqlstate).toBe('23502')
    expect(sqlError(() => db.exec('insert into notes (id, text, stars) values (1, $$x$$, 1)')).sqlstate).toBe(
      '23505',
    )
  })

  test('of 64 bits is a number in RETURNING', () => {
    const wide = table('wide', { columns: { id: t.i64.autoIncrement(), n: t.i32 }, primaryKey: ['id'] })
    db.write(tx => tx.table(wide).put({ n: 1 }))
    expect(db.query('insert into wide (n) values (2) returning id, id + 1 as next')).toEqual([
      { id: 2, next: 3 },
    ])
    expect(db.read().table(wide).get(2n)).toEqual({ id: 2n, n: 2 })
  })
})

describe('default()', () => {
  test('is not known to SQL: a column that takes no null must be given, and the error says so', () => {
    const error = sqlError(() => db.exec('insert into notes (text) values ($$x$$)'))
    expect(error.sqlstate).toBe('23502')
    expect(error.fields).toMatchObject({ table: 'notes', column: 'stars' })
    expect(error.fields.hint).toContain('default(…)')
  })
  test('leaves null where the column takes it', () => {
    const maybe = table('maybe', {
      columns: { id: t.i32, n: t.i32.nullable().default(5) },
      primaryKey: ['id'],
    })
    db.write(tx => tx.table(maybe).put({ id: 1 }))
    db.exec('insert into maybe (id) values (2)')
    expect(db.query('select * from maybe order by id')).toEqual([
      { id: 1, n: 5 },
      { id: 2, n: null },
    ])
  })
})

describe('what the typed table does not take is refused', () => {
  test.each([
    ['insert into notes (text, stars) values ($$x$$, 256)', '22003', 'stars'],
    ['insert into notes (text, stars) values ($$x$$, -1)', '22003', 'stars'],
    ['insert into notes (id, text, stars) values (-1, $$x$$, 1)', '22003', 'id'],
    ['insert into notes (id, text, stars) values (4294967296, $$x$$, 1)', '22003', 'id'],
    ['update notes set stars = stars + 300', '22003', 'stars'],
    ['update notes set id = -id', '22003', 'id'],
    ['update notes set mood = $$so so$$', '22P02', 'mood'],
  ])('%s', (statement, sqlstate, column) => {
    const error = sqlError(() => db.exec(statement))
    expect(error.sqlstate).toBe(sqlstate)
    expect(error.fields).toMatchObject({ table: 'notes', column })
    expect(db.query('select id, text, stars, mood from notes')).toEqual([
      { id: 1, text: 'first', stars: 3, mood: null },
    ])
  })
})

describe('a table of SQL takes from TypeScript what its columns may have', () => {
  const limits = table('limits', {
    columns: {
      id: t.i32,
      small: t.i16.nullable(),
      code: t.text.nullable(),
      fixed: t.text.nullable(),
      cost: t.decimal.nullable(),
      at: t.i64.nullable(),
    },
    primaryKey: ['id'],
  })
  beforeEach(() =>
    db.exec(`create table limits (
      id int primary key, small smallint, code varchar(3), fixed char(4), cost numeric(5, 2), at timestamp(0))`),
  )
  const put = (record: Partial<{ small: number; code: string; fixed: string; cost: string }>) => () =>
    db.write(tx => tx.table(limits).put({ id: 1, ...record }))

  test.each([
    ['small', { small: 32_768 }, 'INVALID_VALUE', undefined],
    ['code', { code: 'long' }, undefined, '22001'],
    ['fixed', { fixed: 'longer' }, undefined, '22001'],
    ['cost', { cost: '1000.00' }, undefined, '22003'],
  ] as const)('%s', (_, record, code, sqlstate) => {
    expect(put(record)).toThrow(expect.objectContaining(code === undefined ? { sqlstate } : { code }))
    expect(db.query('select count(*) as n from limits')).toEqual([{ n: 0 }])
  })
  test('and rounds and cuts what SQL rounds and cuts', () => {
    put({ code: 'ab ', fixed: 'ab', cost: '1.005' })()
    db.exec("insert into limits values (2, null, 'ab ', 'ab', 1.005, null)")
    const rows = db.query<Record<string, unknown>>('select code, fixed, cost from limits order by id')
    expect(rows[0]).toEqual(rows[1])
    put({ code: 'abc   ' })()
    expect(db.query('select code from limits where id = 1')).toEqual([{ code: 'abc' }])
  })
})
