/**
 * Trees that are whole, each for itself, and do not fit together: a record without its entry in an index, an entry
 * without its record. No crash and no damage to a disk makes them; a file that another program wrote may have them.
 */

import { describe, expect, test } from 'vitest'
import { debugChecks } from '../../src/base/assert.ts'
import { Database } from '../../src/database/database.ts'
import { memoryStorage } from '../../src/io/memory-storage.ts'
import { Store } from '../../src/store/store.ts'
import { table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { expectError } from '../support/tables.ts'
import { PATH } from './files.ts'

debugChecks.enabled = true

const users = table('users', {
  columns: { id: t.u32, email: t.text, age: t.u8 },
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true }, byAge: { on: ['age'] } },
})
const ADA = { id: 1, email: 'ada', age: 36 }

/** A database with one record, one of whose trees was emptied behind its back. */
function openWithout(tree: 'rows' | 'byEmail' | 'byAge'): Database {
  const store = Store.open(memoryStorage({ volatile: false }), PATH, { cacheSizeBytes: 1 << 20 })
  const db = new Database(store)
  db.write(tx => tx.table(users).put(ADA))
  const snapshot = store.read()
  const treeIds = store.listTrees(snapshot).map(({ treeId }) => treeId)
  snapshot.close()
  // The catalog, the rows, the indexes in their order.
  expect(treeIds).toEqual([1, 16, 17, 18])
  store.write(tx => tx.tree(16 + ['rows', 'byEmail', 'byAge'].indexOf(tree))!.clear())
  return db
}

describe('an entry of an index without its record is CORRUPT', () => {
  test.each([
    ['found by a unique key', (db: Database) => db.read(s => s.table(users).by('byEmail').get('ada'))],
    ['walked over', (db: Database) => db.read(s => s.table(users).by('byAge').range().toArray())],
    ['removed by', (db: Database) => db.write(tx => tx.table(users).by('byAge').deleteRange({ gte: 0 }))],
  ] as const)('%s', (_, use) => {
    const db = openWithout('rows')
    expectError('CORRUPT', () => use(db))
    db.close()
  })
})

describe.each(['byEmail', 'byAge'] as const)('a record without its entry in %s is CORRUPT', index => {
  test.each([
    ['deleted', (db: Database) => db.write(tx => tx.table(users).delete(1))],
    ['replaced', (db: Database) => db.write(tx => tx.table(users).put({ id: 1, email: 'a', age: 1 }))],
    ['updated', (db: Database) => db.write(tx => tx.table(users).update(1, { email: 'a', age: 1 }))],
  ] as const)('%s', (_, use) => {
    const db = openWithout(index)
    expect(expectError('CORRUPT', () => use(db))).toContain(index)
    expect(db.read(s => s.table(users).get(1))).toEqual(ADA)
    db.close()
  })

  test('and the transaction that met it cannot be committed', () => {
    const db = openWithout(index)
    const tx = db.begin()
    expectError('CORRUPT', () => tx.table(users).delete(1))
    expectError('TRANSACTION_FAILED', () => tx.commit())
    expect(db.read(s => s.table(users).get(1))).toEqual(ADA)
    db.close()
  })
})
