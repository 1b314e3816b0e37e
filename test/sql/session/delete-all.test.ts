/** DELETE of all rows of a table empties its trees at once, where nobody has to know which rows these were. */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openSync, t, table } from '../../../src/index.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`
    create table t (id int generated always as identity primary key, x int unique, y int);
    create index t_y on t (y);
    insert into t (x, y) select i, i % 7 from generate_series(1, 5000) i;
  `)
})
afterEach(() => db.close())

const values = (text: string) => db.prepare(text, { rowMode: 'array' }).all()

test('all rows and all index entries have gone, and are counted', async () => {
  expect(db.prepare('delete from t').run().rowCount).toBe(5000)
  expect(values('select count(*) from t')).toEqual([[0]])
  expect(values('select * from t where y = 3')).toEqual([])
  expect((await db.check()).faults).toEqual([])
  db.exec('insert into t (x, y) values (1, 1)')
  // As in PostgreSQL, and other than after TRUNCATE … RESTART IDENTITY.
  expect(values('select * from t')).toEqual([[5001, 1, 1]])
  expect(db.prepare('delete from t').run().rowCount).toBe(1)
  expect(db.prepare('delete from t').run().rowCount).toBe(0)
})

test('a savepoint and a transaction bring the rows back', () => {
  db.exec('begin; savepoint s; delete from t; insert into t (x, y) values (1, 1); rollback to s')
  expect(values('select count(*), sum(x) from t where y >= 0')).toEqual([[5000, 12502500]])
  db.exec('delete from t; rollback')
  expect(values('select count(*), sum(x) from t where y >= 0')).toEqual([[5000, 12502500]])
})

test('a cursor that was opened before goes on with the rows that it saw', () => {
  db.exec('begin; declare c cursor for select x from t order by id')
  expect(values('fetch 1 from c')).toEqual([[1]])
  db.exec('delete from t')
  expect(values('fetch 2 from c')).toEqual([[2], [3]])
  expect(values('select count(*) from t')).toEqual([[0]])
  db.exec('commit')
})

test('a snapshot keeps its rows', () => {
  const snapshot = db.read()
  db.exec('delete from t')
  expect(snapshot.query('select count(*) as n from t')).toEqual([{ n: 5000 }])
  snapshot.close()
})

test('references are checked, cascade, and become null', () => {
  db.exec('create table r (x int references t (x)); insert into r values (7)')
  expect(() => db.exec('delete from t')).toThrow(expect.objectContaining({ sqlstate: '23503' }))
  expect(values('select count(*) from t')).toEqual([[5000]])
  db.exec('drop table r; create table r (x int references t (x) on delete cascade); insert into r values (7)')
  db.exec('delete from t')
  expect(values('select * from r')).toEqual([])
})

test('RETURNING gives each row', () => {
  expect(values('delete from t returning x')).toHaveLength(5000)
})

test('beside other changes of the statement each sees the rows before it', () => {
  expect(values('with d as (delete from t) select count(*) from t')).toEqual([[5000]])
  db.exec('insert into t (x, y) values (1, 1), (2, 2)')
  expect(
    values(
      'with u as (update t set y = 9 where x = 1 returning x) delete from t returning (select x from u)',
    ),
  ).toHaveLength(1)
})

test('a view of all rows is emptied, one of some keeps the others', () => {
  db.exec('create view v as select * from t; create view w as select * from t where y = 0')
  expect(db.prepare('delete from w').run().rowCount).toBe(714)
  expect(values('select count(*) from t')).toEqual([[4286]])
  expect(db.prepare('delete from v').run().rowCount).toBe(4286)
})

test('a watcher hears of each row that was deleted', async () => {
  db.exec('create table n (id int primary key); insert into n select generate_series(1, 3000)')
  const heard: number[] = []
  const definition = table('n', { columns: { id: t.i32 }, primaryKey: ['id'] })
  using _ = db.watch(definition, ({ changes }) => void heard.push(changes.length))
  db.exec('delete from n')
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(heard).toEqual([3000])
})
