/** What docs/sql.md says of the language is so: each item of the table has an example here, and each example runs. */

import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { openSync, SqlError } from '../../../src/index.ts'

const db = openSync(':memory:')
db.exec(`create table t (id int primary key, g int, s text, n numeric, j jsonb);
  create table u (id int primary key, t int references t);
  insert into t values (1, 1, 'a', 1.5, '{"a": [1, 2]}'), (2, 1, 'b', null, null), (3, 2, null, 2, '[]');
  insert into u values (1, 1), (2, 3)`)
afterAll(() => db.close())

const EXAMPLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  changes: {
    'INSERT (many rows, SELECT, DEFAULT VALUES, ON CONFLICT)':
      'insert into t select id + 10, g from t on conflict (id) do update set g = excluded.g',
    'UPDATE … FROM': "update t set s = 'u' from u where u.t = t.id",
    'DELETE … USING': 'delete from t using u where t.id = u.id + 100',
    'parts of columns (`SET c.a[1] = 1`)': "update t set j['b'] = '1' where id = 1",
    'MERGE; RETURNING with OLD and NEW':
      'merge into t using u on t.id = u.id when matched then update set g = 5 returning old.g, new.g, merge_action()',
  },
  queries: {
    'joins of every kind': 'select * from t natural join u full join t x using (id)',
    LATERAL: 'select * from t, lateral (select t.g + 1 as h) q',
    'subqueries everywhere':
      'select (select max(id) from u) from t where id in (select t from u) and exists (select from u)',
    'CTEs (recursive with SEARCH and CYCLE, and with changes)':
      'with recursive r(n) as (select 1 union all select n % 3 + 1 from r) search depth first by n set o cycle n set c using p select n, c from r order by o',
    'GROUP BY with ROLLUP': 'select g, count(*) from t group by rollup (g)',
    CUBE: 'select g, s, count(*) from t group by cube (g, s)',
    'GROUPING SETS': 'select g, grouping(g), count(*) from t group by grouping sets ((g), ())',
    FILTER: 'select count(*) filter (where g = 1) from t',
    'ordered-set and hypothetical-set aggregates':
      'select percentile_cont(0.5) within group (order by id), rank(2) within group (order by id) from t',
    'DISTINCT ON': 'select distinct on (g) g, id from t order by g, id',
    'window functions with all frames':
      'select sum(id) over (order by id groups between 1 preceding and unbounded following exclude ties) from t',
    UNION: 'select id from t union select id from u',
    INTERSECT: 'select id from t intersect all select id from u',
    EXCEPT: 'select id from t except select id from u',
    LIMIT: 'select id from t order by id limit 1 offset 1',
    'FETCH WITH TIES': 'select g from t order by g fetch first 1 row with ties',
    VALUES: "values (1, 'a'), (2, null)",
    'TABLESAMPLE (with REPEATABLE the same rows for one seed, while the table is the same)':
      'select count(*) from t tablesample bernoulli (100)',
    'set-returning functions': 'select * from generate_series(1, 3) with ordinality',
  },
  expressions: {
    'exact numeric': 'select 0.1 + 0.2 = 0.3',
    'three-valued logic': 'select null not in (1, 2), true or null',
    'row values': "select (1, 'a') < (1, 'b'), row(1, null) is null",
    arrays: "select array[1, 2] || 3, ('{1,2}'::int[])[2], 2 = any (array[1, 2])",
    'JSON and its paths': "select j -> 'a' ->> 0, jsonb_path_query_array(j, '$.a[*] ? (@ > 1)') from t",
    'SQL/JSON (constructors, aggregates, JSON_QUERY, JSON_VALUE, JSON_EXISTS, JSON_TABLE, IS JSON)':
      "select json_object('a': 1), json_arrayagg(x), json_query('[1]', '$'), json_value('[1]', '$[0]'), json_exists('{}', '$.a'), '1' is json from json_table('[1, 2]', '$[*]' columns (x int path '$')) q",
    'regular expressions': "select regexp_replace('abc', '(b)', '<\\1>'), 'a' ~ '^\\w$'",
    "dates and time zones as PostgreSQL's":
      "select timestamptz '2024-07-01 12:00 Europe/Berlin' at time zone 'UTC', date '2024-02-28' + 2",
  },
}

/** The items of a row: apart from those in parentheses, what stands between commas. */
function itemsOf(row: string): string[] {
  const text = new RegExp(`^\\| ${row} \\| (.*) \\|$`, 'm').exec(page)![1]
  return text.split(/, (?![^(]*\))/)
}
const page = readFileSync(new URL('../../../docs/sql.md', import.meta.url), 'utf8')

describe.each(Object.entries(EXAMPLES))('%s', (row, examples) => {
  test('are those that the page lists', () => {
    expect(itemsOf(row).sort()).toEqual(Object.keys(examples).sort())
  })
  test.each(Object.entries(examples))('%s', (_, text) => {
    db.write(tx => {
      tx.query(text)
    })
  })
})

test('a function of a user may have the name of one that is not there', () => {
  const own = openSync(':memory:')
  try {
    own.function('isempty', { args: ['text'], returns: 'boolean' }, (text: string) => text === '')
    expect(own.query("select isempty('') as e")).toEqual([{ e: true }])
    expect(() => own.query("select isempty('', 1)")).toThrow(expect.objectContaining({ sqlstate: '42883' }))
    expect(() => own.query("select nowhere.isempty('')")).toThrow(
      expect.objectContaining({ sqlstate: '3F000' }),
    )
  } finally {
    own.close()
  }
})

describe('what is not supported is refused by name', () => {
  test.each([
    ["select '<a/>'::xml", 'type xml'],
    ["select 'a b'::tsvector", 'type tsvector'],
    ["select '(1,2)'::point", 'type point'],
    ['create table r (a int4range)', 'type int4range'],
    ["select '10.0.0.1'::inet", 'type inet'],
    ["select xmlelement(name a, 'b')", 'XML'],
    ["select daterange('2026-01-01', '2026-02-01')", 'function daterange'],
    ["select pg_catalog.to_tsvector('a b')", 'function to_tsvector'],
    ["select * from xpath('/a', '<a/>')", 'function xpath'],
    ['select range_agg(a) from (values (1)) v (a)', 'function range_agg'],
    ['select lo_create(0), pg_switch_wal()', 'function lo_create'],
    ['create table tr (a int); create table tc (c tr)', 'a column of type tr'],
    ['create type ca as (a int); alter type ca add attribute b int', 'ALTER TYPE'],
    ['create type ci as (a json); create table ti (a ci primary key)', 'an index over a column of type ci'],
    ['begin; declare c binary cursor for select 1', 'BINARY cursors'],
    ["create function f() returns int language sql as 'select 1'", ''],
    ['create trigger x before insert on t for each row execute function f()', ''],
  ])('%s', (text, what) => {
    let error: unknown
    try {
      db.exec(text)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(SqlError)
    expect((error as SqlError).sqlstate).toBe('0A000')
    expect((error as SqlError).primary).toContain(what)
  })
})
