/** Statements of any kind by one door: columns, rows as text, what was done. */

import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Connection, type Database, openSync, SqlError } from '../../../src/index.ts'

let db: Database
let connection: Connection
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`create table users (id int primary key, name text not null, since timestamptz, tags text[]);
    insert into users values (1, 'Ann', '2024-05-06 07:08:09.123456+02', '{a,"b c"}'), (2, 'Bob', null, null)`)
  connection = db.connect()
})
afterEach(() => db.close())

function run(text: string) {
  const execution = connection.execute(text, [], { rowMode: 'array', values: 'text' })
  const columns = execution.columns.map(column => `${column.name} ${column.type}`)
  const rows: unknown[] = []
  for (let row = execution.next(); row !== undefined; row = execution.next()) rows.push(row)
  return { columns, rows, ...execution.finish() }
}

test('a query has columns, and its values are what PostgreSQL prints', () => {
  expect(run("select *, id = 1 as first, 1.50::numeric, interval '90 min' from users order by id")).toEqual({
    columns: [
      'id integer',
      'name text',
      'since timestamp with time zone',
      'tags text[]',
      'first boolean',
      'numeric numeric',
      'interval interval',
    ],
    rows: [
      ['1', 'Ann', '2024-05-06 05:08:09.123456+00', '{a,"b c"}', 't', '1.50', '01:30:00'],
      ['2', 'Bob', null, null, 'f', '1.50', '01:30:00'],
    ],
    command: 'SELECT 2',
    rowCount: 2,
  })
})

test('changes and definitions have no columns, unless rows are asked for', () => {
  expect(run('create table t (a int)')).toEqual({
    columns: [],
    rows: [],
    command: 'CREATE TABLE',
    rowCount: 0,
  })
  expect(run('insert into t values (1), (2)')).toMatchObject({ columns: [], rows: [], command: 'INSERT 0 2' })
  expect(run('delete from t where a = 2 returning a')).toEqual({
    columns: ['a integer'],
    rows: [['2']],
    command: 'DELETE 1',
    rowCount: 1,
  })
})

test('SHOW, EXPLAIN and EXECUTE have columns, too', () => {
  expect(run('show timezone')).toMatchObject({ columns: ['TimeZone text'], rows: [['UTC']], command: 'SHOW' })
  expect(run('explain select 1').columns).toEqual(['QUERY PLAN text'])
  run('prepare named as select name from users where id = $1')
  expect(run('execute named(2)')).toMatchObject({
    columns: ['name text'],
    rows: [['Bob']],
    command: 'SELECT 1',
  })
})

test('a statement that is ended early keeps what it has read so far, and holds nothing', () => {
  const execution = connection.execute('select generate_series(1, 1000000)')
  execution.next()
  execution.next()
  expect(execution.finish()).toEqual({ command: 'SELECT 2', rowCount: 2 })
  expect(execution.next()).toBeUndefined()
  expect(db.stats().snapshots).toEqual([])
})

test('one that fails is undone, and a transaction says that it has failed', () => {
  run('begin')
  expect(connection.hasFailedTransaction).toBe(false)
  expect(() => run("insert into users select g, nullif('x', 'x') from generate_series(3, 5) g")).toThrow(
    SqlError,
  )
  expect(connection.hasFailedTransaction).toBe(true)
  expect(connection.isInTransaction).toBe(true)
  expect(run('rollback')).toMatchObject({ command: 'ROLLBACK' })
  expect(connection.hasFailedTransaction).toBe(false)
  expect(run('select count(*) from users').rows).toEqual([['2']])
})

test('a table without a primary key is, as a value, its columns and no more', () => {
  run('create table keyless (a int, b text)')
  run("insert into keyless values (1, 'x'), (null, null)")
  run('alter table keyless add column c int default 7')
  expect(
    run('select keyless, to_jsonb(k) from keyless, keyless k where k.a = 1 order by keyless.a').rows,
  ).toEqual([
    ['(1,x,7)', '{"a": 1, "b": "x", "c": 7}'],
    ['(,,7)', '{"a": 1, "b": "x", "c": 7}'],
  ])
  expect(run('update keyless set a = 2 where a = 1 returning old, new').rows).toEqual([
    ['(1,x,7)', '(2,x,7)'],
  ])
})

test('an execution that is logged shows nothing of what it is made of', () => {
  expect(inspect(connection.execute('select 1'))).toBe('ShapedExecution {}')
})

test('one whose commit fails is over, and says why as often as it is asked', () => {
  db.exec('create table friends (friend int references users deferrable initially deferred)')
  const execution = connection.execute('insert into friends values (7)')
  const why = /violates foreign key constraint "friends_friend_fkey"/
  expect(() => execution.next()).toThrow(why)
  expect(() => execution.finish()).toThrow(why)
  expect(execution.next()).toBe(undefined)
  expect(connection.isInTransaction).toBe(false)
})
