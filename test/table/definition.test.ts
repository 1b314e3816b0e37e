/**
 * Definitions: what may be defined.
 */

import { describe, expect, test } from 'vitest'
import { desc, multimap, table } from '../../src/table/definition.ts'
import { type Type, t } from '../../src/table/types.ts'
import { expectError } from '../support/tables.ts'

const refuse = (action: () => unknown) => expectError('INVALID_DEFINITION', action)
const columns = { id: t.u32, name: t.text, more: t.json(), age: t.u8.nullable() }

describe('a definition', () => {
  test('is a map, a multimap or records', () => {
    expect(table('a', { key: t.u8, value: t.u8 }).kind).toBe('map')
    expect(table('a', { key: t.u8, values: t.u8 }).kind).toBe('multimap')
    expect(multimap('a', { key: t.u8, value: t.u8 }).kind).toBe('multimap')
    expect(table('a', { columns, primaryKey: ['id'] }).kind).toBe('records')
  })

  test('spells out keys and indexes', () => {
    const definition = table('a', {
      columns,
      primaryKey: ['name', desc('id')],
      indexes: { byAge: { on: ['age'] }, byName: { on: [desc('name')], unique: true } },
    })
    expect(definition.primaryKey).toEqual([
      { column: 'name', isDescending: false },
      { column: 'id', isDescending: true },
    ])
    expect(definition.indexes).toEqual([
      { name: 'byAge', on: [{ column: 'age', isDescending: false }], isUnique: false },
      { name: 'byName', on: [{ column: 'name', isDescending: true }], isUnique: true },
    ])
  })
})

describe('refused:', () => {
  test.each(['', '__proto__', 'x'.repeat(201), 'é'.repeat(150), 'half \ud800'])('a table named %j', name => {
    refuse(() => table(name, { key: t.u8, value: t.u8 }))
  })

  test("a name of Coppice's own tables", () => {
    for (const define of [
      () => table('coppice.notes', { key: t.u8, value: t.u8 }),
      () => table('coppice.notes', { key: t.u8, values: t.u8 }),
      () => multimap('coppice.notes', { key: t.u8, value: t.u8 }),
      () => table('coppice.', { columns, primaryKey: ['id'] }),
    ]) {
      expect(define).toThrow(
        "names that begin with 'coppice.' are those of Coppice's own tables; give it another",
      )
      refuse(define)
    }
    expect(table('coppice', { key: t.u8, value: t.u8 }).name).toBe('coppice')
  })

  test('a key without order', () => {
    refuse(() => table('a', { key: t.json(), value: t.u8 }))
    refuse(() => table('a', { key: t.tuple(t.u8, t.array(t.json())), value: t.u8 }))
    refuse(() => table('a', { key: t.u8, values: t.json() }))
  })

  test('a value with an order', () => {
    refuse(() => table('a', { key: t.u8, value: t.u8.desc() }))
    refuse(() => table('a', { columns: { id: t.u8.desc() }, primaryKey: ['id'] }))
  })

  test('nullable or descending twice', () => {
    refuse(() => table('a', { key: t.u8.nullable().nullable(), value: t.u8 }))
    refuse(() => table('a', { key: t.u8.desc().desc(), value: t.u8 }))
    refuse(() => table('a', { key: t.u8.nullable().desc().nullable(), value: t.u8 }))
  })

  test('an enum that names a member twice, or none', () => {
    refuse(() => table('a', { key: t.enum('x', 'x'), value: t.u8 }))
    refuse(() => table('a', { key: (t.enum as unknown as () => Type<string>)(), value: t.u8 }))
  })

  test('a primary key that is empty, null, unknown, repeated or JSON', () => {
    refuse(() => table('a', { columns, primaryKey: [] as never }))
    refuse(() => table('a', { columns, primaryKey: ['age'] }))
    refuse(() => table('a', { columns, primaryKey: ['nothing' as never] }))
    refuse(() => table('a', { columns, primaryKey: ['id', 'id'] }))
    refuse(() => table('a', { columns, primaryKey: ['more'] }))
    refuse(() => table('a', { columns, primaryKey: undefined as never }))
  })

  test('an index that is empty, unknown or over JSON', () => {
    refuse(() => table('a', { columns, primaryKey: ['id'], indexes: { i: { on: [] } } }))
    refuse(() => table('a', { columns, primaryKey: ['id'], indexes: { i: { on: ['nothing' as never] } } }))
    refuse(() => table('a', { columns, primaryKey: ['id'], indexes: { i: { on: ['more'] } } }))
    refuse(() => table('a', { columns, primaryKey: ['id'], indexes: { i: null as never } }))
  })

  test('an index with a misspelt option, which would not be unique in silence', () => {
    const misspelt = { on: ['name'], uniq: true } as never
    expect(refuse(() => table('a', { columns, primaryKey: ['id'], indexes: { i: misspelt } }))).toContain(
      "'uniq'",
    )
    const worded = { on: ['name'], unique: 'yes' } as never
    refuse(() => table('a', { columns, primaryKey: ['id'], indexes: { i: worded } }))
    refuse(() => table('a', { columns, primaryKey: ['id'], indexes: { i: ['name'] as never } }))
  })

  test('names that would not be properties', () => {
    refuse(() => table('a', { columns: { id: t.u8, ['__proto__']: t.u8 }, primaryKey: ['id'] }))
    refuse(() => table('a', { key: t.u8, value: t.struct({ '': t.u8 }) }))
  })

  test('options that nobody knows, and what is no type', () => {
    refuse(() => table('a', { key: t.u8, value: t.u8, indexes: {} } as never))
    refuse(() => table('a', { key: t.u8 } as never))
    refuse(() => table('a', { key: 'text', value: t.u8 } as never))
    refuse(() => table('a', null as never))
  })

  test('a part of a type that is no type, as t.json without its parentheses', () => {
    expect(refuse(() => table('a', { key: t.u8, value: t.json as never }))).toContain('given a function')
    expect(refuse(() => t.array(t.json as never))).toContain('t.array')
    expect(refuse(() => t.tuple([t.u8] as never))).toContain('given an array of 1')
    expect(refuse(() => t.struct({ x: 'u8' as never }))).toContain("field 'x'")
    expect(refuse(() => table('a', { key: t.u8, value: t.enum(['x'] as never) }))).toContain('strings')
  })

  test('types nested too deep', () => {
    let type: Type<unknown> = t.u8
    for (let depth = 0; depth < 40; depth++) type = t.array(type)
    refuse(() => table('a', { key: t.u8, value: type }))
  })
})
