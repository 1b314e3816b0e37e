/**
 * Handles that outlive what they were opened in: tables, iterators and values of a snapshot, transaction or database
 * that has ended say so; they never read what lies there now.
 */

import { describe, expect, test } from 'vitest'
import { debugChecks } from '../../src/base/assert.ts'
import {
  type Database,
  type ErrorCode,
  isCoppiceError,
  multimap,
  openSync,
  type Snapshot,
  t,
  table,
  type WriteHandle,
} from '../../src/index.ts'

debugChecks.enabled = true

const numbers = table('numbers', { key: t.u32, value: t.text })
const tags = multimap('tags', { key: t.text, value: t.u32 })
const blobs = table('blobs', { key: t.u32, value: t.bytes })
const other = table('other', { key: t.u32, value: t.text })
const users = table('users', {
  columns: { id: t.u32, name: t.text },
  primaryKey: ['id'],
  indexes: { byName: { on: ['name'] } },
})

function filled(): Database {
  const db = openSync(':memory:', { cacheSizeBytes: 64 * 1024, maxSizeBytes: 1 << 26 })
  db.write(tx => {
    for (let id = 0; id < 1000; id++) {
      tx.table(numbers).put(id, `value ${id}`)
      tx.table(tags).put(`tag ${id % 7}`, id)
      tx.table(users).put({ id, name: `name ${id % 10}` })
    }
    tx.table(blobs).put(1, Buffer.alloc(50_000, 1))
  })
  return db
}

type Source = Pick<Snapshot, 'table'>

/** Everything that is read step by step, one step of each taken. */
function startReading(source: Source): readonly (readonly [name: string, next: () => unknown])[] {
  const started = (name: string, iterable: Iterable<unknown>) => {
    const iterator = iterable[Symbol.iterator]()
    expect(iterator.next().done, name).toBe(false)
    return [name, () => iterator.next()] as const
  }
  const map = source.table(numbers)
  const multi = source.table(tags)
  const records = source.table(users)
  const byName = records.by('byName')
  const reader = source.table(blobs).openValue(1)!
  const bytes = Buffer.alloc(100)
  expect(reader.read(bytes, 0, 100, 0)).toBe(100)
  return [
    started('map.range', map.range()),
    started('map.range backwards', map.range({ reverse: true })),
    started('map.keys', map.keys()),
    started('map.values', map.values()),
    started('map itself', map),
    started('multimap.range', multi.range()),
    started('multimap.keys', multi.keys()),
    started('multimap.get', multi.get('tag 1')),
    started('records.range', records.range()),
    started('records.keys', records.keys()),
    started('index.range', byName.range()),
    started('index.keys', byName.keys()),
    started('index.primaryKeys', byName.primaryKeys()),
    started('index.getAll', byName.getAll('name 3')),
    ['map.get', () => map.get(5)],
    ['map.has', () => map.has(5)],
    ['map.count', () => map.count({ gte: 5 })],
    ['map.first', () => map.first()],
    ['map.getMany', () => map.getMany([1, 2])],
    ['multimap.has', () => multi.has('tag 1')],
    ['multimap.countOf', () => multi.countOf('tag 1')],
    ['records.get', () => records.get(5)],
    ['records.count', () => records.count()],
    ['index.get', () => byName.getAll('name 1').toArray()],
    ['index.countOf', () => byName.countOf('name 1')],
    ['openValue', () => source.table(blobs).openValue(1)],
    ['another table', () => source.table(other)],
    ['a value being read', () => reader.read(bytes, 0, 100, 100)],
    ['a value being verified', () => reader.verify()],
  ]
}

function expectEnded(steps: ReturnType<typeof startReading>, code: ErrorCode): void {
  const wrong: string[] = []
  for (const [name, next] of steps) {
    let given: unknown
    try {
      given = next()
    } catch (error) {
      if (isCoppiceError(error, code)) continue
      given = error
    }
    wrong.push(`${name}: ${given instanceof Error ? given.message : typeof given}`)
  }
  expect(wrong).toEqual([])
}

/** Makes the pages of an ended snapshot be used for something else. */
function reusePages(db: Database): void {
  for (let round = 0; round < 3; round++) {
    db.write(tx => {
      tx.table(numbers).clear()
      for (let id = 0; id < 1000; id++) tx.table(numbers).put(id, `other ${round} ${id}`)
    })
  }
}

describe('what is read of', () => {
  test('a snapshot that was closed is TRANSACTION_CLOSED', () => {
    const db = filled()
    const snap = db.read()
    const steps = startReading(snap)
    snap.close()
    reusePages(db)
    expectEnded(steps, 'TRANSACTION_CLOSED')
    db.close()
  })

  test('a transaction that was committed or rolled back is TRANSACTION_CLOSED', () => {
    const db = filled()
    for (const end of ['commit', 'rollback'] as const) {
      const tx = db.begin()
      tx.table(numbers).put(0, end)
      const steps = startReading(tx as unknown as Source)
      tx[end]()
      reusePages(db)
      expectEnded(steps, 'TRANSACTION_CLOSED')
    }
    db.close()
  })

  test('a closed database is CLOSED', () => {
    const db = filled()
    const snap = db.read()
    const steps = startReading(snap)
    db.close()
    expectEnded(steps, 'CLOSED')
  })
})

describe('a large value that is being read in a transaction', () => {
  const large = (fill: number): Uint8Array => new Uint8Array(200_000).fill(fill)
  const piece = new Uint8Array(4)

  test.each<[string, (tx: WriteHandle) => unknown]>([
    ['removed', tx => tx.table(blobs).delete(7)],
    ['replaced', tx => tx.table(blobs).put(7, large(2))],
    ['cleared away', tx => tx.table(blobs).clear()],
    ['dropped with its table', tx => tx.dropTable(blobs)],
  ])('and is %s, is VALUE_CHANGED: its pages may hold another one', (_, change) => {
    const db = openSync(':memory:')
    const tx = db.begin()
    tx.table(blobs).put(7, large(1))
    const reader = tx.table(blobs).openValue(7)!
    change(tx)
    tx.table(blobs).put(8, large(3))
    for (const read of [() => reader.read(piece, 0, 4, 100_000), () => reader.verify()]) {
      expect(read).toThrow(expect.objectContaining({ code: 'VALUE_CHANGED' }))
    }
    db.close()
  })

  test('and rolled back, is VALUE_CHANGED', () => {
    const db = openSync(':memory:')
    const tx = db.begin()
    tx.table(blobs).put(7, large(1))
    const savepoint = tx.savepoint()
    tx.table(blobs).put(7, large(2))
    const reader = tx.table(blobs).openValue(7)!
    savepoint.rollback()
    tx.table(blobs).put(8, large(3))
    expect(() => reader.read(piece, 0, 4, 0)).toThrow(expect.objectContaining({ code: 'VALUE_CHANGED' }))
    expect(Buffer.from(tx.table(blobs).get(7)!).every(byte => byte === 1)).toBe(true)
    db.close()
  })

  test('is read on while others are written', () => {
    const db = openSync(':memory:')
    db.write(tx => {
      const rows = tx.table(blobs)
      rows.put(7, large(1))
      const reader = rows.openValue(7)!
      function* pieces() {
        for (let at = 0; at < reader.length; at += 50_000) {
          const bytes = new Uint8Array(50_000)
          reader.read(bytes, 0, bytes.length, at)
          rows.put(100 + at, bytes)
          yield bytes
        }
      }
      rows.putStream(8, reader.length, pieces())
      reader.verify()
      expect(Buffer.compare(rows.get(8)!, large(1))).toBe(0)
      expect(rows.count()).toBe(6)
    })
    db.close()
  })
})

test('what was given out before stays as it was', () => {
  const db = filled()
  const [value, record, list] = db.read(snap => [
    snap.table(blobs).get(1)!,
    snap.table(users).get(3)!,
    snap.table(numbers).range({ limit: 3 }).toArray(),
  ])
  const before = Buffer.from(value)
  reusePages(db)
  db.write(tx => tx.table(blobs).put(1, Buffer.alloc(50_000, 9)))
  expect(Buffer.compare(value, before)).toBe(0)
  expect([record, list]).toEqual([
    { id: 3, name: 'name 3' },
    [
      [0, 'value 0'],
      [1, 'value 1'],
      [2, 'value 2'],
    ],
  ])
  db.close()
  expect(Buffer.compare(value, before)).toBe(0)
})
