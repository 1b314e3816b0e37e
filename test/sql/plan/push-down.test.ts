/** Conditions reach into subqueries, common tables and outer joins where that changes no answer. */

import { afterAll, describe, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { explained } from './explained.ts'

const db = openSync(':memory:')
afterAll(() => db.close())
db.exec(`
  create table a (id int primary key, g int, x int);
  create table b (id int primary key, a int, y int);
  create index on b (a);
  insert into a select i, i % 10, nullif(i % 7, 0) from generate_series(1, 1000) i;
  insert into b select i, nullif(i % 1100, 5), i % 13 from generate_series(1, 3000) i;
`)

function usesKeyOf(table: string, text: string): boolean {
  return new RegExp(`Index (Only )?Scan using ${table}`).test(explained(db, text))
}
const sorted = (text: string) =>
  db
    .query(text)
    .map(row => JSON.stringify(row))
    .sort()

describe('a condition on a subquery', () => {
  const groups = 'select a, count(*) as c from b group by a'

  test('goes below its groups, over their keys', () => {
    expect(usesKeyOf('b', `select * from (${groups}) s where a = 7`)).toBe(true)
    expect(db.query(`select * from (${groups}) s where a = 7`)).toEqual([{ a: 7, c: 3 }])
  })

  test('on an aggregate stays above them', () => {
    expect(db.query(`select * from (${groups}) s where c > 3 order by a`)).toEqual([])
    expect(db.query('select * from (select count(*) as c from b) s where c < 0')).toEqual([])
    expect(db.query('select * from (select count(*) as c, 1 as one from b) s where one = 2')).toEqual([])
  })

  test('of one grouping set among others stays above them', () => {
    const text = 'select * from (select g, x, count(*) as c from a group by rollup (g, x)) s where x is null'
    // The null of the total over x, and the null of x.
    expect(db.query(text).length).toBe(10 + 10 + 1)
  })

  test('goes to both sides of a UNION', () => {
    const both = 'select id, x from a union all select id, y from b'
    expect(usesKeyOf('a', `select * from (${both}) s where id = 3`)).toBe(true)
    expect(usesKeyOf('b', `select * from (${both}) s where id = 3`)).toBe(true)
    expect(sorted(`select * from (${both}) s where id = 3`)).toEqual(['{"id":3,"x":3}', '{"id":3,"x":3}'])
  })

  test('goes below windows that are partitioned by it, and no others', () => {
    const windows = 'select id, g, row_number() over (partition by id order by g) as n from a'
    expect(usesKeyOf('a', `select * from (${windows}) s where id = 3`)).toBe(true)
    const all = 'select id, g, row_number() over (order by id) as n from a'
    expect(db.query(`select * from (${all}) s where id = 30`)).toEqual([{ id: 30, g: 0, n: 30 }])
  })

  test('never goes below LIMIT', () => {
    expect(db.query('select * from (select id from a order by id limit 5) s where id > 4')).toEqual([
      { id: 5 },
    ])
  })

  test('of a join reaches its groups row by row', () => {
    const text = `select a.id, c from a join (${groups}) s on s.a = a.id where a.id in (3, 4)`
    expect(usesKeyOf('b', text)).toBe(true)
    expect(sorted(text)).toEqual(['{"id":3,"c":3}', '{"id":4,"c":3}'])
  })
})

describe('a common table that is read once', () => {
  test('is a subquery in FROM', () => {
    const text = 'with w as (select * from a) select * from w where id = 3'
    expect(usesKeyOf('a', text)).toBe(true)
    expect(explained(db, text)).not.toContain('CTE')
  })

  test('also by another', () => {
    const text =
      'with v as (select * from a), w as (select id, g from v where x > 0) select * from w where id = 3'
    expect(usesKeyOf('a', text)).toBe(true)
    expect(db.query(text)).toEqual([{ id: 3, g: 3 }])
  })

  test('is computed by itself when it is MATERIALIZED, or read by a subquery for each row', () => {
    expect(explained(db, 'with w as materialized (select * from a) select * from w where id = 3')).toContain(
      'CTE',
    )
    const text =
      'with w as (select max(id) as m from a) select (select m from w where m > b.id) from b limit 1'
    expect(explained(db, text)).toContain('CTE')
  })
})

describe('an outer join', () => {
  test('is an inner one where nulls do not pass', () => {
    expect(explained(db, 'select * from a left join b on b.a = a.id where b.y > 3')).not.toContain('Left')
    expect(explained(db, 'select * from b full join a on b.a = a.id where a.x + b.y = 3')).not.toContain(
      'Full',
    )
    expect(explained(db, 'select * from b full join a on b.a = a.id where a.x = 3')).not.toContain('Full')
  })

  test('stays one where they do', () => {
    for (const condition of [
      'b.y is null',
      'coalesce(b.y, 1) = 1',
      '(b.y = 1 or a.x = 2)',
      'b.y = 1 is not true',
    ]) {
      const text = `select count(*) from a left join b on b.a = a.id where ${condition}`
      expect(explained(db, text), condition).toMatch(/Left|Right/)
    }
  })

  test('within another is one, by the condition of that', () => {
    const text =
      'select count(*) from b b1 left join (a left join b b2 on b2.a = a.id) on b2.y = b1.y and b1.id < 4'
    const inner = text.replace('a left join b b2', 'a join b b2')
    expect(db.query(text)).toEqual(db.query(inner))
    expect(explained(db, text).match(/Left|Right/g)?.length).toBe(1)
  })
})
