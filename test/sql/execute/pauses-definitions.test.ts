/** Definitions that work on many rows, and COMMIT with constraints that wait for it: on a server others have their turn meanwhile. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openSync, SqlError } from '../../../src/index.ts'
import type { ShapedExecution } from '../../../src/sql/session/execution.ts'
import { leapingClock, pausedRows, withPausingChanges } from '../support/paused.ts'

const SCHEMA = `
  create table t (id int primary key, k int, name text);
  create table u (id int primary key, k int references t deferrable initially deferred);
  create type mood as enum ('low', 'high');
  create domain small as int;
  create table m (id int primary key, mood mood, small small);
  insert into t select n, n * 7919 % 300, 'name ' || n % 40 from generate_series(1, 3000) n;
  insert into u select n, n from generate_series(1, 3000) n;
  insert into m select n, 'high', n from generate_series(1, 3000) n;
  create index t_name on t (name);
  create materialized view v as select k, count(*) as n from t group by k;
  prepare q(int) as select id, name from t where k > $1`

const DEFINITIONS: readonly (readonly [statement: string, reads: string])[] = [
  ['create table c as select * from t where k > 10', 'select * from c order by id'],
  [
    'create table c as select count(*) as n, max(name) as name from t group by k',
    'select * from c order by n, name',
  ],
  ['create table c as select name from t order by name, id offset 2999', 'select * from c'],
  ['create temporary table c as execute q(20)', 'select * from c order by id'],
  ['create materialized view c as select id, k from t', 'select * from c order by id'],
  ['refresh materialized view v', 'select * from v order by k'],
  ['create index c on t (k)', 'select id from t where k = 17 order by id'],
  ['create unique index c on t (name, id desc)', "select id from t where name = 'name 3' order by id"],
  [
    'create index c on t (upper(name)) where k > 100',
    "select id from t where upper(name) = 'NAME 3' and k > 100 order by id",
  ],
  ['reindex table t', "select id from t where name = 'name 3' order by id"],
  ['reindex index t_name', "select id from t where name = 'name 3' order by id"],
  ['alter table t alter name type varchar(30) using name || $$!$$', 'select * from t order by id'],
  [
    'alter table t add column g int generated always as (k * 2) stored, drop column name',
    'select * from t order by id',
  ],
  ['alter table t add constraint c check (k >= 0)', 'select * from t order by id'],
  ['alter table t alter k set not null', 'select * from t order by id'],
  ['alter table t add unique (name, id) deferrable', "select id from t where name = 'name 3' order by id"],
  ['alter table u add foreign key (id) references t', 'select * from u order by id'],
  ["alter type mood add value 'middle' before 'high'", 'select * from m order by id'],
  ['alter domain small add check (value < 5000)', 'select count(*) from m'],
  ['alter domain small set not null', 'select count(*) from m'],
]

const FAILING: readonly (readonly [statement: string, message: string])[] = [
  ['create table c as select 1 / (id - 2900) as x from t', 'division by zero'],
  ['create unique index c on t (name)', 'could not create unique index "c"'],
  ['create index c on t ((1 / (id - 2900)))', 'division by zero'],
  ['alter table t add unique (name) deferrable', 'could not create unique index'],
  ['alter table m alter small type int using 1 / (id - 2900)', 'division by zero'],
  ['alter table t add check (id < 2900)', 'is violated by some row'],
  ['alter table u add foreign key (id) references m (small)', 'there is no unique constraint'],
  ['alter domain small add check (value < 2900)', 'contains values that violate the new constraint'],
]

let db: Database
beforeAll(() => {
  db = openSync(':memory:')
})
afterAll(() => db.close())

/** Runs statements with pauses in a database of their own; gives how often they paused. */
async function pausing(
  run: (own: Database, runs: (text: string) => void) => void | Promise<void>,
): Promise<number> {
  let pauses = 0
  using own = openSync(':memory:')
  using connection = own.connect()
  connection.exec(SCHEMA)
  await run(own, text =>
    withPausingChanges(() => {
      pauses += pausedRows(connection, text).pauses
    }),
  )
  return pauses
}

describe('with pauses', () => {
  test.each(DEFINITIONS)('%s', async (statement, reads) => {
    using plain = openSync(':memory:')
    using connection = plain.connect()
    connection.exec(`${SCHEMA}; ${statement}`)
    const isTemporary = statement.includes('temporary')
    const pauses = await pausing(async (own, runs) => {
      runs(statement)
      if (!isTemporary) expect(own.query(reads)).toEqual(connection.query(reads))
      expect(own.query('select * from u order by id')).toEqual(
        connection.query('select * from u order by id'),
      )
      expect((await own.check()).faults).toEqual([])
    })
    expect(pauses).toBeGreaterThan(5)
  })

  test.each(FAILING)('%s fails as it does without, and leaves nothing', async (statement, message) => {
    await pausing((own, runs) => {
      const catalog = () => own.query('select relname, relkind from pg_class order by oid')
      const before = catalog()
      expect(() => runs(statement)).toThrow(message)
      expect(catalog()).toEqual(before)
      expect(own.query('select count(*) as n, sum(k) as s from t')).toEqual([{ n: 3000, s: 448_500 }])
      // Nobody is the writer.
      own.exec('insert into t values (0, 0, $$new$$)')
    })
  })

  test('what reads meanwhile sees the state before', () => {
    using own = openSync(':memory:')
    using one = own.connect()
    one.exec(SCHEMA)
    const seen = new Set<unknown>()
    withPausingChanges(() => {
      pausedRows(one, 'alter table t drop column name', {}, () => {
        seen.add(JSON.stringify(own.query('select * from t where id = 17')))
        seen.add(JSON.stringify(own.query("select count(*) as n from t where name = 'name 3'")))
        expect(own.query('select id, sum(k) over (order by id) from t limit 3')).toHaveLength(3)
      })
    })
    expect([...seen]).toEqual(['[{"id":17,"k":223,"name":"name 17"}]', '[{"n":75}]'])
    expect(own.query('select * from t where id = 17')).toEqual([{ id: 17, k: 223 }])
  })
})

describe('left in its middle', () => {
  /** Begins a statement, and has it pause so often. */
  const begun = (
    connection: ReturnType<Database['connect']>,
    text: string,
    pauseCount: number,
  ): ShapedExecution =>
    withPausingChanges(() => {
      const execution = connection.execute(text) as ShapedExecution
      const pause = execution.pause!
      pause.allow(leapingClock(), 1)
      for (let i = 0; i < pauseCount; i++) {
        if (i > 0) pause.resume()
        expect(execution.next()).toBeUndefined()
        expect(pause.isPaused, `${text}, ${i}`).toBe(true)
      }
      return execution
    })

  test.each(DEFINITIONS)('%s has changed nothing', async statement => {
    using own = openSync(':memory:')
    using connection = own.connect()
    connection.exec(SCHEMA)
    const catalog = () => own.query('select relname, relkind, relnatts from pg_class order by oid')
    const before = catalog()
    for (const pauseCount of [0, 1, 4]) {
      begun(connection, statement, pauseCount).abandon()
      expect(catalog()).toEqual(before)
      own.exec('update t set k = k where id < 5')
    }
    expect((await own.check()).faults).toEqual([])
    connection.exec(statement)
  })

  test('a transaction that it was in can go back to a savepoint from before', async () => {
    using own = openSync(':memory:')
    using connection = own.connect()
    connection.exec(`${SCHEMA}; begin; update t set k = -1 where id = 1; savepoint s`)
    begun(connection, 'create index c on t (k)', 2).abandon()
    expect(() => connection.query('select 1')).toThrow('current transaction is aborted')
    connection.exec('rollback to s; create index c on t (k); commit')
    expect(own.query('select id from t where k = -1')).toEqual([{ id: 1 }])
    expect((await own.check()).faults).toEqual([])
  })

  test('is done to its end when whoever began it asks for no more', () => {
    using own = openSync(':memory:')
    using connection = own.connect()
    connection.exec(SCHEMA)
    expect(begun(connection, 'create table c as select * from t', 2).finish()).toEqual({
      command: 'SELECT 3000',
      rowCount: 3000,
    })
    expect(own.query('select count(*) as n from c')).toEqual([{ n: 3000 }])
  })

  test('hears its signal', () => {
    using own = openSync(':memory:')
    using connection = own.connect()
    connection.exec(SCHEMA)
    withPausingChanges(() => {
      for (const [statement] of DEFINITIONS) {
        const controller = new AbortController()
        const { signal } = controller
        const run = () => pausedRows(connection, statement, { signal }, () => controller.abort())
        expect(run, statement).toThrow('canceling statement due to user request')
      }
    })
  })
})

describe('constraints that wait for COMMIT', () => {
  const changed = (more: string) => {
    const own = openSync(':memory:')
    const connection = own.connect()
    connection.exec(`${SCHEMA}; begin; update u set k = k + 1; ${more}`)
    return { own, connection }
  }
  const commit = (connection: ReturnType<Database['connect']>, inPause?: (pauses: number) => void) =>
    withPausingChanges(() => pausedRows(connection, 'commit', {}, inPause).pauses)

  test('are checked with pauses', () => {
    const { own, connection } = changed('insert into t values (3001, 0)')
    const seen = new Set<unknown>()
    const pauses = commit(connection, () => seen.add(own.query('select max(k) as k from u')[0].k))
    expect(pauses).toBeGreaterThan(5)
    expect([...seen]).toEqual([3000])
    expect(own.query('select max(k) as k from u')).toEqual([{ k: 3001 }])
    own.close()
  })

  test('roll the transaction back when they do not hold', () => {
    const { own, connection } = changed('')
    expect(() => commit(connection)).toThrow('violates foreign key constraint')
    expect(connection.query('select max(k) as k from u')).toEqual([{ k: 3000 }])
    own.exec('update t set k = 0')
    own.close()
  })

  test('are given up when COMMIT is cancelled: the transaction is rolled back', () => {
    const { own, connection } = changed('insert into t values (3001, 0)')
    const controller = new AbortController()
    expect(() =>
      withPausingChanges(() =>
        pausedRows(connection, 'commit', { signal: controller.signal }, () => controller.abort()),
      ),
    ).toThrow('canceling statement due to user request')
    expect(connection.query('select max(k) as k from u')).toEqual([{ k: 3000 }])
    own.exec('update t set k = 0')
    own.close()
  })

  test('and for a statement that is a transaction of its own', () => {
    using own = openSync(':memory:')
    using connection = own.connect()
    connection.exec(`${SCHEMA}; insert into t values (3001, 0)`)
    const update = (text: string) => withPausingChanges(() => pausedRows(connection, text).pauses)
    const change = 'update u set k = k % 3000 + 1'
    const once = update(change)
    using plain = openSync(':memory:')
    plain.exec(`${SCHEMA}; alter table u drop constraint u_k_fkey`)
    using other = plain.connect()
    expect(once).toBeGreaterThan(withPausingChanges(() => pausedRows(other, change).pauses))
    update('update u set k = k + 1')
    expect(own.query('select max(k) as k from u')).toEqual([{ k: 3001 }])
    expect(() => update('update u set k = k + 1')).toThrow('violates foreign key constraint')
    expect(own.query('select max(k) as k from u')).toEqual([{ k: 3001 }])
  })

  test('wait on when SET CONSTRAINTS finds that they do not hold', () => {
    db.exec(`
      create table p (id int primary key);
      create table c (id int primary key, p int references p deferrable initially deferred)`)
    expect(() =>
      db.write(tx => {
        tx.exec('insert into c values (1, 1)')
        expect(() => tx.exec('set constraints all immediate')).toThrow('violates foreign key constraint')
        // Nothing is checked at once that was not before.
        tx.exec('insert into c values (2, 2)')
      }),
    ).toThrow(SqlError)
    expect(db.query('select count(*) as n from c')).toEqual([{ n: 0 }])
  })
})
