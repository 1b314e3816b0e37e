/** Statements are compiled once for one state of the definitions, in whatever kind of transaction they are said first. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Database, openSync, t, table } from '../../../src/index.ts'
import { SqlEngine } from '../../../src/sql/session/engine.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec('create table people (id int primary key, name text)')
})
afterEach(() => {
  vi.restoreAllMocks()
  db.close()
})

const INSERT = 'insert into people values ($1, $2)'

describe('a program that only writes', () => {
  test('compiles a statement once, not in each transaction', () => {
    const compile = vi.spyOn(SqlEngine.prototype, 'compileAlone')
    for (let id = 0; id < 5; id++) db.write(tx => tx.prepare(INSERT).run(id, `name ${id}`))
    expect(compile).toHaveBeenCalledTimes(1)
  })

  test('compiles it once in transactions that SQL begins', () => {
    const compile = vi.spyOn(SqlEngine.prototype, 'compileAlone')
    for (let id = 0; id < 5; id++) {
      db.query('begin')
      db.query(INSERT, [id, `name ${id}`])
      db.query('commit')
    }
    expect(compile).toHaveBeenCalledTimes(1)
  })

  test('compiles it again when the definitions have changed', () => {
    const compile = vi.spyOn(SqlEngine.prototype, 'compileAlone')
    db.write(tx => tx.prepare(INSERT).run(1, 'Ada'))
    db.exec(`alter table people add column age int default 7`)
    db.write(tx => tx.prepare(INSERT).run(2, 'Bob'))
    expect(compile.mock.calls.length).toBeGreaterThanOrEqual(2)
    expect(db.query('select id, name, age from people order by id')).toEqual([
      { id: 1, name: 'Ada', age: 7 },
      { id: 2, name: 'Bob', age: 7 },
    ])
  })
})

describe('what a transaction has defined and rolled back', () => {
  const failing = (work: (tx: Parameters<Parameters<Database['write']>[0]>[0]) => void): void => {
    expect(() =>
      db.write(tx => {
        work(tx)
        throw new Error('rolled back')
      }),
    ).toThrow('rolled back')
  }

  test('is not what the next one finds: a table of SQL', () => {
    failing(tx => {
      tx.exec('create table later (a int primary key)')
      tx.prepare('insert into later values ($1)').run(1)
    })
    db.write(tx => {
      expect(() => tx.prepare('insert into later values ($1)').run(1)).toThrow('does not exist')
    })
    db.exec('create table later (a text primary key, b int default 3)')
    db.write(tx => tx.prepare('insert into later values ($1)').run('x'))
    expect(db.query('select * from later')).toEqual([{ a: 'x', b: 3 }])
  })

  test('is not what the next one finds: a column', () => {
    failing(tx => {
      tx.exec('alter table people add column age int default 1')
      tx.prepare('insert into people values ($1, $2, $3)').run(1, 'Ada', 36)
    })
    db.write(tx => tx.prepare(INSERT).run(1, 'Ada'))
    db.exec('alter table people add column town text default $$Paris$$')
    db.write(tx => tx.prepare('insert into people (id) values ($1)').run(2))
    expect(db.query('select * from people order by id')).toEqual([
      { id: 1, name: 'Ada', town: 'Paris' },
      { id: 2, name: null, town: 'Paris' },
    ])
  })

  test('is not what the next one finds: a table of TypeScript', () => {
    const first = table('typed', { columns: { id: t.i32, a: t.i32 }, primaryKey: ['id'] })
    const second = table('typed', { columns: { id: t.i32, b: t.text }, primaryKey: ['id'] })
    failing(tx => {
      tx.table(first).put({ id: 1, a: 2 })
      expect(tx.query('select a from typed')).toEqual([{ a: 2 }])
    })
    db.write(tx => {
      tx.table(second).put({ id: 1, b: 'two' })
      expect(tx.query('select * from typed')).toEqual([{ id: 1, b: 'two' }])
    })
    expect(db.query('select * from typed')).toEqual([{ id: 1, b: 'two' }])
  })

  test('is not what the next one finds: a part that a savepoint undid', () => {
    db.write(tx => {
      const savepoint = tx.savepoint()
      tx.exec('alter table people add column age int default 1')
      expect(tx.query('select count(age) as n from people')).toEqual([{ n: 0 }])
      savepoint.rollback()
      tx.prepare(INSERT).run(1, 'Ada')
    })
    db.write(tx => tx.prepare(INSERT).run(2, 'Bob'))
    expect(db.query('select * from people order by id')).toEqual([
      { id: 1, name: 'Ada' },
      { id: 2, name: 'Bob' },
    ])
  })
})
