/**
 * Calls run the caller's code in their middle: `toJSON` of a value, the pieces of a stream. Whatever that does to the
 * transaction or the table, the call either goes on with what is there or is refused, and no page is lost or used twice.
 */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openSync, type Savepoint, t, table, type WriteHandle } from '../../src/index.ts'
import { codeOf } from './support.ts'

const notes = table('notes', { key: t.text, value: t.json<unknown>() })
const files = table('files', { key: t.text, value: t.bytes })

let db: Database
beforeEach(() => {
  db = openSync(':memory:', { cacheSizeBytes: 4 << 20 })
  db.write(tx => {
    tx.table(notes).put('old', 1)
    tx.table(files).put('old', Buffer.from('old'))
  })
})
afterEach(() => db.close())

/** The database takes large values again, whatever was free gets used, and no page is found lost or used twice. */
async function expectSound(): Promise<void> {
  expect(db.stats().pool.borrowedFrames).toBe(0)
  db.write(tx => {
    for (const name of ['a', 'b']) tx.table(files).put(name, Buffer.alloc(150_000, name))
  })
  for (const name of ['a', 'b'])
    expect(Buffer.alloc(150_000, name).equals(db.read(view => view.table(files).get(name))!)).toBe(true)
  expect((await db.check()).faults).toEqual([])
}

describe('a value whose toJSON ends the transaction', () => {
  it.each([
    ['rolls back', 0, (tx: WriteHandle) => tx.rollback()],
    ['rolls back while puts are collected', 2000, (tx: WriteHandle) => tx.rollback()],
    ['commits', 0, (tx: WriteHandle) => tx.commit()],
    ['commits while puts are collected', 2000, (tx: WriteHandle) => tx.commit()],
  ])('is not stored when it %s', async (_, puts, end) => {
    const tx = db.begin()
    const table = tx.table(notes)
    for (let i = 0; i < puts; i++) table.put(`note ${i}`, i)
    const ending = {
      toJSON() {
        end(tx)
        return 2
      },
    }
    expect(codeOf(() => table.put('old', ending))).toBe('TRANSACTION_CLOSED')
    expect(db.read(view => view.table(notes).get('old'))).toBe(1)
    await expectSound()
  })
})

/** What the pieces of a stream may do between two of them. */
interface Between {
  readonly tx: WriteHandle
  readonly savepoint: Savepoint
}

/** Stores a stream whose pieces do `between`; returns the code of what it fails with. */
function stream(length: number, between: (given: Between) => void): { tx: WriteHandle; code: unknown } {
  const tx = db.begin()
  const table = tx.table(files)
  table.put('before', Buffer.from('before'))
  const savepoint = tx.savepoint()
  function* pieces() {
    yield Buffer.alloc(length / 2, 'a')
    between({ tx, savepoint })
    yield Buffer.alloc(length / 2, 'b')
  }
  return { tx, code: codeOf(() => table.putStream('stream', length, pieces())) }
}

/** One is kept in its leaf, the other in pages of its own. */
const LENGTHS = { short: 100, long: 100_000 }

describe.each(['short', 'long'] as const)('the pieces of a %s stream', size => {
  const length = LENGTHS[size]

  it.each<[string, (given: Between) => void]>([
    ['roll back', ({ tx }) => tx.rollback()],
    [
      'roll back and write something else',
      ({ tx }) => {
        tx.rollback()
        db.write(other => other.table(files).put('x', Buffer.alloc(150_000)))
      },
    ],
    [
      'drop the table and roll back',
      ({ tx }) => {
        tx.dropTable(files)
        tx.rollback()
      },
    ],
  ])('may %s: then it is TRANSACTION_CLOSED', async (_, end) => {
    expect(stream(length, end).code).toBe('TRANSACTION_CLOSED')
    expect(db.read(view => view.table(files).has('stream'))).toBe(false)
    await expectSound()
  })

  it('may drop the table: then it is TABLE_NOT_FOUND', async () => {
    const { tx, code } = stream(length, given => given.tx.dropTable(files))
    expect(code).toBe('TABLE_NOT_FOUND')
    tx.commit()
    await expectSound()
  })

  it('may put so much into the same table that it is collected', async () => {
    const { tx, code } = stream(length, given => {
      const table = given.tx.table(files)
      for (let i = 0; i < 3000; i++) table.put(`other ${i}`, Buffer.from(`${i}`))
    })
    expect(code).toBeUndefined()
    expect(tx.table(files).count()).toBe(3003)
    tx.commit()
    await expectSound()
  })

  it('may fail after they rolled back: the error is theirs', async () => {
    const failing = (given: Between) => {
      given.tx.rollback()
      throw new RangeError('of the pieces')
    }
    expect(() => stream(length, failing)).toThrow('of the pieces')
    await expectSound()
  })
})

describe('the pieces of a long stream, which is in no tree yet,', () => {
  it.each<[string, (given: Between) => void]>([
    ['set a savepoint', ({ tx }) => tx.savepoint()],
    ['go back to one', ({ savepoint }) => savepoint.rollback()],
    ['release one', ({ savepoint }) => savepoint.release()],
  ])('cannot %s: it is BUSY, and the transaction goes on', async (_, change) => {
    const { tx, code } = stream(LENGTHS.long, change)
    expect(code).toBe('BUSY')
    tx.commit()
    expect(db.read(view => view.table(files).keys().toArray())).toEqual(['before', 'old'])
    await expectSound()
  })

  it('cannot commit: it is BUSY, and rolled back as by every commit that fails', async () => {
    const { tx, code } = stream(LENGTHS.long, given => given.tx.commit())
    expect(code).toBe('BUSY')
    expect(codeOf(() => tx.commit())).toBe('TRANSACTION_CLOSED')
    expect(db.read(view => view.table(files).keys().toArray())).toEqual(['old'])
    await expectSound()
  })
})
