/** Live queries are told of every change to what they read, whichever door it comes through and whatever kind it is. */

import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Database, openSync, t, table } from '../../src/index.ts'
import { type RunningServer, serve } from '../../src/server/index.ts'

const typed = table('typed', { columns: { id: t.i32, name: t.text }, primaryKey: ['id'] })

const QUERIES = {
  rows: 'select * from t order by a',
  aggregate: 'select min(a) as v, count(*) as n from t',
  newest: 'select a from t order by a desc limit 1',
  'a subquery': 'select (select max(a) from t) as v from (values (1)) x',
  exists: 'select exists (select from u) as v',
  in: 'select count(*) as v from (values (1), (2), (3)) w(a) where a in (select a from t)',
  'a common table': 'with c as (select * from t) select sum(a) as v from c',
  recursion:
    'with recursive c as (select a from t union select a + 1 from c where a < 3) select count(*) as v from c',
  lateral: 'select count(*) as v from u, lateral (select * from t where a = u.t) q',
  'what a cascade deletes': 'select count(*) as v from u',
  'a view': 'select * from v order by a',
  'a materialized view': 'select n as v from mv',
  'a type': 'select mood::text as v from m',
  'the catalog': "select count(*) as v from pg_class where relname like 'fresh%'",
  information_schema:
    "select column_name as v from information_schema.columns where table_name = 't' order by 1",
  union: 'select a as v from t union all select x from u order by 1',
  'another schema': 'select count(*) as v from z.t',
  'a typed table': 'select * from typed order by id',
}

let db: Database
let server: RunningServer
let client: pg.Client
beforeEach(async () => {
  db = openSync(':memory:')
  db.write(tx => void tx.table(typed).put({ id: 1, name: 'one' }))
  db.exec(`create table t (a int primary key, b int);
    create table u (x int primary key, t int references t on delete cascade);
    create view v as select a, b from t where a > 1;
    create type mood as enum ('sad', 'glad');
    create table m (mood mood);
    insert into m values ('sad');
    create materialized view mv as select count(*) as n from t;
    create schema z;
    create table z.t (a int)`)
  server = await serve({ database: db, port: 0 })
  client = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'ann', database: 'x' })
  await client.connect()
})
afterEach(async () => {
  await client.end()
  await server.close()
  db.close()
})

const STEPS: readonly [string, () => unknown][] = [
  ['SQL', () => db.exec('insert into t values (1, 1)')],
  ['another connection of a server', () => client.query('insert into t values (2, 2)')],
  ['a transaction of a server', () => client.query('begin; update t set b = 3 where a = 2; commit')],
  ['a transaction', () => db.write(tx => void tx.exec('insert into u values (5, 1)'))],
  ['a typed table', () => db.write(tx => void tx.table(typed).put({ id: 2, name: 'two' }))],
  ['SQL over a typed table', () => db.exec("update typed set name = 'uno' where id = 1")],
  [
    'COPY',
    () => {
      using connection = db.connect()
      const copy = connection.copyIn('copy t from stdin')
      copy.write('3\t3\n')
      copy.finish()
    },
  ],
  ['writeAsync', () => db.writeAsync(tx => void tx.exec('insert into t values (77, 7)'))],
  ['a cascade', () => db.exec('delete from t where a = 1')],
  ['REFRESH', () => db.exec('refresh materialized view mv')],
  ['the name of a label', () => db.exec("alter type mood rename value 'sad' to 'sadder'")],
  ['CREATE TABLE', () => db.exec('create table fresh1 (a int)')],
  ['DROP TABLE', () => client.query('drop table fresh1')],
  ['ADD COLUMN', () => db.exec('alter table t add column c int default 7')],
  ['RENAME COLUMN', () => client.query('alter table t rename column c to d')],
  [
    'MERGE',
    () =>
      db.exec(
        'merge into t using (values (9)) v(a) on t.a = v.a when not matched then insert (a) values (v.a)',
      ),
  ],
  ['another view of that name', () => db.exec('create or replace view v as select a, b from t where a > 5')],
  ['TRUNCATE', () => db.exec('truncate t cascade')],
  ['rows of another schema', () => db.exec('insert into z.t values (1)')],
  [
    'another table of that name',
    () =>
      client.query(
        'begin; alter table z.t rename to t2; create table z.t (a int); insert into z.t values (1), (2), (3); commit',
      ),
  ],
]

test('live queries follow', async () => {
  const told = new Map<string, unknown>()
  const now = () => Object.entries(QUERIES).map(([name, text]) => [name, db.query(text)])
  const lives = Object.entries(QUERIES).map(([name, text]) => {
    const live = db.live(text)
    told.set(name, live.rows)
    live.subscribe(rows => told.set(name, rows))
    return live
  })
  for (const [step, run] of STEPS) {
    const before = JSON.stringify(now())
    await run()
    expect([step, JSON.stringify(now()) !== before]).toEqual([step, true])
    // What is told comes when the event loop turns.
    await vi.waitFor(() => expect([step, [...told]]).toEqual([step, now()]), { timeout: 60_000, interval: 5 })
  }
  for (const live of lives) live.close()
})
