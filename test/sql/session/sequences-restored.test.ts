/** A persistent savepoint that is restored takes sequences with it, and what is remembered of them beside what is stored. */

import { expect, it } from 'vitest'
import { openSync, type SqlDoor } from '../../../src/index.ts'

const next = (door: SqlDoor, name: string) => door.query(`select nextval($1)::int as n`, [name])[0].n

/** Numbers that only a transaction has had which was rolled back. */
function giveInVain(db: ReturnType<typeof openSync>, name: string): void {
  const tx = db.begin()
  for (let i = 0; i < 5; i++) next(tx, name)
  tx.rollback()
}

it('a sequence begins at its start, though another one had its number before', () => {
  using db = openSync(':memory:')
  db.exec('create table t (id int)')
  db.savepoints.create('empty')
  db.exec('create sequence old')
  giveInVain(db, 'old')
  db.savepoints.restore('empty')
  db.exec('create sequence fresh maxvalue 3')
  expect([1, 2, 3].map(() => next(db, 'fresh'))).toEqual([1, 2, 3])
})

it('a sequence goes on from where the savepoint says', () => {
  using db = openSync(':memory:')
  db.exec('create sequence s')
  expect(next(db, 's')).toBe(1)
  db.savepoints.create('one')
  giveInVain(db, 's')
  db.savepoints.restore('one')
  expect(next(db, 's')).toBe(2)
})

it('what a session was given is of no sequence that gets the number afterwards', () => {
  using db = openSync(':memory:')
  db.exec('create table t (id int)')
  db.savepoints.create('empty')
  db.exec('create sequence old')
  using session = db.connect()
  next(db, 'old')
  next(session, 'old')
  db.savepoints.restore('empty')
  db.exec('create sequence fresh')
  for (const door of [db, session]) {
    expect(() => door.query(`select currval('fresh')`)).toThrow('not yet defined in this session')
    expect(() => door.query('select lastval()')).toThrow('not yet defined in this session')
    next(door, 'fresh')
  }
  expect(db.query(`select currval('fresh')::int as n`)).toEqual([{ n: 1 }])
})
