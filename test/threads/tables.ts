/** The tables that these tests read in workers, and a database with them. */

import {
  type Database,
  multimap,
  type OpenOptions,
  openSync,
  type Snapshot,
  t,
  table,
} from '../../src/index.ts'

export const NUMBERS = 4000

/** Each number's bytes begin with it; number 0 counts the states. */
export const numbers = table('numbers', { key: t.u32, value: t.bytes })
export const people = table('people', {
  columns: { id: t.u64, name: t.text, age: t.u8 },
  primaryKey: ['id'],
  indexes: { byName: { on: ['name'], unique: true }, byAge: { on: ['age'] } },
})
export const places = table('places', { key: t.tuple(t.text, t.u32), value: t.bytes })
export const tags = multimap('tags', { key: t.u32, value: t.text })

export function numbered(n: number): Buffer {
  const bytes = Buffer.alloc(100)
  bytes.writeUInt32LE(n)
  return bytes
}

/** A database with numbers and some of each other table; in its first state. */
export function openFilled(path: string, options: OpenOptions = {}): Database {
  const db = openSync(path, { pageSizeBytes: 4096, cacheSizeBytes: 64 * 4096, ...options })
  db.write(tx => {
    for (let n = 0; n < NUMBERS; n++) tx.table(numbers).put(n, numbered(n))
    for (let n = 0; n < 20; n++) tx.table(people).put({ id: BigInt(n), name: `name ${n}`, age: n % 12 })
    for (const place of ['a', 'b', 'c']) {
      for (let n = 0; n < 3; n++) tx.table(places).put([place, n], Buffer.from(place))
    }
    tx.table(places).put(['large', 1], Buffer.alloc(100_000, 7))
    for (const tag of ['x', 'y']) tx.table(tags).put(2, tag)
  })
  return db
}

/** Commits the next state: `n` under 0, and `others` more numbers written again. */
export function commitState(db: Database, n: number, others = 0): void {
  db.write(
    tx => {
      tx.table(numbers).put(0, numbered(n))
      for (let i = 0; i < others; i++) {
        const key = 1 + ((n * others + i) % (NUMBERS - 1))
        tx.table(numbers).put(key, numbered(key))
      }
    },
    { durability: 'none' },
  )
}

/** The number of the state that the snapshot is of. */
export function stateIn(snapshot: Snapshot): number {
  const value = snapshot.table(numbers).get(0)
  return value === undefined ? -1 : Buffer.from(value).readUInt32LE(0)
}
