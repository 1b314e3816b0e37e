/** Records by an index are looked up many at once, which must be noticed by its speed alone. */

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openSync, type Snapshot, t, table } from '../../src/index.ts'
import { attach } from '../../src/worker.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { debugModeIs } from '../support/debug-mode.ts'
import { codeOf } from '../threads/scenarios.ts'

const COUNT = 3000
const SMALL_CACHE_BYTES = 1 << 18

const items = table('items', {
  columns: { place: t.u32, area: t.text, score: t.u32, code: t.text, picture: t.bytes },
  primaryKey: ['area', 'place'],
  indexes: { byScore: { on: ['score'] }, byCode: { on: ['code'], unique: true } },
})
const others = table('others', { key: t.u32, value: t.bytes })

const itemAt = (place: number, filled = place & 0xff): Item => ({
  place,
  area: `area ${place % 7}`,
  score: (place * 48_271) % 1009,
  code: `code ${place}`,
  // Every two hundredth lies outside of its leaf.
  picture: Buffer.alloc(place % 200 === 0 ? 2000 : place % 60, filled),
})
const ITEMS = Array.from({ length: COUNT }, (_, place) => itemAt(place)).filter(
  ({ place }) => place % 7 !== 5,
)
const byScore = ITEMS.toSorted((a, b) => a.score - b.score || compare(a.area, b.area) || a.place - b.place)
const byCode = ITEMS.toSorted((a, b) => compare(a.code, b.code))

interface Item {
  readonly place: number
  readonly area: string
  readonly score: number
  readonly code: string
  readonly picture: Uint8Array
}

/** As text: comparing pictures byte by byte takes minutes. */
function shown(items: readonly Item[]): string[] {
  return items.map(item => `${item.area} ${item.place} ${item.score} ${item.code} ${latin1(item.picture)}`)
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

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

function openFilled(cacheSizeBytes?: number): void {
  db = openSync(directory.file('items.db'), cacheSizeBytes === undefined ? {} : { cacheSizeBytes })
  db.write(tx => {
    for (let place = 0; place < COUNT; place++) tx.table(items).put(itemAt(place))
    for (let key = 0; key < 3000; key++) tx.table(others).put(key, Buffer.alloc(200))
    for (let place = 5; place < COUNT; place += 7) tx.table(items).delete([`area 5`, place])
  })
}

function readOthers(): void {
  db.read(snapshot => snapshot.table(others).range().toArray())
}

function expectAll(snapshot: Pick<Snapshot, 'table'>, meanwhile: () => void = () => {}): void {
  const records = snapshot.table(items)
  expect(shown(records.by('byCode').range().toArray())).toEqual(shown(byCode))
  const met: Item[] = []
  for (const item of records.by('byScore')) {
    met.push(item)
    if (met.length % 300 === 0) meanwhile()
  }
  expect(shown(met)).toEqual(shown(byScore))
  const some = byScore.filter(({ score }) => score >= 100 && score < 200)
  const part = records.by('byScore').range({ gte: 100, lt: 200, offset: 3, limit: 50 })
  expect(shown(part.toArray())).toEqual(shown(some.slice(3, 53)))
  const each: Item[] = []
  records
    .by('byScore')
    .range({ gte: 100, lt: 200 })
    .forEach(item => {
      each.push(item)
    })
  expect(shown(each)).toEqual(shown(some))
  const ofScore = byScore.filter(({ score }) => score === 500)
  expect(shown(records.by('byScore').getAll(500).toArray())).toEqual(shown(ofScore))
}

test('records come in the order of the index, with large values, and without those that were deleted', () => {
  openFilled()
  db.read(snapshot => expectAll(snapshot))
})

test('also where the cache holds little, and others push its pages out', () => {
  openFilled(SMALL_CACHE_BYTES)
  db.read(snapshot => expectAll(snapshot, readOthers))
})

test('also in a thread that shares the cache', () => {
  openFilled(SMALL_CACHE_BYTES)
  using attached = attach(db.share())
  using snapshot = attached.read()
  expectAll(snapshot, readOthers)
  db.write(tx => tx.table(items).put(itemAt(1, 0xee)))
  db.checkpoint()
  expectAll(snapshot, readOthers)
})

test('a snapshot has its own, whatever is committed while they come', () => {
  openFilled()
  db.read(snapshot => {
    let time = 0
    expectAll(snapshot, () => {
      time++
      db.write(tx => {
        for (let place = 0; place < COUNT; place += 3) tx.table(items).put(itemAt(place, time))
      })
    })
  })
})

test('a transaction has what it changed', () => {
  openFilled()
  db.write(tx => {
    const records = tx.table(items)
    records.put({ ...itemAt(3), score: 1010 })
    records.delete(['area 4', 4])
    const expected = [
      ...byScore.filter(({ score, place }) => score >= 1000 && place !== 3 && place !== 4),
      { ...itemAt(3), score: 1010 },
    ]
    expect(shown(records.by('byScore').range({ gte: 1000 }).toArray())).toEqual(shown(expected))
  })
})

test('nothing comes after the snapshot was closed', () => {
  openFilled()
  const snapshot = db.read()
  const walk = snapshot.table(items).by('byScore').range()[Symbol.iterator]()
  for (let i = 0; i < 20; i++) walk.next()
  snapshot.close()
  expect(codeOf(() => walk.next())).toBe('TRANSACTION_CLOSED')
})
