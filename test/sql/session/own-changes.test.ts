/** A statement reads the state before it, whatever it changes itself. The answers are PostgreSQL's. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync } from '../../../src/index.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`
    create table t (k int, x int);
    insert into t select i % 2, i from generate_series(1, 4) i;
    create table p (k int primary key, x int);
    insert into p values (1, 1), (2, 2);
  `)
})
afterEach(() => db.close())

const CASES: readonly (readonly [string, string, unknown[][]])[] = [
  [
    'beside a common table that changes',
    'with u as (update t set x = x + 10 returning x) select (select sum(x) from u), sum(x) from t',
    [[50, 10]],
  ],
  ['beside one that deletes', 'with d as (delete from p returning *) select count(*) from p', [[2]]],
  [
    'beside one that inserts, in a join',
    'with n as (insert into p values (3, 3) returning k) select count(*) from p, n',
    [[2]],
  ],
  [
    'in RETURNING of INSERT',
    'insert into t values (5, 5), (6, 6) returning (select count(*) from t)',
    [[4], [4]],
  ],
  [
    'in RETURNING of UPDATE',
    'update t set x = x + 1 returning (select sum(x) from t other)',
    [[10], [10], [10], [10]],
  ],
  [
    'in RETURNING of DELETE, for each row',
    'delete from t where k = 0 returning (select count(*) from t other where other.k <= t.k)',
    [[2], [2]],
  ],
  [
    'in ON CONFLICT',
    `insert into p values (1, 5), (2, 6)
     on conflict (k) do update set x = (select sum(x) from p other where other.k > 0 and p.k > 0) returning *`,
    [
      [1, 3],
      [2, 3],
    ],
  ],
  [
    'in MERGE',
    `merge into p using t on p.k = t.x when matched then update set x = (select sum(x) from p other where p.k > 0)
     returning p.*`,
    [
      [1, 3],
      [2, 3],
    ],
  ],
]

describe('a statement does not see what it changes', () => {
  test.each(CASES)('%s', (_, text, expected) => {
    expect(db.query(text, [], { rowMode: 'array' })).toEqual(expected)
  })

  test.each(CASES)('%s, in a transaction that has changed something already', (_, text, expected) => {
    db.write(tx => {
      tx.exec('insert into p values (7, 7); delete from p where k = 7; update t set x = x')
      expect(tx.query(text, [], { rowMode: 'array' })).toEqual(expected)
    })
  })

  test('and what it changed is there afterwards', () => {
    db.exec('with u as (update t set x = x + 10 returning x) select * from t')
    expect(db.query('select sum(x) from t')).toEqual([{ sum: 50 }])
    // Of two changes of one row one takes place; which one, PostgreSQL does not say.
    db.exec('with d as (delete from p where k = 1) update p set x = 9')
    expect(db.query('select * from p')).toEqual([{ k: 2, x: 9 }])
  })

  test('and one that fails leaves nothing of it', () => {
    const connection = db.connect()
    connection.exec('begin; update t set x = 0 where x = 1; savepoint s')
    expect(() =>
      connection.exec('with u as (update t set x = 100 returning x) select 1 / (select min(x) from t)'),
    ).toThrow('division by zero')
    connection.exec('rollback to s; commit')
    expect(db.query('select sum(x) from t')).toEqual([{ sum: 9 }])
  })
})
