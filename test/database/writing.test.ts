/** Write transactions, as docs/transactions.md promises them. */

import { describe, expect, it } from 'vitest'
import type { Transaction } from '../../src/index.ts'
import { coded, codeOf, get, set, settings, TestDatabase, users } from './support.ts'

describe('write', () => {
  const database = new TestDatabase()

  it('returns what its function returns', () => {
    expect(database.open().write(tx => tx.table(settings).count())).toBe(0)
  })

  it('has done nothing when its function throws', () => {
    const db = database.open()
    set(db, 'a', 1)
    expect(() =>
      db.write(tx => {
        tx.table(settings).put('a', 2)
        throw new Error('changed my mind')
      }),
    ).toThrow('changed my mind')
    expect(get(db, 'a')).toBe(1)
  })

  it('sees its own changes', () => {
    const seen = database.open().write(tx => {
      tx.table(users).put({ id: 1, email: 'a', age: 3 })
      return tx.table(users).by('byAge').range({ gte: 3 }).toArray()
    })
    expect(seen).toEqual([{ id: 1, email: 'a', age: 3 }])
  })

  it('goes on after a single call that was refused, which has changed nothing', () => {
    const db = database.open()
    db.write(tx => {
      const table = tx.table(users)
      table.put({ id: 1, email: 'a' })
      expect(codeOf(() => table.put({ id: 2, email: 'a' }))).toBe('UNIQUE_VIOLATION')
      expect(codeOf(() => table.insert({ id: 1, email: 'b' }))).toBe('KEY_EXISTS')
    })
    expect(db.read(snap => snap.table(users).range().toArray())).toEqual([{ id: 1, email: 'a', age: null }])
  })

  it('refuses a function that returns a promise, and rolls it back', async () => {
    const db = database.open()
    // For callers whose compiler did not look.
    const asynchronous = ((tx: Transaction) => Promise.resolve(tx.table(settings).put('a', 1))) as () => never
    expect(codeOf(() => db.write(asynchronous))).toBe('ASYNC_FUNCTION')
    await expect(db.writeAsync(asynchronous)).rejects.toEqual(coded('ASYNC_FUNCTION'))
    expect(get(db, 'a')).toBeUndefined()
  })

  it('is BUSY inside another one', () => {
    const db = database.open()
    expect(codeOf(() => db.write(() => set(db, 'a', 1)))).toBe('BUSY')
  })

  it('refuses a handle of a table after its transaction', () => {
    const db = database.open()
    const table = db.write(tx => tx.table(settings))
    expect(codeOf(() => table.put('a', 1))).toBe('TRANSACTION_CLOSED')
  })
})

describe('writeAsync', () => {
  const database = new TestDatabase()

  it('runs what is queued one after the other, in order', async () => {
    const db = database.open()
    const counts = Array.from({ length: 100 }, () =>
      db.writeAsync(tx => tx.table(settings).update('count', count => (count ?? 0) + 1)),
    )
    expect(await Promise.all(counts)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  })

  it('rejects one that throws alone: the others of its group commit', async () => {
    const db = database.open()
    const outcomes = await Promise.allSettled([
      db.writeAsync(tx => tx.table(settings).put('a', 1)),
      db.writeAsync(tx => {
        tx.table(settings).put('b', 2)
        throw new Error('not me')
      }),
      db.writeAsync(tx => tx.table(settings).put('c', 3)),
    ])
    expect(outcomes.map(outcome => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(db.read(snap => snap.table(settings).keys().toArray())).toEqual(['a', 'c'])
  })

  it('waits for an open handle where write is BUSY', async () => {
    const db = database.open()
    const tx = db.begin()
    const queued = db.writeAsync(other => other.table(settings).update('a', a => (a ?? 0) + 10))
    expect(codeOf(() => set(db, 'a', 5))).toBe('BUSY')
    expect(codeOf(() => db.begin())).toBe('BUSY')
    tx.table(settings).put('a', 1)
    await tx.commitAsync()
    expect(await queued).toBe(11)
  })
})

describe('a handle', () => {
  const database = new TestDatabase()

  it('stays open across awaits and commits once', async () => {
    const db = database.open()
    using tx = db.begin()
    tx.table(settings).put('a', await Promise.resolve(1))
    tx.commit()
    expect(tx.isOpen).toBe(false)
    expect(codeOf(() => tx.commit())).toBe('TRANSACTION_CLOSED')
    expect(get(db, 'a')).toBe(1)
  })

  it('rolls back when its block is left without a commit', () => {
    const db = database.open()
    {
      using tx = db.begin()
      tx.table(settings).put('a', 1)
    }
    expect(get(db, 'a')).toBeUndefined()
    set(db, 'b', 2)
    expect(get(db, 'b')).toBe(2)
  })
})

describe("durability 'none'", () => {
  const database = new TestDatabase()

  it('is visible at once, and durable after a flush and a clean close', () => {
    const db = database.open({ durability: 'none' })
    set(db, 'a', 1)
    expect(get(db, 'a')).toBe(1)
    db.flush()
    set(db, 'b', 2)
    db.close()
    expect(get(database.open(), 'b')).toBe(2)
  })

  it('is refused when it is misspelt', () => {
    const db = database.open()
    expect(codeOf(() => db.write(() => {}, { durability: 'full' as 'sync' }))).toBe('INVALID_OPTION')
    expect(codeOf(() => db.write(() => {}, { sync: false } as never))).toBe('INVALID_OPTION')
  })
})
