/** Primary keys that the table gives out. */

import { describe, expect, test } from 'vitest'
import { openSync } from '../../src/index.ts'
import { desc, table } from '../../src/table/definition.ts'
import { t } from '../../src/table/types.ts'
import { expectError, TestDatabase } from '../support/tables.ts'

const notes = table('notes', {
  columns: { id: t.u32.autoIncrement(), text: t.text },
  primaryKey: ['id'],
  indexes: { byText: { on: ['text'], unique: true } },
})
const plain = table('notes', {
  columns: { id: t.u32, text: t.text },
  primaryKey: ['id'],
  indexes: { byText: { on: ['text'], unique: true } },
})

function openNotes() {
  const database = new TestDatabase()
  return { database, records: database.begin().table(notes) }
}

describe('a record without a number', () => {
  test('gets the next one, which is returned', () => {
    const { database, records } = openNotes()
    expect([records.insert({ text: 'a' }), records.put({ text: 'b' })]).toEqual([1, 2])
    expect(records.putMany([{ text: 'c' }, { id: undefined, text: 'd' }])).toBe(2)
    expect(database.begin().table(notes).insert({ text: 'e' })).toBe(5)
    expect(records.range().map(note => `${note.id}${note.text}`).toArray()).toEqual(['1a', '2b', '3c', '4d', '5e']) // biome-ignore format: one line
  })

  test('gets none that was ever used', () => {
    const { records } = openNotes()
    records.putMany([{ text: 'a' }, { text: 'b' }, { text: 'c' }])
    records.delete(3)
    expect(records.insert({ text: 'd' })).toBe(4)
    records.popLast()
    records.retain(() => false)
    records.deleteRange({ gte: 0 })
    records.clear()
    expect(records.insert({ text: 'e' })).toBe(5)
  })

  test('gets one above those that were given by hand, whichever way', () => {
    const { database, records } = openNotes()
    records.put({ id: 10, text: 'a' })
    expect(records.insert({ text: 'b' })).toBe(11)
    records.insert({ id: 5, text: 'c' })
    expect(records.insert({ text: 'd' })).toBe(12)
    records.update(12, { id: 20 })
    expect(records.insert({ text: 'e' })).toBe(21)
    records.putMany([{ id: 30, text: 'f' }])
    expect(records.insert({ text: 'g' })).toBe(31)
    records.compareAndSet(40, undefined, { id: 40, text: 'h' })
    expect(records.insert({ text: 'i' })).toBe(41)
    database.begin().table(plain).insert({ id: 50, text: 'j' })
    expect(database.begin().table(notes).insert({ text: 'k' })).toBe(51)
  })

  test('that is refused uses none up', () => {
    const { database, records } = openNotes()
    records.insert({ text: 'a' })
    const before = database.store.dump()
    expectError('UNIQUE_VIOLATION', () => records.insert({ text: 'a' }))
    expectError('INVALID_VALUE', () => records.put({ text: 1 as never }))
    expectError('KEY_EXISTS', () => records.insert({ id: 1, text: 'b' }))
    expectError('INVALID_KEY', () => records.insert({ id: 'x' as never, text: 'b' }))
    expectError('INVALID_KEY', () => records.update(1, { id: undefined }))
    expect(database.store.dump()).toBe(before)
    expect(records.insert({ text: 'b' })).toBe(2)
  })

  test('among others that the input of a load stores meanwhile', () => {
    const { records } = openNotes()
    function* input() {
      yield { text: 'a' }
      records.insert({ text: 'b' })
      yield { text: 'c' }
    }
    records.putMany(input())
    expect(records.range().map(note => `${note.id}${note.text}`).toArray()).toEqual(['1a', '2b', '3c']) // biome-ignore format: one line
  })

  test('is refused when there is no number left', () => {
    const tiny = table('tiny', { columns: { id: t.u8.autoIncrement() }, primaryKey: ['id'] })
    const records = new TestDatabase().begin().table(tiny)
    records.put({ id: 254 })
    expect(records.insert({})).toBe(255)
    expect(expectError('INVALID_KEY', () => records.insert({}))).toContain('numbers up to 255')
  })
})

describe('the counter', () => {
  test('begins above the records that are there already', () => {
    const database = new TestDatabase()
    database.begin().table(plain).putMany([{ id: 7, text: 'a' }, { id: 3, text: 'b' }]) // biome-ignore format: one line
    const before = database.begin().table(plain)
    expect(database.begin().table(notes).insert({ text: 'c' })).toBe(8)
    expect(before.get(7)?.text).toBe('a')
  })

  test('begins above them when they are stored backwards, with bigints', () => {
    const columns = { at: t.i64 }
    const database = new TestDatabase()
    database.begin().table(table('log', { columns, primaryKey: [desc('at')] })).putMany([{ at: 5n }, { at: -9n }]) // biome-ignore format: one line
    const numbered = table('log', { columns: { at: t.i64.autoIncrement() }, primaryKey: [desc('at')] })
    const records = database.begin().table(numbered)
    expect([records.insert({}), records.insert({}), records.insert({ at: -1n })]).toEqual([6n, 7n, -1n])
  })

  test('belongs to the table: a definition made from what is stored has it, a drop ends it', () => {
    const { database, records } = openNotes()
    records.insert({ text: 'a' })
    const tx = database.begin()
    const found = tx.definitionOf('notes') as unknown as typeof notes
    expect(tx.table(found).insert({ text: 'b' })).toBe(2)
    tx.rename('notes', 'letters')
    const fresh = tx.table(notes)
    expect(fresh.insert({ text: 'c' })).toBe(1)
    const trees = database.store.trees.size
    tx.drop('notes')
    expect(database.store.trees.size).toBe(trees - 3)
    expectError('TABLE_NOT_FOUND', () => fresh.insert({ text: 'd' }))
  })

  test('goes back with its transaction and its savepoint, and comes back with the database', async () => {
    using db = openSync(':memory:')
    const add = (text: string) => db.write(tx => tx.table(notes).insert({ text }))
    expect(add('a')).toBe(1)
    expect(() => db.write(tx => { tx.table(notes).insert({ text: 'b' }); throw new Error('no') })).toThrow('no') // biome-ignore format: one line
    expect(add('c')).toBe(2)
    const afterUndo = db.write(tx => {
      const savepoint = tx.savepoint()
      tx.table(notes).insert({ text: 'd' })
      savepoint.rollback()
      return tx.table(notes).insert({ text: 'e' })
    })
    expect(afterUndo).toBe(3)
    await db.compact()
    expect(add('f')).toBe(4)
    expect((await db.check()).ok).toBe(true)
  })
})

describe('autoIncrement is refused', () => {
  test.each([
    [
      'for what is no integer',
      () => table('a', { columns: { id: t.f64.autoIncrement() }, primaryKey: ['id'] }),
    ],
    [
      'outside the primary key',
      () => table('a', { columns: { id: t.u8, n: t.u8.autoIncrement() }, primaryKey: ['id'] }),
    ],
    [
      'in a primary key of several columns',
      () => table('a', { columns: { id: t.u8.autoIncrement(), n: t.u8 }, primaryKey: ['n', 'id'] }),
    ],
  ])('%s', (_, define) => {
    expect(expectError('INVALID_DEFINITION', define)).toContain('autoIncrement is for')
  })
})
