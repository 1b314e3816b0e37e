/** What gives other rows when it is asked again, or does something besides, is asked once, also where it is too large for memory. */

import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { type Connection, type Database, openSync } from '../../../src/index.ts'
import { statementCode } from '../../../src/sql/execute/generate/policy.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../io/temporary-directory.ts'

const ROWS = 6000

const directory: TemporaryDirectory = temporaryDirectory()
const db: Database = openSync(directory.file('app.db'))
db.exec(`
  create table a (id int primary key, name text);
  create table b (id int primary key, name text);
  insert into a select n, 'name ' || n from generate_series(1, ${ROWS}) n;
  insert into b select n, 'name ' || n from generate_series(1, ${ROWS}) n;
  create sequence s;
  analyze`)
let calls = 0
db.function('called', { args: ['integer'], returns: 'integer' }, n => {
  calls++
  return n
})
const connection: Connection = db.connect()
connection.exec("set work_mem = '64kB'; set enable_nestloop = off; set enable_mergejoin = off")

beforeEach(() => {
  calls = 0
  connection.exec('alter sequence s restart')
})
afterAll(() => {
  db.close()
  directory.remove()
})

/** Each gives one row of a sum for every number once. */
const JOINS = [
  "select count(*) as n, sum(x.v) as s from a join (select id, nextval('s') as v from b offset 0) x on x.id = a.id",
  "select count(*) as n, sum(x.v) as s from (select id, nextval('s') as v from b offset 0) x join a on x.id = a.id",
  "select count(*) as n, sum(x.v) as s from a left join (select id, nextval('s') as v, name from b offset 0) x on x.name = a.name",
  "select count(*) as n, sum(x.v) as s from a full join (select id, nextval('s') as v from b offset 0) x on x.v = a.id",
  "select count(*) as n, sum(v) as s from (select v from (select nextval('s') as v from b) x group by v) y",
  "select count(*) as n, sum(v) as s from (select nextval('s') as v from b group by nextval('s')) y",
  "select count(*) as n, sum(v) as s from (select distinct v from (select nextval('s') as v from b) x) y",
  "select count(*) as n, sum(v) as s from (select nextval('s') as v from b union select 1) y",
  "select count(*) as n, sum(v) as s from (select nextval('s') as v from b except select 0) y",
  "select count(*) as n, sum(v) as s from (select nextval('s') as v from b intersect all select id from a) y",
  `with c as materialized (select nextval('s') as v from b)
   select count(*) as n, sum(v) as s from c where (select count(*) from c) = ${ROWS}`,
]

describe.each(['always', 'never'] as const)('code generated: %s', mode => {
  test.each(JOINS)('%s', query => {
    statementCode.mode = mode
    try {
      const [{ n, s }] = connection.query<{ n: number; s: number }>(query)
      expect(n).toBe(ROWS)
      expect(Number(s)).toBe((ROWS * (ROWS + 1)) / 2)
      expect(connection.query("select nextval('s') as v")).toEqual([{ v: ROWS + 1 }])
    } finally {
      statementCode.mode = 'auto'
    }
  })

  test.each([
    'select count(*) as n from a join (select called(id) as c from b offset 0) x on x.c = a.id',
    'select count(*) as n from (select called(id) as c from b offset 0) x join a on x.c = a.id',
    'select count(*) as n from (select c from (select called(id) as c from b) x group by c) y',
  ])('%s', query => {
    statementCode.mode = mode
    try {
      expect(connection.query(query)).toEqual([{ n: ROWS }])
      expect(calls).toBe(ROWS)
    } finally {
      statementCode.mode = 'auto'
    }
  })

  test('a sample is one', () => {
    statementCode.mode = mode
    try {
      const query =
        'select count(x.id) as n, count(distinct x.id) as d from a full join (select * from b tablesample bernoulli (60)) x on x.id = a.id'
      const [{ n, d }] = connection.query<{ n: number; d: number }>(query)
      expect(n).toBe(d)
    } finally {
      statementCode.mode = 'auto'
    }
  })
})
