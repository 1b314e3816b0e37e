/** What JavaScript gives as parameters: what is taken, what is refused, and how the error says which one it was. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync, SqlError, t, table } from '../../../src/index.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
})
afterEach(() => db.close())

/** The error of a statement. */
function failure(text: string, ...parameters: readonly unknown[]): SqlError {
  try {
    db.query(text, parameters)
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
  throw new Error(`${text} did not fail`)
}

describe('a Date far away', () => {
  const end = new Date('9999-12-31T23:59:59.999Z')
  const day = new Date('9999-12-31T00:00:00Z')
  const early = new Date('0001-01-01T00:00:00.001Z')

  test('is the same value as the text that says it', () => {
    db.exec(`
      create table spans (id int primary key, ends timestamptz unique);
      insert into spans values (1, '9999-12-31 23:59:59.999+00'), (2, '9999-12-31 00:00:00+00'), (3, '0001-01-01 00:00:00.001+00')`)
    for (const [id, date] of [end, day, early].entries()) {
      expect(db.query('select id from spans where ends = $1', [date])).toEqual([{ id: id + 1 }])
      expect(db.query('select id from spans where ends in ($1, $2)', [date, null])).toEqual([{ id: id + 1 }])
      expect(db.query('select id from spans where ends + interval $2 = $1', [date, '0'])).toEqual([
        { id: id + 1 },
      ])
      expect(failure('insert into spans values (4, $1)', date).sqlstate).toBe('23505')
      expect(db.query('select count(*) from (select ends from spans union select $1) q', [date])).toEqual([
        { count: 3 },
      ])
    }
    db.query('update spans set ends = $1 where id = 2', [new Date(end.getTime() - 1)])
    expect(db.query('select ends::text from spans order by ends desc')).toEqual([
      { ends: '9999-12-31 23:59:59.999+00' },
      { ends: '9999-12-31 23:59:59.998+00' },
      { ends: '0001-01-01 00:00:00.001+00' },
    ])
  })

  test('is its own millisecond again, and the one in which its microseconds lie', () => {
    for (const date of [end, day, early, new Date('-004713-12-31T23:59:59.999Z'), new Date(8.64e15 - 1)]) {
      expect(db.query('select $1::timestamptz as at', [date])).toEqual([{ at: date }])
    }
    expect(db.query("select timestamptz '1500-01-01 00:00:00.000999+00' as at")).toEqual([
      { at: new Date('1500-01-01T00:00:00.000Z') },
    ])
  })

  test('is not one before all that PostgreSQL has', () => {
    const error = failure('select $1::timestamptz', new Date(-8.64e15))
    expect(error.sqlstate).toBe('22008')
    expect(error.fields.where).toBe('parameter $1')
  })

  test('in a table of TypeScript is the same in SQL', () => {
    const spans = table('spans', { columns: { id: t.i32, ends: t.date }, primaryKey: ['id'] })
    db.write(tx => {
      for (const [id, ends] of [end, day, early].entries()) tx.table(spans).put({ id, ends })
    })
    for (const [id, date] of [end, day, early].entries()) {
      expect(db.query('select id from spans where ends = $1', [date])).toEqual([{ id }])
      const text = date.toISOString()
      expect(db.query(`select id from spans where ends = timestamptz '${text}'`)).toEqual([{ id }])
      db.exec(`insert into spans values (${id + 10}, '${text}')`)
      expect(db.read(snap => snap.table(spans).get(id + 10)?.ends)).toEqual(date)
    }
    expect(db.query('select count(distinct ends) from spans')).toEqual([{ count: 3 }])
  })
})

describe('arrays', () => {
  test('of more dimensions than there are', () => {
    expect(db.query('select $1::int[] as a', [[[[[[[7]]]]]]])).toEqual([{ a: [[[[[[7]]]]]] }])
    const error = failure('select $1::int[]', [[[[[[[7]]]]]]])
    expect([error.sqlstate, error.primary]).toEqual([
      '54000',
      'number of array dimensions exceeds the maximum allowed (6)',
    ])
    const endless: unknown[] = []
    endless.push(endless)
    expect(failure('select $1::int[]', endless).sqlstate).toBe('54000')
  })
})

describe('objects', () => {
  beforeEach(() => db.exec('create type point as (x int, y int)'))

  test('whose content JSON does not see are refused, as the typed table refuses them', () => {
    for (const [value, given] of [
      [new Map([['a', 1]]), 'an object'],
      [new Set([1]), 'an object'],
      [{ found: /x/ }, 'an object'],
      [Number.NaN, 'NaN'],
      [{ deep: [{ x: Number.POSITIVE_INFINITY }] }, 'Infinity'],
      [[1, undefined], 'an array'],
    ] as const) {
      for (const type of ['json', 'jsonb']) {
        const error = failure(`select $1::${type}`, value)
        expect(error.sqlstate).toBe('22P02')
        expect(error.primary).toMatch(`parameter $1 is of type ${type}: it takes a value that JSON can hold`)
        expect(error.primary).toMatch(new RegExp(`given ${given}$`))
      }
    }
    const kept = { a: undefined, b: null, c: {}, d: new Date(0), e: -0, f: [null] }
    expect(db.query('select $1::jsonb as j', [kept])).toEqual([
      { j: { b: null, c: {}, d: '1970-01-01T00:00:00.000Z', e: 0, f: [null] } },
    ])
  })

  test('that have no fields are no rows', () => {
    for (const value of [new Map([['x', 1]]), new Set(), /x/]) {
      const error = failure('select $1::point', value)
      expect([error.sqlstate, error.primary]).toEqual([
        '22P02',
        'parameter $1 is of type point: it takes an object with the names of its fields, given an object',
      ])
    }
    expect(db.query('select $1::point as p', [{ y: 2 }])).toEqual([{ p: { x: null, y: 2 } }])
  })
})

test('an error of a text says which parameter it was, and leaves everything as it was', () => {
  db.exec(
    "create type mood as enum ('good'); create table t (id int primary key, m mood, tags int[], at date)",
  )
  const insert = 'insert into t values ($1, $2, $3, $4)'
  const wrong: readonly (readonly [readonly unknown[], string, number])[] = [
    [['x', 'good', [], null], '22P02', 1],
    [[1, 'bad', [], null], '22P02', 2],
    [[1, 'good', [1, '2', 'x'], null], '22P02', 3],
    [[1, 'good', [[1], [2, 3]], null], '2202E', 3],
    [[1, 'good', [], '2024-02-30'], '22008', 4],
    [[2 ** 31, 'good', [], null], '22003', 1],
    [[1, 'a\0b', [], null], '22021', 2],
  ]
  const statement = db.prepare(insert)
  for (const [values, sqlstate, number] of wrong) {
    for (let time = 1; time <= 3; time++) {
      const error = failure(insert, ...values)
      expect([error.sqlstate, error.fields.where]).toEqual([sqlstate, `parameter $${number}`])
      expect(() => statement.run(...values)).toThrow(error.primary)
    }
  }
  expect(db.query('select * from t')).toEqual([])
  statement.run(1, 'good', [1], '2024-02-29')
  expect(db.query('select * from t')).toEqual([{ id: 1, m: 'good', tags: [1], at: '2024-02-29' }])
})

test('what other clients take is refused by its name', () => {
  const door = db as unknown as Record<'query' | 'exec' | 'prepare' | 'sql', (...given: unknown[]) => unknown>
  using connection = db.connect()
  for (const text of [{ text: 'select $1', values: [1] }, undefined, null, 5]) {
    for (const ask of [
      () => door.query(text),
      () => door.exec(text),
      () => door.prepare(text),
      () => connection.execute(text as unknown as string),
      () => connection.copyIn(text as unknown as string),
      () => connection.copyOut(text as unknown as string),
    ]) {
      expect(ask).toThrow(
        expect.objectContaining({
          code: 'INVALID_OPTION',
          message: expect.stringContaining("a statement's text: expected a string, got "),
        }),
      )
    }
  }
  expect(() => door.sql('select 1')).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: 'sql`…`: expected a template (without parentheses), got string',
    }),
  )
  expect(() => door.exec('select 1', [1])).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: 'options: expected an object, got an array',
    }),
  )
  expect(() => door.query('select 1', [], null)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: 'options: expected an object, got null' }),
  )
})

test('who writes parameters as elsewhere is told how they are written here', () => {
  for (const [text, ...parameters] of [
    ['select 1 where 1 = ?', 1],
    ['select 1 where (1 = ?)', 1],
    ['select 1 where 1 = ? and true', 1],
    ['select 1 where 1 = :id', 1],
    ['select 1 where 1 = @id', 1],
    ['select $1::int'],
  ] as const) {
    expect([text, failure(text, ...parameters).fields.hint]).toEqual([
      text,
      'Parameters are written $1, $2, …, and their values are given in this order.',
    ])
  }
  expect(failure('select * form users').fields.hint).toBeUndefined()
})

test('a value of another kind is refused by saying what the type takes', () => {
  for (const [type, given, expected] of [
    ['text', () => 1, 'text'],
    ['text', { a: 1 }, 'text'],
    ['integer', Symbol('x'), 'a number, a bigint or its text'],
    ['integer', [1], 'a number, a bigint or its text'],
    ['boolean', 1, 'a boolean or its text'],
    ['bytea', 1, 'a Uint8Array or its text'],
    ['timestamptz', 1, 'a Date or its text'],
    ['integer[]', 1, 'an array or its text'],
  ] as const) {
    expect(failure(`select $1::${type}`, given).primary).toContain(
      `parameter $1 is of type ${type === 'timestamptz' ? 'timestamp with time zone' : type}: it takes ${expected}, given `,
    )
  }
})

test('a result that a function gives as text, and that is none of its type, is named', () => {
  db.function('bad', { args: [], returns: 'integer' }, () => 'x' as unknown as number)
  expect(failure('select bad()').fields.where).toBe('the result of function bad()')
})
