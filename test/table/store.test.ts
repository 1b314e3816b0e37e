/**
 * Tables on the real store: what was written is there after closing and opening again.
 */

import { expect, test } from 'vitest'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import { Store } from '../../src/store/store.ts'
import { Catalog } from '../../src/table/catalog.ts'
import { table } from '../../src/table/definition.ts'
import { SnapshotTables } from '../../src/table/snapshot-tables.ts'
import { TransactionTables } from '../../src/table/tables.ts'
import { t } from '../../src/table/types.ts'
import { expectError } from '../support/tables.ts'

const OPTIONS = { cacheSizeBytes: 1 << 20 }
const columns = { id: t.u32, name: t.text, note: t.text.nullable() }
const people = table('people', { columns, primaryKey: ['id'] })
const indexed = table('people', {
  columns: { ...columns, age: t.u8.nullable() },
  primaryKey: ['id'],
  indexes: { byName: { on: ['name'], unique: true } },
})
const files = table('files', { key: t.text, value: t.bytes })
const COUNT = 3000

const person = (id: number) => ({
  id,
  name: `person ${(id * 7919) % COUNT}`,
  note: id % 3 === 0 ? null : 'x'.repeat(id % 200),
})

test('tables, evolutions and large values outlive the process', () => {
  const storage = memoryStorage({ volatile: false })
  const catalog = new Catalog()
  let store = Store.open(storage, '/app.db', OPTIONS)
  store.write(tx => {
    const tables = new TransactionTables(tx, catalog)
    expect(tables.table(people).putMany(Array.from({ length: COUNT }, (_, id) => person(id)))).toBe(COUNT)
    tables.table(files).putStream(
      'big',
      1_000_000,
      Array.from({ length: 10 }, (_, i) => Buffer.alloc(100_000, i)),
    )
  })
  const before = store.read()
  const old = new SnapshotTables(before, catalog).table(indexed)
  store.write(tx => {
    const records = new TransactionTables(tx, catalog).table(indexed)
    for (let id = 0; id < COUNT; id += 2) records.update(id, { age: id % 100 })
    records.deleteRange({ gte: COUNT - 10 })
  })
  expect(old.by('byName').get('person 0')).toEqual({ ...person(0), age: null })
  expect(old.count()).toBe(COUNT)
  before.close()
  expectError('TRANSACTION_CLOSED', () => old.get(1))
  store.close()

  store = Store.open(storage, '/app.db', OPTIONS)
  const snapshot = store.read()
  const tables = new SnapshotTables(snapshot, new Catalog())
  const records = tables.table(indexed)
  expect(records.by('byName').count()).toBe(COUNT - 10)
  const ids = records.by('byName').primaryKeys({ startsWith: 'person 1' }).toArray()
  expect(ids).toEqual(
    Array.from({ length: COUNT - 10 }, (_, id) => id)
      .filter(id => person(id).name.startsWith('person 1'))
      .sort((a, b) => (person(a).name < person(b).name ? -1 : 1)),
  )
  expect(records.get(12)).toEqual({ ...person(12), age: 12 })
  expect(tables.table(files).openValue('big')?.length).toBe(1_000_000)
  expect(tables.table(files).get('big')?.[950_000]).toBe(9)
  snapshot.close()
  store.close()
})

test('rolling back to a savepoint takes tables and indexes back', () => {
  const store = Store.open(memoryStorage(), '/app.db', OPTIONS)
  store.write(tx => {
    const tables = new TransactionTables(tx, new Catalog())
    const records = tables.table(people)
    records.put(person(1))
    const savepoint = tx.setSavepoint()
    const withIndex = tables.table(indexed)
    tables.table(files).put('a', new Uint8Array(10))
    withIndex.put({ ...person(2), age: 3 })
    tx.rollbackTo(savepoint)
    tables.afterRollback()
    expectError('TABLE_NOT_FOUND', () => withIndex.count())
    expect(tables.list().map(({ name, entryCount }) => [name, entryCount])).toEqual([['people', 1]])
    expect(tables.table(people).get(2)).toBe(undefined)
  })
  store.close()
})
