/**
 * Statements that are meant to break the engine: deep, long, huge, endless, or not text at all. Each has PostgreSQL's answer or
 * error, in time, and what comes after it works.
 */

import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { openSync, SqlError } from '../../../src/index.ts'

const db = openSync(':memory:')
db.exec("create table t (a int, b text); insert into t values (1, 'x')")
afterAll(() => db.close())
afterEach(() => expect(db.query('select a, b from t')).toEqual([{ a: 1, b: 'x' }]))

/** The only value of the only row, or the SQLSTATE. */
function answer(text: string, parameters: readonly unknown[] = [], timeoutMs = 20_000): unknown {
  try {
    const rows = db.query<unknown[]>(text, parameters, { rowMode: 'array', timeoutMs })
    return rows[0]?.[0]
  } catch (error) {
    if (error instanceof SqlError) return error.sqlstate
    throw error
  }
}

const list = (count: number, item: (i: number) => string, separator: string): string =>
  Array.from({ length: count }, (_, i) => item(i)).join(separator)
const nested = (count: number, open: string, inner: string, close: string): string =>
  open.repeat(count) + inner + close.repeat(count)

describe('long and deep statements', () => {
  const cases: readonly (readonly [string, string, unknown])[] = [
    ['5,000 terms', `select ${list(5000, () => '1', '+')}`, 5000],
    ['5,000 terms of a column', `select ${list(5000, () => 'a', '+')} from t`, 5000],
    // The parser's own limit, as PGlite's.
    ['50,000 terms', `select ${list(50_000, () => '1', '+')}`, '54001'],
    ['10,000 alternatives', `select a from t where ${list(10_000, i => `a = ${i}`, ' or ')}`, 1],
    ['10,000 conditions', `select a from t where ${list(10_000, () => 'a = 1', ' and ')}`, 1],
    ['a list of 50,000', `select a from t where a in (${list(50_000, String, ',')})`, 1],
    ['1,000 parentheses', `select ${nested(1000, '(', '1', ')')}`, 1],
    ['1,000 nested sums', `select ${nested(1000, '1+(', '1', ')')}`, 1001],
    ['1,000 nested calls', `select ${nested(1000, 'abs(', '-1', ')')}`, 1],
    ['1,000 times NOT', `select ${nested(1000, 'not ', 'true', '')}`, true],
    ['1,000 nested CASEs', `select ${nested(1000, 'case when true then ', '1', ' end')}`, 1],
    ['500 nested subqueries', `select ${nested(500, '(select ', '1', ')')}`, 1],
    ['500 nested tables', `select a from ${nested(500, '(select * from ', 't', ') q')}`, 1],
    ['1,000 unions', `select count(*) from (${list(1000, () => 'select 1', ' union all ')}) q`, 1000],
    [
      '300 common tables',
      `with ${list(300, i => `c${i} as (select a from ${i === 0 ? 't' : `c${i - 1}`})`, ',')} select a from c299`,
      1,
    ],
    [
      '40 joined tables',
      `select count(*) from ${list(40, i => `t t${i}`, ',')} where ${list(39, i => `t${i}.a = t${i + 1}.a`, ' and ')}`,
      1,
    ],
    ['20,000 rows of VALUES', `select count(*) from (values ${list(20_000, i => `(${i})`, ',')}) v`, 20_000],
    ['1,664 columns', `select ${list(1664, String, ',')}`, 0],
    ['1,665 columns', `select ${list(1665, String, ',')}`, '54011'],
    ['10,000 parentheses', `select ${nested(10_000, '(', '1', ')')}`, '42601'],
    ['10,000 nested calls', `select ${nested(10_000, 'abs(', '1', ')')}`, '42601'],
    ['10,000 times minus', `select ${nested(10_000, '- ', '1', '')}`, '42601'],
    ['5,000 nested CASEs', `select ${nested(5000, 'case when true then ', '1', ' end')}`, '42601'],
    ['3,000 nested subqueries', `select ${nested(3000, '(select ', '1', ')')}`, '54001'],
    ['5,000 nested comments', `select ${nested(5000, '/*', '', '*/')} 1`, 1],
    ['arrays of 7 dimensions', `select ${nested(7, 'array[', '1', ']')}`, '54000'],
  ]
  test.each(cases)('%s', (_, text, expected) => {
    expect(answer(text)).toEqual(expected)
  })

  test('65,535 parameters', () => {
    const values = Array.from({ length: 65_535 }, (_, i) => i)
    expect(answer(`select a from t where a in (${values.map(i => `$${i + 1}`).join(',')})`, values)).toBe(1)
    expect(answer('select $65536::int', [...values, 0])).toBe('42P02')
    expect(answer('select $99999999999::int', [1])).toBe('42601')
  })

  test('10 MB in one literal, and in one parameter', () => {
    const large = 'x'.repeat(10_000_000)
    expect(answer(`select length('${large}')`)).toBe(10_000_000)
    expect(answer('select length($1)', [large])).toBe(10_000_000)
  })
})

describe('text that is none', () => {
  test.each([
    ['NUL in a statement', "select 'a\0b'", [], '22021'],
    ['NUL in a parameter', 'select $1::text', ['a\0b'], '22021'],
    ['NUL as a character', 'select chr(0)', [], '54000'],
    ['NUL in jsonb', `select '"\\u0000"'::jsonb`, [], '22P05'],
    ['half a character in a statement', "select '\ud800'", [], '22021'],
    ['half a character in a parameter', 'select $1::text', ['\ud800'], '22021'],
    ['half a character as an escape', "select U&'\\D800'", [], '42601'],
  ] as const)('%s', (_, text, parameters, expected) => {
    expect(answer(text, parameters)).toBe(expected)
  })
  test('what looks like SQL stays a value', () => {
    const text = "'; drop table t; --"
    expect(answer('select $1::text', [text])).toBe(text)
    expect(db.sql<{ b: string }>`select ${text}::text as b`.get()).toEqual({ b: text })
  })
})

describe('patterns that blow up', () => {
  test.each([
    ['(a+)+$', `${'a'.repeat(40)}b`, false],
    ['^(a*)*b$', 'a'.repeat(5000), false],
    ['^(a*)*\\1b$', 'a'.repeat(40), false],
    ['^(a|aa)+$', `${'a'.repeat(20_000)}b`, false],
    ['a{300}', 'a', '2201B'],
    ['(a{255}){255}', 'a', '2201B'],
    [nested(5000, '(', 'a', ')'), 'a', '2201B'],
  ])('%.30s', (pattern, text, expected) => {
    const startMs = Date.now()
    expect(answer('select $1 ~ $2', [text, pattern], 10_000)).toBe(expected)
    expect(Date.now() - startMs).toBeLessThan(5000)
  })
  test('LIKE and SIMILAR TO', () => {
    expect(answer(`select $1 like '${'%a'.repeat(20)}%b'`, ['a'.repeat(5000)], 10_000)).toBe(false)
    expect(answer("select $1 similar to '(a|b|ab)*c'", ['ab'.repeat(10_000)], 10_000)).toBe(false)
  })
})

describe('values that are too large', () => {
  test.each([
    ["select length(repeat('x', 2000000000))", '54000'],
    ["select length(lpad('x', 2000000000))", '54000'],
    ["select repeat('x', -1)", ''],
    ['select array_fill(0, array[100000, 100000])', '54000'],
    ["select ('{1}'::int[])[2000000000]", null],
    ['select factorial(1000000)', '22003'],
    ['select 9.999999::numeric ^ 99999999', '22003'],
    ['select 2147483647 + 1', '22003'],
    ['select 9223372036854775807 + 1', '22003'],
    ['select 1 / 0', '22012'],
    ["select date '2024-02-30'", '22008'],
    ["select interval '999999999999 years'", '22015'],
    ["select timestamp '294276-12-31' + interval '1000 years'", '22008'],
  ])('%s', (text, expected) => {
    expect(answer(text)).toBe(expected)
  })
  test('a text that doubles until it is too long', () => {
    const text = `with recursive r(n, s) as (select 1, 'xxxxxxxxxx' union all select n + 1, s || s from r where n < 40)
      select max(length(s)) from r`
    expect(answer(text)).toBe('54000')
  })
  test('nested values', () => {
    const deep = nested(100_000, '[', '', ']')
    expect(answer('select $1::text::jsonb', [deep])).toBe('54001')
    expect(answer('select $1::text::json', [deep])).toBe('54001')
    expect(answer('select $1::text::jsonpath', [nested(20_000, '(', '1', ')')])).toBe('54001')
  })
})

describe('what would never end is ended', () => {
  const series = (name: string, rows = 5_000_000): string => `generate_series(1, ${rows}) ${name}`
  test.each([
    ['a scan', `select count(*) from ${series('a', 2_000_000_000)}`],
    ['a cross join', `select count(*) from ${series('a')}, ${series('b')}`],
    ['a hash join', `select count(*) from ${series('a')} join ${series('b')} on a = b`],
    ['a sort', `select a from ${series('a')} order by md5(a::text)`],
    ['a union', `select a from ${series('a')} union select b from ${series('b')}`],
    ['EXCEPT', `select a from ${series('a')} except select 1`],
    ['DISTINCT in an aggregate', `select count(distinct a) from ${series('a')}`],
    ['groups', `select a, count(*) from ${series('a')} group by a`],
    ['a window', `select sum(a) over (order by a rows 1000 preceding) from ${series('a', 500_000)}`],
    [
      'a window of frames that start anew',
      `select max(a) over (order by a rows 100000 preceding) from ${series('a', 300_000)}`,
    ],
    ['a correlated subquery', `select (select count(*) from ${series('b')} where b > a) from ${series('a')}`],
    ['a recursion', 'with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r'],
    ['an insert', `insert into t select a from ${series('a')}`],
    [
      'an update',
      `update t set a = q.n from (select count(*)::int as n from ${series('x')}, ${series('y')}) q`,
    ],
    ['a new table', `create table n as select a from ${series('a')}, ${series('b')}`],
  ])('%s', (_, text) => {
    const startMs = Date.now()
    expect(answer(text, [], 100)).toBe('57014')
    expect(Date.now() - startMs).toBeLessThan(5000)
  })
})

describe('in a transaction', () => {
  test('a statement that breaks undoes itself only, or all when SQL began it', () => {
    db.write(tx => {
      tx.exec('create table w (a int)')
      expect(() => tx.query(`select ${list(50_000, () => '1', '+')}`)).toThrow('stack depth')
      expect(() => tx.query('insert into w select 1 / (3 - n) from generate_series(1, 3) n')).toThrow(
        'division by zero',
      )
      expect(tx.query('select * from w')).toEqual([])
      tx.exec('drop table w')
    })
    using connection = db.connect()
    connection.exec('begin; create table w (a int)')
    expect(() => connection.query(`select ${nested(10_000, '(', '1', ')')}`)).toThrow('memory exhausted')
    expect(() => connection.query('select 1')).toThrow('current transaction is aborted')
    connection.exec('rollback')
    for (const wrong of [
      'rollback to nowhere',
      'release nowhere',
      'execute nothing',
      'set statement_timeout = nonsense',
    ]) {
      connection.exec('begin')
      expect(() => connection.query(wrong)).toThrow()
      expect(() => connection.query('select 1'), wrong).toThrow('current transaction is aborted')
      connection.exec('rollback')
    }
    expect(connection.query("select to_regclass('w') as w")).toEqual([{ w: null }])
  })
})
