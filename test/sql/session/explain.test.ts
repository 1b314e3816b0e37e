/** EXPLAIN: how a statement is done, what was expected, and with ANALYZE what came. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Database,
  type ExplainedPlan,
  type ExplainProgress,
  openSync,
  SqlError,
} from '../../../src/index.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`create table t (a int primary key, b text, c numeric);
    insert into t select i, 'b' || i % 10, i from generate_series(1, 1000) i;
    create index on t (b);
    create table u (x int primary key, a int);
    insert into u select i, i % 1000 + 1 from generate_series(1, 2000) i`)
})
afterEach(() => db.close())

function failure(run: () => unknown): SqlError {
  try {
    run()
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
  throw new Error('nothing failed')
}

function lines(text: string): string[] {
  return db.query<{ 'QUERY PLAN': string }>(text).map(row => row['QUERY PLAN'])
}

describe('a plan as text', () => {
  test('says in the words of SQL what each node does', () => {
    expect(
      lines("explain (costs off) select * from t where b = 'b1' and a > 10 and c < 500 or b is null"),
    ).toEqual([
      'Seq Scan on t',
      "  Filter: (((b = 'b1'::text) AND (a > 10) AND (c < '500'::numeric)) OR (b IS NULL))",
    ])
    expect(
      lines(`explain (costs off) select t.b, count(*), sum(distinct c) from t join u on u.a = t.a
        where u.x % 2 = 0 group by t.b having count(*) > 3 order by 2 desc, t.b limit 3`),
    ).toEqual([
      'Limit',
      '  ->  Sort',
      '        Sort Key: (count(*)) DESC, t.b',
      '        Sort Method: top-N heapsort',
      '        ->  Filter',
      '              Filter: (count(*) > 3)',
      '              ->  HashAggregate',
      '                    Group Key: t.b',
      '                    ->  Hash Join',
      '                          Hash Cond: (t.a = u.a)',
      '                          ->  Seq Scan on t',
      '                          ->  Seq Scan on u',
      '                                Filter: ((u.x % 2) = 0)',
    ])
  })
  test('shows ranges of indexes, common tables and subqueries', () => {
    expect(lines('explain (costs off) select * from t where a in (1, 2) and c is not null')).toEqual([
      'Index Scan using t_pkey on t',
      "  Index Cond: (a = ANY ('{1,2}'::integer[]))",
      '  Filter: (c IS NOT NULL)',
    ])
    expect(
      lines(
        'explain (costs off) with few as materialized (select a from t where a >= 3 and a < 9) select * from few order by a',
      ),
    ).toEqual([
      'Sort',
      '  Sort Key: few.a',
      '  CTE few',
      '    ->  Index Scan using t_pkey on t',
      '          Index Cond: ((t.a >= 3) AND (t.a < 9))',
      '  ->  CTE Scan on few',
    ])
    expect(
      lines('explain (costs off) select x, (select sum(c) from t where t.a < u.x) from u where x = 5'),
    ).toEqual([
      'Index Scan using u_pkey on u',
      '  Index Cond: (u.x = 5)',
      '  SubPlan 1',
      '    ->  Aggregate',
      '          ->  Index Scan using t_pkey on t',
      '                Index Cond: (t.a < u.x)',
    ])
  })
  test('has computed what is the same whatever the row', () => {
    expect(
      lines("explain (costs off) select * from t where a < 2 * 50 + 1 and b <> upper('x') || 'y'"),
    ).toEqual(['Index Scan using t_pkey on t', '  Index Cond: (a < 101)', "  Filter: (b <> 'Xy'::text)"])
    expect(db.query('select a from t where a = 7 or a = 1 / (a - a + 0 * a + 1) * 8 limit 1')).toEqual([
      { a: 7 },
    ])
    expect(db.query('select a from t where case when a > 0 then a = 3 else 1 / 0 = 1 end')).toEqual([
      { a: 3 },
    ])
  })
  test('has expected costs, rows and widths unless they are not wanted', () => {
    expect(lines('explain select a from t where a <= 100')[0]).toMatch(
      /^Index Scan using t_pkey on t {2}\(cost=\d+\.\d\d\.\.\d+\.\d\d rows=100 width=4\)$/,
    )
  })
  test('names columns when it is VERBOSE', () => {
    expect(lines('explain (verbose, costs off) select a, length(b) from t where a = 5')).toEqual([
      'Index Scan using t_pkey on public.t',
      '  Output: t.a, length(t.b)',
      '  Index Cond: (t.a = 5)',
    ])
  })
})

describe('ANALYZE', () => {
  test('shows rows, loops, pages and times as they were', () => {
    const text = lines("explain analyze select * from t where b = 'b1' and c > 500")
    expect(text[0]).toMatch(
      /^Index Scan using t_b_idx on t {2}\(cost=.*\) \(actual time=\d+\.\d{3}\.\.\d+\.\d{3} rows=50\.00 loops=1\)$/,
    )
    expect(text).toContain('  Rows Removed by Filter: 50')
    expect(text.join()).toMatch(/Buffers: shared hit=\d+/)
    expect(text.at(-2)).toMatch(/^Planning Time: \d+\.\d{3} ms$/)
    expect(text.at(-1)).toMatch(/^Execution Time: \d+\.\d{3} ms$/)
  })
  test('counts what a scan leaves out, by closures and by generated code', () => {
    for (const rows of [1000, 20_000]) {
      db.exec(`insert into t select i, 'more', 0 from generate_series(1001, ${rows}) i`)
      const text = lines(
        'explain (analyze, costs off, timing off, summary off, buffers off) select * from t where c = 7',
      )
      expect(text).toEqual([
        'Seq Scan on t (actual rows=1.00 loops=1)',
        "  Filter: (c = '7'::numeric)",
        `  Rows Removed by Filter: ${rows - 1}`,
      ])
    }
  })
  test('counts every loop, and what is never done', () => {
    expect(
      lines(`explain (analyze, costs off, timing off, summary off, buffers off)
        select (select count(*) from t where t.a < u.x) from u where x <= 3`),
    ).toEqual([
      'Index Scan using u_pkey on u (actual rows=3.00 loops=1)',
      '  Index Cond: (u.x <= 3)',
      '  SubPlan 1',
      '    ->  Aggregate (actual rows=1.00 loops=3)',
      '          ->  Index Scan using t_pkey on t (actual rows=1.00 loops=3)',
      '                Index Cond: (t.a < u.x)',
    ])
    expect(
      lines('explain (analyze, costs off, timing off, summary off, buffers off) select * from t limit 0'),
    ).toEqual(['Limit (actual rows=0.00 loops=1)', '  ->  Seq Scan on t (actual rows=0.00 loops=1)'])
  })
  test('does what the statement does', () => {
    expect(
      lines(
        "explain (analyze, costs off, timing off, summary off, buffers off) update t set b = 'new' where a <= 4",
      ),
    ).toEqual([
      'Update on t (actual rows=0.00 loops=1)',
      '  ->  Index Scan using t_pkey on t (actual rows=4.00 loops=1)',
      '        Index Cond: (a <= 4)',
    ])
    expect(db.query("select count(*) as n from t where b = 'new'")).toEqual([{ n: 4 }])
    lines("explain update t set b = 'newer'")
    expect(db.query("select count(*) as n from t where b = 'newer'")).toEqual([{ n: 0 }])
    lines('explain analyze insert into u values (5000, 1); ')
    lines('explain analyze delete from u where x = 1')
    expect(db.query('select x from u where x in (1, 5000)')).toEqual([{ x: 5000 }])
  })
  test('undoes a statement that fails', () => {
    expect(failure(() => lines('explain analyze insert into u select x + 1999, a from u')).sqlstate).toBe(
      '23505',
    )
    expect(db.query('select count(*) as n from u')).toEqual([{ n: 2000 }])
    expect(db.read(snapshot => failureCode(() => snapshot.query('explain analyze delete from u')))).toBe(
      'READ_ONLY_TRANSACTION',
    )
  })
  test('measures one execution, and not those after it', () => {
    const statement = db.prepare('select count(b) as n from t')
    for (let i = 0; i < 3; i++) statement.all()
    expect(statement.explain({ analyze: true })).toContain('rows=1000.00 loops=1')
    expect(statement.explain({ analyze: true })).toContain('rows=1000.00 loops=1')
    expect(statement.all()).toEqual([{ n: 1000 }])
  })
})

function failureCode(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return undefined
}

describe('FORMAT JSON', () => {
  test('is a list of one object, as PostgreSQL has it', () => {
    const [row] = db.query('explain (format json, analyze) select * from t where a = 5 order by b')
    const [{ Plan: plan, ...rest }] = row['QUERY PLAN']
    expect(plan).toMatchObject({
      'Node Type': 'Sort',
      'Sort Key': ['b'],
      'Plan Rows': 1,
      'Actual Rows': 1,
      'Actual Loops': 1,
      Plans: [
        {
          'Node Type': 'Index Scan',
          'Parent Relationship': 'Outer',
          'Scan Direction': 'Forward',
          'Index Name': 't_pkey',
          'Relation Name': 't',
          Alias: 't',
          'Index Cond': '(a = 5)',
        },
      ],
    })
    expect(rest).toEqual({
      Planning: { 'Shared Hit Blocks': expect.any(Number), 'Shared Read Blocks': expect.any(Number) },
      'Planning Time': expect.any(Number),
      'Execution Time': expect.any(Number),
    })
  })
})

describe('explain() of a statement', () => {
  test('gives text, or the tree', () => {
    expect(db.prepare('select * from t where a = $1').explain({ costs: false }, 5)).toBe(
      'Index Scan using t_pkey on t\n  Index Cond: (a = $1)',
    )
    const { Plan: plan } = db.sql`select * from t where a = ${5}`.explain({
      analyze: true,
      format: 'json',
    })
    const nodes = (node: ExplainedPlan): ExplainedPlan[] => [node, ...(node.Plans ?? []).flatMap(nodes)]
    expect(nodes(plan).map(node => [node['Node Type'], node['Actual Rows']])).toEqual([['Index Scan', 1]])
  })
  test('ends when the time of the statement is over, or its signal aborts', () => {
    const text = 'select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b'
    const timed = db.prepare(text, { timeoutMs: 20 })
    expect(failure(() => timed.explain({ analyze: true })).sqlstate).toBe('57014')
    const aborted = db.prepare(text, { signal: AbortSignal.abort() })
    expect(failure(() => aborted.explain({ analyze: true })).sqlstate).toBe('57014')
    expect(timed.explain()).toContain('Aggregate')
  })
  test('says how far it is, and is ended by what that throws', () => {
    const pairs = 'from t, generate_series(1, 400) as g'
    const told: ExplainProgress[] = []
    const onProgress = (progress: ExplainProgress) => void told.push(progress)
    // Rows enough, with something to be computed for each, for several tenths of a second.
    const plan = db
      .prepare(`select sum(length(md5(t.b || g))) ${pairs}`)
      .explain({ analyze: true, onProgress })
    expect(plan).toMatch(/^Aggregate .*actual time.* rows=1.00 loops=1/)
    expect(told.length).toBeGreaterThan(0)
    const [{ expectedRows }] = told
    for (const [i, { rows }] of told.entries()) expect(rows).toBeGreaterThanOrEqual(told[i - 1]?.rows ?? 1)
    expect(told.at(-1)!.rows).toBeLessThanOrEqual(expectedRows)
    expect(expectedRows).toBeLessThan(20 * told.at(-1)!.rows)

    const change = db.prepare(
      `insert into u select 5000 + row_number() over (order by md5(t.b || g)), 1 ${pairs}`,
    )
    const stop = () => {
      throw new Error('stopped')
    }
    expect(() => change.explain({ analyze: true, onProgress: stop })).toThrow('stopped')
    expect(db.query('select count(*) as n from u')).toEqual([{ n: 2000 }])
    expect(db.prepare('insert into u values (5000, 1)').explain({ analyze: true, onProgress })).toContain(
      'Insert',
    )
    expect(db.query('select count(*) as n from u')).toEqual([{ n: 2001 }])
  })
  test('needs no parameters unless it runs', () => {
    const statement = db.prepare('select * from t where a = $1')
    expect(statement.explain()).toContain('Index Scan')
    expect(failure(() => statement.explain({ analyze: true })).sqlstate).toBe('08P01')
  })
})

describe('options', () => {
  test('of statements that were prepared', () => {
    using connection = db.connect()
    connection.exec('prepare one (int) as select * from t where a = $1')
    expect(connection.query('explain (costs off) execute one (3)')).toEqual([
      { 'QUERY PLAN': 'Index Scan using t_pkey on t' },
      { 'QUERY PLAN': '  Index Cond: (a = $1)' },
    ])
  })
  test.each([
    ['explain (timing) select 1', '22023', 'EXPLAIN option TIMING requires ANALYZE'],
    ['explain (nothing) select 1', '42601', 'unrecognized EXPLAIN option "nothing"'],
    ['explain (analyze maybe) select 1', '42601', 'analyze requires a Boolean value'],
    ['explain (format bar) select 1', '22023', 'unrecognized value for EXPLAIN option "format": "bar"'],
    ['explain (format xml) select 1', '0A000', 'EXPLAIN (FORMAT XML) is not supported'],
    ['explain (analyze, wal) select 1', '0A000', 'EXPLAIN (WAL) is not supported'],
    ['explain create table q as select 1', '0A000', 'EXPLAIN CREATE TABLE AS is not supported'],
  ])('%s: %s', (text, sqlstate, primary) => {
    expect(failure(() => lines(text))).toMatchObject({ sqlstate, primary })
  })
  test('that say no are not asked for', () => {
    expect(lines('explain (analyze off, wal off, serialize none, format text) select 1')).toHaveLength(1)
  })
})
