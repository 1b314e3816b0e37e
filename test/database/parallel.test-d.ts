/** What the compiler knows about `db.parallel`. */

import { describe, expectTypeOf, test } from 'vitest'
import { type Database, multimap, type ParallelPart, t, table } from '../../src/index.ts'

declare const db: Database
declare const module: URL

const prices = table('prices', { key: t.tuple(t.text, t.u32), value: t.f64 })
const tags = multimap('tags', { key: t.u32, value: t.text })
const users = table('users', {
  columns: { id: t.u32, email: t.text, age: t.i32.nullable() },
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true }, byAge: { on: ['age', 'email'] } },
})

/** As `typeof import('./module.ts')` gives it. */
interface Module {
  default(part: ParallelPart<typeof prices>): { count: number; sum: number }
  scaled(part: ParallelPart<typeof prices>, factor: number): Promise<number>
  named(part: ParallelPart<typeof users, 'byAge'>, options?: { names: string[] }): string[]
  users(part: ParallelPart<typeof users>): void
  tags(part: ParallelPart<typeof tags>): void
  constant: number
}

describe('the result', () => {
  test('is a list of what the default export gives', () => {
    expectTypeOf(db.parallel<Module>(module, { table: prices })).toEqualTypeOf<
      Promise<{ count: number; sum: number }[]>
    >()
  })

  test('is a list of what a function resolves to', () => {
    const scaled = db.parallel<Module['scaled']>(module, { function: 'scaled', table: prices, data: 2 })
    expectTypeOf(scaled).toEqualTypeOf<Promise<number[]>>()
  })

  test('is what combine makes of them, or undefined when there may be none', () => {
    const call = { function: 'scaled', table: prices, data: 2 } as const
    const max = db.parallel<Module['scaled']>(module, { ...call, combine: (a, b) => Math.max(a, b) })
    expectTypeOf(max).toEqualTypeOf<Promise<number | undefined>>()
    const sum = db.parallel<Module['scaled']>(module, { ...call, combine: (a, b) => a + b, initial: 0 })
    expectTypeOf(sum).toEqualTypeOf<Promise<number>>()
    const set = db.parallel<Module['scaled'], Set<number>>(module, {
      ...call,
      combine: (set, n) => set.add(n),
      initial: new Set<number>(),
    })
    expectTypeOf(set).toEqualTypeOf<Promise<Set<number>>>()
  })

  test('is unknown, when nobody says what the module is', () => {
    const results = db.parallel(module, { table: users, function: 'anything', data: 7, range: { gte: 7 } })
    expectTypeOf(results).toEqualTypeOf<Promise<unknown[]>>()
  })
})

describe('what is read', () => {
  test('is the table that the function reads, and a range of its keys', () => {
    db.parallel<Module>(module, { table: prices, range: { prefix: ['ACME'], limit: 100 } })
    // @ts-expect-error: it reads prices
    db.parallel<Module>(module, { table: users })
    // @ts-expect-error: the key of a price begins with text
    db.parallel<Module>(module, { table: prices, range: { prefix: [7] } })
    // @ts-expect-error: it reads the table, not an index
    db.parallel<Module['users']>(module, { table: users, by: 'byAge' })
    db.parallel<Module['users']>(module, { table: users, range: { gte: 7 } })
    db.parallel<Module['tags']>(module, { table: tags, range: { gte: 7 } })
    // @ts-expect-error: the keys are numbers
    db.parallel<Module['tags']>(module, { table: tags, range: { gte: 'a' } })
  })

  test('is the index that the function reads, and a range of its keys', () => {
    db.parallel<Module['named']>(module, { table: users, by: 'byAge', range: { prefix: [36] } })
    // @ts-expect-error: it reads the index byAge
    db.parallel<Module['named']>(module, { table: users })
    // @ts-expect-error: it reads the index byAge
    db.parallel<Module['named']>(module, { table: users, by: 'byEmail' })
    // @ts-expect-error: the first part of the index is a number
    db.parallel<Module['named']>(module, { table: users, by: 'byAge', range: { prefix: ['a'] } })
  })

  test('fits the handle in the worker', () => {
    expectTypeOf((part: ParallelPart<typeof users, 'byAge'>) =>
      part.snapshot.table(users).by('byAge').range(part.range).first(),
    ).returns.toEqualTypeOf<{ id: number; email: string; age: number | null } | undefined>()
    expectTypeOf((part: ParallelPart<typeof prices>) =>
      part.snapshot.table(prices).range(part.range).first(),
    ).returns.toEqualTypeOf<readonly [readonly [string, number], number] | undefined>()
    // @ts-expect-error: a range of the index is none of the table
    ;(part: ParallelPart<typeof users, 'byEmail'>) => part.snapshot.table(users).range(part.range)
  })
})

describe('data', () => {
  test('are what the function takes', () => {
    // @ts-expect-error: it takes a number
    db.parallel<Module['scaled']>(module, { table: prices, data: 'two' })
    // @ts-expect-error: it needs a number
    db.parallel<Module['scaled']>(module, { table: prices })
    db.parallel<Module['named']>(module, { table: users, by: 'byAge' })
    db.parallel<Module['named']>(module, { table: users, by: 'byAge', data: { names: ['a'] } })
    // @ts-expect-error: the function takes none
    db.parallel<Module>(module, { table: prices, data: 7 })
  })
})

test('a module without a default export needs the type of one of its functions', () => {
  // @ts-expect-error: no default export
  db.parallel<Omit<Module, 'default'>>(module, { table: prices })
  // @ts-expect-error: not with the type of the whole module
  db.parallel<Module>(module, { table: prices, function: 'scaled', data: 2 })
})

test('options that are undefined are as if they were left out', () => {
  const unset = undefined as number | undefined
  const signal = undefined as AbortSignal | undefined
  db.parallel<Module>(module, { table: prices, range: undefined, workers: unset, partitions: unset, signal })
  db.parallel(module, {
    table: prices,
    by: undefined,
    data: undefined,
    onProgress: undefined,
    preload: undefined,
  })
})
