/** How many rows the planner expects of functions that give sets; as PostgreSQL's. */

import { afterAll, expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'

const db = openSync(':memory:')
afterAll(() => db.close())

const rowsOf = (query: string): number => {
  const [line] = db.query<{ 'QUERY PLAN': string }>(`explain ${query}`)
  return Number(/rows=(\d+)/.exec(line!['QUERY PLAN'])![1])
}

test.each([
  ['generate_series(1, 100000)', 100_000],
  ['generate_series(10, 1)', 1],
  ['generate_series(10, 1, -3)', 4],
  ['generate_series(1, 10, 0)', 1000],
  ['generate_series(0::bigint, 9000000000000000000, 1000000000000000000)', 10],
  ['generate_series(0.5, 10.5, 0.1)', 101],
  ["generate_series(1, 'NaN'::numeric)", 1000],
  ["generate_series('2026-01-01'::timestamp, '2026-12-31', '1 day')", 365],
  ["generate_series('2026-01-01'::timestamptz, '2028-01-01', '1 month', 'UTC')", 25],
  ['generate_series(1, null::int)', 1],
  ['generate_series(1, 10 * 100 + 1)', 1001],
  ['generate_series(1, (random() * 10)::int)', 1000],
  ["unnest('{1,2,3}'::int[])", 3],
  ["unnest('{{1,2},{3,4}}'::int[])", 4],
  ['unnest(array[1, 2, (random() * 10)::int])', 3],
  ["unnest(string_to_array('a b c', ' '))", 3],
  ['unnest(null::int[])', 1],
  ["unnest('{1,2}'::int[], '{1,2,3,4,5}'::int[])", 5],
  ["jsonb_array_elements('[1]')", 100],
  ["json_to_record('{}') as (a int)", 1],
])('%s: %i', (call, rows) => {
  expect(rowsOf(`select * from ${call}`)).toBe(rows)
  if (!call.includes(' as (') && !call.includes(', array') && !/unnest\([^(]*, /.test(call)) {
    expect(rowsOf(`select ${call}`)).toBe(rows)
  }
})

test('what a parameter gives is not known', () => {
  for (const [call, rows] of [
    ['generate_series(1, $1::int)', 1000],
    ['unnest($1::int[])', 10],
    ['unnest(array[1, $1::int])', 2],
  ] as const) {
    expect(db.prepare(`select * from ${call}`).explain()).toContain(`rows=${rows} `)
  }
})

test('a long series in a join is expected to be long', () => {
  db.exec('create table few (id int primary key); insert into few select generate_series(1, 100)')
  const plan = db
    .query<{ 'QUERY PLAN': string }>(
      'explain select * from generate_series(1, 1000000) n join few on few.id = n',
    )
    .map(row => row['QUERY PLAN'])
    .join('\n')
  // The short side is what a hash is made of.
  expect(plan).toMatch(/Hash Join[\s\S]*-> {2}Function Scan[\s\S]*-> {2}Seq Scan on few/)
})
