/** Subqueries that stay in expressions: how often they run, and that it changes nothing. */

import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'

const db = openSync(':memory:')
const plain = db.connect()
plain.exec('set enable_memoize = off; set coppice.enable_unnesting = off')
afterAll(() => db.close())
let calls = 0
db.function('noted', { args: ['int4'], returns: 'int4', volatility: 'immutable' }, value => {
  calls++
  return value
})
beforeEach(() => {
  calls = 0
})
db.exec(`
  create table o (k int, n numeric);
  create table t (k int, x int);
  insert into o select i % 200, i % 3 from generate_series(1, 2000) i;
  insert into t select i % 150, i from generate_series(1, 1500) i;
`)

/** The answer, after it was compared with that of running the subquery each time; then `calls` are those of the first. */
function rowsOf(text: string): unknown[] {
  const expected = plain.query(text)
  calls = 0
  const rows = db.query(text)
  expect(rows).toEqual(expected)
  return rows
}

describe('results are kept', () => {
  test('by the columns that are read', () => {
    rowsOf(
      'select k, (select max(noted(x)) from t where x < o.k * 5 and x > o.k * 5 - 4) from o where k < 20',
    )
    expect(calls).toBeLessThan(20 * 4)
  })

  test('apart where values are equal and not the same', () => {
    db.exec("create table d (v numeric); insert into d values ('1.0'), ('1.00'), ('1.0'), ('1.000')")
    expect(rowsOf('select (select max(x) || v::text from t) as s from d')).toEqual(
      ['15001.0', '15001.00', '15001.0', '15001.000'].map(s => ({ s })),
    )
  })

  test('for what stands left of ANY, too', () => {
    rowsOf('select k > all (select noted(x) from t where x < 100) or k < 0 as r from o')
    expect(calls).toBeLessThan(200 * 100)
  })

  test('not for what is volatile', () => {
    db.exec('create sequence s')
    const rows = db.query("select (select nextval('s') + o.k - o.k) as v from o limit 3")
    expect(rows).toEqual([{ v: 1 }, { v: 2 }, { v: 3 }])
  })
})

describe('UPDATE does not see what it changes', () => {
  beforeEach(() => {
    db.exec('drop table if exists u; create table u (k int, x int)')
    db.exec('insert into u select i % 2, i from generate_series(1, 6) i')
  })

  test('in a value', () => {
    db.exec('update u set x = (select sum(x) from u other where other.k = u.k)')
    expect(db.query('select distinct k, x from u order by k')).toEqual([
      { k: 0, x: 12 },
      { k: 1, x: 9 },
    ])
  })

  test('in values of a row', () => {
    db.exec('update u set (k, x) = (select max(k), count(*) from u other where other.x > u.x)')
    expect(db.query('select k, x from u order by x')).toEqual([
      { k: null, x: 0 },
      { k: 0, x: 1 },
      ...[2, 3, 4, 5].map(x => ({ k: 1, x })),
    ])
  })
})

describe('a subquery that is asked often is evaluated for all rows at once', () => {
  test('an aggregate, by what it is compared with', () => {
    rowsOf('select k, (select count(noted(x)) from t where t.k = o.k) as c from o')
    // A few rows one by one, then each row of t once.
    expect(calls).toBeLessThan(2 * 1500)
  })

  test('with columns from outside in its result', () => {
    rowsOf('select k, (select sum(noted(x)) + o.k from t where t.k = o.k) as c from o')
    expect(calls).toBeLessThan(2 * 1500)
  })

  test('whether there is a row', () => {
    rowsOf('select k, exists (select from t where t.k = o.k and noted(x) > 100) or k = 160 as c from o')
    expect(calls).toBeLessThan(2 * 1500)
  })

  test('unless a group fails that nobody asks for', () => {
    db.exec('insert into t values (1000, 0)')
    rowsOf('select k, (select sum(100 / x) from t where t.k = o.k) as c from o')
    db.exec('delete from t where k = 1000')
  })

  test('while one that is asked for fails as it would', () => {
    db.exec('insert into t values (100, 0)')
    const text = 'select k, (select sum(100 / x) from t where t.k = o.k) as c from o'
    expect(() => db.query(text)).toThrow('division by zero')
    db.exec('delete from t where x = 0')
  })
})
