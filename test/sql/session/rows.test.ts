/** Rows on their way out, and single rows by key: the short ways give what the long ones give. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync, SqlError } from '../../../src/index.ts'
import { codeGeneration } from '../../../src/table/codegen.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
})
afterEach(() => db.close())

describe.each([true, false])('rows, with code generated: %s', isEnabled => {
  const before = codeGeneration.enabled
  beforeEach(() => {
    codeGeneration.enabled = isEnabled
  })
  afterEach(() => {
    codeGeneration.enabled = before
  })

  test('are the same from the first to the last', () => {
    const text = `select n as "a b", n::numeric / 2 as half, n + 1 as next, nullif(n % 3, 0) as rest, '{1,2}'::int[] as list
      from generate_series(1, 200) as g(n)`
    const rows = db.query(text)
    const arrays = db.query<unknown[]>(text, [], { rowMode: 'array' })
    for (let n = 1; n <= 200; n++) {
      expect(rows[n - 1]).toEqual({
        'a b': n,
        half: expect.stringMatching(/^\d+\.\d+$/),
        next: n + 1,
        rest: n % 3 === 0 ? null : n % 3,
        list: [1, 2],
      })
      expect(Number(rows[n - 1].half)).toBe(n / 2)
      expect(arrays[n - 1]).toEqual(Object.values(rows[n - 1]))
    }
  })

  test('have a property for every name, and of columns of one name the last', () => {
    const rows = db.query(
      'select n as "__proto__", n as "constructor", 1 as x, 2 as x from generate_series(1, 100) as g(n)',
    )
    for (const [i, row] of rows.entries()) {
      expect(Object.keys(row)).toEqual(['__proto__', 'constructor', 'x'])
      expect(Object.values(row)).toEqual([i + 1, i + 1, 2])
      expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
    }
  })

  test('of one statement with other options are other rows', () => {
    const text = 'select n::int8 as n from generate_series(1, 100) as g(n)'
    for (let round = 0; round < 2; round++) {
      expect(db.query(text)[99]).toEqual({ n: 100 })
      expect(db.query(text, [], { bigint: 'bigint' })[99]).toEqual({ n: 100n })
      expect(db.query(text, [], { rowMode: 'array', bigint: 'string' })[99]).toEqual(['100'])
    }
  })

  test('of a statement that is open twice do not mix', () => {
    const statement = db.prepare<{ n: number }>('select n from generate_series($1::int, $1 + 99) as g(n)')
    const first = statement.iterate(1)
    const second = statement.iterate(1001)
    for (let n = 0; n < 100; n++) {
      expect(first.next().value).toEqual({ n: 1 + n })
      expect(second.next().value).toEqual({ n: 1001 + n })
    }
    expect(first.next().done).toBe(true)
  })
})

describe('a row by its key', () => {
  beforeEach(() => {
    db.exec(`create table points (a int, b text, c numeric, primary key (a, b));
      insert into points values (1, 'x', 1.5), (1, 'y', 2.5), (2147483647, 'z', 3.5);
      create table numbers (id smallint primary key, big bigint);
      insert into numbers values (-32768, 1), (0, 2), (32767, 9007199254740993)`)
  })

  test('is found by all of the key, and filtered by the rest', () => {
    const statement = db.prepare('select c, b, a from points where a = $1 and b = $2 and c > $3')
    expect(statement.all(1, 'y', 2)).toEqual([{ c: '2.5', b: 'y', a: 1 }])
    expect(statement.get(1, 'y', 3)).toBeUndefined()
    expect(statement.get(1, 'w', 0)).toBeUndefined()
    expect(statement.get(2147483647, 'z', 0)).toEqual({ c: '3.5', b: 'z', a: 2147483647 })
  })

  test('is not found by null, nor by what the column cannot hold', () => {
    const statement = db.prepare('select big from numbers where id = $1::int8')
    expect(statement.get(null)).toBeUndefined()
    expect(statement.get(32768)).toBeUndefined()
    expect(statement.get(-32769)).toBeUndefined()
    expect(statement.get(2n ** 62n)).toBeUndefined()
    expect(statement.get(32767)).toEqual({ big: 9007199254740993n })
    expect(statement.get(-0)).toEqual({ big: 2 })
  })

  test('has a parameter that its type holds', () => {
    const statement = db.prepare('select id from numbers where id = $1::smallint')
    expect(() => statement.get(32768)).toThrow(SqlError)
    expect(() => statement.get(1.5)).toThrow(SqlError)
    expect(statement.get(-32768)).toEqual({ id: -32768 })
  })

  test('is that of the state at hand, whatever has changed since', () => {
    const statement = db.prepare('select * from points where a = 1 and b = $1')
    expect(statement.get('x')).toEqual({ a: 1, b: 'x', c: '1.5' })
    using snapshot = db.read()
    const then = snapshot.prepare('select * from points where a = 1 and b = $1')
    expect(then.get('x')).toEqual({ a: 1, b: 'x', c: '1.5' })
    db.exec(`update points set c = 7 where a = 1 and b = 'x'; alter table points add column d int default 4`)
    expect(statement.get('x')).toEqual({ a: 1, b: 'x', c: '7', d: 4 })
    expect(then.get('x')).toEqual({ a: 1, b: 'x', c: '1.5' })
    db.exec('truncate points')
    expect(statement.get('x')).toBeUndefined()
    db.exec(
      `drop table points; create table points (b text, a int, primary key (a, b)); insert into points values ('x', 1)`,
    )
    expect(statement.get('x')).toEqual({ b: 'x', a: 1 })
  })

  test('is looked up anew for each row of a join', () => {
    expect(
      db.query('select n, big from generate_series(-1, 1) as g(n) left join numbers on id = n order by n'),
    ).toEqual([
      { n: -1, big: null },
      { n: 0, big: 2 },
      { n: 1, big: null },
    ])
  })

  test('is seen in a transaction as it has changed it', () => {
    db.write(tx => {
      const statement = tx.prepare('select big from numbers where id = 0')
      expect(statement.get()).toEqual({ big: 2 })
      tx.exec('update numbers set big = 3 where id = 0')
      expect(statement.get()).toEqual({ big: 3 })
      tx.exec('delete from numbers where id = 0')
      expect(statement.get()).toBeUndefined()
    })
  })
})
