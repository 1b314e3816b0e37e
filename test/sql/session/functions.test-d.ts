/** What the compiler knows about functions of users. */

import { describe, expectTypeOf, test } from 'vitest'
import type { Database } from '../../../src/index.ts'

declare const db: Database

describe('a function', () => {
  test('has parameters of its argument types', () => {
    db.function(
      'f',
      { args: ['integer', 'text', 'bigint', 'timestamptz', 'text[]'], returns: 'text' },
      (...values) => {
        expectTypeOf(values).toEqualTypeOf<[number, string, number | bigint, Date, (string | null)[]]>()
        return 'x'
      },
    )
  })
  test('takes null only when it is not strict', () => {
    db.function('f', { args: ['integer'], returns: 'integer', strict: false }, n => {
      expectTypeOf(n).toEqualTypeOf<number | null>()
      return null
    })
  })
  test('has values as its options say', () => {
    db.function(
      'f',
      { args: ['int8', 'numeric'], returns: 'int8', bigint: 'bigint', numeric: 'number' },
      (a, b) => {
        expectTypeOf(a).toEqualTypeOf<bigint>()
        expectTypeOf(b).toEqualTypeOf<number>()
        return a
      },
    )
  })
  test('must give what it says', () => {
    // @ts-expect-error: a number is no text
    db.function('f', { args: [], returns: 'text' }, () => 1)
    // @ts-expect-error: an iterable is wanted
    db.function('f', { args: [], returns: 'setof integer' }, () => 1)
    // @ts-expect-error: the column n is missing
    db.function('f', { args: [], returns: { n: 'integer' } }, () => [{ m: 1 }])
    db.function('f', { args: ['mood'], returns: 'mood' }, mood => mood)
  })
})

describe('an aggregate', () => {
  test('has a state of the type that start gives', () => {
    db.aggregate('a', {
      args: ['integer', 'text'],
      returns: 'text',
      start: () => [] as string[],
      step(state, n, text) {
        expectTypeOf(state).toEqualTypeOf<string[]>()
        expectTypeOf(n).toEqualTypeOf<number>()
        expectTypeOf(text).toEqualTypeOf<string>()
        state.push(text)
      },
      result: state => state.join(),
    })
  })
  test('sees nulls only when it is not strict', () => {
    db.aggregate('a', {
      args: ['integer'],
      returns: 'integer',
      strict: false,
      start: () => 0,
      step: (state, n) => {
        expectTypeOf(n).toEqualTypeOf<number | null>()
        return state + (n ?? 0)
      },
      result: state => state,
    })
  })
  test('has values as its options say', () => {
    db.aggregate('a', {
      args: ['bigint'],
      returns: 'bigint',
      bigint: 'bigint',
      start: () => 0n,
      step: (state, n) => {
        expectTypeOf(n).toEqualTypeOf<bigint>()
        return state + n
      },
      result: state => state,
    })
  })
})
