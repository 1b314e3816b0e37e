/** Queries that run long before their first row: others have their turn meanwhile, and they hear that they are to end. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, type Database, openSync, SqlError } from '../../../src/index.ts'
import { statementCode } from '../../../src/sql/execute/generate/policy.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../io/temporary-directory.ts'
import { pausedRows, withPausingChanges } from '../support/paused.ts'

let directory: TemporaryDirectory
let db: Database
let connections: Readonly<Record<Methods, Connection>>

type Methods = 'any' | 'hash' | 'merge' | 'loops' | 'little memory'

beforeAll(() => {
  directory = temporaryDirectory()
  db = openSync(directory.file('app.db'))
  db.exec(`
    create table t (id int primary key, k int, name text);
    create table u (id int primary key, k int not null, name text);
    insert into t select n, nullif(n * 7919 % 300, 7), 'name ' || n % 40 from generate_series(1, 3000) n;
    insert into u select n, n * 31 % 400, 'name ' || n % 60 from generate_series(1, 2000) n;
    create index on t (k);
    create index on u (k);
    analyze`)
  const connect = (...settings: readonly string[]): Connection => {
    const connection = db.connect()
    for (const setting of settings) connection.exec(`set ${setting}`)
    return connection
  }
  connections = {
    any: connect(),
    hash: connect('enable_nestloop = off', 'enable_mergejoin = off'),
    merge: connect('enable_nestloop = off', 'enable_hashjoin = off'),
    loops: connect('enable_hashjoin = off', 'enable_mergejoin = off', 'enable_indexscan = off'),
    'little memory': connect('enable_nestloop = off', 'enable_mergejoin = off', "work_mem = '64kB'"),
  }
})
afterAll(() => {
  db.close()
  directory.remove()
})

const QUERIES: readonly (readonly [what: string, methods: Methods, query: string])[] = [
  ['a sort', 'any', 'select id, k from t order by k desc, name, id'],
  ['a sort by one number', 'any', 'select id from t order by id % 97 desc, id'],
  ['a sort of text', 'any', 'select name, id from t order by name'],
  ['a sort in a file', 'little memory', 'select id, name from t order by name, id'],
  ['the first of an order', 'any', 'select id from t order by k, id limit 20 offset 5'],
  ['a scan that gives nothing', 'any', "select id from t where name like '%x%'"],
  ['a count', 'any', 'select count(*), sum(k) from t where name <> $$x$$'],
  ['a count of what a function gives', 'any', 'select count(*), sum(n) from generate_series(1, 5000) n'],
  ['groups', 'any', 'select k, count(*), max(name) from t group by k'],
  ['groups in a file', 'little memory', 'select id, name, count(*) from t group by id, name'],
  [
    'groups of several sets',
    'any',
    'select k, name, count(*) from t group by grouping sets ((k), (name), ())',
  ],
  ['a group in order', 'any', 'select string_agg(name, $$,$$ order by k, id) from t'],
  ['a percentile', 'any', 'select percentile_disc(0.3) within group (order by k) from t'],
  ['distinct values', 'any', 'select distinct k, name from t'],
  ['a count of distinct values', 'any', 'select count(distinct name), count(distinct k) from t'],
  [
    'a window',
    'any',
    'select id, row_number() over (order by k, id), sum(id) over (partition by name) from t',
  ],
  ['frames', 'any', 'select id, max(k) over (order by id rows between 9 preceding and 5 following) from t'],
  [
    'frames that leave rows out',
    'any',
    'select id, sum(k) over (order by id rows between 9 preceding and 5 following exclude current row) from t',
  ],
  ['an intersection', 'any', 'select name, k from t intersect select name, k from u'],
  ['a difference', 'any', 'select k, name from t except all select k, name from u'],
  ['a union', 'any', 'select k from t union select k from u'],
  ['distinct values in a file', 'little memory', 'select distinct id, name from t'],
  ['a union in a file', 'little memory', 'select id, k from t union select id, k from u'],
  ['an intersection in a file', 'little memory', 'select id, k from t intersect all select id, k from u'],
  ['a difference in a file', 'little memory', 'select id, name from t except select id, name from u'],
  [
    'a common table in a file',
    'little memory',
    'with c as materialized (select id, name from t) select count(*), max(a.name) from c a join c b on a.id = b.id + 1',
  ],
  ['a hash join', 'hash', 'select t.id, u.id from t join u on t.k = u.k and t.id < u.id'],
  ['a hash join that is counted', 'hash', 'select count(*), sum(u.id) from t join u on t.name = u.name'],
  ['a full join', 'hash', 'select t.id, u.id from t full join u on t.k = u.k'],
  ['a semi-join', 'hash', 'select id from t where k in (select k from u where id > 100)'],
  ['an anti-join', 'hash', 'select id from t where not exists (select from u where u.k = t.k)'],
  ['a hash join in a file', 'little memory', 'select t.id, u.name from t left join u on t.k = u.k'],
  ['a merge join', 'merge', 'select t.id, u.id from t join u on t.k = u.k and t.name < u.name'],
  ['a merge join by unique keys', 'merge', 'select count(*), sum(t.k + u.k) from t join u on t.id = u.id'],
  ['a left merge join', 'merge', 'select t.id, u.id from t left join u on t.k = u.k'],
  ['a nested loop', 'loops', 'select t.id, u.id from t, u where t.id * 1000 = u.id'],
  [
    'a nested loop without rows',
    'loops',
    'select t.id from t, u where t.id % 100 = 1 and t.id * 10000 = u.id',
  ],
  [
    'a recursion',
    'any',
    'with recursive r(n, s) as (select 1, 0 union all select n + 1, s + n from r where n < 2000) select max(s) from r',
  ],
  [
    'a recursion without duplicates',
    'any',
    'with recursive r(n) as (select 1 union select n * 3 % 997 from r) select count(*) from r',
  ],
  [
    'a common table that is read twice',
    'any',
    'with c as materialized (select k, count(*) as n from t group by k) select count(*) from c a join c b on a.n = b.n',
  ],
  ['rows of functions', 'any', 'select count(*) from (select generate_series(1, id % 5) from t) q'],
  ['one after the other', 'any', 'select count(*) from (select id from t union all select id from u) q'],
  ['an offset', 'any', 'select id from t offset 2990'],
  ['ties', 'any', 'select name from t order by name fetch first 5 rows with ties'],
]

const multiset = (rows: readonly unknown[]) =>
  rows
    .map(row => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
    .sort()

describe.each(['always', 'never'] as const)('with pauses, code generated: %s', mode => {
  test.each(QUERIES)('%s gives what it gives without', (_, methods, query) => {
    const connection = connections[methods]
    statementCode.mode = mode
    try {
      const expected = connection.query(query, [], { rowMode: 'array' })
      const { rows, pauses } = pausedRows(connection, query, { rowMode: 'array' }, pause => {
        // What others do in a pause does not concern it.
        if (pause % 100 === 0) db.query('select count(*) from t where id > $1 and name > $$n$$', [pause])
      })
      expect(multiset(rows)).toEqual(multiset(expected))
      expect(pauses).toBeGreaterThan(0)
    } finally {
      statementCode.mode = 'auto'
    }
  })
})

const CHANGES: readonly (readonly [what: string, statement: string])[] = [
  ['an insert', "insert into t select n, n % 7, 'new ' || n from generate_series(5001, 6000) n returning *"],
  [
    'an insert that meets rows',
    "insert into t select n, n, 'x' from generate_series(2500, 3500) n on conflict (id) do update set name = excluded.name returning old.id, new.id",
  ],
  ['an update', 'update t set k = k + 1, name = name || $$!$$ where id % 2 = 0 returning id, old.k, new.k'],
  ['an update that gives nothing', 'update t set k = (select max(u.k) from u where u.id < t.id % 50)'],
  ['a delete', 'delete from t using u where t.id = u.id and u.k > 100'],
  [
    'a merge',
    `merge into t using u on t.id = u.id + 1500 when matched and u.k % 3 = 0 then delete when matched then update set name = u.name
     when not matched then insert values (u.id + 10000, u.k, u.name) when not matched by source then update set k = -1
     returning merge_action(), *`,
  ],
  ['cascades', 'delete from owner where id % 3 = 0'],
  ['a change in a common table', 'with d as (delete from t where k < 50 returning *) select count(*) from d'],
  ['a change in a common table that nobody reads', 'with d as (update t set k = k + 1) select 1'],
  [
    'changes in common tables, one after the other',
    'with d as (delete from t where k < 50 returning *), i as (insert into u select id + 5000, k, name from d returning id) update t set k = -1 where id in (select id - 5000 from i) or id < 100 returning id',
  ],
  [
    'EXPLAIN ANALYZE',
    'explain (analyze, timing off, summary off, costs off, buffers off) update t set k = 0',
  ],
]

describe('changes with pauses', () => {
  beforeAll(() =>
    db.exec(`
      create table owner (id int primary key);
      create table owned (id int primary key, owner int references owner on delete cascade);
      insert into owner select generate_series(1, 300);
      insert into owned select n, n % 300 + 1 from generate_series(1, 3000) n;
      create index on owned (owner)`),
  )
  const CONTENTS = [
    'select * from t order by id',
    'select * from owner order by id',
    'select * from owned order by id',
  ]

  test.each(CHANGES)('%s does what it does without', (_, statement) => {
    const connection = connections.any
    const outcome = (run: () => readonly unknown[]) => {
      connection.exec('begin')
      try {
        const rows = multiset(run())
        return [rows, ...CONTENTS.map(text => connection.query(text))]
      } finally {
        connection.exec('rollback')
      }
    }
    let pauseCount = 0
    const expected = outcome(() => connection.query(statement, [], { rowMode: 'array' }))
    const given = outcome(() =>
      withPausingChanges(() => {
        const { rows, pauses } = pausedRows(connection, statement, { rowMode: 'array' })
        pauseCount = pauses
        return rows
      }),
    )
    expect(given).toEqual(expected)
    expect(pauseCount).toBeGreaterThan(0)
  })

  test('that is ended in a pause has changed nothing', () => {
    const before = db.query('select sum(k) as s, count(*) as n from t')
    withPausingChanges(() => {
      for (const [, statement] of CHANGES.slice(0, 10)) {
        const controller = new AbortController()
        const { signal } = controller
        const run = () => pausedRows(connections.any, statement, { signal }, () => controller.abort())
        expect(run, statement).toThrow('canceling statement due to user request')
      }
    })
    expect(db.query('select sum(k) as s, count(*) as n from t')).toEqual(before)
    // Nobody holds the writer.
    db.exec('update t set k = k')
  })

  test('that fails in a transaction of TypeScript undoes itself only', () => {
    db.write(tx => {
      tx.query("insert into t values (9001, 1, 'mine')")
      expect(() => tx.query('update t set k = k / (id - 2000)')).toThrow('division by zero')
      expect(() =>
        tx.query('update t set k = k + 1 from generate_series(1, 1e15::bigint) n where n < 0', [], {
          timeoutMs: 20,
        }),
      ).toThrow('statement timeout')
      expect(tx.query('select count(*) as n from t where id = 9001 and k = 1')).toEqual([{ n: 1 }])
      tx.query('delete from t where id = 9001')
    })
  })
})

describe('FETCH', () => {
  const declared = (query: string): Connection => {
    const connection = db.connect()
    connection.exec(`begin isolation level repeatable read; declare c cursor for ${query}`)
    return connection
  }

  test.each([
    'fetch 100 from c',
    'move forward all in c',
    'fetch absolute 900 from c',
    'fetch relative 200 from c',
  ])('%s pauses', fetch => {
    const query = 'select id, name from t where k % 7 = 1'
    using one = declared(query)
    using other = declared(query)
    const { rows, pauses } = pausedRows(one, fetch)
    expect(rows).toEqual(other.query(fetch))
    expect(pauses).toBeGreaterThan(0)
    expect(one.query('fetch 5 from c')).toEqual(other.query('fetch 5 from c'))
  })

  test('hears its own limits, and not those of the declaration', async () => {
    using connection = db.connect()
    connection.exec('begin isolation level repeatable read')
    const declare = 'declare c cursor for select generate_series(1, 1e9::bigint) as n'
    connection.query(declare, [], { timeoutMs: 1 })
    await new Promise(resolve => setTimeout(resolve, 5))
    expect(connection.query('fetch 100000 from c')).toHaveLength(100_000)
    expect(() => connection.query('move forward all in c', [], { timeoutMs: 20 })).toThrow(
      'statement timeout',
    )
  })

  test('that fails fails its transaction', () => {
    using connection = declared('select 1 / (id - 5) as q from t order by id')
    expect(() => connection.query('fetch 10 from c')).toThrow('division by zero')
    expect(() => connection.query('select 1')).toThrow(expect.objectContaining({ sqlstate: '25P02' }))
    connection.exec('rollback')
  })
})

/** Each would run until the end of the world, or nearly. */
const ENDLESS: readonly (readonly [what: string, methods: Methods, query: string])[] = [
  ['a count', 'any', 'select count(*) from generate_series(1, 1e15::bigint)'],
  [
    'a sum over a join',
    'hash',
    'select count(*) from t a join t b on a.name = b.name join t c on b.name = c.name join t d on c.name = d.name',
  ],
  ['a filter', 'any', 'select * from generate_series(1, 1e15::bigint) n where n < 0'],
  [
    'the first of an order',
    'any',
    'select n from generate_series(1, 1e15::bigint) n order by n desc limit 1',
  ],
  ['groups', 'any', 'select n % 3, count(*) from generate_series(1, 1e15::bigint) n group by 1'],
  ['distinct values', 'any', 'select distinct n % 3 from generate_series(1, 1e15::bigint) n offset 3'],
  ['a difference', 'any', 'select 1 except select n % 3 from generate_series(1, 1e15::bigint) n'],
  ['an intersection', 'any', 'select 5 intersect select n % 3 from generate_series(1, 1e15::bigint) n'],
  [
    'a nested loop',
    'loops',
    'select 1 from t a, t b, t c, t d, t e, t f where a.id + b.id + c.id + d.id + e.id + f.id < 0',
  ],
  ['a nested loop over what is kept', 'loops', 'select count(*) from t a, t b, t c, t d, t e, t f'],
  [
    'a recursion',
    'any',
    'with recursive r(n) as (select 1 union all select n % 3 + 1 from r) select count(*) from r',
  ],
  [
    'a recursion that gives nothing',
    'any',
    'with recursive r(n) as (select 1 union all select n % 3 + 1 from r) select n from r where n < 0',
  ],
  [
    'frames',
    'any',
    'select sum(n) over (order by n rows between unbounded preceding and unbounded following exclude current row) from generate_series(1, 200000) n',
  ],
  [
    'a window over groups',
    'any',
    'select row_number() over () from (select n % 3 from generate_series(1, 1e15::bigint) n group by 1) q',
  ],
  ['rows of functions', 'any', 'select count(*) from (select generate_series(1, 1e15::bigint)) q'],
]

async function sqlstateOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run()
  } catch (error) {
    if (error instanceof SqlError) return error.sqlstate
    throw error
  }
  throw new Error('nothing failed')
}

describe('is ended', () => {
  test.each(ENDLESS)('%s, by its signal after some turns of the event loop', async (_, methods, query) => {
    const controller = new AbortController()
    const rows = connections[methods].prepare(query, { signal: controller.signal }).iterateAsync()
    let turns = 0
    const turn = () => {
      if (++turns === 5) controller.abort()
      else setImmediate(turn)
    }
    setImmediate(turn)
    expect(await sqlstateOf(() => rows.next())).toBe('57014')
    expect(turns).toBe(5)
    expect(db.stats().snapshots).toEqual([])
  })

  test.each(ENDLESS)('%s, when its time is over', async (_, methods, query) => {
    const statement = connections[methods].prepare(query, { timeoutMs: 20 })
    expect(() => statement.all()).toThrow('statement timeout')
    expect(await sqlstateOf(() => statement.iterateAsync().next())).toBe('57014')
  })
})

test('a loop that is left in a pause leaves nothing open', async () => {
  const rows = db.prepare('select a.k, count(*) from t a join t b using (name) group by a.k').iterateAsync()
  const first = rows.next()
  await rows.return?.()
  await first
  expect(db.stats().snapshots).toEqual([])
})
