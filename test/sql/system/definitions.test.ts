/** Definitions print as PostgreSQL prints them: defaults, checks, indexes, keys and views, plain and pretty. */

import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openSync } from '../../../src/index.ts'

let db: Database
let postgres: PGlite
beforeAll(async () => {
  postgres = await PGlite.create()
  db = openSync(':memory:')
}, 60_000)
afterAll(async () => {
  db.close()
  await postgres.close()
})

const COLUMNS = `id serial primary key, a int, b boolean, e varchar(20), t text, m mood, ts timestamptz, tz timestamp, dt date,
  n numeric(5, 2), arr int[], j jsonb, g bigint, d double precision, c char(4), u uuid, co code`

/** Rolled back each time, so that each test has the same two databases. */
async function both(script: string, question: string): Promise<[unknown[][], unknown[][]]> {
  const setup = `begin; create type mood as enum ('a', 'b'); create type pair as (x int, y text);
    create domain code as text check (value <> ''); ${script}`
  try {
    db.exec(setup)
    const ours = db.query(question, [], { rowMode: 'array' }) as unknown[][]
    await postgres.exec(setup)
    const { rows } = await postgres.query<unknown[]>(question, [], { rowMode: 'array' })
    return [ours, rows]
  } finally {
    db.exec('rollback')
    await postgres.exec('rollback')
  }
}

const CHECKS = [
  'a > 0 and e like $$x%$$',
  "e in ('x', 'y')",
  "t in ('x', 'y')",
  'a between 1 and 10',
  'a not between 1 and 10',
  'coalesce(a, 0) is not null',
  "ts at time zone 'UTC' > '2020-01-01'",
  'length(e) > 2 or not b',
  'case when a = 1 then true else false end',
  'case a when 1 then b when 2 then not b end',
  'a = any (arr)',
  "(j->>'a') is null",
  'a not in (1, 2)',
  'n::int > 3',
  "e::text ~ '^a'",
  'extract(year from ts) > 2000',
  'lower(e) = e',
  "m <> 'b'",
  'a is distinct from 3',
  'b is true',
  'b is not unknown',
  'greatest(a, 1) > 0',
  'nullif(a, 1) is null',
  '(a, g) = (1, 2)',
  '(a, g) < (1, 2)',
  'arr[1] > 0',
  'arr[1:2] is not null',
  "e || 'x' <> ''",
  '-a < 0',
  'a::bigint < 5',
  'a < g',
  "dt > '2020-01-01'",
  "interval '1 day' > interval '2 hours'",
  "e ilike 'x'",
  "e not like 'x'",
  'array_length(arr, 1) > 0',
  'arr <> array[1, 2]',
  "not (a = 1 and e = 'x')",
  "a = 1 or (e = 'x' and b)",
  'a = 1 and (b or a = 2)',
  'n > 0',
  'a > 1.5',
  'd > 1',
  "ts > now() - interval '1 day'",
  'ts < current_timestamp',
  'dt <= current_date',
  'a + g * 2 - 1 > (a - 1) * 3',
  "c = 'abcd'",
  "u <> '00000000-0000-0000-0000-000000000000'",
  "t ~ 'a\\d'",
  "co <> 'x'",
  'num_nonnulls(a, b) = 1',
  "j @> '{}'",
  "j ? 'a'",
  "cardinality(arr) = 0 or '{}'::int[] = arr",
  'abs(a) > -1',
  't = e',
]

test.each(CHECKS)('check (%s)', async check => {
  const [ours, theirs] = await both(
    `create table t (${COLUMNS}, constraint one check (${check}))`,
    "select pg_get_constraintdef(oid), pg_get_constraintdef(oid, true), conkey from pg_constraint where conname = 'one'",
  )
  expect(ours).toEqual(theirs)
})

const DEFAULTS: readonly (readonly [string, string])[] = [
  ['int', '5'],
  ['int', '-1'],
  ['int', "'7'"],
  ['bigint', '10000000000'],
  ['numeric(10, 2)', '1.5'],
  ['numeric', '1'],
  ['double precision', '0.5'],
  ['text', "'it''s'"],
  ['varchar(20)', "'x'"],
  ['varchar(20)', "'x'::text"],
  ['char(3)', "'ab'"],
  ['boolean', 'true'],
  ['mood', "'a'"],
  ['timestamptz', 'now()'],
  ['timestamptz', 'current_timestamp'],
  ['timestamp(3)', 'localtimestamp'],
  ['date', 'current_date'],
  ['date', "'2020-01-02'"],
  ['timestamptz', "now() + interval '1 day'"],
  ['int[]', "'{}'"],
  ['text[]', "array['a', 'b']"],
  ['jsonb', "'{}'"],
  ['json', "'[]'::json"],
  ['uuid', 'gen_random_uuid()'],
  ['interval', "'1 day'"],
  ['bytea', "'\\x01'"],
  ['text', 'null'],
  ['code', "'x'"],
  ['text', 'current_user'],
  ['int', 'floor(random() * 10)::int'],
]

test.each(DEFAULTS)('%s default %s', async (type, text) => {
  const [ours, theirs] = await both(
    `create table t (x ${type} default ${text})`,
    `select pg_get_expr(adbin, adrelid), pg_get_expr(adbin, adrelid, true) from pg_attrdef where adrelid = 't'::regclass`,
  )
  expect(ours).toEqual(theirs)
})

const VIEWS = [
  'select id, t from t where a > 1',
  'select id as number, lower(e) as l, a + 1 as more from t where a between 1 and 2 or b order by a desc, lower(e) limit 10 offset 5',
  'select x.a, y.t from t x join t y on x.a = y.id where x.b',
  'select x.a, y.t from t x left join t y on x.a = y.id and y.b join t z on z.id = x.a',
  'select x.a, y.t from t x, t y where x.a = y.id',
  'select a, count(*) as n, sum(distinct n) as s, max(t) filter (where b) as m from t group by a having count(*) > 1 order by count(*) desc',
  'select distinct a, t from t',
  'select distinct on (a) a, t from t order by a, t desc nulls last',
  'select a from t union all select id from t',
  'select a from t union select id from t except select 3',
  'with x as (select a, t from t where b) select x.a, y.id from x join t y on y.id = x.a',
  "select case when a = 1 then 'one' else 'more' end as word, id from t",
  'select id, row_number() over (partition by a order by t desc) as r, sum(a) over (order by id) as s from t',
  'select * from t where e in ($$x$$, $$y$$) and n > 0',
  'select coalesce(t, e) as c, (a)::text as at, current_date as today, arr[1] as one from t',
]

test.each(VIEWS)('create view v as %s', async query => {
  const [ours, theirs] = await both(
    `create table t (${COLUMNS}); create view v as ${query}`,
    `select pg_get_viewdef('v'::regclass), pg_get_viewdef('v'::regclass, true), (select definition from pg_views where viewname = 'v')`,
  )
  expect(ours).toEqual(theirs)
})

const INDEXES = [
  'create index i on t (a desc, t nulls first, e desc nulls last)',
  'create unique index i on t (lower(e), (a + 1), t) include (b) where a > 0 and t is not null',
  'create unique index i on t (t) nulls not distinct',
  'create index i on t ((j ->> $$a$$))',
]

test.each(INDEXES)('%s', async index => {
  const [ours, theirs] = await both(
    `create table t (${COLUMNS}); ${index}`,
    `select pg_get_indexdef(indexrelid), pg_get_indexdef(indexrelid, 0, true), pg_get_indexdef(indexrelid, 1, true),
      pg_get_indexdef(indexrelid, 2, false), pg_get_expr(indexprs, indrelid), pg_get_expr(indpred, indrelid, true),
      indkey::text, indoption::text, indcollation::text, indclass::text, indnkeyatts, indnullsnotdistinct,
      (select array_agg(attname::text order by attnum) from pg_attribute where attrelid = indexrelid and attnum > 0)
      from pg_index where indexrelid = 'i'::regclass`,
  )
  expect(ours).toEqual(theirs)
})
