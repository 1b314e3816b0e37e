/** Schemas of zod, valibot and arktype as part of a definition. */

import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openSync, type StandardSchema, t, table } from '../../src/index.ts'

const columns = {
  id: t.i32,
  email: t.text,
  age: t.i32.nullable(),
  profile: t.json<{ readonly city: string }>(),
}
interface User {
  readonly id: number
  readonly email: string
  readonly age?: number | null | undefined
  readonly profile: { readonly city: string }
}

/** The same rules by each library; the mail address is made lower case. */
const schemas: [string, StandardSchema<User>][] = [
  [
    'zod',
    z.object({
      id: z.number(),
      email: z.email().toLowerCase(),
      age: z.number().min(18).nullish(),
      profile: z.object({ city: z.string().min(1) }),
    }),
  ],
  [
    'valibot',
    v.object({
      id: v.number(),
      email: v.pipe(v.string(), v.email(), v.toLowerCase()),
      age: v.nullish(v.pipe(v.number(), v.minValue(18))),
      profile: v.object({ city: v.pipe(v.string(), v.minLength(1)) }),
    }),
  ],
  [
    'arktype',
    type({
      id: 'number',
      email: type('string.email').pipe(mail => mail.toLowerCase()),
      'age?': 'number >= 18 | null | undefined',
      profile: { city: 'string > 0' },
    }) as StandardSchema<User>,
  ],
]

describe.each(schemas)('a schema of %s', (_, schema) => {
  const users = table('users', { columns, primaryKey: ['id'], schema })
  const ada: User = { id: 1, email: 'Ada@X.io', age: 36, profile: { city: 'London' } }

  test('makes of records what is stored', () => {
    using db = openSync(':memory:')
    db.write(tx => {
      tx.table(users).put(ada)
      tx.table(users).insert({ ...ada, id: 2, age: undefined })
      tx.table(users).putMany([{ ...ada, id: 3 }])
      tx.table(users).update(1, { email: 'L@X.io' })
    })
    expect(db.read(snap => snap.table(users).range().toArray())).toEqual([
      { ...ada, email: 'l@x.io' },
      { ...ada, id: 2, email: 'ada@x.io', age: null },
      { ...ada, id: 3, email: 'ada@x.io' },
    ])
  })

  test('refuses what it does not describe, and says where', () => {
    using db = openSync(':memory:')
    db.write(tx => void tx.table(users).put(ada))
    const refused = (change: () => unknown) => {
      try {
        change()
      } catch (error) {
        return error
      }
      return undefined
    }
    db.write(tx => {
      const open = tx.table(users)
      const inner = refused(() => open.put({ ...ada, id: 9, profile: { city: '' } }))
      expect(inner).toMatchObject({
        code: 'INVALID_VALUE',
        message: expect.stringContaining('profile.city'),
        details: { table: 'users', column: 'profile', given: '"" (a string)' },
      })
      const young = { code: 'INVALID_VALUE', details: { column: 'age', given: '7 (a number)' } }
      expect(refused(() => open.insert({ ...ada, id: 9, age: 7 }))).toMatchObject(young)
      expect(refused(() => open.update(1, { age: 7 }))).toMatchObject(young)
      expect(refused(() => open.putMany([{ ...ada, id: 9, age: 7 }]))).toMatchObject(young)
    })
    expect(db.read(snap => snap.table(users).count())).toBe(1)
  })
})

describe('a schema', () => {
  test('may describe the values of a map', () => {
    using db = openSync(':memory:')
    const prices = table('prices', { key: t.text, value: t.f64, schema: z.number().positive() })
    db.write(tx => {
      tx.table(prices).put('a', 1)
      expect(() => tx.table(prices).put('b', -1)).toThrow("table 'prices', its schema says")
    })
    expect(db.read(snap => snap.table(prices).range().toArray())).toEqual([['a', 1]])
  })

  test('must be one, and must not be asynchronous', () => {
    using db = openSync(':memory:')
    expect(() => table('a', { key: t.text, value: t.f64, schema: {} as never })).toThrow('Standard Schema')
    expect(() => table('a', { key: t.text, value: t.bytes, schema: z.instanceof(Uint8Array) })).toThrow(
      'bytes',
    )
    const later = z.number().refine(async () => true)
    const numbers = table('numbers', { key: t.text, value: t.f64, schema: later })
    expect(() => db.write(tx => tx.table(numbers).put('a', 1))).toThrow(
      expect.objectContaining({ code: 'ASYNC_FUNCTION' }),
    )
  })

  test('has to give what the columns take', () => {
    table('a', {
      columns: { id: t.i32, name: t.text },
      primaryKey: ['id'],
      // @ts-expect-error a name is text
      schema: z.object({ id: z.number(), name: z.number() }),
    })
    // @ts-expect-error the values are numbers
    table('b', { key: t.text, value: t.f64, schema: z.string() })
  })
})
