/** ANALYZE, and statistics that come without it: where they are kept, and when plans hear of them. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync, SqlError, t, table } from '../../../src/index.ts'
import { MapDefinition } from '../../../src/table/definition.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`create table events (id int primary key, kind text, day int);
    insert into events select i, case when i % 100 = 0 then 'rare' else 'usual' end, i / 10
      from generate_series(1, 5000) i`)
})
afterEach(() => db.close())

function failure(run: () => unknown): SqlError {
  try {
    run()
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
  throw new Error('nothing failed')
}

/** How many rows the first node of a plan expects. */
function expectedRows(query: string, door: Pick<Database, 'query'> = db): number {
  const [line] = door.query<{ 'QUERY PLAN': string }>(`explain ${query}`)
  return Number(/rows=(\d+)/.exec(line['QUERY PLAN'])![1])
}

/** Of a sample the truth is not to be had. */
function expectAbout(truth: number, estimate: number): void {
  expect(Math.max(truth / estimate, estimate / truth)).toBeLessThan(1.3)
}

/** Tables that ANALYZE has stored something about. */
function analyzed(): string[] {
  return db.read(snapshot => [...snapshot.table(analyzedTables).keys()])
}
// The functions of the API refuse names of Coppice's own tables.
const analyzedTables = new MapDefinition(
  'coppice.analyzed',
  t.text,
  t.struct({ tree: t.u32, analysis: t.f64, rowCount: t.f64 }),
)

describe('ANALYZE', () => {
  test('stores statistics of all tables, or of those that are named', () => {
    db.exec('create table other (a int); analyze events')
    expect(analyzed()).toEqual(['events'])
    db.exec('analyze')
    expect(analyzed()).toEqual(['events', 'other'])
  })
  test('that is rolled back has done nothing', () => {
    using connection = db.connect()
    connection.exec('begin; analyze events')
    connection.exec('rollback')
    expect(analyzed()).toEqual([])
    expectAbout(50, expectedRows("select * from events where kind = 'rare'"))
  })
  test('says what it has read when it is VERBOSE', () => {
    expect(db.query('analyze verbose events')).toEqual([{ INFO: '"events": 5000 of 5000 rows in sample' }])
    expect(db.query('analyze events')).toEqual([])
  })
  test('takes some columns of a table, each once', () => {
    db.exec('analyze events (kind, day)')
    expect(failure(() => db.exec('analyze events (kind, kind)')).sqlstate).toBe('42701')
    expect(failure(() => db.exec('analyze events (nothing)')).sqlstate).toBe('42703')
    expect(failure(() => db.exec('analyze nothing')).sqlstate).toBe('42P01')
  })
  test('refuses what it does not do by name', () => {
    expect(failure(() => db.exec('analyze (skip_locked) events'))).toMatchObject({ sqlstate: '0A000' })
  })
  test('comes with VACUUM, which has nothing else to do', () => {
    db.exec('vacuum; vacuum events; vacuum (verbose, truncate off, index_cleanup auto) events')
    expect(analyzed()).toEqual([])
    expect(db.exec('vacuum analyze events')).toEqual([{ command: 'VACUUM', rowCount: 0 }])
    expect(analyzed()).toEqual(['events'])
    expect(failure(() => db.exec('vacuum full events'))).toMatchObject({
      sqlstate: '0A000',
      primary: 'VACUUM FULL is not supported',
    })
    expect(failure(() => db.exec('vacuum nothing')).sqlstate).toBe('42P01')
    expect(failure(() => db.exec('vacuum (quickly) events')).sqlstate).toBe('42601')
    expect(failure(() => db.exec('vacuum events (kind)')).sqlstate).toBe('0A000')
    using connection = db.connect()
    connection.exec('begin')
    expect(failure(() => connection.exec('vacuum')).sqlstate).toBe('25001')
    connection.exec('rollback')
    expect(failure(() => db.write(tx => tx.exec('vacuum'))).sqlstate).toBe('25001')
  })
  test('of a table that is dropped leaves nothing behind for the next of that name', () => {
    db.exec('analyze; drop table events; create table events (id int primary key, kind text)')
    db.exec("insert into events select i, 'rare' from generate_series(1, 5000) i")
    expect(expectedRows("select * from events where kind = 'rare'")).toBe(5000)
    db.exec('drop table events; create table other (a int); analyze')
    expect(analyzed()).toEqual(['other'])
  })
  test('keeps values of every type as they are', () => {
    db.exec(`create type size as enum ('small', 'large');
      create table all_types (id int primary key, a bool, b int8, c numeric, d float8, e text, f bytea, g date,
        h timestamptz, i interval, j uuid, k jsonb, l int[], m size, n json);
      insert into all_types select i, i % 2 = 0, i % 3, i % 3, i % 3, i % 3, convert_to((i % 3)::text, 'UTF8'),
        '2020-01-01'::date + i % 3, '2020-01-01'::timestamptz + i % 3 * interval '1 day', i % 3 * interval '1 day',
        ('00000000-0000-0000-0000-00000000000' || i % 3)::uuid, to_jsonb(i % 3), array[i % 3],
        (array['small', 'large'])[1 + i % 2]::size, '{}' from generate_series(1, 3000) i;
      analyze all_types`)
    for (const [condition, rows] of [
      ['a', 1500],
      ['b = 1', 1000],
      ['c = 1', 1000],
      ['d = 1', 1000],
      ["e = '1'", 1000],
      ["f = '\\x31'", 1000],
      ["g = '2020-01-02'", 1000],
      ["h = '2020-01-02 00:00+00'", 1000],
      ["i = interval '1 day'", 1000],
      ["j = '00000000-0000-0000-0000-000000000001'", 1000],
      ["k = '1'", 1000],
      ['l = array[1]', 1000],
      ["m = 'small'", 1500],
    ] as const) {
      expect([condition, expectedRows(`select * from all_types where ${condition}`)]).toEqual([
        condition,
        rows,
      ])
    }
  })
  test('of a table that TypeScript made, records and maps', () => {
    const people = table('people', {
      columns: { id: t.u32, team: t.enum('red', 'blue'), age: t.u8.nullable() },
      primaryKey: ['id'],
    })
    const scores = table('scores', { key: t.tuple(t.text, t.u32), value: t.f64 })
    db.write(tx => {
      for (let id = 0; id < 1000; id++) {
        tx.table(people).put({ id, team: id % 10 === 0 ? 'red' : 'blue', age: id % 2 === 0 ? null : 30 })
        tx.table(scores).put([`game ${id % 4}`, id], id)
      }
    })
    for (const when of ['at once', 'after ANALYZE']) {
      expect([when, expectedRows("select * from people where team = 'red'")]).toEqual([when, 100])
      expect([when, expectedRows('select * from people where age is null')]).toEqual([when, 500])
      expect([when, expectedRows("select * from scores where key_1 = 'game 1'")]).toEqual([when, 250])
      db.exec('analyze people, scores')
    }
  })
})

describe('without ANALYZE', () => {
  test('statistics are there all the same', () => {
    expectAbout(50, expectedRows("select * from events where kind = 'rare'"))
    expect(analyzed()).toEqual([])
  })
  test('a snapshot has them, too', () => {
    using snapshot = db.read()
    expectAbout(50, expectedRows("select * from events where kind = 'rare'", snapshot))
  })
  test('they follow a table that has changed by a tenth', () => {
    const query = "select * from events where kind = 'rare'"
    expectAbout(50, expectedRows(query))
    db.exec("insert into events select i, 'rare', 0 from generate_series(5001, 6000) i")
    expectAbout(1050, expectedRows(query))
    db.exec("update events set kind = 'rare' where id <= 2000")
    expectAbout(3030, expectedRows(query))
  })
  test('so they do after ANALYZE', () => {
    const query = "select * from events where kind = 'rare'"
    db.exec('analyze')
    expectAbout(50, expectedRows(query))
    db.exec("update events set kind = 'rare' where id <= 2000")
    expectAbout(2030, expectedRows(query))
  })
})
