/** Changes, EXPLAIN ANALYZE and FETCH that take long: other sessions are answered meanwhile, and they can be cancelled. */

import type pg from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import { connect, failure, startServer } from './support.ts'

let busy: pg.Client
let other: pg.Client

beforeEach(async () => {
  const { port } = await startServer()
  busy = await connect(port)
  other = await connect(port)
  await busy.query(`
    create table t (id int primary key, n int);
    insert into t select g, 0 from generate_series(1, 2000) g`)
})

const value = async (client: pg.Client, text: string) => {
  const { rows } = await client.query({ text, rowMode: 'array' })
  return rows[0]?.[0]
}

/** They would run until the end of the world, or nearly. */
const ENDLESS = [
  'insert into t select g, g from generate_series(1, 1e15::bigint) g where g < 0',
  'update t set n = 1 from generate_series(1, 1e15::bigint) g where g < 0',
  'delete from t using generate_series(1, 1e15::bigint) g where g < 0',
  'merge into t using (select g from generate_series(1, 1e15::bigint) g where g < 0) s on t.id = s.g when matched then delete',
  'explain analyze select count(*) from generate_series(1, 1e15::bigint)',
  'explain analyze update t set n = 1 from generate_series(1, 1e15::bigint) g where g < 0',
  'create table c as select g from generate_series(1, 1e15::bigint) g where g < 0',
  'create materialized view c as select count(*) from generate_series(1, 1e15::bigint) g where g < 0',
]

const cancelled = async (text: string) => {
  const pid = await value(busy, 'select pg_backend_pid()')
  const failed = failure(busy.query(text))
  for (let i = 0; i < 5; i++) expect(await value(other, 'select count(*)::int from t')).toBe(2000)
  expect(await value(other, `select pg_cancel_backend(${pid})`)).toBe(true)
  expect((await failed).code).toBe('57014')
}

test.each(ENDLESS)('%s', async text => {
  await cancelled(text)
  // Its transaction is gone, and with it what it held.
  await other.query('update t set n = 2 where id = 1')
  expect(await value(busy, 'select sum(n)::int from t')).toBe(2)
})

test('what a transaction has done before is there when it goes back to its savepoint', async () => {
  await busy.query('begin; insert into t values (0, 7); savepoint s; update t set n = 5 where id = 1')
  await cancelled(ENDLESS[1])
  expect((await failure(busy.query('select 1'))).code).toBe('25P02')
  await busy.query('rollback to s')
  expect(await value(busy, 'select sum(n)::int from t')).toBe(7)
  await busy.query('commit')
  expect(await value(other, 'select n from t where id = 0')).toBe(7)
})

test('rows that are changed while others are answered are all changed, in one transaction', async () => {
  let isDone = false
  const seen = new Set<number>()
  const change = busy.query('update t a set n = a.n + 1 from t b where b.id <= 3').then(result => {
    isDone = true
    return result.rowCount
  })
  while (!isDone) seen.add(await value(other, 'select sum(n)::int from t'))
  expect(await change).toBe(2000)
  seen.add(await value(other, 'select sum(n)::int from t'))
  expect([...seen].sort()).toEqual([...(seen.has(0) ? [0] : []), 2000])
})

test.each([
  ['create index on t (n, id)', "select count(*)::int from pg_indexes where tablename = 't'"],
  [
    'create table c as select a.id from t a, t b where b.id <= 20',
    "select count(*)::int from pg_class where relname = 'c'",
  ],
  [
    'alter table t alter n type bigint',
    "select count(*)::int from pg_attribute where attrelid = 't'::regclass and atttypid = 20",
  ],
])('%s: others are answered, and see it when it is done', async (text, made) => {
  await busy.query('insert into t select g, 0 from generate_series(2001, 40000) g')
  const before = await value(other, made)
  let isDone = false
  let answers = 0
  const definition = busy.query(text).then(() => {
    isDone = true
  })
  while (!isDone) {
    const seen = await value(other, made)
    if (!isDone) {
      expect(seen).toBe(before)
      answers++
    }
  }
  await definition
  expect(answers).toBeGreaterThan(1)
  expect(await value(other, made)).toBe(before + 1)
})

test('COMMIT with many references that wait for it', async () => {
  await busy.query(`
    create table r (t int references t deferrable initially deferred);
    begin;
    insert into r select g % 2000 + 1 from generate_series(1, 30000) g`)
  let isDone = false
  let answers = 0
  const commit = busy.query('commit').then(() => {
    isDone = true
  })
  while (!isDone) {
    await value(other, 'select 1')
    answers++
  }
  await commit
  expect(answers).toBeGreaterThan(2)
  expect(await value(other, 'select count(*)::int from r')).toBe(30_000)
})

describe('FETCH', () => {
  test('is cancelled', async () => {
    await busy.query(
      'begin; declare c cursor for select g from generate_series(1, 1e15::bigint) g where g < 0',
    )
    await cancelled('fetch 1 from c')
    await busy.query('rollback')
    expect(await value(busy, 'select 1')).toBe(1)
  })
  test('leaves its cursor where it is to the next one', async () => {
    await busy.query('begin; declare c cursor for select id from t order by id')
    expect((await busy.query('fetch 1500 from c')).rows.at(-1)).toEqual({ id: 1500 })
    expect((await busy.query('fetch 2 from c')).rows).toEqual([{ id: 1501 }, { id: 1502 }])
    expect((await busy.query('move all in c')).rowCount).toBe(498)
    await busy.query('commit')
  })
})

test('a change with RETURNING is made wholly when its client wants one row', async () => {
  const rows = await busy.query({ text: 'update t set n = 3 returning id', rows: 1 } as pg.QueryConfig)
  expect(rows.rows.length).toBeGreaterThan(0)
  expect(await value(other, 'select sum(n)::int from t')).toBe(6000)
})
