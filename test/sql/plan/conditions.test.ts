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

describe('what decides nothing', () => {
  const keyed = openSync(':memory:')
  afterAll(() => keyed.close())
  keyed.exec(`
    create table t (id int primary key, n int, b boolean);
    insert into t select i, i % 10, case i % 3 when 0 then true when 1 then false end from generate_series(1, 500) i;
    analyze t`)

  test.each([
    'id = 7 and true',
    '1 = 1 and id = 7',
    'id = 7 or false',
    'false or id = 7 or 1 = 2',
    '(id = 7 or false) and (true and (n > 0 or 2 < 1))',
    '(true and id = 7)',
  ])('%s is looked up', condition => {
    const text = `select * from t where ${condition}`
    expect(explained(keyed, text)).toMatch(/^Index Scan using t_pkey on t/)
    expect(keyed.query(text)).toEqual([{ id: 7, n: 7, b: false }])
  })

  test.each([
    ['b and true', 'b'],
    ['b or false', 'b'],
    ['not (b and true)', 'not b'],
    ['not (b or false)', 'not b'],
    ['(b or false) is null', 'b is null'],
    ['b and (n > 5 or false) or false', 'b and n > 5'],
    ['true', 'id is not null'],
    ['true and 1 = 1', 'id is not null'],
    ['false and n = 1', 'id is null'],
    ['true or n = 1', 'id is not null'],
    ['n = 1 and false', 'id is null'],
    ['n = 1 or true', 'id is not null'],
    ['null and true', 'id is null'],
    ['n = 1 or null', 'n = 1'],
  ])('%s is %s', (condition, same) => {
    const rows = (where: string) => keyed.query(`select id from t where ${where} order by id`)
    expect(rows(condition)).toEqual(rows(same))
  })

  test('what stands before it and fails is asked first', () => {
    const run = (where: string) => () => keyed.query(`select id from t where ${where}`)
    expect(run('(1 / 0 = 1 and false) or id = 1')).toThrow(expect.objectContaining({ sqlstate: '22012' }))
    expect(run('(false and 1 / 0 = 1) or id = 1')()).toEqual([{ id: 1 }])
  })

  test('joins by what is left', () => {
    const text = 'select count(*) as n from t a left join t b on true and b.id = a.id and (b.n = 3 or false)'
    expect(explained(keyed, text)).toContain('Join')
    expect(keyed.query(text)).toEqual([{ n: 500 }])
    expect(keyed.query('select count(*) as n from t a full join t b on true where a.id < 3')).toEqual([
      { n: 1000 },
    ])
  })
})
