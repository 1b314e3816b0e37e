/** ANALYZE, SET CONSTRAINTS, VALIDATE CONSTRAINT and the end of COPY FROM, of many rows: on a server others have their turn meanwhile. */

import { expect, test, vi } from 'vitest'
import { type Connection, type Database, openSync, t } from '../../../src/index.ts'
import type { CopyIn } from '../../../src/sql/session/copy-in.ts'
import { Session } from '../../../src/sql/session/session.ts'
import { MapDefinition } from '../../../src/table/definition.ts'
import { leapingClock, pausedRows, withPausingChanges } from '../support/paused.ts'

const SCHEMA = `
  create table t (id int primary key, k int, name text);
  create table u (id int primary key, k int references t deferrable initially deferred);
  insert into t select n, n * 7919 % 300, 'name ' || n % 40 from generate_series(1, 3000) n;
  insert into u select n, n from generate_series(1, 3000) n`

function opened(): { readonly own: Database; readonly connection: Connection } & Disposable {
  const own = openSync(':memory:')
  const connection = own.connect()
  connection.exec(SCHEMA)
  return { own, connection, [Symbol.dispose]: () => own.close() }
}

const pausing = <Row>(connection: Connection, text: string, inPause?: (pauses: number) => void) =>
  withPausingChanges(() => pausedRows<Row>(connection, text, {}, inPause))

/** Cancels a statement at its third pause. */
function cancel(connection: Connection, text: string): void {
  const controller = new AbortController()
  const run = () =>
    pausedRows(connection, text, { signal: controller.signal }, pauses => {
      if (pauses === 3) controller.abort()
    })
  expect(() => withPausingChanges(run)).toThrow('canceling statement due to user request')
}

/** Tables that ANALYZE has stored something about, with their rows. */
function analyzed(own: Database): unknown[] {
  return own.read(snapshot =>
    [...snapshot.table(analyzedTables)].map(([name, { rowCount }]) => [name, rowCount]),
  )
}
// The functions of the API refuse names of Coppice's own tables.
const analyzedTables = new MapDefinition(
  'coppice.analyzed',
  t.text,
  t.struct({ tree: t.u32, analysis: t.f64, rowCount: t.f64 }),
)

/** What a plan that goes by the statistics expects. */
const PLAN = 'explain select * from t join u using (id) where t.k between 7 and 80 and u.k > 2000'

test.each(['analyze', 'analyze t, u (k)', 'vacuum analyze'])('%s pauses', text => {
  using pauses = opened()
  using plain = opened()
  plain.connection.exec(text)
  const seen = new Set<unknown>()
  const result = pausing(pauses.connection, text, () => seen.add(analyzed(pauses.own).length))
  expect(result.pauses).toBeGreaterThan(5)
  expect([...seen]).toEqual([0])
  expect(analyzed(pauses.own)).toEqual([
    ['t', 3000],
    ['u', 3000],
  ])
  expect(pauses.own.query(PLAN)).toEqual(plain.own.query(PLAN))
})

test('a sample of a large table pauses between its rows', () => {
  using one = opened()
  one.connection.exec('set default_statistics_target = 4')
  expect(pausing(one.connection, 'analyze t').pauses).toBeGreaterThan(100)
})

test('ANALYZE VERBOSE gives its rows when it has paused', () => {
  using one = opened()
  const { rows, pauses } = pausing(one.connection, 'analyze verbose t')
  expect(pauses).toBeGreaterThan(5)
  expect(rows).toEqual([{ INFO: '"t": 3000 of 3000 rows in sample' }])
})

test('ANALYZE that is cancelled has stored nothing, and nobody is the writer', () => {
  using one = opened()
  cancel(one.connection, 'analyze')
  expect(analyzed(one.own)).toEqual([])
  one.own.exec('update t set k = 0 where id = 1; analyze')
  expect(analyzed(one.own)).toHaveLength(2)
})

test('ANALYZE in a transaction that is cancelled fails it', () => {
  using one = opened()
  one.connection.exec('begin; update t set k = -1 where id = 1; savepoint s')
  cancel(one.connection, 'analyze t')
  expect(() => one.connection.query('select 1')).toThrow('current transaction is aborted')
  one.connection.exec('rollback to s; commit')
  expect(one.own.query('select k from t where id = 1')).toEqual([{ k: -1 }])
  expect(analyzed(one.own)).toEqual([])
})

const IMMEDIATE = 'set constraints all immediate'

test('SET CONSTRAINTS … IMMEDIATE checks what has waited with pauses', () => {
  using one = opened()
  one.connection.exec('insert into t values (3001, 0); begin; update u set k = k + 1')
  expect(pausing(one.connection, IMMEDIATE).pauses).toBeGreaterThan(5)
  // From now on they are checked at once.
  expect(() => one.connection.exec('insert into u values (0, 0)')).toThrow('violates foreign key constraint')
  one.connection.exec('rollback')
})

test.each([IMMEDIATE, 'set constraints u_k_fkey immediate'])('%s fails as it does without pauses', text => {
  using one = opened()
  one.connection.exec('begin; savepoint s; update u set k = k + 1')
  expect(() => pausing(one.connection, text)).toThrow('violates foreign key constraint')
  expect(() => one.connection.query('select 1')).toThrow('current transaction is aborted')
  one.connection.exec('rollback to s; commit')
  expect(one.own.query('select max(k) as k from u')).toEqual([{ k: 3000 }])
})

test('SET CONSTRAINTS that is cancelled fails its transaction, and leaves its checks to COMMIT', () => {
  using one = opened()
  one.connection.exec('begin; update u set k = k + 1; savepoint s')
  cancel(one.connection, IMMEDIATE)
  expect(() => one.connection.query('select 1')).toThrow('current transaction is aborted')
  one.connection.exec('rollback to s; insert into u values (0, 0)')
  expect(() => one.connection.exec('commit')).toThrow('violates foreign key constraint')
  expect(one.own.query('select count(*) as n, max(k) as k from u')).toEqual([{ n: 3000, k: 3000 }])
})

test('SET CONSTRAINTS hears the signal where nothing pauses', () => {
  using one = opened()
  one.connection.exec('begin; update u set k = k + 1')
  const signal = AbortSignal.abort()
  expect(() => one.connection.query(IMMEDIATE, [], { signal })).toThrow('canceling statement')
  one.connection.exec('rollback')
})

test.each([
  'alter table t add constraint c check (k >= 0) not valid',
  'alter table u add constraint c foreign key (id) references t not valid',
])('VALIDATE CONSTRAINT pauses: %s', text => {
  using one = opened()
  one.connection.exec(text)
  const name = text.split(' ')[2]
  const isValidated = () => one.own.query("select convalidated as v from pg_constraint where conname = 'c'")
  cancel(one.connection, `alter table ${name} validate constraint c`)
  expect(isValidated()).toEqual([{ v: false }])
  expect(pausing(one.connection, `alter table ${name} validate constraint c`).pauses).toBeGreaterThan(5)
  expect(isValidated()).toEqual([{ v: true }])
})

/** A COPY whose rows have all come, refer to t from `first` on, and are to be checked. */
function copied(connection: Connection, first: number, signal?: AbortSignal): CopyIn {
  const start = vi.spyOn(Session.prototype, 'startCopyIn')
  try {
    const input = connection.copyIn('copy u from stdin', { signal })
    const rows = Array.from({ length: 2000 }, (_, i) => `${3001 + i}\t${first + i}\n`)
    input.write(Buffer.from(rows.join('')))
    return start.mock.results[0].value as CopyIn
  } finally {
    start.mockRestore()
  }
}

/** Takes the end of a COPY step by step; gives how often it paused. */
function finishInSteps(copy: CopyIn, inPause: (pauses: number) => void = () => {}): number {
  const steps = copy.finishInSteps()
  copy.pause.allow(leapingClock(), 1)
  for (let pauses = 0; ; ) {
    if (steps.next().done === true) return pauses
    inPause(++pauses)
    copy.pause.resume()
  }
}

const REFERENCES = [
  ['initially deferred', 'select 1'],
  ['initially immediate', 'alter table u alter constraint u_k_fkey not deferrable'],
] as const

test.each(REFERENCES)('the end of COPY FROM checks references that are %s with pauses', (_, alter) => {
  using one = opened()
  one.connection.exec(alter)
  const seen = new Set<unknown>()
  const copy = copied(one.connection, 1)
  const pauses = finishInSteps(copy, () => seen.add(one.own.query('select count(*) as n from u')[0].n))
  expect(pauses).toBeGreaterThan(5)
  expect([...seen]).toEqual([3000])
  expect(one.own.query('select count(*) as n from u')).toEqual([{ n: 5000 }])
})

test.each(REFERENCES)('COPY FROM whose references do not hold fails: %s', (_, alter) => {
  using one = opened()
  one.connection.exec(alter)
  const copy = copied(one.connection, 2000)
  expect(() => finishInSteps(copy)).toThrow('violates foreign key constraint')
  copy.fail()
  expect(one.own.query('select count(*) as n from u')).toEqual([{ n: 3000 }])
  one.own.exec('insert into u values (0, 1)')
})

test.each(REFERENCES)('the end of COPY FROM that is cancelled leaves nothing: %s', (_, alter) => {
  using one = opened()
  one.connection.exec(alter)
  const controller = new AbortController()
  const copy = copied(one.connection, 1, controller.signal)
  const end = () => finishInSteps(copy, pauses => pauses === 3 && controller.abort())
  expect(end).toThrow('canceling statement due to user request')
  copy.fail()
  expect(one.own.query('select count(*) as n from u')).toEqual([{ n: 3000 }])
  one.own.exec('insert into u values (0, 1)')
})
