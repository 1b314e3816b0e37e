/** MIN and MAX from an index, count(*) from the tree: how it is planned, and that the answers are those of all rows. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openSync } from '../../../src/index.ts'
import { explained } from './explained.ts'

let db: Database
beforeAll(() => {
  db = openSync(':memory:')
  db.exec(`create table t (id int primary key, a int, b text, c numeric, d float8, g int not null, arr int[]);
    insert into t select i, case when i % 10 = 0 then null else (i * 7919) % 1000 - 500 end, 'x' || i, i / 3.0,
      case when i % 7 = 0 then 'NaN'::float8 when i % 5 = 0 then null else -i end, i % 4, array[null::int, i]
      from generate_series(1, 3000) i;
    create index t_a on t (a);
    create index t_c on t (c desc nulls last);
    create index t_d on t (d nulls first);
    create index t_ga on t (g, a desc);
    create index t_b on t (b) where a > 0;
    create index t_lower on t ((lower(b)));
    create index t_arr on t (arr);
    create table nothing (x int);
    create index nothing_x on nothing (x);
    create table nulls (x int);
    create index nulls_x on nulls (x);
    insert into nulls select null from generate_series(1, 50);
    analyze`)
})
afterAll(() => db.close())

/** The same without indexes, so that all rows are read. */
function expectSame(text: string): void {
  using connection = db.connect()
  connection.exec('set enable_indexscan = off')
  expect(db.query(text)).toEqual(connection.query(text.replaceAll('count(*)', 'sum(1)')))
}

describe('the first entry that is not null is', () => {
  test.each([
    [
      'the least of a column',
      'select min(a) from t',
      /Limit\n.*Index Only Scan using t_a[\s\S]*\(a IS NOT NULL\)/,
    ],
    ['the greatest', 'select max(a) from t', /Index Only Scan Backward using t_a/],
    ['that of a key', 'select min(id) from t', /Limit\n.*Seq Scan on t/],
    ['that of a key, from its end', 'select max(id) from t', /Limit\n.*Seq Scan Backward on t/],
    ['that of a descending index', 'select min(c) from t', /Index Scan Backward using t_c/],
    ['that of a descending index, from its beginning', 'select max(c) from t', /Index Scan using t_c/],
    ['where nulls come first', 'select min(d) from t', /Index Scan using t_d/],
    ['with NaN, the greatest of all', 'select max(d) from t', /Index Scan Backward using t_d/],
    [
      'behind a prefix',
      'select min(a) from t where g = 2',
      /Backward using t_ga[\s\S]*\(g = 2\) AND \(a IS NOT NULL\)/,
    ],
    ['in a range', 'select max(a) from t where a < 17', /Backward using t_a[\s\S]*Cond: \(a < 17\)$/],
    ['of a partial index', 'select max(b) from t where a > 0', /Backward using t_b/],
    [
      'of a partial index, with more conditions',
      'select max(b) from t where a > 0 and g = 1',
      /Backward using t_b/,
    ],
    ['of an expression', 'select max(lower(b)) from t', /Backward using t_lower/],
    ['past rows that a filter refuses', 'select min(a) from t where g <> 3', /using t_a\b/],
    [
      'several at once',
      'select min(a), max(c), count(*) as n, max(a) from t',
      /Append[\s\S]*t_a[\s\S]*t_c[\s\S]*Table Count[\s\S]*t_a/,
    ],
    [
      'in an expression',
      'select max(a) - min(a) as width from t having count(*) > 5',
      /Filter: \(max\(t\.count\) > 5\)/,
    ],
    [
      'of each row of another',
      'select g, (select max(a) from t u where u.g = t.g) from t where id < 4',
      /t_ga on t u/,
    ],
    ['through a view', 'select max(a) from (select a, g from t) s where g = 1', /t_ga/],
    ['DISTINCT or not', 'select max(distinct a) from t', /t_a/],
    ['of nothing', 'select min(x), max(x), count(*) from nothing', undefined],
    ['of nulls alone', 'select min(x), max(x) from nulls', undefined],
    ['beside a condition that is never true', 'select max(a), count(*) from t where false', undefined],
  ])('%s', (_, text, plan) => {
    if (plan !== undefined) expect(explained(db, text)).toMatch(plan)
    if (text.includes('from nothing')) expect(db.query(text)).toEqual([{ min: null, max: null, count: 0 }])
    else if (!text.includes('false')) expectSame(text)
    else expect(db.query(text)).toEqual([{ max: null, count: 0 }])
  })
})

describe('all rows are read', () => {
  test.each([
    ['for another aggregate beside it', 'select max(a), sum(a) from t'],
    ['for a column without an index', 'select max(g + 1) from t'],
    ['for arrays, whose keys are sorted otherwise', 'select max(arr) from t'],
    ['for one with a filter', 'select max(a) filter (where g = 1) from t'],
    ['for groups', 'select g, max(a) from t group by g order by g'],
    ['for a condition that may give another answer each time', 'select max(a) from t where random() < 2'],
    ['to count what is not null', 'select count(a) as n from t'],
    ['to count what differs', 'select count(distinct g) as n from t'],
  ])('%s', (_, text) => {
    expect(explained(db, text)).toMatch(/Aggregate[\s\S]*Seq Scan on t$|Aggregate[\s\S]*Seq Scan on t\n/)
    expectSame(text)
  })
})

test('ORDER BY with a limit begins behind the nulls that a condition keeps out', () => {
  const text = 'select a from t where a is not null order by a desc limit 3'
  expect(explained(db, text)).toMatch(/Limit\n.*Backward using t_a[\s\S]*IS NOT NULL/)
  expectSame(text)
})

test('count(*) of a whole table is that of the state that is read', () => {
  db.exec(
    'create table counted (id int primary key, x int); insert into counted select n, n from generate_series(1, 500) n',
  )
  expect(explained(db, 'select count(*) from counted')).toBe('Aggregate\n  ->  Table Count on counted')
  const count = (on: { query(text: string): unknown[] }) => on.query('select count(*) as n from counted')
  using before = db.read()
  using connection = db.connect()
  connection.exec('begin; delete from counted where id <= 100; insert into counted values (1, 1), (-5, 2)')
  expect(count(connection)).toEqual([{ n: 402 }])
  connection.exec('savepoint s; truncate counted')
  expect(count(connection)).toEqual([{ n: 0 }])
  connection.exec('rollback to s')
  expect(count(connection)).toEqual([{ n: 402 }])
  expect(count(before)).toEqual([{ n: 500 }])
  connection.exec('commit')
  expect(count(before)).toEqual([{ n: 500 }])
  expect(count(db)).toEqual([{ n: 402 }])
  const gone =
    'with gone as (delete from counted where id < 300 returning id) select count(*) as n from counted'
  expect(db.query(gone)).toEqual([{ n: 402 }])
  expect(db.query('select id, (select count(*) from counted) as n from counted order by id limit 1')).toEqual(
    [{ id: 300, n: 201 }],
  )
})

test('the least and the greatest follow what a transaction changes', () => {
  db.exec('create table moving (id int primary key, x int); create index moving_x on moving (x)')
  db.exec('insert into moving select n, n from generate_series(1, 300) n')
  const ends = (on: { query(text: string): unknown[] }) => on.query('select min(x), max(x) from moving')
  using before = db.read()
  using connection = db.connect()
  connection.exec('begin; delete from moving where x > 200; update moving set x = null where x < 10')
  expect(ends(connection)).toEqual([{ min: 10, max: 200 }])
  expect(ends(before)).toEqual([{ min: 1, max: 300 }])
  connection.exec('rollback')
  expect(ends(db)).toEqual([{ min: 1, max: 300 }])
})
