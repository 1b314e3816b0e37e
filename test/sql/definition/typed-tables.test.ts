/** Tables that were made from TypeScript, changed by statements: both doors keep one law. */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync, SqlError, t, table } from '../../../src/index.ts'
import { RuledRecordTable } from '../../../src/table/ruled-record-table.ts'

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
  test('fills in what an INSERT leaves out, or says DEFAULT for', () => {
    db.exec('insert into notes (text) values ($$left out$$)')
    db.exec('insert into notes (text, stars) values ($$said$$, default), ($$given$$, 1)')
    db.exec('update notes set stars = 5; update notes set stars = default where text = $$first$$')
    expect(db.query('select text, stars from notes order by id')).toEqual([
      { text: 'first', stars: 3 },
      { text: 'left out', stars: 5 },
      { text: 'said', stars: 5 },
      { text: 'given', stars: 5 },
    ])
  })

  const every = table('every', {
    columns: {
      id: t.i32,
      yes: t.bool.default(true),
      small: t.i8.default(-5),
      u32: t.u32.default(4_294_967_295),
      i64: t.i64.default(-9_007_199_254_740_993n),
      u64: t.u64.default(18_446_744_073_709_551_615n),
      big: t.bigint.default(-12n),
      f32: t.f32.default(0.5),
      f64: t.f64.default(Number.NaN),
      zero: t.f64.default(-0),
      text: t.text.default('it\'s \\ "so" 💧'),
      empty: t.text.default(''),
      bytes: t.bytes.default(new Uint8Array([0, 255, 39])),
      date: t.date.default(new Date('1969-12-31T23:59:59.999Z')),
      uuid: t.uuid.default('00112233-4455-6677-8899-aabbccddeeff'),
      cost: t.decimal.default('-1.50'),
      wait: t.interval.default({ months: -1, days: 2, microseconds: -3n }),
      mood: t.enum('good', 'bad').default('bad'),
      list: t.array(t.i32).default([1, -2]),
      deep: t.array(t.struct({ a: t.date })).default([{ a: new Date(0) }]),
      pair: t.tuple(t.text, t.u8).default(['a', 7]),
      json: t.json<unknown>().default({ a: [1, null, "'"] }),
      maybe: t.text.nullable().default('x'),
      nothing: t.text.nullable().default(null),
    },
    primaryKey: ['id'],
  })

  test('is the same through both doors, for every type and whatever the session has set', () => {
    db.write(tx => tx.table(every).put({ id: 1 }))
    using connection = db.connect()
    connection.exec(`set timezone = 'America/New_York'; set datestyle = 'SQL, DMY'; set intervalstyle = 'sql_standard';
      insert into every (id) values (2)`)
    const [typed, sql] = db.read(snap => [1, 2].map(id => snap.table(every).get(id)!))
    expect(sql).toEqual({ ...typed, id: 2 })
    expect(Object.is(sql!.zero, -0)).toBe(true)
    expect(sql!.nothing).toBeNull()
  })

  test('is what the catalogs say', () => {
    db.write(tx => tx.table(every).put({ id: 1 }))
    const rows = db.query<{ name: string; text: string }>(
      `select column_name as name, column_default as text from information_schema.columns
       where table_name = 'every' and column_default is not null order by ordinal_position`,
    )
    const defaults = Object.fromEntries(rows.map(({ name, text }) => [name, text]))
    expect(Object.keys(defaults)).toEqual(Object.keys(every.columnTypes).slice(1, -1))
    expect(defaults).toMatchObject({
      yes: 'true',
      small: "'-5'::smallint",
      u32: "'4294967295'::bigint",
      cost: "'-1.50'::numeric",
      mood: "'bad'::text",
      maybe: "'x'::text",
      list: "'{1,-2}'::integer[]",
    })
    expect(
      db.query(
        `select pg_get_expr(adbin, adrelid) as text from pg_attrdef where adrelid = 'notes'::regclass`,
      ),
    ).toEqual([{ text: '3' }])
  })

  test('is known to a later process that has no definition', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'defaults-')), 'a.db')
    {
      using file = openSync(path)
      file.write(tx => tx.table(notes).put({ text: 'first' }))
    }
    using file = openSync(path)
    expect(file.query("insert into notes (text) values ('second') returning id, stars")).toEqual([
      { id: 2, stars: 3 },
    ])
    const byName = file.read(snap => snap.definitionOf('notes')) as typeof notes
    file.write(tx => tx.table(byName).put({ text: 'third' }))
    expect(file.query('select stars from notes where id = 3')).toEqual([{ stars: 3 }])
  })

  test('follows the definition that writes: another one, and none', () => {
    const insert = () =>
      db.query<{ n: number | null }>('insert into maybe values (default) returning n')[0]!.n
    const numbers = (value?: number) => {
      const n = t.i32.nullable()
      const columns = { id: t.i32.autoIncrement(), n: value === undefined ? n : n.default(value) }
      return table('maybe', { columns, primaryKey: ['id'] })
    }
    const open = (value?: number) => db.write(tx => void tx.table(numbers(value)))
    open(5)
    expect(insert()).toBe(5)
    open(6)
    expect(insert()).toBe(6)
    expect(() =>
      db.write(tx => {
        tx.table(numbers(7))
        expect(tx.query('insert into maybe values (default) returning n')).toEqual([{ n: 7 }])
        throw new Error('rolled back')
      }),
    ).toThrow('rolled back')
    expect(insert()).toBe(6)
    open()
    expect(insert()).toBeNull()
  })

  test('of a definition does not become that of a table of SQL', () => {
    db.exec('create table made (id int primary key, n int default 1)')
    const made = table('made', {
      columns: { id: t.i32, n: t.i32.nullable().default(2) },
      primaryKey: ['id'],
      indexes: { byN: { on: ['n'] } },
    })
    db.write(tx => tx.table(made).put({ id: 1 }))
    db.exec('insert into made (id) values (2)')
    expect(db.query('select * from made order by id')).toEqual([
      { id: 1, n: 2 },
      { id: 2, n: 1 },
    ])
    const byName = db.read(snap => snap.definitionOf('made')) as typeof made
    db.write(tx => tx.table(byName).put({ id: 3 }))
    expect(db.query('select n from made where id = 3')).toEqual([{ n: 1 }])
  })

  test('costs a table nothing that has no rules of SQL', () => {
    db.exec('create table other (a int)')
    db.write(tx => {
      tx.table(notes).put({ text: 'plain' })
      expect(tx.table(notes)).not.toBeInstanceOf(RuledRecordTable)
    })
  })

  test('that leaves out a column that takes no null must be given', () => {
    const error = sqlError(() => db.exec('insert into notes (stars) values (1)'))
    expect(error.sqlstate).toBe('23502')
    expect(error.fields).toMatchObject({ table: 'notes', column: 'text' })
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
