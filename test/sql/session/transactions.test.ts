/** Isolation levels of sessions inside of a program: when a transaction becomes the one writer, and what it sees before. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Connection, type Database, isCoppiceError, openSync, SqlError } from '../../../src/index.ts'

let db: Database
let one: Connection
let two: Connection
beforeEach(() => {
  db = openSync(':memory:')
  db.exec('create table t (a int primary key, b int references t deferrable); insert into t values (1, null)')
  one = db.connect()
  two = db.connect()
})
afterEach(() => db.close())

const count = (connection: Connection) => connection.query('select a from t').length

function failure(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof SqlError) return error.sqlstate
    if (isCoppiceError(error)) return error.code
    throw error
  }
  return 'none'
}

describe('a transaction', () => {
  test('is the writer from BEGIN on, unless it says otherwise', () => {
    one.exec('begin')
    expect(one.query('show transaction_isolation')).toEqual([{ transaction_isolation: 'serializable' }])
    expect(failure(() => two.exec('insert into t values (2)'))).toBe('BUSY')
    one.exec('commit')
    two.exec('insert into t values (2)')
  })
  test('that is READ COMMITTED is the writer from its first change on', () => {
    one.exec('begin isolation level read committed')
    two.exec('insert into t values (2)')
    expect(count(one)).toBe(2)
    one.exec('insert into t values (3)')
    expect(failure(() => two.exec('insert into t values (4)'))).toBe('BUSY')
    one.exec('commit')
    expect(count(two)).toBe(3)
  })
  test('that meets another writer goes on: nothing has happened', () => {
    one.exec('begin isolation level read committed')
    two.exec('begin')
    expect(failure(() => one.exec('insert into t values (3)'))).toBe('BUSY')
    expect(count(one)).toBe(1)
    two.exec('rollback')
    one.exec('insert into t values (3); commit')
    expect(count(two)).toBe(2)
  })
  test('does not wait for the writer when it is told NOWAIT, and is failed then', () => {
    two.exec('begin')
    for (const text of [
      'select a from t for update nowait',
      'select a from (select a from t for share nowait) q',
      'insert into t select a + 1 from t for update nowait',
      'lock table t in exclusive mode nowait',
    ]) {
      one.exec('begin isolation level read committed')
      expect(failure(() => one.query(text))).toBe('55P03')
      expect(failure(() => one.query('select 1'))).toBe('25P02')
      one.exec('rollback')
    }
    one.exec('begin isolation level read committed')
    one.exec('lock table t in access share mode nowait')
    expect(failure(() => one.query('select a from (select a from t for update) q'))).toBe('BUSY')
    expect(failure(() => one.query('select a from t for update skip locked'))).toBe('BUSY')
    two.exec('commit')
    expect(one.query('select a from t for update nowait')).toEqual([{ a: 1 }])
    expect(one.query('select a from t for update skip locked')).toEqual([{ a: 1 }])
    one.exec('lock table t nowait; commit')
  })
  test('that is REPEATABLE READ cannot change what is not any more as it has read it', () => {
    one.exec('begin isolation level repeatable read')
    two.exec('insert into t values (2)')
    expect(count(one)).toBe(1)
    expect(failure(() => one.exec('insert into t values (3)'))).toBe('40001')
    one.exec('rollback; begin isolation level repeatable read; insert into t values (3); commit')
    expect(count(one)).toBe(3)
  })
  test('takes its level from the session, or from SET TRANSACTION', () => {
    one.exec("set default_transaction_isolation = 'read committed'; begin")
    two.exec('insert into t values (2)')
    one.exec('set transaction isolation level serializable')
    expect(failure(() => two.exec('insert into t values (3)'))).toBe('BUSY')
    one.exec('commit and chain')
    expect(one.query('show transaction_isolation')).toEqual([{ transaction_isolation: 'serializable' }])
    one.exec('rollback')
    expect(failure(() => one.exec("set default_transaction_isolation = 'chaos'"))).toBe('22023')
  })
  test('goes back to a savepoint with what was set since, and without the cursors that were declared', () => {
    const workMemory = () => one.query('show work_mem')[0].work_mem
    one.exec("begin; set search_path = a; set local work_mem = '1MB'; declare early cursor for select 1")
    one.exec("savepoint s; set search_path = b; set local work_mem = '2MB'; declare late cursor for select 1")
    for (const _ of [1, 2]) {
      one.exec('rollback to s')
      expect(one.query('show search_path')).toEqual([{ search_path: 'a' }])
      expect(workMemory()).toBe('1MB')
      expect(failure(() => one.query('fetch late'))).toBe('34000')
      one.exec('rollback to s')
      one.exec("set search_path = c; set work_mem = '3MB'")
    }
    one.exec('rollback to s; move early; commit')
    expect(one.query('show search_path')).toEqual([{ search_path: 'a' }])
    expect(workMemory()).toBe('64MB')
  })
  test('goes back to a savepoint, but a cursor that has failed since does not go on, nor seem to be at its end', () => {
    one.exec('insert into t values (2, null), (3, null)')
    for (const mode of ['read only', 'read write']) {
      one.exec(`begin ${mode}; declare c cursor for select 1 / (a - 2) as q from t order by a`)
      expect(one.query('fetch 1 from c')).toEqual([{ q: -1 }])
      one.exec('savepoint s')
      expect(failure(() => one.query('fetch 1 from c'))).toBe('22012')
      one.exec('rollback to s')
      expect(failure(() => one.query('fetch 1 from c'))).toBe('55000')
      one.exec('rollback')
    }
  })
  test('goes back to a savepoint with constraints as they were deferred then', () => {
    one.exec('begin; insert into t values (5); savepoint s; set constraints all deferred; rollback to s')
    expect(failure(() => one.exec('insert into t values (6, 60)'))).toBe('23503')
    one.exec('rollback')
  })
  test('goes back to a savepoint, with references that were to be checked', () => {
    one.exec('begin; set constraints all deferred; insert into t values (2, 2)')
    one.exec('savepoint s; insert into t values (3, 99); rollback to s; commit')
    expect(count(one)).toBe(2)
  })
})
