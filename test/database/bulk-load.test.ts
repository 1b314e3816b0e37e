/**
 * Bulk loads as users write them: `put` in a loop, or `putMany`, with everything else that a transaction does in between.
 * Puts in a row are collected before they reach a table's tree, and nobody may notice.
 */

import { copyFileSync, existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../../props/seeded-random.ts'
import { type Database, multimap, type Transaction, t, table } from '../../src/index.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { codeOf, TestDatabase, users } from './support.ts'

const words = table('words', { key: t.text, value: t.text })
const numbers = table('numbers', { key: t.u32, value: t.u32 })
const tags = multimap('tags', { key: t.u32, value: t.text })
const events = table('events', {
  columns: { id: t.u32.autoIncrement(), kind: t.text },
  primaryKey: ['id'],
  indexes: { byKind: { on: ['kind'] } },
})

/** The smallest cache that lends memory to loads has 128 pages. */
const CACHE = { cacheSizeBytes: 1 << 20 }
const PATHS = [
  ['by the log', { ...CACHE, transactionLogBytes: 64 << 20 }],
  ['by a checkpoint', { ...CACHE, transactionLogBytes: 0 }],
] as const

const scattered = (i: number) => Math.imul(i, 0x9e3779b1) >>> 8

const borrowed = (db: Database) => db.stats().pool.borrowedFrames

async function expectSound(db: Database): Promise<void> {
  expect(borrowed(db)).toBe(0)
  expect((await db.check()).faults).toEqual([])
}

/** The model's entries in the order of their keys. */
function sorted<V>(model: Map<string, V>): [string, V][] {
  return [...model].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** Copies the files, as the death of the process would leave them. */
function copyOf(database: TestDatabase, name: string): string {
  const copy = database.file(name)
  for (const suffix of ['', '-wal0', '-wal1']) {
    if (existsSync(database.path + suffix)) copyFileSync(database.path + suffix, copy + suffix)
  }
  return copy
}

/** One transaction's random life on `words` and on a model of it. */
class Loader {
  readonly #random: SeededRandom
  readonly #tx: Transaction
  readonly model: Map<string, string>

  constructor(random: SeededRandom, tx: Transaction, model: Map<string, string>) {
    this.#random = random
    this.#tx = tx
    this.model = new Map(model)
  }

  get #table() {
    return this.#tx.table(words)
  }

  #key(): string {
    return `w${this.#random.below(400)}`
  }

  #text(): string {
    const length = this.#random.pick([0, 5, 40, 200, this.#random.chance(0.1) ? 9000 : 20])
    return `${this.#random.below(1000)} `.repeat(length).slice(0, length)
  }

  #put(key = this.#key()): void {
    const text = this.#text()
    this.#table.put(key, text)
    this.model.set(key, text)
  }

  change(steps: number, depth = 0): void {
    for (let step = 0; step < steps; step++) {
      for (let run = this.#random.pick([0, 1, 8, 30]); run > 0; run--) this.#put()
      if (depth < 3 && this.#random.chance(0.1)) this.#nest(depth)
      else this.#ask()
    }
  }

  #nest(depth: number): void {
    const before = new Map(this.model)
    const isGivenUp = this.#random.chance(0.5)
    const nested = () => {
      this.#tx.nested(() => {
        this.change(1 + this.#random.below(6), depth + 1)
        if (isGivenUp) throw new Error('given up')
      })
    }
    if (!isGivenUp) nested()
    else {
      expect(nested).toThrow('given up')
      this.model.clear()
      for (const [key, text] of before) this.model.set(key, text)
    }
  }

  #ask(): void {
    const [rows, model, random] = [this.#table, this.model, this.#random]
    const key = this.#key()
    const first = sorted(model)[0]
    switch (random.below(14)) {
      case 0:
        expect(rows.get(key)).toBe(model.get(key))
        break
      case 1:
        expect(rows.count()).toBe(model.size)
        break
      case 2:
        expect(rows.delete(key)).toBe(model.delete(key))
        break
      case 3:
        expect(rows.range({ gte: key, limit: 5 }).toArray()).toEqual(
          sorted(model)
            .filter(([other]) => other >= key)
            .slice(0, 5),
        )
        break
      case 4:
        expect(rows.popFirst()).toEqual(first)
        if (first !== undefined) model.delete(first[0])
        break
      case 5: {
        const current = model.get(key)
        const expected = random.chance(0.7) ? current : 'something else'
        expect(rows.compareAndSet(key, expected, 'swapped')).toBe(expected === current)
        if (expected === current) model.set(key, 'swapped')
        break
      }
      case 6:
        rows.update(key, text => `${text ?? ''}+`.slice(-50))
        model.set(key, `${model.get(key) ?? ''}+`.slice(-50))
        break
      case 7:
        if (model.has(key)) expect(codeOf(() => rows.insert(key, 'x'))).toBe('KEY_EXISTS')
        else {
          rows.insert(key, 'inserted')
          model.set(key, 'inserted')
        }
        break
      case 8:
        this.#putWhileWalking()
        break
      case 9: {
        const pairs = Array.from({ length: random.below(60) }, () => [this.#key(), this.#text()] as const)
        expect(rows.putMany(pairs)).toBe(pairs.length)
        for (const [other, text] of pairs) model.set(other, text)
        break
      }
      case 10: {
        const doomed = [...model.keys()].filter(other => other.startsWith('w33'))
        expect(rows.deleteRange({ gte: 'w33', lt: 'w34' })).toBe(doomed.length)
        for (const other of doomed) model.delete(other)
        break
      }
      case 11:
        expect(rows.first({ lt: key })).toEqual(sorted(model).filter(([other]) => other < key)[0])
        break
      case 12:
        expect(rows.last()).toEqual(sorted(model).at(-1))
        break
      default:
        expect(rows.has(key)).toBe(model.has(key))
    }
  }

  /** A walk goes on by key, whatever is put meanwhile, and shows what is ahead of it as it is then. */
  #putWhileWalking(): void {
    const isReverse = this.#random.chance(0.5)
    let last: string | undefined
    let left = 20
    for (const [key, text] of this.#table.range({ reverse: isReverse })) {
      expect(text).toBe(this.model.get(key))
      if (last !== undefined) expect(isReverse ? key < last : key > last).toBe(true)
      last = key
      if (left-- === 0) return
      for (let run = this.#random.pick([0, 1, 7]); run > 0; run--) this.#put()
    }
  }
}

describe('puts in a row, with everything in between', () => {
  debugModeIs(true)
  const database = new TestDatabase()

  it.each(PATHS)('leave what a model of them has, when they commit %s', async (_, options) => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = new SeededRandom(seed)
      const path = database.file(`${seed}.db`)
      let db = database.open(options, path)
      let model = new Map<string, string>()
      for (let round = 0; round < 6; round++) {
        const before = db.read()
        const entries = sorted(model)
        try {
          const after = db.write(tx => {
            const loader = new Loader(random, tx, model)
            loader.change(25)
            expect(tx.table(words).entries().toArray()).toEqual(sorted(loader.model))
            if (random.chance(0.2)) throw new Error('given up')
            return loader.model
          })
          model = after
        } catch (error) {
          expect((error as Error).message, `seed ${seed}`).toBe('given up')
        }
        if (round > 0) expect(before.table(words).entries().toArray()).toEqual(entries)
        before.close()
        await expectSound(db)
        if (random.chance(0.3)) {
          db.close()
          db = database.open(options, path)
        }
      }
      expect(db.read(snap => snap.table(words).entries().toArray())).toEqual(sorted(model))
      db.close()
    }
  })
})

describe('a load of twenty times the cache', () => {
  const database = new TestDatabase()
  const COUNT = 50_000
  const text = (i: number) => `${i} `.padEnd(400, 'text ')
  const key = (i: number) => `word ${scattered(i)}`

  it.each(PATHS)(
    'is whole, dead or alive, when it commits %s',
    async (_, options) => {
      const db = database.open(options)
      db.write(tx => {
        const rows = tx.table(words)
        for (let i = 0; i < COUNT; i++) {
          rows.put(key(i), i % 5000 === 1 ? 'large '.repeat(3000) : text(i))
        }
      })
      expect(db.stats().pool.frameCount).toBe(256)
      const copy = database.open(options, copyOf(database, 'copy.db'))
      for (const each of [db, copy]) {
        await expectSound(each)
        each.read(snap => {
          const rows = snap.table(words)
          expect(rows.count()).toBe(COUNT)
          for (let i = 0; i < COUNT; i += 777) expect(rows.get(key(i))).toBe(text(i))
          expect(rows.get(key(5001))).toBe('large '.repeat(3000))
          let last = ''
          for (const word of rows.keys()) {
            if (word <= last) throw new Error(`${word} follows ${last}`)
            last = word
          }
        })
      }
    },
    30_000,
  )

  it('is nothing when it is given up, and the database stays small', async () => {
    const db = database.open(CACHE)
    db.write(tx => tx.table(words).put('a', 'b'))
    expect(() =>
      db.write(tx => {
        const rows = tx.table(words)
        for (let i = 0; i < COUNT / 5; i++) rows.put(key(i), text(i))
        throw new Error('given up')
      }),
    ).toThrow('given up')
    await expectSound(db)
    expect(db.read(snap => snap.table(words).entries().toArray())).toEqual([['a', 'b']])
    await db.compact()
    expect(db.stats().filePages).toBeLessThan(40)
  })
})

describe('several tables that are loaded at once', () => {
  debugModeIs(true)
  const database = new TestDatabase()

  it.each(PATHS)('share the cache, when they commit %s', async (_, options) => {
    const db = database.open(options)
    const count = 2000
    const kept = db.read()
    db.write(tx => {
      const savepoint = tx.savepoint()
      for (let i = 0; i < count; i++) tx.table(numbers).put(scattered(i), i)
      savepoint.rollback()
      for (let i = 0; i < count; i++) {
        const number = scattered(i)
        tx.table(numbers).put(number, i)
        tx.table(words).put(`${number}`, `${i} `.padEnd(i % 300, '.'))
        tx.table(tags).put(number % 97, `tag ${i}`)
        if (i % 1000 === 999) expect(tx.table(tags).count()).toBe(i + 1)
      }
      tx.table(users).putMany(
        Array.from({ length: count }, (_, i) => ({ id: scattered(i), email: `${i}@x`, age: i % 90 })),
      )
      tx.table(events).putMany(Array.from({ length: count }, (_, i) => ({ kind: `${i % 7}` })))
    })
    expect(kept.tables()).toEqual([])
    kept.close()
    const copy = database.open(options, copyOf(database, 'copy.db'))
    for (const each of [db, copy]) {
      await expectSound(each)
      each.read(snap => {
        for (let i = 0; i < count; i += 13) {
          const number = scattered(i)
          expect(snap.table(numbers).get(number)).toBe(i)
          expect(snap.table(words).get(`${number}`)).toBe(`${i} `.padEnd(i % 300, '.'))
          expect(snap.table(tags).has(number % 97, `tag ${i}`)).toBe(true)
          expect(snap.table(users).by('byEmail').get(`${i}@x`)?.id).toBe(number)
        }
        expect(snap.table(numbers).keys().toArray()).toEqual(
          Array.from({ length: count }, (_, i) => scattered(i)).sort((a, b) => a - b),
        )
        expect(snap.table(tags).count()).toBe(count)
        expect(snap.table(events).by('byKind').range({ gte: '3', lte: '3' }).toArray().length).toBe(
          Array.from({ length: count }, (_, i) => i % 7).filter(kind => kind === 3).length,
        )
        expect(snap.table(events).last()?.id).toBe(count)
      })
    }
    await db.backup(database.file('backup.db'))
    await db.compact()
    await expectSound(db)
    await expectSound(database.open({}, database.file('backup.db')))
  })
})

describe('records that are loaded', () => {
  debugModeIs(true)
  const database = new TestDatabase()
  const user = (i: number, age: number | null = null) => ({ id: i, email: `${scattered(i)}@x`, age })

  it('replace others and their index entries, in the order in which they come', async () => {
    const db = database.open(CACHE)
    db.write(tx => {
      const rows = tx.table(users)
      rows.putMany(Array.from({ length: 2000 }, (_, i) => user(i)))
      rows.putMany(Array.from({ length: 2000 }, (_, i) => user(1000 + i, 20)))
      for (let i = 0; i < 100; i++) rows.put({ ...user(i), email: `new ${i}` })
      // Each takes the address that the one before gives up.
      rows.putMany([
        { id: 0, email: 'other', age: 1 },
        { id: 1, email: 'new 0', age: 1 },
        { id: 2, email: 'new 1', age: 1 },
      ])
      expect(rows.by('byEmail').get('new 1')?.id).toBe(2)
      expect(rows.count()).toBe(3000)
    })
    db.read(snap => {
      const rows = snap.table(users)
      expect(rows.by('byAge').range({ gte: 20, lte: 20 }).toArray().length).toBe(2000)
      expect(rows.by('byEmail').get(user(0).email)).toBeUndefined()
    })
    await expectSound(db)
  })

  it('that break a unique index change nothing that disagrees', async () => {
    const db = database.open(CACHE)
    db.write(tx => {
      const rows = tx.table(users)
      rows.putMany(Array.from({ length: 1000 }, (_, i) => user(i)))
      const many = Array.from({ length: 1000 }, (_, i) => user(1000 + i))
      many[700].email = user(3).email
      expect(codeOf(() => rows.putMany(many))).toBe('UNIQUE_VIOLATION')
      expect(codeOf(() => rows.put({ id: 5000, email: user(4).email }))).toBe('UNIQUE_VIOLATION')
      expect(rows.count()).toBe(rows.by('byEmail').range().toArray().length)
      rows.putMany(Array.from({ length: 500 }, (_, i) => user(6000 + i)))
    })
    expect(db.read(snap => snap.table(users).get(6499))).toEqual(user(6499))
    await expectSound(db)
  })

  it('and whose input stores into the same table meanwhile agree with their indexes', async () => {
    const db = database.open(CACHE)
    db.write(tx => {
      const rows = tx.table(users)
      function* input() {
        for (let i = 0; i < 500; i++) {
          if (i % 50 === 0) for (let j = 0; j < 10; j++) rows.put(user(10_000 + i + j))
          yield user(i)
        }
      }
      rows.putMany(input())
      expect(rows.count()).toBe(600)
    })
    await expectSound(db)
  })
})

describe('a table that is changed while puts wait for it', () => {
  debugModeIs(true)
  const database = new TestDatabase()
  const plain = table('plain', { columns: { id: t.u32, email: t.text }, primaryKey: ['id'] })
  const indexed = table('plain', {
    columns: { id: t.u32, email: t.text },
    primaryKey: ['id'],
    indexes: { byEmail: { on: ['email'], unique: true } },
  })

  it('has them all in its new index, under its new name, and not after it was dropped', async () => {
    const db = database.open(CACHE)
    const load = (tx: Transaction, from: number, to: number) => {
      for (let id = from; id < to; id++) tx.table(plain).put({ id, email: `${scattered(id)}@x` })
    }
    db.write(tx => {
      load(tx, 0, 500)
      expect(
        tx
          .table(indexed)
          .by('byEmail')
          .get(`${scattered(77)}@x`)?.id,
      ).toBe(77)
      tx.dropIndex('plain', 'byEmail')
      load(tx, 500, 1000)
      tx.createIndex('plain', 'byEmail', { on: ['email'], unique: true })
      expect(tx.table(indexed).by('byEmail').count()).toBe(1000)
      tx.dropIndex('plain', 'byEmail')
      load(tx, 1000, 1500)
      tx.renameTable('plain', 'renamed')
      load(tx, 0, 100)
      tx.dropTable('plain')
      load(tx, 0, 10)
    })
    expect(db.tables().map(({ name }) => name)).toEqual(['plain', 'renamed'])
    expect(
      db
        .stats()
        .trees.map(({ entries }) => entries)
        .sort((a, b) => a - b),
    ).toContain(1500)
    expect(db.read(snap => snap.table(plain).count())).toBe(10)
    await expectSound(db)
  })
})

describe('a multimap that is loaded', () => {
  debugModeIs(true)
  const database = new TestDatabase()

  it('has each pair once, and shows them between', async () => {
    const db = database.open(CACHE)
    const model = new Set<string>()
    db.write(tx => {
      const pairs = tx.table(tags)
      for (let i = 0; i < 4000; i++) {
        const [key, value] = [scattered(i) % 50, `tag ${scattered(i) % 61}`]
        pairs.put(key, value)
        model.add(`${String(key).padStart(3)} ${value}`)
        if (i % 700 === 0) expect(pairs.count()).toBe(model.size)
        if (i % 900 === 0) {
          expect(pairs.delete(key, value)).toBe(true)
          model.delete(`${String(key).padStart(3)} ${value}`)
        }
      }
    })
    const found = db.read(snap =>
      snap
        .table(tags)
        .entries()
        .map(([key, value]) => `${String(key).padStart(3)} ${value}`)
        .toArray(),
    )
    expect(found).toEqual([...model].sort())
    await expectSound(db)
  })
})
