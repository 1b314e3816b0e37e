/**
 * Tables in transactions and snapshots: opening, evolving, renaming, dropping, rolling back.
 */

import { describe, expect, test } from 'vitest'
import { desc, table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { CODEC_MODES, expectError, TestDatabase } from '../support/tables.ts'

const columns = { id: t.u32, email: t.text, role: t.enum('admin', 'guest') }
const users = table('users', { columns, primaryKey: ['id'] })
const indexed = table('users', {
  columns,
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true }, byRole: { on: [desc('role')] } },
})
const grown = table('users', {
  columns: {
    age: t.u8.nullable(),
    ...columns,
    role: t.enum('admin', 'guest', 'owner'),
    note: t.text.nullable(),
  },
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true }, byAge: { on: ['age'] } },
})

const ADA = { id: 1, email: 'ada', role: 'admin' } as const
const ALAN = { id: 2, email: 'alan', role: 'guest' } as const

function openUsers() {
  const database = new TestDatabase()
  const tx = database.begin()
  const records = tx.table(users)
  records.put(ADA)
  records.put(ALAN)
  return { database, tx, records }
}

describe('a handle of an index', () => {
  const byRole = (tx: ReturnType<TestDatabase['begin']>) => tx.table(indexed).by('byRole')

  test('goes on when the table is changed elsewhere', () => {
    const { tx } = openUsers()
    const handle = byRole(tx)
    tx.createIndex('users', 'byHand', { on: ['email'] })
    expect(handle.popFirst()).toEqual(ALAN)
    expect(tx.table(indexed).by('byRole')).toBe(handle)
  })

  test.each([
    ['the index is dropped', (tx: ReturnType<TestDatabase['begin']>) => tx.dropIndex('users', 'byRole')],
    ['the index is defined otherwise', (tx: ReturnType<TestDatabase['begin']>) => tx.table(grown)],
    ['the table is dropped', (tx: ReturnType<TestDatabase['begin']>) => tx.drop('users')],
  ])('refuses all work when %s', (_, change) => {
    const { tx } = openUsers()
    const handle = byRole(tx)
    change(tx)
    const actions = [
      () => handle.first(),
      () => handle.count(),
      () => handle.popFirst(),
      () => handle.deleteAll('guest'),
    ]
    for (const action of actions) expectError('TABLE_NOT_FOUND', action)
  })
})

describe('opening', () => {
  test('a definition has one handle in a transaction', () => {
    const { tx, records } = openUsers()
    expect(tx.table(users)).toBe(records)
  })

  test('what was written is there in the next transaction', () => {
    const { database } = openUsers()
    expect([...database.begin().table(users)]).toEqual([ADA, ALAN])
  })

  test('tables are listed with their kinds and sizes', () => {
    const { database, tx } = openUsers()
    tx.table(table('a', { key: t.u8, value: t.u8 }))
    tx.table(table('b', { key: t.u8, values: t.u8 })).put(1, 1)
    database.begin().table(indexed)
    expect(database.snapshot().tables.list()).toEqual([
      { name: 'a', kind: 'map', entryCount: 0, indexes: [] },
      { name: 'b', kind: 'multimap', entryCount: 1, indexes: [] },
      { name: 'users', kind: 'records', entryCount: 2, indexes: ['byEmail', 'byRole'] },
    ])
  })

  test('opening in a read-only transaction changes nothing', () => {
    const database = new TestDatabase()
    const before = database.store.dump()
    database.snapshot().tables.table(users)
    expect(database.store.dump()).toBe(before)
    database.store.isWritable = false
    expectError('TRANSACTION_CLOSED', () => database.begin().table(users))
  })
})

describe('a definition that does not fit is refused:', () => {
  test.each([
    ['another kind', table('users', { key: t.u32, value: t.text }), 'the kind of table'],
    [
      'another type',
      table('users', { columns: { ...columns, email: t.bytes }, primaryKey: ['id'] }),
      `column 'email' is stored as text, but the definition says bytes`,
    ],
    [
      'nullable now',
      table('users', { columns: { ...columns, email: t.text.nullable() }, primaryKey: ['id'] }),
      `column 'email'`,
    ],
    [
      'a column less',
      table('users', { columns: { id: t.u32, role: columns.role }, primaryKey: ['id'] }),
      'not in the definition',
    ],
    [
      'a new column without null',
      table('users', { columns: { ...columns, age: t.u8 }, primaryKey: ['id'] }),
      'must be nullable',
    ],
    ['another primary key', table('users', { columns, primaryKey: ['id', 'email'] }), 'the primary key'],
    ['another direction', table('users', { columns, primaryKey: [desc('id')] }), 'desc(id)'],
    [
      'an enum with less',
      table('users', { columns: { ...columns, role: t.enum('admin') }, primaryKey: ['id'] }),
      `column 'role'`,
    ],
    [
      'an enum in another order',
      table('users', { columns: { ...columns, role: t.enum('guest', 'admin') }, primaryKey: ['id'] }),
      `column 'role'`,
    ],
  ] as const)('%s', (_, definition, message) => {
    const { database } = openUsers()
    const before = database.store.dump()
    const open = definition as unknown as typeof users
    expect(expectError('TABLE_TYPE_MISMATCH', () => database.begin().table(open))).toContain(message)
    expectError('TABLE_TYPE_MISMATCH', () => database.snapshot().tables.table(open))
    expect(database.store.dump()).toBe(before)
  })

  test('maps are compared by key and value, however deep', () => {
    const database = new TestDatabase()
    const map = (value: 'x' | 'y') =>
      table('map', { key: t.u8, value: t.array(t.tuple(t.enum('a', value), t.u8)) })
    database.begin().table(map('x'))
    expectError('TABLE_TYPE_MISMATCH', () => database.begin().table(map('y')))
  })
})

describe.each(CODEC_MODES)('a definition that grew (%s)', (_, run) => {
  test('reads old rows with null in the new columns', () => {
    const { database } = openUsers()
    const records = run(() => database.begin().table(grown))
    expect([...records]).toEqual([
      { age: null, ...ADA, note: null },
      { age: null, ...ALAN, note: null },
    ])
  })

  test('builds new indexes from the rows', () => {
    const { database } = openUsers()
    const records = database.begin().table(indexed)
    expect(records.by('byEmail').get('alan')).toEqual(ALAN)
    expect(records.by('byRole').primaryKeys().toArray()).toEqual([2, 1])
  })

  test('drops indexes that it does not name any more', () => {
    const { database } = openUsers()
    database.begin().table(indexed)
    const before = database.store.trees.size
    run(() => database.begin().table(grown))
    expect(database.begin().list()[0].indexes).toEqual(['byEmail', 'byAge'])
    expect(database.store.trees.size).toBe(before)
  })

  test('accepts new members of an enum, in keys too', () => {
    const database = new TestDatabase()
    database
      .begin()
      .table(table('levels', { key: t.enum('low'), value: t.u8 }))
      .put('low', 1)
    const levels = run(() =>
      database.begin().table(table('levels', { key: t.enum('low', 'high'), value: t.u8 })),
    )
    levels.put('high', 2)
    expect([...levels.keys()]).toEqual(['low', 'high'])
    expectError('TABLE_TYPE_MISMATCH', () =>
      database.snapshot().tables.table(table('levels', { key: t.enum('low'), value: t.u8 })),
    )
  })

  test('reads a snapshot from before it grew, with columns and indexes', () => {
    const { database } = openUsers()
    const { tables } = database.snapshot()
    run(() => database.begin().table(grown)).put({ ...ADA, id: 3, email: 'b', age: 7 })
    const old = run(() => tables.table(grown))
    const oldAda = { age: null, ...ADA, note: null }
    expect(old.get(1)).toEqual(oldAda)
    expect(old.by('byEmail').get('ada')).toEqual(oldAda)
    expect(old.by('byEmail').range({ gt: 'ada' }).toArray()).toEqual([{ age: null, ...ALAN, note: null }])
    expect(old.by('byAge').countOf(null)).toBe(2)
    expect(old.by('byAge').last()?.id).toBe(2)
  })

  test('is refused as a whole when a new unique index finds equal records', () => {
    const { database, records } = openUsers()
    records.put({ ...ALAN, id: 3 })
    const before = database.store.dump()
    expect(expectError('UNIQUE_VIOLATION', () => database.begin().table(indexed))).toContain('"alan"')
    expect(database.store.dump()).toBe(before)
  })

  test('may list its columns in another order', () => {
    const { database } = openUsers()
    const { email, role, id } = columns
    const other = run(() =>
      database.begin().table(table('users', { columns: { role, id, email }, primaryKey: ['id'] })),
    )
    expect(Object.entries(other.get(1)!)).toEqual(Object.entries({ role: 'admin', id: 1, email: 'ada' }))
  })

  test('and the one from before, open in the same transaction, agree about indexes', () => {
    const { database, tx, records } = openUsers()
    tx.table(indexed)
    expectError('TABLE_NOT_FOUND', () => records.put({ ...ADA, id: 5, email: 'c' }))
    expect(database.begin().table(indexed).by('byEmail').count()).toBe(2)
  })
})

test('a table is opened by its definition, not by its name', () => {
  const { database, tx } = openUsers()
  expect(expectError('INVALID_DEFINITION', () => tx.table('users' as never))).toContain('"users"')
  expectError('INVALID_DEFINITION', () => database.snapshot().tables.table(undefined as never))
})

describe('an index made by name', () => {
  test('stays when a definition does not know it, and is kept up to date', () => {
    const { database, tx } = openUsers()
    tx.createIndex('users', 'byRole', { on: ['role'] })
    const records = database.begin().table(users)
    records.put({ ...ADA, id: 3, email: 'c' })
    const byRole = (database.snapshot().tables.table(users) as unknown as ReturnType<typeof openIndexed>).by(
      'byRole',
    )
    expect(byRole.primaryKeys().toArray()).toEqual([1, 3, 2])
    expect(database.begin().dropIndex('users', 'byRole')).toBe(true)
    expect(database.begin().dropIndex('users', 'byRole')).toBe(false)
  })

  test('goes into the handles that are open', () => {
    const { tx, records } = openUsers()
    tx.createIndex('users', 'byEmail', { on: ['email'], unique: true })
    expectError('UNIQUE_VIOLATION', () => records.put({ ...ADA, id: 3 }))
    tx.dropIndex('users', 'byEmail')
    records.put({ ...ADA, id: 3 })
  })

  test('needs a table of records, a new name and known columns', () => {
    const { tx } = openUsers()
    tx.table(table('map', { key: t.u8, value: t.u8 }))
    tx.createIndex('users', 'taken', { on: ['email'] })
    expectError('TABLE_NOT_FOUND', () => tx.createIndex('nobody', 'i', { on: ['a'] }))
    expectError('INVALID_DEFINITION', () => tx.createIndex('map', 'i', { on: ['a'] }))
    expectError('INVALID_DEFINITION', () => tx.createIndex('users', 'taken', { on: ['email'] }))
    expectError('INVALID_DEFINITION', () => tx.createIndex('users', 'i', { on: ['nothing'] }))
  })

  function openIndexed(database: TestDatabase) {
    return database.begin().table(indexed)
  }
})

describe('renaming and dropping', () => {
  test('a table keeps its entries under another name', () => {
    const { database, tx, records } = openUsers()
    tx.rename('users', 'people')
    records.put({ ...ADA, id: 3 })
    const people = table('people', { columns, primaryKey: ['id'] })
    expect(database.begin().table(people).count()).toBe(3)
    expect(tx.table(users).count()).toBe(0)
  })

  test('a rename needs a table, and a name that is free', () => {
    const { tx } = openUsers()
    tx.table(table('other', { key: t.u8, value: t.u8 }))
    expectError('TABLE_NOT_FOUND', () => tx.rename('nobody', 'somebody'))
    expectError('TABLE_EXISTS', () => tx.rename('users', 'other'))
    expectError('INVALID_DEFINITION', () => tx.rename('users', ''))
  })

  test('dropping takes the trees along, and handles refuse to work', () => {
    const { database, tx, records } = openUsers()
    tx.table(indexed)
    expect([tx.drop(users), tx.drop('users'), database.store.trees.size]).toEqual([true, false, 1])
    expectError('TABLE_NOT_FOUND', () => records.put(ADA))
    expectError('TABLE_NOT_FOUND', () => [...records])
    expect(tx.table(users).count()).toBe(0)
  })
})

describe('rolling back to a savepoint', () => {
  test('handles of tables that were there go on', () => {
    const { database, tx, records } = openUsers()
    const savepoint = database.store.snapshot()
    records.delete(1)
    database.store.restore(savepoint)
    tx.afterRollback()
    expect(tx.table(users)).toBe(records)
    expect(records.get(1)).toEqual(ADA)
  })

  test('handles of tables that were not refuse to work', () => {
    const { database, tx } = openUsers()
    const savepoint = database.store.snapshot()
    const late = tx.table(table('late', { key: t.u8, value: t.u8 }))
    const withIndexes = tx.table(indexed)
    database.store.restore(savepoint)
    tx.afterRollback()
    expectError('TABLE_NOT_FOUND', () => late.put(1, 1))
    expectError('TABLE_NOT_FOUND', () => withIndexes.put(ADA))
    expect(tx.list().map(({ name }) => name)).toEqual(['users'])
    expect(tx.table(indexed).by('byEmail').count()).toBe(2)
  })
})

describe('the catalog', () => {
  test('gives a definition back that opens the table', () => {
    const { database } = openUsers()
    const before = database.begin().table(indexed)
    const { tables } = database.snapshot()
    const definition = tables.definitionOf('users')! as unknown as typeof indexed
    expect([...tables.table(definition)]).toEqual([...before])
    expect(tables.table(definition).by('byRole').first()).toEqual(ALAN)
    expect(tables.definitionOf('users')).toBe(definition)
    expect(tables.definitionOf('nobody')).toBe(undefined)
  })

  test('refuses an entry that it cannot read', () => {
    const { database } = openUsers()
    const entry = database.store.tree(1)!.entries
    entry[0] = { key: entry[0].key, value: Buffer.from('{') }
    expectError('CORRUPT', () => database.begin().table(users))
    entry[0] = { key: entry[0].key, value: Buffer.from('{"format":9}') }
    expectError('UNSUPPORTED_VERSION', () => database.begin().table(users))
  })
})
