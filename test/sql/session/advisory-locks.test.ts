/** Advisory locks between the connections of a program, which do not wait unless their rows are awaited. */

import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Connection, type Database, openSync, SqlError } from '../../../src/index.ts'

let db: Database
let one: Connection
let two: Connection
beforeEach(() => {
  db = openSync(':memory:')
  one = db.connect()
  two = db.connect()
})
afterEach(() => db.close())

const isTaken = (door: Connection | Database, call: string): unknown =>
  door.query<{ taken: boolean }>(`select ${call} as taken`)[0].taken

const stateOf = (run: () => unknown): string | undefined => {
  try {
    run()
  } catch (error) {
    if (error instanceof SqlError) return error.sqlstate
    throw error
  }
  return undefined
}

const held = (): unknown[] =>
  db.query("select objid, mode, granted from pg_locks where locktype = 'advisory' order by 1, 2, 3", [], {
    rowMode: 'array',
  })

async function failure(promise: Promise<unknown>): Promise<SqlError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
  throw new Error('nothing failed')
}

async function lockLater(connection: Connection, call: string, options = {}): Promise<void> {
  for await (const _ of connection.prepare(`select ${call}`, options).iterateAsync());
}

describe('a lock', () => {
  test('is one connection’s until it is unlocked as often as it was locked', () => {
    one.query('select pg_advisory_lock(1), pg_advisory_lock(1)')
    expect(isTaken(two, 'pg_try_advisory_lock(1)')).toBe(false)
    expect(isTaken(db, 'pg_try_advisory_lock_shared(1)')).toBe(false)
    expect(isTaken(two, 'pg_try_advisory_lock(0, 1)')).toBe(true)
    one.query('select pg_advisory_unlock(1)')
    expect(isTaken(two, 'pg_try_advisory_lock(1)')).toBe(false)
    one.query('select pg_advisory_unlock(1)')
    expect(isTaken(two, 'pg_try_advisory_lock(1)')).toBe(true)
  })

  test('that is shared keeps out who wants it alone', () => {
    expect(isTaken(one, 'pg_try_advisory_lock_shared(1)')).toBe(true)
    expect(isTaken(two, 'pg_try_advisory_lock_shared(1)')).toBe(true)
    expect(isTaken(one, 'pg_try_advisory_lock(1)')).toBe(false)
    two.query('select pg_advisory_unlock_shared(1)')
    expect(isTaken(one, 'pg_try_advisory_lock(1)')).toBe(true)
    expect(held()).toEqual([
      [1, 'ExclusiveLock', true],
      [1, 'ShareLock', true],
    ])
  })

  test('ends with its connection, and with its transaction', () => {
    one.query('select pg_advisory_lock(1)')
    one.exec('begin; select pg_advisory_xact_lock(2)')
    expect(isTaken(two, 'pg_try_advisory_lock(2)')).toBe(false)
    one.exec('rollback')
    expect(isTaken(two, 'pg_try_advisory_lock(2)')).toBe(true)
    one.exec('begin; select pg_advisory_xact_lock(3); create table t (a int); insert into t values (1)')
    expect(isTaken(two, 'pg_try_advisory_lock(3)')).toBe(false)
    one.exec('commit')
    expect(isTaken(two, 'pg_try_advisory_lock(3)')).toBe(true)
    one.close()
    expect(isTaken(two, 'pg_try_advisory_lock(1)')).toBe(true)
  })

  test('of a statement alone ends with it, however often it is run', () => {
    for (let i = 0; i < 5; i++) {
      expect(one.query('select pg_advisory_xact_lock(1), $1::int as a', [i])).toEqual([
        { pg_advisory_xact_lock: '', a: i },
      ])
      expect(held()).toEqual([])
    }
    expect(stateOf(() => one.query('select pg_advisory_xact_lock(1), 1 / 0'))).toBe('22012')
    expect(held()).toEqual([])
  })

  test('that a failed transaction has ends before it is rolled back', () => {
    one.exec('begin; select pg_advisory_xact_lock(1); savepoint a; select pg_advisory_xact_lock(2)')
    expect(stateOf(() => one.query('select 1 / 0'))).toBe('22012')
    expect(held()).toEqual([[1, 'ExclusiveLock', true]])
    one.exec('rollback')
    expect(held()).toEqual([])
  })

  test('that another connection has is not waited for by a statement that nobody awaits', () => {
    one.query('select pg_advisory_lock(1)')
    expect(stateOf(() => two.query('select pg_advisory_lock(1)'))).toBe('55P03')
    expect(stateOf(() => two.query('select * from pg_advisory_lock(1)'))).toBe('55P03')
    expect(stateOf(() => two.exec('begin; select pg_advisory_xact_lock_shared(1)'))).toBe('55P03')
    one.exec('create table t (a int)')
    expect(stateOf(() => two.query('insert into t select 1 from pg_advisory_lock(1)'))).toBe('55P03')
    expect(held()).toEqual([[1, 'ExclusiveLock', true]])
    expect(one.query('select count(*)::int as n from t')).toEqual([{ n: 0 }])
  })

  test('is refused by name in transactions and snapshots of TypeScript', () => {
    expect(stateOf(() => db.write(tx => tx.query('select pg_advisory_lock(1)')))).toBe('0A000')
    expect(stateOf(() => db.read(snap => snap.query('select pg_try_advisory_xact_lock(1)')))).toBe('0A000')
    one.query('select pg_advisory_lock(1)')
    db.read(snap => {
      expect(snap.query("select objid from pg_locks where locktype = 'advisory'")).toEqual([{ objid: 1 }])
    })
  })

  test('is one of ten thousand of a connection', () => {
    one.query('select count(pg_advisory_lock(n)) from generate_series(1, 10000) n')
    expect(stateOf(() => one.query('select pg_advisory_lock(10001)'))).toBe('53200')
    one.query('select pg_advisory_lock(10000)')
    one.query('select pg_advisory_unlock_all()')
    expect(held()).toEqual([])
    expect(stateOf(() => one.query('select pg_advisory_xact_lock(n) from generate_series(1, 10001) n'))).toBe(
      '53200',
    )
    expect(held()).toEqual([])
  })
})

describe('a statement whose rows are awaited', () => {
  test('waits for a lock, and lets the others have their turn', async () => {
    one.query('select pg_advisory_lock(1)')
    let isThere = false
    const waiting = lockLater(two, 'pg_advisory_lock(1)').then(() => {
      isThere = true
    })
    await pause(5)
    expect(isThere).toBe(false)
    expect(held()).toEqual([
      [1, 'ExclusiveLock', false],
      [1, 'ExclusiveLock', true],
    ])
    one.query('select pg_advisory_unlock(1)')
    await waiting
    expect(isTaken(one, 'pg_try_advisory_lock(1)')).toBe(false)
    expect(held()).toEqual([[1, 'ExclusiveLock', true]])
  })

  test('waits for each of several, once', async () => {
    one.query('select pg_advisory_lock(2), pg_advisory_lock(3)')
    const all = lockLater(
      two,
      'pg_advisory_lock(1), pg_advisory_lock(2), concat(pg_advisory_lock(1), pg_advisory_lock(3)), pg_advisory_lock(4)',
    )
    await pause(5)
    one.query('select pg_advisory_unlock(2)')
    await pause(5)
    one.query('select pg_advisory_unlock(3)')
    await all
    expect(
      two.query(
        'select pg_advisory_unlock(1), pg_advisory_unlock(1), pg_advisory_unlock(1), pg_advisory_unlock(4), pg_advisory_unlock(4)',
        [],
        { rowMode: 'array' },
      ),
    ).toEqual([[true, true, false, true, false]])
  })

  test('gives up after lock_timeout, after its time, or when it is told to, and leaves nothing', async () => {
    one.query('select pg_advisory_lock(1)')
    two.exec("set lock_timeout = '20ms'")
    expect((await failure(lockLater(two, 'pg_advisory_lock(1)'))).sqlstate).toBe('55P03')
    two.exec('set lock_timeout = 0')
    expect((await failure(lockLater(two, 'pg_advisory_lock(1)', { timeoutMs: 20 }))).sqlstate).toBe('57014')
    const controller = new AbortController()
    const waiting = failure(lockLater(two, 'pg_advisory_lock(1)', { signal: controller.signal }))
    await pause(5)
    controller.abort()
    expect((await waiting).sqlstate).toBe('57014')
    expect(held()).toEqual([[1, 'ExclusiveLock', true]])
  })

  test('is refused where the other one waits for it', async () => {
    one.query('select pg_advisory_lock(1)')
    two.query('select pg_advisory_lock(2)')
    const waiting = lockLater(one, 'pg_advisory_lock(2)')
    await pause(5)
    expect((await failure(lockLater(two, 'pg_advisory_lock(1)'))).sqlstate).toBe('40P01')
    two.query('select pg_advisory_unlock_all()')
    await waiting
  })
})
