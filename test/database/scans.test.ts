/**
 * Scans of a snapshot copy entries ahead, some at a time; of that nothing is to be seen. Everything here is held against
 * the same entries in an array, on a real database, without the checks of debug mode, which would read them one by one.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openSync, type Snapshot, t, table } from '../../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'

const raw = table('raw', { key: t.bytes, value: t.bytes })
const typed = table('typed', { key: t.tuple(t.text, t.u32), value: t.struct({ name: t.text, age: t.u8 }) })
const COUNT = 2000

function keyOf(i: number): Buffer {
  return Buffer.from(`key ${String(i).padStart(6, '0')}${'.'.repeat(i % 11)}`)
}

/** Some are longer than a leaf takes. */
function contentOf(i: number): Buffer {
  return Buffer.alloc(i % 211 === 0 ? 6000 : i % 160, i)
}

let directory: TemporaryDirectory
let db: Database
beforeAll(() => {
  directory = temporaryDirectory()
  db = openSync(directory.file('app.db'))
  db.write(tx => {
    for (let i = 0; i < COUNT; i++) {
      tx.table(raw).put(keyOf(i), contentOf(i))
      tx.table(typed).put([`group ${i % 7}`, i], { name: `name ${i}`, age: i % 100 })
    }
  })
})
afterAll(() => {
  db.close()
  directory.remove()
})

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const all = Array.from({ length: COUNT }, (_, i) => [hex(keyOf(i)), hex(contentOf(i))] as const)
const numbers = Array.from({ length: COUNT }, (_, i) => i)

function read(range: Iterable<readonly [Uint8Array, Uint8Array]>): (readonly [string, string])[] {
  return Array.from(range, ([key, value]) => [hex(key), hex(value)] as const)
}

describe('a scan of a snapshot', () => {
  test('gives every entry once, in order: entries, keys and values', () => {
    db.read(snapshot => {
      const rows = snapshot.table(raw)
      expect(read(rows)).toEqual(all)
      expect(rows.range().toArray().length).toBe(COUNT)
      expect(Array.from(rows.keys(), hex)).toEqual(all.map(([key]) => key))
      expect(Array.from(rows.values(), hex)).toEqual(all.map(([, value]) => value))
    })
  })

  test.each([0, 1, 2, 7, 8, 9, 40, 41, 1999, 2000, 5000])('ends after a limit of %i', limit => {
    db.read(snapshot => {
      for (const offset of [0, 1, 100, 1990]) {
        expect(read(snapshot.table(raw).range({ limit, offset }))).toEqual(all.slice(offset, offset + limit))
      }
    })
  })

  test.each([
    [0, 2000],
    [0, 1],
    [3, 4],
    [10, 10],
    [100, 107],
    [100, 108],
    [100, 109],
    [1990, 2000],
    [211, 423],
  ])('ends before an upper bound: %i to %i', (from, to) => {
    db.read(snapshot => {
      const rows = snapshot.table(raw)
      expect(read(rows.range({ gte: keyOf(from), lt: keyOf(to) }))).toEqual(all.slice(from, to))
      expect(read(rows.range({ gte: keyOf(from), lte: keyOf(to) }))).toEqual(all.slice(from, to + 1))
      expect(Array.from(rows.values({ gte: keyOf(from), lt: keyOf(to) }), hex)).toEqual(
        all.slice(from, to).map(([, value]) => value),
      )
      expect(read(rows.range({ gte: keyOf(from), lt: keyOf(to), reverse: true }))).toEqual(
        all.slice(from, to).reverse(),
      )
    })
  })

  test('decodes other types than bytes the same way', () => {
    db.read(snapshot => {
      const rows = snapshot.table(typed)
      const sorted = [...numbers].sort((a, b) => (a % 7) - (b % 7) || a - b)
      expect(rows.range().toArray()).toEqual(
        sorted.map(i => [[`group ${i % 7}`, i], { name: `name ${i}`, age: i % 100 }]),
      )
      const third = sorted.filter(i => i % 7 === 3)
      expect(rows.keys({ prefix: ['group 3'] }).toArray()).toEqual(third.map(i => ['group 3', i]))
      expect(rows.values({ prefix: ['group 3'], limit: 20 }).toArray()).toEqual(
        third.slice(0, 20).map(i => ({ name: `name ${i}`, age: i % 100 })),
      )
    })
  })

  test('may be one of many that go on side by side', () => {
    db.read(snapshot => {
      const rows = snapshot.table(raw)
      const scans = numbers.slice(0, 20).map(i => rows.range({ offset: i * 50 })[Symbol.iterator]())
      for (let step = 0; step < 300; step++) {
        for (const [i, scan] of scans.entries()) {
          expect(read([scan.next().value!])[0]).toEqual(all[i * 50 + step])
          if (step % 50 === 0) expect(hex(rows.get(keyOf(step + i))!)).toBe(all[step + i][1])
        }
      }
    })
  })

  test('gives arrays of their own: changing one changes no other, and not the database', () => {
    db.read(snapshot => {
      const first = snapshot.table(raw).range({ limit: 30 }).toArray()
      for (const [key, value] of first) {
        key.fill(0xff)
        value.fill(0xff)
      }
      expect(first.map(([key, value]) => [key.length, value.length])).toEqual(
        numbers.slice(0, 30).map(i => [keyOf(i).length, contentOf(i).length]),
      )
      expect(read(snapshot.table(raw).range({ limit: 30 }))).toEqual(all.slice(0, 30))
    })
  })

  test('that is left early is over', () => {
    db.read(snapshot => {
      const scan = snapshot.table(raw).range()[Symbol.iterator]()
      scan.next()
      scan.return!()
      expect(scan.next()).toEqual({ value: undefined, done: true })
    })
  })

  test('says so when its snapshot is closed, also in the middle of what was copied', () => {
    const snapshot: Snapshot = db.read()
    const scan = snapshot.table(raw).range()[Symbol.iterator]()
    scan.next()
    snapshot.close()
    expect(() => scan.next()).toThrow(expect.objectContaining({ code: 'TRANSACTION_CLOSED' }))
  })

  test('in a write transaction sees what it changes meanwhile', () => {
    const tx = db.begin()
    const seen: number[] = []
    for (const [key] of tx.table(raw).range({ gte: keyOf(0), lt: keyOf(20) })) {
      const i = Number(Buffer.from(key).toString().slice(4, 10))
      seen.push(i)
      tx.table(raw).delete(keyOf(i + 1))
    }
    expect(seen).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
    tx.rollback()
  })
})
