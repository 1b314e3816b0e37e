/** Merge joins of inputs that come in the order of their keys, unique or not, give what hash joins give. */

import { afterAll, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'

const db = openSync(':memory:')
afterAll(() => db.close())
db.exec(`
  create table one (id int primary key, x int);
  create table two (id bigint primary key, x int);
  create table many (id int, n int, primary key (id, n));
  create table descending (id int, x int);
  create index on descending (id desc);
  insert into one select i * 2, i % 5 from generate_series(1, 300) i;
  insert into two select i * 3, i % 4 from generate_series(1, 300) i;
  insert into many select i, j from generate_series(1, 200) i, generate_series(1, 3) j where i % 7 <> 0;
  insert into descending select nullif(i % 90, 7), i from generate_series(1, 300) i;
`)
const merging = db.connect()
merging.exec('set enable_hashjoin = off; set enable_nestloop = off')
const hashing = db.connect()
hashing.exec('set enable_mergejoin = off; set enable_nestloop = off')

test.each([
  'select one.id, one.x, two.x from one join two on one.id = two.id',
  'select one.id, many.n from one join many on one.id = many.id',
  'select one.id, many.n from many join one on one.id = many.id and one.x > many.n',
  'select one.id, two.x from one left join two on one.id = two.id and two.x > 1',
  'select one.id, many.n from one left join many on one.id = many.id and many.n > 1',
  'select id from one where exists (select from two where two.id = one.id and two.x <> one.x)',
  'select id from one where not exists (select from two where two.id = one.id)',
  'select id from one where not exists (select from many where many.id = one.id and n > one.x)',
  'select a.id, b.n from many a join many b on a.id = b.id and a.n = b.n',
  'select a.x, one.x from descending a join one on one.id = a.id',
])('%s', text => {
  const plan = merging.query<{ 'QUERY PLAN': string }>(`explain ${text}`)
  expect(plan.map(row => row['QUERY PLAN']).join('\n')).toContain('Merge')
  const sorted = (rows: readonly unknown[]) => rows.map(row => JSON.stringify(row)).sort()
  const expected = sorted(hashing.query(text, [], { rowMode: 'array' }))
  expect(expected.length).toBeGreaterThan(0)
  expect(sorted(merging.query(text, [], { rowMode: 'array' }))).toEqual(expected)
})
