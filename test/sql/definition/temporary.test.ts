/** Temporary tables: whose they are, and when they go. */

import { describe, expect, test } from 'vitest'
import { type Database, openSync } from '../../../src/index.ts'
import { temporaryDirectory } from '../../io/temporary-directory.ts'

const leftIn = (db: Database) =>
  db.tables().flatMap(table => (table.name.startsWith('pg_temp_') ? [table.name] : []))

describe('a temporary table', () => {
  test('is its session’s alone', () => {
    using db = openSync(':memory:')
    using one = db.connect()
    using other = db.connect()
    one.exec('create temp table t (a int); insert into t values (1)')
    other.exec('create temp table t (b text); insert into t values (null)')
    expect(one.query('select * from t')).toEqual([{ a: 1 }])
    expect(other.query('select * from t')).toEqual([{ b: null }])
    expect(() => db.query('select * from t')).toThrow(expect.objectContaining({ sqlstate: '42P01' }))
  })

  test('goes with its connection', () => {
    using db = openSync(':memory:')
    {
      using one = db.connect()
      one.exec('create temp table t (a int)')
      expect(leftIn(db)).toHaveLength(1)
    }
    expect(leftIn(db)).toEqual([])
  })

  test('goes with the transaction of TypeScript that made it', () => {
    using db = openSync(':memory:')
    const sum = db.write(tx => {
      tx.exec('create temp table t (a int); insert into t values (1), (2)')
      return tx.query<{ sum: number }>('select sum(a) from t')[0].sum
    })
    expect(sum).toBe(3)
    expect(leftIn(db)).toEqual([])
  })

  test('goes with the database', () => {
    const directory = temporaryDirectory()
    const path = directory.file('temporary.db')
    {
      using db = openSync(path)
      db.exec('create temp table t (a int)')
      expect(leftIn(db)).toHaveLength(1)
    }
    using db = openSync(path)
    expect(leftIn(db)).toEqual([])
    db.close()
    directory.remove()
  })

  test('that was left behind is dropped when SQL is used next', () => {
    const directory = temporaryDirectory()
    const path = directory.file('temporary.db')
    {
      using db = openSync(path)
      // A connection that nobody closes is as good as a process that was killed.
      db.connect().exec('create temp table t (a int); create temp sequence s')
    }
    using db = openSync(path)
    expect(leftIn(db)).toHaveLength(1)
    using connection = db.connect()
    expect(leftIn(db)).toEqual([])
    connection.exec('create temp table t (b int); insert into t values (1)')
    expect(connection.query('select * from t')).toEqual([{ b: 1 }])
    connection.close()
    db.close()
    directory.remove()
  })

  test('may be changed and rolled back with permanent ones in one transaction', () => {
    using db = openSync(':memory:')
    using session = db.connect()
    session.exec(`
      create table p (a int); create temp table t (a int);
      begin; insert into t values (1); insert into p select a from t; rollback`)
    expect(session.query('select * from t union all select * from p')).toEqual([])
  })
})
