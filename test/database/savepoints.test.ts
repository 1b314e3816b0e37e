/** Savepoints, inside a transaction and persistent, as docs/transactions.md promises them. */

import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/index.ts'
import { codeOf, get, set, settings, TestDatabase, users } from './support.ts'

const keys = (db: Database): string[] => db.read(snap => snap.table(settings).keys().toArray())

describe('a savepoint inside a transaction', () => {
  const database = new TestDatabase()

  it('undoes what nested did when it throws, and nothing else', () => {
    const db = database.open()
    db.write(tx => {
      tx.table(settings).put('a', 1)
      expect(() =>
        tx.nested(() => {
          tx.table(settings).put('b', 2)
          throw new Error('no')
        }),
      ).toThrow('no')
      tx.nested(() => tx.table(settings).put('c', 3))
    })
    expect(keys(db)).toEqual(['a', 'c'])
  })

  it('is gone back to as often as needed', () => {
    const db = database.open()
    db.write(tx => {
      const savepoint = tx.savepoint()
      for (const key of ['a', 'b', 'c']) {
        tx.table(settings).put(key, 1)
        if (key !== 'c') savepoint.rollback()
      }
    })
    expect(keys(db)).toEqual(['c'])
  })

  it('takes back tables and index entries that were made after it', () => {
    const db = database.open()
    db.write(tx => {
      const savepoint = tx.savepoint()
      tx.table(users).put({ id: 1, email: 'a' })
      savepoint.rollback()
      tx.table(users).put({ id: 2, email: 'a' })
    })
    expect(db.read(snap => snap.table(users).by('byEmail').get('a')?.id)).toBe(2)
  })

  it('takes back tables: what was begun in them reads nothing, whatever their pages hold now', () => {
    database.open().write(tx => {
      const savepoint = tx.savepoint()
      const rows = tx.table(users)
      rows.putMany(Array.from({ length: 500 }, (_, id) => ({ id, email: `${id} ${'x'.repeat(500)}` })))
      const byEmail = rows.by('byEmail')
      const ranges = [rows.range(), rows.keys(), byEmail.range(), byEmail.keys()]
      const walks = ranges.map(range => range[Symbol.iterator]())
      for (const walk of walks) walk.next()
      savepoint.rollback()
      tx.table(settings).putMany(Array.from({ length: 30_000 }, (_, i) => [`other ${i}`, i]))
      for (const range of ranges) expect(range.toArray()).toEqual([])
      for (const walk of walks) expect(walk.next()).toEqual({ value: undefined, done: true })
      expect(codeOf(() => byEmail.popFirst())).toBe('TABLE_NOT_FOUND')
      expect(codeOf(() => rows.count())).toBe('TABLE_NOT_FOUND')
    })
  })

  it('brings back a table that was dropped: it is opened again, and so are its indexes', () => {
    database.open().write(tx => {
      const rows = tx.table(users)
      rows.put({ id: 1, email: 'a' })
      const byEmail = rows.by('byEmail')
      const savepoint = tx.savepoint()
      const [before] = [byEmail.range()]
      tx.dropTable(users)
      expect(before.toArray()).toEqual([])
      savepoint.rollback()
      expect(codeOf(() => byEmail.get('a'))).toBe('TABLE_NOT_FOUND')
      expect(tx.table(users).by('byEmail').get('a')?.id).toBe(1)
    })
  })

  it('ends with one set before it that is gone back to', () => {
    database.open().write(tx => {
      const outer = tx.savepoint()
      const inner = tx.savepoint()
      outer.rollback()
      expect([outer.isLive, inner.isLive]).toEqual([true, false])
      expect(codeOf(() => inner.rollback())).toBe('SAVEPOINT_INVALID')
    })
  })

  it('keeps the changes when its block is left', () => {
    const db = database.open()
    db.write(tx => {
      using _savepoint = tx.savepoint()
      tx.table(settings).put('a', 1)
    })
    expect(keys(db)).toEqual(['a'])
  })
})

describe('a persistent savepoint', () => {
  const database = new TestDatabase()

  it('outlives a restart and can be restored, again and again', () => {
    const first = database.open()
    set(first, 'a', 1)
    first.savepoints.create('before')
    set(first, 'a', 2)
    first.close()

    const db = database.open()
    for (const value of [3, 4]) {
      db.savepoints.restore('before')
      expect(get(db, 'a')).toBe(1)
      set(db, 'a', value)
    }
    expect(db.savepoints.list()).toMatchObject([{ name: 'before' }])
  })

  it('leaves open snapshots what they see', () => {
    const db = database.open()
    db.savepoints.create('empty')
    set(db, 'a', 1)
    using snap = db.read()
    db.savepoints.restore('empty')
    expect(snap.table(settings).get('a')).toBe(1)
    expect(get(db, 'a')).toBeUndefined()
  })

  it('takes later savepoints with it', () => {
    const db = database.open()
    db.savepoints.create('one')
    set(db, 'a', 1)
    db.savepoints.create('two')
    db.savepoints.restore('one')
    expect(db.savepoints.list().map(({ name }) => name)).toEqual(['one'])
    expect(codeOf(() => db.savepoints.restore('two'))).toBe('SAVEPOINT_INVALID')
  })

  it('has a name of its own until it is deleted', () => {
    const db = database.open()
    db.savepoints.create('one')
    expect(codeOf(() => db.savepoints.create('one'))).toBe('ALREADY_EXISTS')
    db.savepoints.delete('one')
    expect(codeOf(() => db.savepoints.delete('one'))).toBe('SAVEPOINT_INVALID')
    db.savepoints.create('one')
  })

  it('is BUSY while a write transaction is open', () => {
    const db = database.open()
    using _tx = db.begin()
    expect(codeOf(() => db.savepoints.create('one'))).toBe('BUSY')
  })
})
