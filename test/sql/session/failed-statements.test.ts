/**
 * In a transaction that was begun from TypeScript a statement that fails undoes itself, and the transaction goes on. Most
 * statements of one row get by without a savepoint for that; which must not be seen.
 */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Database, openSync, SqlError, type Transaction } from '../../../src/index.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`
    create table parent (id int primary key);
    insert into parent values (1), (2);
    create table t (id int primary key, v int unique check (v < 100), name text, parent int references parent on delete restrict);
    create index t_name on t (name);
    insert into t values (1, 10, 'a', 1), (2, 20, 'b', 2), (3, 30, 'c', null);
    create table plain (id int primary key, v int unique check (v < 100), name text);
    create index plain_name on plain (name);
    insert into plain select id, v, name from t;
    create table numbered (id int primary key generated always as identity, v int unique);
    insert into numbered (v) values (1)`)
})
afterEach(() => db.close())

const long = 'x'.repeat(5000)

/** Statements that fail, at whatever point of their work. */
const FAILING: readonly (readonly [text: string, sqlstate: string])[] = [
  // Before the change.
  ["insert into plain values (1, 40, 'd')", '23505'],
  ["insert into plain values (4, 10, 'd')", '23505'],
  ["insert into plain values (4, 400, 'd')", '23514'],
  [`insert into plain values (4, 40, '${long}')`, '54000'],
  ['update plain set v = 20 where id = 1', '23505'],
  ['update plain set id = 2, v = 50 where id = 1', '23505'],
  [`update plain set v = 50, name = '${long}' where id = 1`, '54000'],
  ['update plain set v = 50, name = (1 / (id - 1))::text where id = 1', '22012'],
  ["insert into plain values (1, 40, 'd') on conflict (id) do update set v = 20", '23505'],
  ["insert into plain values (4, 10, 'd') on conflict (id) do nothing", '23505'],
  ['insert into numbered (v) values (1)', '23505'],
  // In the middle, of several rows.
  ["insert into plain values (4, 40, 'd'), (5, 10, 'e')", '23505'],
  ['update plain set v = v * 4', '23514'],
  // After it.
  ['update plain set v = 50 where id = 1 returning 1 / (v - 50)', '22012'],
  ["insert into plain values (4, 40, 'd') returning 1 / (v - 40)", '22012'],
  ['delete from plain where id = 1 returning 1 / (v - 10)', '22012'],
  ["insert into t values (4, 40, 'd', 7)", '23503'],
  ['update t set v = 50, parent = 7 where id = 1', '23503'],
  ['delete from parent where id = 1', '23001'],
  [
    "with x as (insert into plain values (4, 40, 'd') returning id) update t set v = 20 where id = 1",
    '23505',
  ],
]

const contents = (tx: Transaction) =>
  ['parent', 't', 'plain', 'numbered'].map(table => tx.query(`select * from ${table} order by id`))

test.each(FAILING)('%s', (text, sqlstate) => {
  const before = db.write(tx => {
    tx.query("update t set name = 'first' where id = 3")
    tx.query("update plain set name = 'first' where id = 3")
    const contentsBefore = contents(tx)
    // More than once: the statement's program is used again.
    for (let time = 0; time < 3; time++) {
      expect(() => tx.query(text)).toThrow(expect.objectContaining({ sqlstate }))
      expect(contents(tx)).toEqual(contentsBefore)
    }
    // It goes on, with all indexes as they were.
    tx.query("insert into plain values (9, 90, 'z')")
    expect(tx.query("select id from plain where name = 'first'")).toEqual([{ id: 3 }])
    expect(tx.query('select id from plain where v = 10')).toEqual([{ id: 1 }])
    return contents(tx)
  })
  expect(db.write(contents)).toEqual(before)
})

test('what a function of a user has written is undone with the statement that called it', () => {
  let tx!: Transaction
  db.function('note', { args: ['int'], returns: 'int' }, id => {
    tx.query('insert into parent values ($1)', [id])
    return id
  })
  db.write(inside => {
    tx = inside
    expect(() => tx.query("insert into plain values (note(50), 10, 'd')")).toThrow(SqlError)
    expect(tx.query('select count(*) as c from parent')).toEqual([{ c: 2 }])
    expect(tx.query("insert into plain values (note(50), 50, 'd')")).toEqual([])
    expect(tx.query('select count(*) as c from parent')).toEqual([{ c: 3 }])
  })
})

test('rows changed one by one are all there, in every index', () => {
  db.write(tx => {
    const insert = tx.prepare('insert into plain values ($1, $2, $3)')
    for (let id = 10; id < 60; id++) insert.run(id, id + 30, `name ${id % 7}`)
    const update = tx.prepare('update plain set name = name || $2 where id = $1')
    for (let id = 10; id < 60; id += 2) update.run(id, '!')
    const move = tx.prepare('update plain set id = id + 1000 where id = $1')
    for (let id = 10; id < 60; id += 5) move.run(id)
    const remove = tx.prepare('delete from plain where id = $1')
    for (let id = 11; id < 60; id += 5) remove.run(id)
  })
  const byScan = db.query('select * from plain where id + 0 >= 10 order by id')
  const again = db.query(
    "select * from plain where name >= 'name' and name < 'nameless' and id >= 10 order by id",
  )
  expect(byScan).toHaveLength(40)
  expect(again).toEqual(byScan)
})

test('an update gives values that are written in another way their place, and keeps its row', () => {
  db.exec(`create table odd (n numeric primary key, f float8, m int);
    create index odd_f on odd (f);
    insert into odd values (1.50, 'NaN', 1), (2, 0, 2)`)
  db.write(tx => {
    tx.query('update odd set m = 5, n = 1.5 where n = 1.500')
    tx.query("update odd set f = '-0', m = 6 where n = 2.0")
  })
  expect(db.query('select n, f, m from odd order by n')).toEqual([
    { n: '1.5', f: Number.NaN, m: 5 },
    { n: '2', f: -0, m: 6 },
  ])
  expect(db.query("select m from odd where f = 'NaN'")).toEqual([{ m: 5 }])
  expect(db.query('select m from odd where f = 0')).toEqual([{ m: 6 }])
})

test('a row of which JavaScript cannot have what RETURNING says is not changed', () => {
  db.exec(`create table event (id int primary key, at timestamptz, times timestamptz[]);
    insert into event values (1, '2020-01-01')`)
  const far = "timestamptz '290000-01-01'"
  const texts = [
    `insert into event values (2, ${far}) returning at`,
    `insert into event values (2, null, array[${far}]) returning id, times`,
    `insert into event values (1, ${far}) on conflict (id) do update set at = excluded.at returning event`,
    `update event set at = ${far} where id = 1 returning new.at`,
    `merge into event using (values (2)) as s (id) on event.id = s.id when not matched then insert values (s.id, ${far}) returning at`,
  ]
  db.write(tx => {
    for (const text of texts) {
      const statement = tx.prepare(text)
      for (let time = 0; time < 3; time++) {
        for (const run of [() => statement.all(), () => statement.get(), () => [...statement.iterate()]]) {
          expect(run, text).toThrow(expect.objectContaining({ sqlstate: '22008' }))
          expect(tx.query('select id, at::text from event'), text).toEqual([
            { id: 1, at: '2020-01-01 00:00:00+00' },
          ])
        }
      }
    }
  })
})

test('a statement whose time is over, whenever it looks at the clock, leaves nothing', () => {
  db.exec(`create table a (id int primary key);
    insert into a select generate_series(1, 3);
    create table many (id int primary key, a int references a, b int references a on delete cascade deferrable);
    insert into many select i, 1, 1 from generate_series(1, 9000) as i`)
  const texts = [
    // Whether a row of the other table refers to it, each of those says.
    'delete from a where id = 2',
    'update a set id = 5 where id = 3',
    'insert into many values (9001, 2, 3)',
    'update many set a = 3 where id = 1',
    'insert into plain values (4, 40, (select count(*) from many)::text)',
    'delete from many where id between 10 and 40',
    'delete from many where id between 10 and 40 and b = 1 returning id',
  ]
  // Each look at it is a millisecond later.
  let time = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => time++)
  try {
    expect(texts.map(runsUntilDone).reduce((a, b) => a + b)).toBeGreaterThan(6)
  } finally {
    clock.mockRestore()
  }

  /** Runs it with its time over at its first look, at its second, and so on, twice each. */
  function runsUntilDone(text: string): number {
    for (let looks = 0; ; looks++) {
      using tx = db.begin()
      const all = () => [tx.query('select id from a'), tx.query('select * from many'), contents(tx)]
      const before = all()
      for (let run = 0; run < 2; run++) {
        let failure: unknown
        try {
          tx.query(text, [], { timeoutMs: looks + 0.5 })
        } catch (error) {
          failure = error
        }
        if (failure === undefined) return looks
        expect(failure, text).toMatchObject({ sqlstate: '57014' })
        expect(all(), `${text}, at look ${looks}`).toEqual(before)
      }
    }
  }
})
