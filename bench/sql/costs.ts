/**
 * What the planner's cost constants (src/sql/plan/costs.ts) are measured with: nanoseconds a row of each kind of work, in
 * memory. Each line is the time of one statement, less that of another which does everything else, by the number of rows.
 * The plan of each is checked, so that it measures what it says.
 *
 *     npx tsx bench/sql/costs.ts [rows]
 */

import { openSync } from '../../src/index.ts'

const ROWS = Number(process.argv[2] ?? 200_000)
const ROUNDS = 5

const db = openSync(':memory:')
const connection = db.connect()
connection.exec(`
  create table t (id int primary key, near int, far int, a int, b int, c int, name text);
  insert into t select i, i, (i * 48271::bigint % ${ROWS + 1})::int, i % 1000, i % 7, -1, 'name ' || i
    from generate_series(1, ${ROWS}) i;
  create index t_near on t (near);
  create index t_far on t (far);
  create table small as select i as id, i as v from generate_series(1, 1000) i;
  create table outside (id int primary key, r int);
  insert into outside select i, (i * 7919::bigint % ${ROWS})::int + 1 from generate_series(1, ${ROWS / 4}) i;
  analyze`)

/** The least time in milliseconds; `shows`: a part of the plan. */
function time(text: string, shows: RegExp, settings = ''): number {
  connection.exec(settings)
  const statement = connection.prepare(text)
  const plan = statement.explain()
  if (!shows.test(plan)) throw new Error(`${text} is done otherwise:\n${plan}`)
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now()
    statement.all()
    least = Math.min(least, performance.now() - started)
  }
  connection.exec('reset all')
  return least
}

const lines: [string, number][] = []
function line(what: string, ms: number, count: number): void {
  const ns = (ms * 1e6) / count
  lines.push([what, ns])
  console.log(`${what.padEnd(60)} ${ns.toFixed(0).padStart(6)} ns`)
}

const NO_INDEX = 'set enable_indexscan = off'
const NO_SCAN = 'set enable_seqscan = off'
const scan = time('select id from t where c > 0', /Seq Scan/)
line('a row of a table scan, with a condition', scan, ROWS)
line('a condition that holds', time('select id from t where a >= 0 and c > 0', /Seq Scan/) - scan, ROWS)
const text = time("select id from t where name like '%x'", /Seq Scan/)
line('a row of a table scan, LIKE', text, ROWS)
const range = time('select id from t where id > 0 and c > 0', /Index Scan using t_pkey/, NO_SCAN)
line('a row of a range of the primary key, with a condition', range, ROWS)
const count = time('select count(*) from t where a >= 0', /Seq Scan/)
line('a row that is counted, with its scan', count, ROWS)
const entries = time('select near from t where near > 0 and near % 2 = 5', /Index Only Scan/, NO_SCAN)
line('an entry of an index, index-only, with a condition', entries, ROWS)
line(
  'fetching its row, in the order of the table',
  time('select id from t where near > 0 and c > 0', /Index Scan using t_near/, NO_SCAN) - entries,
  ROWS,
)
line(
  'fetching its row, in another order',
  time('select id from t where far > 0 and c > 0', /Index Scan using t_far/, NO_SCAN) - entries,
  ROWS,
)

const outside = time('select count(r) from outside', /Seq Scan/)
const LOOKUP =
  'set enable_hashjoin = off; set enable_mergejoin = off; set enable_seqscan = off; set enable_memoize = off'
line(
  'looking a row up by the primary key',
  time('select count(a) from outside o join t on t.id = o.r', /Nested Loop[\s\S]*t_pkey/, LOOKUP) - outside,
  ROWS / 4,
)
line(
  'looking a row up by an index',
  time('select count(a) from outside o join t on t.far = o.r', /Nested Loop[\s\S]*t_far/, LOOKUP) - outside,
  ROWS / 4,
)

const both = outside + time('select count(a) from t', /Seq Scan/)
const HASHED = 'set enable_nestloop = off; set enable_mergejoin = off; set enable_indexscan = off'
const built = time('select count(a) from t join outside o on t.id = o.r', /Hash Join/, HASHED)
line('hash join, a row of both sides', built - both, ROWS + ROWS / 4)
const probed = time('select count(t.a) from t join small s on s.id = t.a', /Hash Join/, HASHED)
line(
  'hash join, a row that probes (a small table, all match)',
  probed - time('select count(a) from t', /Seq Scan/),
  ROWS,
)
const missed = time('select count(t.a) from t join small s on s.id = t.c', /Hash Join/, HASHED)
line(
  'hash join, a row that probes and finds nothing',
  missed - time('select count(c) from t', /Seq Scan/),
  ROWS,
)
const builds = time('select count(s.v) from small s join t on t.id = s.id', /Hash Join/, HASHED)
line('hash join, of a small and a large table', builds - time('select count(a) from t', /Seq Scan/), ROWS)

const LOOPED = 'set enable_hashjoin = off; set enable_mergejoin = off; set enable_indexscan = off'
line(
  'nested loop, a pair that does not match',
  time('select count(*) from small a join small b on a.v + b.v < 0', /Nested Loop/, LOOPED),
  1e6,
)
line(
  'nested loop, a pair that comes out',
  time('select count(*) from small a join small b on a.v + b.v > 0', /Nested Loop/, LOOPED),
  1e6,
)

const all = time('select count(far) from t', /Seq Scan/)
const sorted = time('select far from t order by far offset 199999999', /Sort/, NO_INDEX)
line('sorting a row', sorted - all, ROWS)
line('sorting a row, a comparison', (sorted - all) / Math.log2(ROWS), ROWS)
line(
  'top-N of a thousand, a row',
  time('select far from t order by far limit 1000', /Sort/, NO_INDEX) - all,
  ROWS,
)
line('grouping a row, few groups', time('select b, count(*) from t group by b', /HashAggregate/) - all, ROWS)
line(
  'grouping a row, each its own group',
  time('select far, count(*) from t group by far offset 199999999', /HashAggregate/) - all,
  ROWS,
)
line(
  'a further aggregate',
  time('select sum(a), sum(b), sum(c) from t', /Aggregate/) - time('select sum(a) from t', /Aggregate/),
  ROWS * 2,
)
line(
  'distinct, each row another',
  time('select distinct far from t offset 199999999', /HashAggregate/) - all,
  ROWS,
)
line(
  'a row number over all',
  time('select row_number() over () from t offset 199999999', /WindowAgg/) - all,
  ROWS,
)
line('a row that comes out, as an object', time('select id from t', /Seq Scan/) - all, ROWS)
