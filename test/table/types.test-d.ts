/**
 * What the compiler knows about tables.
 */

import { describe, expectTypeOf, test } from 'vitest'
import { desc, multimap, table } from '../../src/table/definition.ts'
import type {
  KeyOf,
  PutRecordOf,
  RecordOf,
  TableOf,
  ValueOf,
  WritableTableOf,
} from '../../src/table/handles.ts'
import { type Branded, type Infer, t } from '../../src/table/types.ts'

interface Profile {
  theme: string
}

const prices = table('prices', { key: t.tuple(t.text, t.u32), value: t.f64 })
const tags = table('tags', { key: t.u32, values: t.text })
const users = table('users', {
  columns: {
    id: t.i64,
    email: t.text,
    age: t.i32.nullable(),
    profile: t.json<Profile>().nullable(),
    role: t.enum('admin', 'guest'),
  },
  primaryKey: ['id'],
  indexes: {
    byEmail: { on: ['email'], unique: true },
    byRoleAndAge: { on: ['role', desc('age')] },
  },
})
const visits = table('visits', {
  columns: { user: t.i64, at: t.date },
  primaryKey: ['user', desc('at')],
})

const notes = table('notes', {
  columns: { id: t.u32.autoIncrement(), text: t.text, stars: t.u8.default(0) },
  primaryKey: ['id'],
})

declare const written: WritableTableOf<typeof notes>
declare const map: WritableTableOf<typeof prices>
declare const sets: WritableTableOf<typeof tags>
declare const records: WritableTableOf<typeof users>
declare const read: TableOf<typeof users>
declare const visited: WritableTableOf<typeof visits>

describe('types of values', () => {
  test('each type has its TypeScript type', () => {
    expectTypeOf<Infer<typeof t.i64>>().toEqualTypeOf<bigint>()
    expectTypeOf<Infer<typeof t.bytes>>().toEqualTypeOf<Uint8Array>()
    const point = t.struct({ x: t.f64, label: t.text.nullable() })
    expectTypeOf<Infer<typeof point>>().toEqualTypeOf<{ x: number; label: string | null }>()
    const pair = t.tuple(t.text, t.array(t.u8))
    expectTypeOf<Infer<typeof pair>>().toEqualTypeOf<readonly [string, readonly number[]]>()
    const level = t.enum('low', 'high')
    expectTypeOf<Infer<typeof level>>().toEqualTypeOf<'low' | 'high'>()
    const userId = t.i64.brand<'UserId'>()
    expectTypeOf<Infer<typeof userId>>().toEqualTypeOf<Branded<bigint, 'UserId'>>()
  })
})

describe('maps', () => {
  test('keys and values flow from the definition', () => {
    expectTypeOf(map.get).parameter(0).toEqualTypeOf<readonly [string, number]>()
    expectTypeOf(map.get(['a', 1])).toEqualTypeOf<number | undefined>()
    expectTypeOf(map.range().toArray()).toEqualTypeOf<(readonly [readonly [string, number], number])[]>()
  })

  test('a wrong key or value does not compile', () => {
    // @ts-expect-error: the second part is a number
    map.put(['a', 'b'], 1)
    // @ts-expect-error: the value is a number
    map.put(['a', 1], '1')
    // @ts-expect-error: a part is missing
    map.get(['a'])
  })

  test('ranges take whole keys and leading parts', () => {
    map.range({ gte: ['a'], lt: ['b', 2], prefix: ['a'] })
    // @ts-expect-error: the first part is text
    map.range({ prefix: [1] })
    // @ts-expect-error: no such option
    map.range({ from: ['a', 1] })
    const after = undefined as readonly [string, number] | undefined
    map.range({ gt: after, limit: undefined })
    // @ts-expect-error: what is deleted needs its bounds
    map.deleteRange({ gt: after })
    // @ts-expect-error: deleting has no limit
    map.deleteRange({ limit: 1 })
  })
})

test('the types of a definition have names', () => {
  expectTypeOf<KeyOf<typeof prices>>().toEqualTypeOf<readonly [string, number]>()
  expectTypeOf<ValueOf<typeof prices>>().toEqualTypeOf<number>()
  expectTypeOf<[KeyOf<typeof tags>, ValueOf<typeof tags>]>().toEqualTypeOf<[number, string]>()
  expectTypeOf<KeyOf<typeof users>>().toEqualTypeOf<bigint>()
  expectTypeOf<KeyOf<typeof visits>>().toEqualTypeOf<readonly [bigint, Date]>()
})

test('what is made of a range has a type', () => {
  expectTypeOf(map.values().map(String).toArray()).toEqualTypeOf<string[]>()
  const isText = (value: unknown): value is string => typeof value === 'string'
  expectTypeOf(records.range().flatMap(user => [user.email, user.age]).filter(isText).first()).toEqualTypeOf<string | undefined>() // biome-ignore format: one line
  expectTypeOf(records.range().find(user => user.age === null)?.role).toEqualTypeOf<
    'admin' | 'guest' | undefined
  >()
  expectTypeOf(sets.keys().take(1).toArray()).toEqualTypeOf<number[]>()
})

describe('multimaps', () => {
  test('both ways to define one give the same handle', () => {
    const other = multimap('other', { key: t.u32, value: t.text })
    expectTypeOf<WritableTableOf<typeof other>>().toEqualTypeOf<WritableTableOf<typeof tags>>()
    expectTypeOf(sets.get(1).toArray()).toEqualTypeOf<string[]>()
    // @ts-expect-error: values are text
    sets.put(1, 2)
  })
})

describe('records', () => {
  test('a record that is read has every column', () => {
    interface User {
      id: bigint
      email: string
      age: number | null
      profile: Profile | null
      role: 'admin' | 'guest'
    }
    expectTypeOf<RecordOf<typeof users>>().toEqualTypeOf<User>()
    expectTypeOf(records.get(1n)).toEqualTypeOf<User | undefined>()
    expectTypeOf<PutRecordOf<typeof users>>().toEqualTypeOf<Parameters<typeof records.put>[0]>()
    expectTypeOf<ReturnType<TableOf<typeof users>['get']>>().toEqualTypeOf<User | undefined>()
  })

  test('nullable columns may be left out when writing', () => {
    records.put({ id: 1n, email: 'a', role: 'admin' })
    records.put({ id: 1n, email: 'a', role: 'guest', age: null, profile: { theme: 'dark' } })
    // @ts-expect-error: email is missing
    records.put({ id: 1n, role: 'admin' })
    // @ts-expect-error: no such column
    records.put({ id: 1n, email: 'a', role: 'admin', emial: 'b' })
    // @ts-expect-error: no such member
    records.put({ id: 1n, email: 'a', role: 'owner' })
  })

  test('columns with a default may be left out, and are never null', () => {
    expectTypeOf<RecordOf<typeof notes>>().toEqualTypeOf<{ id: number; text: string; stars: number }>()
    expectTypeOf(written.insert({ text: 'a' })).toEqualTypeOf<number>()
    written.put({ text: 'a', stars: undefined, id: 7 })
    // @ts-expect-error: text has no default
    written.put({ stars: 1 })
    // @ts-expect-error: stars is not nullable
    written.put({ text: 'a', stars: null })
    // @ts-expect-error: the default is a number
    t.u8.default('1')
    // @ts-expect-error: text cannot be counted
    t.text.autoIncrement()
    // @ts-expect-error: a default is for columns
    t.tuple(t.u8.default(1))
    // @ts-expect-error: a default is for columns
    table('bad', { key: t.u8, value: t.u8.default(1) })
    expectTypeOf(visited.insert).returns.toEqualTypeOf<readonly [bigint, Date]>()
  })

  test('a primary key of one column is its value, of several a tuple', () => {
    expectTypeOf(records.delete).parameter(0).toEqualTypeOf<bigint>()
    expectTypeOf(visited.delete).parameter(0).toEqualTypeOf<readonly [bigint, Date]>()
    visited.range({ prefix: [1n] })
  })

  test('an index knows its keys', () => {
    expectTypeOf(records.by('byEmail').get).parameter(0).toEqualTypeOf<string>()
    expectTypeOf(records.by('byRoleAndAge').keys().toArray()).toEqualTypeOf<
      (readonly ['admin' | 'guest', number | null])[]
    >()
    expectTypeOf(records.by('byEmail').popFirst()).toEqualTypeOf<RecordOf<typeof users> | undefined>()
    // @ts-expect-error: a snapshot is read only
    read.by('byEmail').popFirst()
    // @ts-expect-error: what is deleted needs its bounds
    records.by('byEmail').deleteRange({ lt: undefined })
    // @ts-expect-error: no such index
    records.by('byName')
    // @ts-expect-error: the index is over text
    records.by('byEmail').get(1)
  })

  test('an update takes some of the columns', () => {
    records.update(1n, { age: 3 })
    records.update(1n, user => ({ age: (user.age ?? 0) + 1 }))
    // @ts-expect-error: age is a number
    records.update(1n, { age: '3' })
  })

  test('definitions name columns that exist', () => {
    // @ts-expect-error: no column of that name
    table('bad', { columns: { id: t.u32 }, primaryKey: ['key'] })
    // @ts-expect-error: no column of that name
    table('bad', { columns: { id: t.u32 }, primaryKey: ['id'], indexes: { byName: { on: ['name'] } } })
    const unik = { byId: { on: ['id'], unik: true } } as const
    // @ts-expect-error: no such option
    table('bad', { columns: { id: t.u32 }, primaryKey: ['id'], indexes: unik })
    // @ts-expect-error: t.json has parentheses
    table('bad', { key: t.text, value: t.json })
    // @ts-expect-error: a misspelt value
    table('bad', { key: t.text, valeu: t.text })
    // @ts-expect-error: a map has no columns
    table('bad', { key: t.text, columns: { id: t.u32 }, primaryKey: ['id'] })
    table('good', { columns: { id: t.u32 }, primaryKey: ['id'], indexes: undefined })
    // @ts-expect-error: a primary key has columns
    table('bad', { columns: { id: t.u32 }, primaryKey: [] })
  })
})
