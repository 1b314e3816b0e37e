/** ORs whose parts have indexes: which are found by them, and that the rows are those of a whole scan. */

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync, type SqlDoor } from '../../../src/index.ts'
import { pausedRows } from '../support/paused.ts'
import { explained } from './explained.ts'

const ROWS = 20_000

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
})
afterEach(() => db.close())

describe('several indexes are used for', () => {
  beforeEach(() => {
    db.exec(`
      create table t (id int primary key, a int, b int not null, c text, d date, flag boolean, kind int);
      insert into t select i, i * 7919 % 5000, i * 104729 % 3000, 'name ' || i % 1000,
        '2024-01-01'::date + i % 400, i % 500 = 0, i % 3 from generate_series(1, ${ROWS}) i;
      create index t_a on t (a); create index t_b on t (b desc); create unique index t_c on t (c, id);
      create index t_d on t (d, kind); create index t_flag on t (flag) where flag;
      create index t_lower on t (lower(c));
      create index t_kind_a on t (kind, a); create index t_kind_b on t (kind, b); analyze`)
  })
  test.each([
    ['two columns', 'a = 5 or b = 7', [], 't_a: (a = 5), t_b: (b = 7)'],
    ['parameters', 'a = $1 or b = $2', [5, 7], 't_a: (a = $1), t_b: (b = $2)'],
    ['a parameter that is null', 'a = $1 or b = $2', [null, 7], 't_a: (a = $1), t_b: (b = $2)'],
    [
      'a range and a list',
      'a between 5 and 7 or b in (7, 9)',
      [],
      't_a: ((a >= 5) AND (a <= 7)), t_b: (b = ANY',
    ],
    [
      'the primary key',
      'id = 77 or id between 100 and 110 or a = 5',
      [],
      't_pkey: (id = 77), t_pkey: ((id >=',
    ],
    [
      'more than the index says',
      "a = 5 and c <> 'x' or b = 7 and c <> 'y'",
      [],
      't_a: (a = 5), t_b: (b = 7)',
    ],
    [
      'an AND around it',
      'kind = 1 and (a = 5 or b = 7)',
      [],
      't_kind_a: ((kind = 1) AND (a = 5)), t_kind_b: ((kind = 1) AND (b = 7))',
    ],
    ['a beginning', "c like 'name 99%' or a = 3", [], "t_c: (c ^@ 'name 99'::text), t_a: (a = 3)"],
    ['nulls', 'a is null or b = 7', [], 't_a: (a IS NULL), t_b: (b = 7)'],
    ['a partial index', 'flag or b = 7', [], 't_flag: '],
    [
      'an expression',
      "lower(c) = 'name 8' or b = 7",
      [],
      "t_lower: (lower(c) = 'name 8'::text), t_b: (b = 7)",
    ],
    [
      'an OR in a part',
      'kind = 1 and (a = 5 or b = 7) or id = 3',
      [],
      't_kind_a: ((kind = 1) AND (a = 5)), t_kind_b: ((kind = 1) AND (b = 7)), t_pkey: (id = 3)',
    ],
    [
      'ORs in all parts, of which none has an index itself',
      'length(c) = 8 and (a = 5 or b = 7) or length(c) = 7 and (a = 6 or d = $1)',
      ['2024-01-05'],
      't_a: (a = 5), t_b: (b = 7), t_a: (a = 6), t_d: (d = $1)',
    ],
    ['an OR in an OR', 'a = 1 or (b = 2 or (a = 3 or b = 4))', [], "t_a: (a = ANY ('{1,3}'"],
  ] as const)('%s', (_, condition, values, expected) => {
    const query = `select id, a, b, c, kind from t where ${condition}`
    const text = db.prepare(query).explain({ costs: false }, ...values)
    expect(text).toMatch(/^Index Or Scan on t\n/)
    expect(text).toContain(expected)
    using connection = db.connect()
    connection.exec('set enable_bitmapscan = off')
    expect(connection.prepare(query).explain({}, ...values)).not.toContain('Index Or')
    const rows = connection.query(`${query} order by id`, values)
    expect(rows.length).toBeGreaterThan(0)
    expect(db.query(`${query} order by id`, values)).toEqual(rows)
  })

  test('it reads the rows that it finds, and no others', () => {
    const analyzed = db
      .prepare('select sum(kind) from t where a = 5 or b = 7')
      .explain({ analyze: true, format: 'json' })
    const scan = JSON.stringify(analyzed)
    expect(scan).toMatch(/"Node Type":"Index Or Scan","Index Names":\["t_a","t_b"\]/)
    expect(scan).toMatch(/"Actual Rows":1[01]\b/)
    expect(scan).not.toContain('Rows Removed')
  })

  test('rows come in the order of the primary key', () => {
    const text = explained(db, 'select id from t where a = 5 or b = 7 order by id limit 3')
    expect(text).toMatch(/^Limit\n {2}-> {2}Index Or Scan/)
    expect(db.query('select id from t where a = 5 or b = 7 order by id limit 3')).toHaveLength(3)
  })

  test('the inner side of a join, row by row', () => {
    const join = 'select x.id, y.id as other from t x join t y on y.a = x.id or y.b = x.a where x.id < 20'
    expect(explained(db, join)).toMatch(
      /Index Or Scan on t y\n.*Index Cond: t_a: \(y\.a = x\.id\), t_b: \(y\.b = x\.a\)/,
    )
    using connection = db.connect()
    connection.exec('set enable_bitmapscan = off')
    const rows = connection.query(`${join} order by 1, 2`)
    expect(rows.length).toBeGreaterThan(50)
    expect(db.query(`${join} order by 1, 2`)).toEqual(rows)
    const lateral =
      'select x.id, n from t x, lateral (select count(*) n from t y where y.a = x.id or y.b = x.a) q where x.id < 9'
    expect(explained(db, lateral)).toContain('Index Or Scan')
    expect(db.query(`${lateral} order by 1`)).toEqual(connection.query(`${lateral} order by 1`))
  })

  test('the inner side of a join, of which a part is the same for all rows', () => {
    const join = 'select x.id, y.id as other from t x join t y on y.a = x.id or y.b = 5 where x.id < 20'
    expect(explained(db, join)).toMatch(
      /Index Or Scan on t y\n.*Index Cond: t_a: \(y\.a = x\.id\), t_b: \(y\.b = 5\)/,
    )
    using connection = db.connect()
    connection.exec('set enable_bitmapscan = off')
    const rows = connection.query(`${join} order by 1, 2`)
    expect(rows.length).toBeGreaterThan(150)
    expect(db.query(`${join} order by 1, 2`)).toEqual(rows)
  })

  test('pages of what it finds are read, and no others', () => {
    const query = 'select sum(kind) from t where a = 5 or b = 7'
    const pages = (door: SqlDoor) => {
      const text = door.prepare(query).explain({ analyze: true, buffers: true })
      return Number(/Buffers: shared hit=(\d+)/.exec(text)![1])
    }
    using connection = db.connect()
    connection.exec('set enable_bitmapscan = off')
    expect(pages(connection)).toBeGreaterThan(250)
    expect(pages(db)).toBeLessThan(60)
  })

  test('others have their turn while keys are gathered, also where the table changes then', () => {
    using connection = db.connect()
    connection.exec('set enable_seqscan = off')
    const query = 'select id, a, b from t where a between 0 and 900 or b between 0 and 500 or id = 1'
    expect(connection.prepare(query).explain()).toContain('Index Or Scan')
    const expected = connection.query(query)
    // Each entry is met, each key merged, each row read.
    const { rows, pauses } = pausedRows(connection, query, { rowMode: 'object' })
    expect(rows).toEqual(expected)
    expect(pauses).toBeGreaterThan(expected.length * 0.6)
    connection.exec('begin; update t set kind = 4 where id = 7')
    const changing = pausedRows<{ id: number }>(connection, query, { rowMode: 'object' }, pause => {
      if (pause % 50 === 0)
        connection.exec(`insert into t values (${100_000 + pause}, 5000 + ${pause}, 9000)`)
    })
    expect(changing.rows).toEqual(expected)
    connection.exec('rollback')
  })

  test('it hears while it gathers that it is to end', () => {
    using connection = db.connect()
    connection.exec('set enable_seqscan = off')
    const query = 'select count(*) from t where a >= 0 or b >= 0'
    expect(connection.prepare(query).explain()).toContain('Index Or Scan')
    const controller = new AbortController()
    const options = { signal: controller.signal }
    expect(() => pausedRows(connection, query, options, () => controller.abort())).toThrow(/cancel/i)
    expect(connection.query(query)).toEqual([{ count: ROWS }])
  })

  test('keys that are more than work_mem are not kept: the table is read', () => {
    using connection = db.connect()
    connection.exec("set enable_seqscan = off; set work_mem = '64kB'")
    const query = 'select count(*)::int n, sum(id)::int s from t where a < 2500 or b < 1500'
    const pages = () => {
      const text = connection.prepare(query).explain({ analyze: true, buffers: true })
      expect(text).toContain('Index Or Scan')
      return Number(/Buffers: shared hit=(\d+)/.exec(text)![1])
    }
    const withLittle = pages()
    const rows = connection.query(query)
    connection.exec('reset work_mem')
    expect(pages()).toBeGreaterThan(10 * withLittle)
    expect(connection.query(query)).toEqual(rows)
    expect(rows[0].n).toBeGreaterThan(10_000)
  })

  test('changes, which do not meet what they have changed', () => {
    const update = 'update t set a = a + 1, b = b + 1 where a between 5 and 7 or b between 7 and 9'
    expect(explained(db, update)).toContain('Index Or Scan')
    const count = db.query('select count(*)::int n from t where a between 5 and 7 or b between 7 and 9')[0].n
    expect(db.prepare(update).run().rowCount).toBe(count)
    expect(db.query('select sum(a)::int a, sum(b)::int b from t')).toEqual(
      db.query(
        `select (select sum(i * 7919 % 5000) from generate_series(1, ${ROWS}) i)::int + ${count} as a,
           (select sum(i * 104729 % 3000) from generate_series(1, ${ROWS}) i)::int + ${count} as b`,
      ),
    )
    const remove = 'delete from t where a = 100 or b = 100 or id = 1 returning id'
    expect(explained(db, remove)).toContain('Index Or Scan')
    const removed = db.query(remove)
    expect(removed.length).toBeGreaterThan(5)
    expect(db.query('select count(*)::int n from t')).toEqual([{ n: ROWS - removed.length }])
  })

  test.each([
    ['a part that no index helps', 'a = 5 or kind = 1'],
    ['most of the table', 'a > 100 or b > 100'],
    ['a part that is about another relation', 'a = 5 or exists (select 1 from t x where x.id = t.kind)'],
    ['a part that may give another value each time', 'a = 5 or b = (random() * 10)::int'],
  ])('%s: the table is read whole', (_, condition) => {
    expect(explained(db, `select * from t where ${condition}`)).toMatch(/^(Filter\n.*\n {2}-> {2})?Seq Scan/)
  })

  test('more than can be kept is read whole', () => {
    db.exec(
      `insert into t select i, i % 10, 0, null, null, false, 0 from generate_series(${ROWS + 1}, 160000) i`,
    )
    using connection = db.connect()
    connection.exec('set enable_seqscan = off')
    const query = 'select count(*)::int n, sum(id) s from t where a >= 0 and a <= 9 or b = 0'
    expect(connection.prepare(query).explain({ costs: false })).toContain('Index Or Scan')
    const [{ n }] = connection.query(query)
    expect(n).toBeGreaterThan(140_000)
    connection.exec('set enable_seqscan = on; set enable_indexscan = off')
    expect(connection.query(query)[0].n).toBe(n)
  })
})

// ------------------------------------------------------------------------------------------- at random

const small = fc.integer({ min: -2, max: 12 })
const text = fc.constantFrom("'a'", "'ab'", "'b'", "'B'", "''", 'null')
const part: fc.Arbitrary<string> = fc.oneof(
  small.map(n => `a = ${n}`),
  small.map(n => `b = ${n}`),
  fc.tuple(fc.constantFrom('<', '<=', '>', '>='), small).map(([op, n]) => `a ${op} ${n}`),
  fc.tuple(fc.constantFrom('<', '>='), small).map(([op, n]) => `b ${op} ${n}`),
  fc.tuple(small, small).map(([n, m]) => `b between ${n} and ${m}`),
  fc.array(small, { minLength: 1, maxLength: 4 }).map(list => `a in (${list})`),
  fc.array(small, { minLength: 1, maxLength: 3 }).map(list => `b = any ('{${list},null}'::int[])`),
  fc.constantFrom('a is null', 'a is not null', 'c is null', 'flag', 'not flag', 'flag is not true'),
  text.map(one => `c = ${one}`),
  text.map(one => `lower(c) = ${one}`),
  fc.constantFrom("c like 'a%'", "c like 'a_'", "c ^@ 'b'", "c > 'a'"),
  fc.tuple(small, small).map(([n, m]) => `k1 = ${n} and k2 = ${m}`),
  fc.tuple(small, small).map(([n, m]) => `k1 = ${n} and k2 > ${m}`),
  fc.tuple(small, small).map(([n, m]) => `(a = ${n} and b = ${m})`),
  fc.tuple(small, small).map(([n, m]) => `(b = ${n} and c is not null and k2 <> ${m})`),
)
const condition = fc
  .tuple(fc.array(part, { minLength: 2, maxLength: 4 }), fc.option(part), fc.boolean())
  .map(([parts, other, first]) => {
    const or = `(${parts.map(one => (one.includes(' and ') ? `(${one})` : one)).join(' or ')})`
    if (other === null) return or
    return first ? `(${other}) and ${or}` : `${or} and (${other})`
  })

const KEYS = ['primary key (k1, k2)', 'primary key (k2, k1)', 'unique (k1, k2)']
const INDEXES = [
  'create index on r (a)',
  'create index on r (a desc nulls last, b)',
  'create index on r (b) include (c)',
  'create index on r (b desc)',
  'create unique index on r (c, k1, k2)',
  'create index on r (c desc)',
  'create index on r (lower(c))',
  'create index on r (flag)',
  'create index on r (flag) where flag',
  'create index on r (a) where b > 3',
  'create index on r (b, a) where c is not null',
]

test('conditions, keys and indexes of any kind', () => {
  let used = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...KEYS),
      fc.uniqueArray(fc.constantFrom(...INDEXES), { minLength: 2, maxLength: 6 }),
      fc.array(condition, { minLength: 4, maxLength: 12 }),
      fc.integer({ min: 1, max: 150 }),
      fc.boolean(),
      (key, indexes, conditions, rows, isWritten) => {
        using database = openSync(':memory:')
        database.exec(`create table r (k1 int not null, k2 int not null, a int, b int not null, c text, flag boolean, ${key});
          ${indexes.join(';')};
          insert into r select i % 11, i / 11, nullif(i * 7 % 13, 12), i * 5 % 12,
            (array['a', 'ab', 'b', 'B', '', null])[i % 6 + 1], nullif(i % 3, 2)::boolean from generate_series(1, ${rows}) i;
          analyze`)
        using plain = database.connect()
        plain.exec('set enable_indexscan = off')
        using forced = database.connect()
        forced.exec('set enable_seqscan = off')
        // One writes, the other does the same after it was rolled back.
        const run = (door: SqlDoor) => {
          const given: unknown[] = []
          if (isWritten) {
            door.exec(
              "begin; update r set a = a + 1 where b < 4; insert into r values (50, 50, 3, 3, 'ab', true)",
            )
            given.push(door.query(`delete from r where ${conditions[0]} returning k1, k2`).length)
            given.push(door.query(`update r set b = b + 1, a = 5 where ${conditions[1]} returning *`).length)
          }
          for (const one of conditions) {
            given.push(door.query(`select * from r where ${one} order by k1, k2`))
            given.push(door.query(`select count(*), sum(b) from r where ${one}`))
          }
          if (isWritten) door.exec('rollback')
          return given
        }
        const expected = run(plain)
        expect(run(forced), conditions.join('; ')).toEqual(expected)
        for (const one of conditions) {
          if (forced.prepare(`select * from r where ${one}`).explain().includes('Index Or')) used++
        }
      },
    ),
    { numRuns: 120 },
  )
  expect(used).toBeGreaterThan(100)
})
