/** What is too large for the heap is refused, or goes into files: V8 would end the process. */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const HEAP_MEGABYTES = 256
const PROGRAM = fileURLToPath(new URL('small-heap.ts', import.meta.url))

/** By statement: what it gives, or with which SQLSTATE it fails. */
type Outcomes = Readonly<Record<string, string>>

async function outcomesOf(statements: readonly string[], where: 'file' | 'memory'): Promise<unknown[]> {
  const directory = mkdtempSync(`${tmpdir()}/coppice-heap-`)
  try {
    const child = spawn(
      process.execPath,
      [
        `--max-old-space-size=${HEAP_MEGABYTES}`,
        '--import',
        'tsx',
        PROGRAM,
        where === 'memory' ? ':memory:' : `${directory}/a.db`,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    child.stdin.end(JSON.stringify(statements))
    let output = ''
    child.stdout.on('data', chunk => {
      output += chunk
    })
    const [code, signal] = await new Promise<[number | null, string | null]>(resolve =>
      child.on('close', (...ended) => resolve(ended)),
    )
    const lines = output.trim().split('\n')
    // The statement that ended the process.
    const ending = code === 0 ? undefined : statements[lines.length - (output === '' ? 1 : 0)]
    expect({ ending, code, signal }).toEqual({ ending: undefined, code: 0, signal: null })
    return lines.map(line => JSON.parse(line))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function check(expected: Outcomes, where: 'file' | 'memory' = 'file'): Promise<void> {
  const outcomes = await outcomesOf(Object.keys(expected), where)
  expect(outcomes.pop()).toEqual([1, 500_000])
  expect(Object.fromEntries(Object.keys(expected).map((text, i) => [text, outcomes[i]]))).toEqual(expected)
}

const MINUTE = 60_000

test(
  'aggregates that gather what they are given',
  () =>
    check({
      'select array_agg(x) from generate_series(1, 50000000) x': '53200',
      'select array_agg(array[x, x]) from generate_series(1, 50000000) x': '53200',
      "select string_agg('x', ',') from generate_series(1, 50000000) x": '53200',
      "select string_agg(repeat('x', 1000), ',') from generate_series(1, 5000000) x": '53200',
      "select string_agg('x'::bytea, ','::bytea) from generate_series(1, 50000000) x": '53200',
      'select json_agg(x) from generate_series(1, 50000000) x': '53200',
      'select jsonb_agg(row(x, x)) from generate_series(1, 50000000) x': '53200',
      'select json_object_agg(x, x) from generate_series(1, 50000000) x': '53200',
      'select jsonb_object_agg(x, x) from generate_series(1, 50000000) x': '53200',
      'select array_agg(x order by x desc) from generate_series(1, 4000000) x': '53200',
      'select array(select x from generate_series(1, 50000000) x)': '53200',
      'select array_agg(x) over () from generate_series(1, 4000000) x': '53200',
      'select sum(cardinality(a)) from (select array_agg(x) a from generate_series(1, 4000000) x group by x % 3) s':
        '53200',
    }),
  3 * MINUTE,
)

test(
  'those of many groups together, where each is small: groups wait in files',
  () =>
    check({
      'select sum(cardinality(a)) from (select array_agg(x) a from generate_series(1, 3000000) x group by x / 10) s':
        '3000000',
      "select sum(length(a)) from (select string_agg(x::text, ',') a from generate_series(1, 1000000) x group by x / 10 having count(*) = 10) s":
        '6788871',
      'select sum(cardinality(a)) from (select array_agg(x order by x desc) a from generate_series(1, 1500000) x group by x / 10) s':
        '1500000',
      'select sum(n) from (select cardinality(array(select x from generate_series(1, 10) y)) n from generate_series(1, 300000) x) s':
        '3000000',
    }),
  3 * MINUTE,
)

test(
  'functions that make long values',
  () =>
    check({
      "select length(repeat('x', 30000000))": '30000000',
      "select length(repeat('x', 400000000) || 'y')": '54000',
      "select length(lpad('x', 400000000, 'abc'))": '54000',
      "select length(rpad('x', 400000000))": '54000',
      "select length(replace(repeat('x', 10000000), 'x', 'yyyy'))": '54000',
      "select length(replace(repeat('x,', 15000000), ',', ''))": '15000000',
      "select length(regexp_replace(repeat('x', 8000000), 'x', 'yyyyy', 'g'))": '54000',
      "select length(translate(repeat('x', 30000000), 'x', 'y'))": '54000',
      "select length(reverse(repeat('x', 30000000)))": '54000',
      "select length(quote_literal(repeat('''', 20000000)))": '54000',
      "select length(quote_literal(repeat('''', 12000000)))": '24000002',
      "select length(format('%900000000s', 'x'))": '54000',
      "select length(concat_ws(repeat('x', 20000000), 'a', 'b', 'c'))": '54000',
      "select length(array_to_string(array_fill(1, array[1000]), repeat('x', 1000000)))": '54000',
      "select length(overlay(repeat('x', 30000000) placing repeat('y', 30000000) from 2 for 0))": '54000',
      'select cardinality(array_fill(1, array[100000000]))': '54000',
      'select cardinality(array_fill(1, array[4000000]))': '4000000',
      "select cardinality(string_to_array(repeat('x,', 15000000), ','))": '54000',
      "select cardinality(string_to_array(repeat('x', 30000000), null))": '54000',
      "select count(*) from regexp_split_to_table(repeat('x,', 6000000), ',')": '54000',
      "select split_part(repeat('x,', 15000000), ',', 3)": '54000',
      "select ('[' || repeat('1,', 15000000) || '1]')::jsonb": '54000',
      "select ('{' || repeat('1,', 15000000) || '1}')::int[]": '54000',
      "with recursive r(t, n) as (select 'x', 1 union all select t || t, n + 1 from r where n < 40) select max(length(t)) from r":
        '54000',
      'with recursive r(a, n) as (select array[1], 1 union all select a || a, n + 1 from r where n < 40) select max(cardinality(a)) from r':
        '54000',
    }),
  3 * MINUTE,
)

test.each(['file', 'memory'] as const)(
  'rows that are more than the heap, in a database in a %s',
  where =>
    check(
      {
        'with t as materialized (select x from generate_series(1, 6000000) x) select count(*) from t':
          '6000000',
        'with recursive r(n) as (select 1 union all select n + 1 from r where n < 4000000) select max(n) from r':
          '4000000',
        'select x from generate_series(1, 4000000) x order by x % 7, x desc limit 1 offset 3999990': '69',
        'select max(n) from (select count(*) n from generate_series(1, 3000000) x group by x) s': '1',
        'select count(distinct x) from generate_series(1, 3000000) x': '3000000',
        'select max(r) from (select row_number() over () r from generate_series(1, 5000000) x) s': '5000000',
      },
      where,
    ),
  3 * MINUTE,
)
