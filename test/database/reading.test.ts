/** Snapshots, as docs/transactions.md promises them. */

import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { codeOf, get, set, settings, TestDatabase, users } from './support.ts'

describe('a snapshot', () => {
  const database = new TestDatabase()

  it('does not move while others write', () => {
    const db = database.open()
    set(db, 'a', 1)
    using snap = db.read()
    set(db, 'a', 2)
    db.write(tx => tx.table(settings).clear())
    expect(snap.table(settings).get('a')).toBe(1)
    expect(get(db, 'a')).toBeUndefined()
  })

  it('shows nothing of a transaction that is not committed', () => {
    const db = database.open()
    using tx = db.begin()
    tx.table(settings).put('a', 1)
    expect(get(db, 'a')).toBeUndefined()
    tx.commit()
    expect(get(db, 'a')).toBe(1)
  })

  it('stays open until the promise of its function is settled', async () => {
    const db = database.open()
    set(db, 'a', 1)
    const result = await db.read(async snap => {
      await sleep(1)
      return snap.table(settings).get('a')
    })
    expect(result).toBe(1)
    expect(db.stats().snapshots).toEqual([])
  })

  it('is closed when its function throws', () => {
    const db = database.open()
    expect(() =>
      db.read(() => {
        throw new Error('reader')
      }),
    ).toThrow('reader')
    expect(db.stats().snapshots).toEqual([])
  })

  it('refuses to be read once it is closed, and so do its iterators', () => {
    const db = database.open()
    set(db, 'a', 1)
    const snap = db.read()
    const table = snap.table(settings)
    const entries = table.range()[Symbol.iterator]()
    entries.next()
    snap.close()
    expect(codeOf(() => table.get('a'))).toBe('TRANSACTION_CLOSED')
    expect(codeOf(() => entries.next())).toBe('TRANSACTION_CLOSED')
  })

  it('reads a table that does not exist yet as empty', () => {
    const db = database.open()
    using snap = db.read()
    expect(snap.table(settings).count()).toBe(0)
    expect(snap.table(users).by('byEmail').get('a')).toBeUndefined()
  })

  it('reports the pages that it alone keeps, and closing it gives them back', () => {
    const db = database.open()
    db.write(tx => tx.table(settings).putMany(Array.from({ length: 5000 }, (_, i) => [`key ${i}`, i])))
    const snap = db.read()
    expect(snap.retainedPages).toBe(0)
    db.write(tx => tx.table(settings).clear())
    expect(snap.retainedPages).toBeGreaterThan(10)
    expect(db.stats().snapshots).toMatchObject([{ retainedPages: snap.retainedPages }])
    snap.close()
    expect(db.stats().snapshots).toEqual([])
  })

  it('keeps only pages that it can see: not those that came and went after it', () => {
    const db = database.open()
    using snap = db.read()
    for (let round = 0; round < 5; round++) {
      db.write(tx => tx.table(settings).putMany(Array.from({ length: 5000 }, (_, i) => [`key ${i}`, round])))
    }
    expect(snap.retainedPages).toBeLessThan(5)
  })

  it('is ended at maxSnapshotAgeMs, and a younger one is not', async () => {
    const db = database.open({ maxSnapshotAgeMs: 1000 })
    set(db, 'a', 1)
    const old = db.read()
    await sleep(1100)
    const young = db.read()
    expect(codeOf(() => old.table(settings).get('a'))).toBe('SNAPSHOT_TOO_OLD')
    expect(young.table(settings).get('a')).toBe(1)
  })
})
