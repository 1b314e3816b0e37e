/** What the planner makes of conditions: common parts of ORs join, and what they say of one table is tested there. */

import { afterAll, describe, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { statementCode } from '../../../src/sql/execute/generate/policy.ts'
import { explained } from './explained.ts'

const db = openSync(':memory:')
afterAll(() => db.close())
db.exec(`
  create table a (k int, x int);
  create table b (k int, y int);
  insert into a select i % 50, i % 7 from generate_series(1, 300) i;
  insert into b select i % 50, nullif(i % 5, 0) from generate_series(1, 300) i;
`)

describe('an OR whose branches have something in common', () => {
  test('joins by it', () => {
    const text = 'select * from a, b where (a.k = b.k and x = 1) or (b.k = a.k and a.k = b.k and y = 2)'
    expect(explained(db, text)).toContain('Hash Join')
  })

  test('is that alone, when a branch says no more', () => {
    const text = 'select * from a where x = 1 or (x = 1 and k = 2)'
    expect(db.query(text)).toEqual(db.query('select * from a where x = 1'))
    expect(explained(db, text)).not.toContain('Join')
  })

  test('filters each table by what all branches say of it', () => {
    const lines = explained(db, 'select * from a, b where (x = 1 and y = 2) or (x = 3 and y = 4)').split('\n')
    for (const scan of ['on a', 'on b']) {
      const at = lines.findIndex(line => line.includes(`Seq Scan ${scan}`))
      expect(lines[at + 1], scan).toContain('Filter')
    }
  })

  test('is unknown where it was', () => {
    const text = 'select count(*) from a, b where a.k = b.k and not ((y = 1 and x = 1) or (y = 1 and x = 2))'
    const same = 'select count(*) from a, b where a.k = b.k and not (y = 1 and (x = 1 or x = 2))'
    expect(db.query(text)).toEqual(db.query(same))
  })
})

describe('what rows must meet', () => {
  test.each(['always', 'never'] as const)(
    'is looked at up to what is false or null, code generated: %s',
    mode => {
      statementCode.mode = mode
      try {
        const failing = '1 / (k - k) > 0'
        expect(db.query(`select * from b where y is null and y = 9 and ${failing}`)).toEqual([])
        expect(db.query(`select count(*) as n from b where y = 9 and k >= 0 and ${failing}`)).toEqual([
          { n: 0 },
        ])
        expect(() => db.query(`select * from b where y = 1 and ${failing}`)).toThrow('division by zero')
      } finally {
        statementCode.mode = 'auto'
      }
    },
  )
})
