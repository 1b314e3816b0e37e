/** What `check` says about a damaged database: which table, which keys; and that it goes on to the others. */

import { describe, expect, test } from 'vitest'
import { debugChecks } from '../../src/base/assert.ts'
import { isCoppiceError } from '../../src/base/errors.ts'
import type { Database } from '../../src/database/database.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import type { Storage } from '../../src/io/storage.ts'
import { table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { hurried } from '../store/harness.ts'
import { imageOf, openSmall, PATH, storageFrom } from './files.ts'
import { placesOf } from './mutations.ts'

debugChecks.enabled = true
const PAGE_SIZE = 512
const NAMES = ['first', 'second', 'third'] as const
const definitionOf = (name: string) => table(name, { key: t.u32, value: t.text })
const indexed = table('indexed', {
  columns: { id: t.u32, name: t.text },
  primaryKey: ['id'],
  indexes: { byName: { on: ['name'] } },
})

/** Three maps, a record table with an index, each of some pages. */
function build(storage = memoryStorage({ volatile: false })): { storage: Storage; db: Database } {
  const db = openSmall(storage, PAGE_SIZE)
  db.write(tx => {
    for (const name of NAMES) {
      const rows = tx.table(definitionOf(name))
      for (let key = 0; key < 200; key++) rows.put(key, `${name} ${key}`)
    }
    for (let id = 0; id < 200; id++) tx.table(indexed).put({ id, name: `name${(id * 7) % 200}` })
    tx.table(table('files', { key: t.text, value: t.bytes })).put('file', Buffer.alloc(5000, 'large value'))
  })
  db.checkpoint()
  return { storage, db }
}

/** Flips a bit in the first page whose bytes contain `text`; returns the page's id. */
function damagePageWith(storage: Storage, text: string, kind = 'leaf'): number {
  const image = imageOf(storage)
  const bytes = image.get(PATH)!
  const places = placesOf(image, PAGE_SIZE).get(kind) ?? []
  const place = places.find(({ start }) => bytes.subarray(start, start + PAGE_SIZE).includes(text))
  expect(place, `a ${kind} with '${text}'`).toBeDefined()
  const file = storage.open(PATH, 'write')
  const at = place!.start + PAGE_SIZE - 20
  file.write(Buffer.from([bytes[at] ^ 4]), 0, 1, at)
  file.close()
  return place!.start / PAGE_SIZE
}

/** Key `key` of a u32 map, as the tree has it. */
const encoded = (key: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(key)
  return bytes
}

describe.each([
  ['while the page is in memory', (_: Storage, db: Database) => db],
  [
    'after opening again',
    (storage: Storage, db: Database) => {
      db.close()
      return openSmall(storage)
    },
  ],
] as const)('%s', (_, reopen) => {
  test('a damaged leaf is named with its table and its range of keys, and nothing else is', async () => {
    const built = build()
    const db = reopen(built.storage, built.db)
    const pageId = damagePageWith(built.storage, 'second 100')
    const report = await db.check()
    expect(report.faults.map(({ table, index, pageId }) => ({ table, index, pageId }))).toEqual([
      { table: 'second', index: undefined, pageId },
    ])
    const [{ fromKey, toKey }] = report.faults
    expect(Buffer.compare(fromKey!, encoded(100))).toBeLessThanOrEqual(0)
    expect(Buffer.compare(encoded(100), toKey!)).toBeLessThan(0)
    db.close()
  })

  test('damage in several tables is found in one check', async () => {
    const built = build()
    const db = reopen(built.storage, built.db)
    damagePageWith(built.storage, 'first 20')
    damagePageWith(built.storage, 'third 199')
    const report = await db.check()
    expect(report.faults.map(({ table }) => table)).toEqual(['first', 'third'])
    db.close()
  })

  test('a damaged large value is named with its table', async () => {
    const built = build()
    const db = reopen(built.storage, built.db)
    damagePageWith(built.storage, 'large value', 'large value')
    const report = await db.check()
    expect(report.faults.map(({ table }) => table)).toEqual(['files'])
    db.close()
  })
})

test('each page that is damaged alone is found, and named with its table and index', async () => {
  const { storage, db } = build()
  db.close()
  const image = imageOf(storage)
  const places = placesOf(image, PAGE_SIZE)
  const named = new Set<string>()
  for (const { start } of [...places.get('leaf')!, ...places.get('branch')!]) {
    const file = Buffer.from(image.get(PATH)!)
    file[start + PAGE_SIZE - 1] ^= 1
    let damaged: Database
    try {
      damaged = openSmall(storageFrom(new Map([[PATH, file]])))
    } catch (error) {
      expect(isCoppiceError(error, 'CORRUPT')).toBe(true)
      continue
    }
    const { faults } = await damaged.check()
    // A page may be free: the map of the older header's state has pages that nobody reads.
    for (const { table, index } of faults) named.add(index === undefined ? `${table}` : `${table} ${index}`)
    damaged.close()
  }
  const expected = [...NAMES, 'indexed', 'indexed byName', 'files', '(directory)']
  expect([...named]).toEqual(expect.arrayContaining(expected))
})

test('a damaged catalog leaves the other tables checked, by number', async () => {
  const { storage, db } = build()
  db.close()
  damagePageWith(storage, '"kind"')
  damagePageWith(storage, 'second 100')
  const again = openSmall(storage)
  const { faults } = await again.check()
  expect(faults.map(({ table }) => table)).toEqual(['(catalog)', expect.stringMatching(/^\(tree \d+\)$/)])
  again.close()
})

test('a damaged copy of a file header is found though the database opens', async () => {
  const { storage, db } = build()
  const file = storage.open(PATH, 'write')
  file.write(Buffer.from([1, 2, 3]), 0, 3, PAGE_SIZE + 50)
  file.close()
  const { faults } = await db.check()
  expect(faults.map(({ table, pageId }) => [table, pageId])).toEqual([[undefined, 1]])
  db.close()
})

test('an intact database is found intact while the writer works', async () => {
  const { db } = build(hurried())
  db.savepoints.create('before')
  db.write(tx => tx.table(definitionOf('second')).clear())
  const check = db.check()
  for (let i = 0; i < 150; i++) {
    db.write(tx => tx.table(definitionOf('first')).put(i, `changed ${i}`.repeat(9)))
    if (i === 10) db.savepoints.delete('before')
    if (i % 5 === 0) db.checkpoint()
    await new Promise(resolve => setImmediate(resolve))
  }
  expect(await check).toMatchObject({ ok: true, faults: [] })
  expect(await db.check()).toMatchObject({ ok: true, faults: [] })
  db.close()
})
