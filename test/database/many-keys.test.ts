/** `getMany` looks many keys up at once, which must be noticed by its speed alone. */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openSync, type Snapshot, t, table } from '../../src/index.ts'
import { attach } from '../../src/worker.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { codeOf } from '../threads/scenarios.ts'

const SMALL_CACHE_BYTES = 1 << 18
const COUNT = 4000

const files = table('files', { key: t.bytes, value: t.bytes })
const words = table('words', { key: t.tuple(t.text, t.u32), value: t.text })
const people = table('people', {
  columns: { id: t.u32, name: t.text, picture: t.bytes.nullable() },
  primaryKey: ['id'],
  indexes: { byName: { on: ['name'], unique: true } },
})

let directory: TemporaryDirectory
let db: Database
// The checks of debug mode look at every page on its way, which keeps the kernel out.
debugModeIs(false)
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => {
  db.close()
  directory.remove()
})

// Some are empty, some lie outside of their leaves.
const bytesOf = (i: number) => Buffer.alloc(i % 300 === 0 ? 2000 : i % 70, i)
const fileKey = (i: number) => Buffer.from(i % 500 === 0 ? 'x'.repeat(900) + i : `${i}`)
const wordKey = (i: number): [string, number] => [`word ${i % 13}`, i]

/** Only those with even numbers are there. */
function openFilled(cacheSizeBytes?: number): void {
  db = openSync(directory.file('many.db'), cacheSizeBytes === undefined ? {} : { cacheSizeBytes })
  db.write(tx => {
    for (let i = 0; i < COUNT; i += 2) {
      tx.table(files).put(fileKey(i), bytesOf(i))
      tx.table(words).put(wordKey(i), `text ${i}`)
      tx.table(people).put({ id: i, name: `name ${i}`, picture: i % 3 === 0 ? null : bytesOf(i) })
    }
  })
}

/** Numbers in no order; some twice, some of nothing that is there. */
const NUMBERS = Array.from({ length: 1500 }, (_, i) => {
  const number = (i * 7919) % COUNT
  return i % 10 === 0 ? number : number & ~1
})

interface Lookup<Key, Found> {
  get(key: Key): Found | undefined
  getMany(keys: Iterable<Key>): (Found | undefined)[]
}

function expectSame<Key, Found>(table: Lookup<Key, Found>, keys: readonly Key[]): void {
  // As text, for comparing bytes one by one takes minutes.
  expect(JSON.stringify(table.getMany(keys))).toBe(JSON.stringify(keys.map(key => table.get(key))))
}

function expectAsOneByOne(
  ofBytes: Lookup<Uint8Array, Uint8Array>,
  ofTuples: Lookup<[string, number], string>,
  records: Lookup<number, { readonly id: number }>,
): void {
  for (const numbers of [NUMBERS, NUMBERS.slice(0, 1), [1, 3, 5], []]) {
    expectSame(ofBytes, numbers.map(fileKey))
    expectSame(ofTuples, numbers.map(wordKey))
    expectSame(records, numbers)
  }
  expect(records.getMany([0, 4, 5]).map(record => record?.id)).toEqual([0, 4, undefined])
}

function expectIn(snapshot: Snapshot): void {
  expectAsOneByOne(snapshot.table(files), snapshot.table(words), snapshot.table(people))
}

test('many keys give what they give one by one', () => {
  openFilled()
  db.read(expectIn)
})

test('also where the cache holds little', () => {
  openFilled(SMALL_CACHE_BYTES)
  db.read(expectIn)
})

test('also in a thread that shares the cache', () => {
  openFilled(SMALL_CACHE_BYTES)
  using attached = attach(db.share())
  attached.read(snapshot => {
    expectIn(snapshot)
    db.write(tx => tx.table(people).delete(2))
    db.checkpoint()
    expectIn(snapshot)
  })
})

test('a transaction finds what it has changed', () => {
  openFilled()
  db.write(tx => {
    tx.table(people).delete(2)
    tx.table(people).put({ id: 3, name: 'new', picture: null })
    expect(tx.table(people).getMany([2, 3])).toEqual([undefined, { id: 3, name: 'new', picture: null }])
    expectAsOneByOne(tx.table(files), tx.table(words), tx.table(people))
  })
})

test('keys are asked for as they are taken: one that is none ends it, and so does a snapshot that is closed', () => {
  openFilled()
  const snapshot = db.read()
  const table = snapshot.table(people)
  expect(codeOf(() => table.getMany([2, 'four' as never]))).toBe('INVALID_KEY')
  const closing = function* () {
    yield 2
    snapshot.close()
    yield 4
  }
  expect(codeOf(() => table.getMany(closing()))).toBe('TRANSACTION_CLOSED')
})
