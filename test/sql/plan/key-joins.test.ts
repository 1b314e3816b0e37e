/** A join by all columns of a key is expected to give what it gives. */

import { afterAll, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { explained } from './explained.ts'

const db = openSync(':memory:')
afterAll(() => db.close())
db.exec(`
  create table pairs (a int, b int, x int, primary key (a, b));
  create table entries (id int primary key, a int, b int);
  insert into pairs select i, j, i from generate_series(1, 60) i, generate_series(1, 50) j;
  insert into entries select i, 1 + i % 60, 1 + i % 50 from generate_series(1, 4000) i;
`)

test('with its columns in any order, among other conditions', () => {
  for (const condition of ['p.b = e.b and p.a = e.a', 'e.a = p.a and p.b = e.b and e.id > 0']) {
    const text = `select * from entries e join pairs p on ${condition}`
    const [line] = db.query<{ 'QUERY PLAN': string }>(`explain ${text}`)
    const expected = Number(/rows=(\d+)/.exec(line['QUERY PLAN'])?.[1])
    expect(expected, explained(db, text)).toBeGreaterThan(2000)
    expect(expected).toBeLessThan(8000)
    expect(db.query(text).length).toBe(4000)
  }
})
