/** What a statement that was run keeps: it is compiled, and may be run again, but nothing of what it has met. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { openSync } from '../../../src/index.ts'

/** Bun's engine is another one, whose garbage is not counted like this. */
const isV8 = process.versions.bun === undefined
if (isV8) setFlagsFromString('--expose-gc')
const collectGarbage: () => void = isV8 ? runInNewContext('gc') : () => {}

const RUNS = 40
const KEPT_BYTES_MAX = 400_000

/** Bytes that stay for each statement when so many of them have been run, each with a text of its own. */
function keptBytes(textOf: (n: number) => string): number {
  using db = openSync(':memory:')
  db.exec('create table t as select i, i::text as s from generate_series(1, 20000) i')
  db.query(textOf(0))
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let n = 1; n <= RUNS; n++) db.query(textOf(n))
  collectGarbage()
  return (process.memoryUsage().heapUsed - before) / RUNS
}

test.skipIf(!isV8).each<[string, (n: number) => string]>([
  ['rows of a live catalog', n => `select count(*) from pg_proc where oid = ${n}`],
  [
    'rows of a common table',
    n => `with c as materialized (select i, s from t) select count(*), ${n} from c a, c b where a.i = b.i`,
  ],
  ['values of a set', n => `select count(*), ${n} from t where s not in (select s from t where i < 10000)`],
  ['a value that was computed', n => `select array_agg(s), ${n} from t`],
  ['rows of a partition', n => `select sum(i) over (order by s), ${n} from t limit 2`],
  [
    'rows of a recursion',
    n =>
      `with recursive r as (select 1 n union all select n + 1 from r where n < 5000) select count(*), ${n} from r`,
  ],
])('%s go when the statement is over', (_, textOf) => {
  expect(keptBytes(textOf)).toBeLessThan(KEPT_BYTES_MAX)
})
