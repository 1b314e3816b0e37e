/** Subqueries in conditions become joins where that changes no answer, nulls included. */

import { afterAll, describe, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { explained } from './explained.ts'

const db = openSync(':memory:')
const plain = db.connect()
afterAll(() => db.close())
db.exec(`
  create table a (k int not null, x int, y int);
  create table b (k int not null, x int, z int not null);
  insert into a select i % 40, nullif(i % 7, 0), i % 5 from generate_series(1, 200) i;
  insert into b select i % 60, nullif(i % 9, 0), i % 11 from generate_series(1, 300) i where i % 3 <> 1;
`)
plain.exec('set coppice.enable_unnesting = off')

/** The plan, after the answer was compared with that of subplans. */
function planOf(text: string): string {
  expect(db.query(text)).toEqual(plain.query(text))
  expect(explained(db, text)).not.toBe(
    plain
      .query<{ 'QUERY PLAN': string }>(`explain (costs off) ${text}`)
      .map(row => row['QUERY PLAN'])
      .join('\n'),
  )
  return explained(db, text)
}

describe('a semi-join', () => {
  test('is what EXISTS is', () => {
    expect(planOf('select count(*) from a where exists (select from b where b.k = a.k and z > a.y)')).toMatch(
      /Semi/i,
    )
  })

  test('or an ordinary one with what was made unique', () => {
    const text = 'select count(*) from a where k in (select k from b where z = 3)'
    expect(planOf(text)).toMatch(/Join|Nested Loop/)
  })

  test('is IN over groups, that are computed once', () => {
    const text = 'select count(*) from a where k in (select k from b group by k having count(*) > 3)'
    expect(planOf(text)).toContain('HashAggregate')
  })

  test('finds rows of several columns', () => {
    planOf('select count(*) from a where (k, y) in (select k, z from b where x = a.x)')
  })

  test('is where the tables that it reads have been joined', () => {
    planOf(
      'select count(*) from a a1, a a2 where a1.x = a2.k and exists (select from b where b.k = a1.k and b.z = a2.y)',
    )
  })

  test('is of changes, too', () => {
    db.exec('create table c as select * from a')
    expect(explained(db, 'delete from c where exists (select from b where b.k = c.k)')).toMatch(/Join|Semi/i)
    const left = db.query('select * from c where not exists (select from b where b.k = c.k) order by 1, 2, 3')
    db.exec('delete from c where exists (select from b where b.k = c.k)')
    expect(db.query('select * from c order by 1, 2, 3')).toEqual(left)
  })
})

describe('an anti-join', () => {
  test('is what NOT EXISTS is', () => {
    expect(
      planOf('select count(*) from a where not exists (select from b where b.k = a.k and z = 1)'),
    ).toMatch(/Anti/i)
  })

  test('is NOT IN where nothing is null', () => {
    expect(planOf('select count(*) from a where k not in (select z from b)')).toMatch(/Anti/i)
  })

  test('is NOT IN with nulls, by its other conditions', () => {
    expect(planOf('select count(*) from a where x not in (select x from b where b.k = a.k)')).toMatch(/Anti/i)
  })

  test('is none where an outer join may give nulls', () => {
    const text = `select count(*) from b left join a on a.k = b.k + 20
      where a.k not in (select z from b)`
    expect(db.query(text)).toEqual(plain.query(text))
    expect(explained(db, text)).not.toMatch(/Anti/i)
  })

  test('is none for NOT IN with nulls that reads nothing from outside', () => {
    const text = 'select count(*) from a where y not in (select x from b)'
    expect(db.query(text)).toEqual([{ count: 0 }])
    expect(explained(db, text)).not.toMatch(/Anti/i)
  })
})

describe('settings', () => {
  const query = 'select count(*) from a join b on a.k = b.k'
  test.each([
    ['enable_hashjoin', 'Hash Join'],
    ['enable_nestloop', 'Nested Loop'],
    ['enable_mergejoin', 'Merge Join'],
  ])('without others than %s the plan is a %s', (setting, node) => {
    const connection = db.connect()
    for (const one of ['enable_hashjoin', 'enable_nestloop', 'enable_mergejoin']) {
      if (one !== setting) connection.exec(`set ${one} = off`)
    }
    const plan = connection.query<{ 'QUERY PLAN': string }>(`explain ${query}`)
    expect(plan.map(row => row['QUERY PLAN']).join('\n')).toContain(node)
    expect(connection.query(query)).toEqual(db.query(query))
    connection.exec('reset all')
    expect(connection.query(`explain ${query}`)).toEqual(db.query(`explain ${query}`))
  })

  test('are taken back with their transaction', () => {
    const connection = db.connect()
    connection.exec('begin; set enable_hashjoin = off; rollback')
    expect(connection.query(`explain ${query}`)).toEqual(db.query(`explain ${query}`))
  })
})
