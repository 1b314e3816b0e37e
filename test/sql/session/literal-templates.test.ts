/** Texts that differ in their literals alone are compiled once, and mean what they mean by themselves. */

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runs } from '../../../props/scale.ts'
import { Database } from '../../../src/database/database.ts'
import { memoryStorage } from '../../../src/io/memory-storage.ts'
import { SqlEngine } from '../../../src/sql/session/engine.ts'
import { SHAPES_MAX } from '../../../src/sql/session/literal-templates.ts'
import { Store } from '../../../src/store/store.ts'

const TABLES = `
  create type mood as enum ('sad', 'ok', 'happy');
  create domain positive as int check (value > 0);
  create table t (
    id int primary key, name text, small smallint, big bigint, price numeric(8, 2), free numeric, short varchar(5), code char(4),
    f4 float4, f8 float8, day date, at timestamptz, plain timestamp(0), span interval minute, ok boolean, tags text[], data jsonb, m mood,
    p positive, u uuid, bytes bytea);
  create unique index on t (name);
  create table pair (a int, b text, c int, primary key (a, b));
  insert into t (id, name, small, big, price, f8) select g, 'n' || g, g, g * 1000000000::bigint, g + 0.25, g / 4.0 from generate_series(1, 20) g;
  insert into pair select g / 3, 'b' || g % 3, g from generate_series(1, 30) g`

function newDatabase(): Database {
  const db = new Database(Store.open(memoryStorage(), ':memory:'))
  db.exec(TABLES)
  return db
}

/** What a statement answers, or how it fails: where, too. */
function outcomeOf(db: { query(text: string): unknown }, text: string): unknown {
  try {
    return { rows: db.query(text) }
  } catch (error) {
    const { sqlstate, primary, position, fields } = error as Record<string, unknown> & { fields?: object }
    return { sqlstate, primary, position, fields }
  }
}

/** The same statement where no template can be used. */
const alone = (text: string) => `${text}/**/`

let db: Database
beforeEach(() => {
  db = newDatabase()
})
afterEach(() => {
  vi.restoreAllMocks()
  db.close()
})

/** How many statements are compiled while the texts run. */
function compiledFor(texts: readonly string[]): number {
  const compile = vi.spyOn(SqlEngine.prototype, 'compileAlone')
  for (const text of texts) db.query(text)
  return compile.mock.calls.length
}
const numbered = (make: (i: number) => string) => Array.from({ length: 30 }, (_, i) => make(i + 1))

describe('statements that differ in their literals are compiled once', () => {
  test.each<[string, (i: number) => string]>([
    ['a row by its key', i => `select * from t where id = ${i}`],
    ['a row by a unique index', i => `select id from t where name = 'n${i}'`],
    ['a row by a key of two columns', i => `select c from pair where a = ${i} and b = 'b${i % 3}' limit 1`],
    ['a change of a row', i => `update t set big = big + ${i}, name = 'x${i}', f8 = ${-i} where id = ${i}`],
    ['a removal', i => `delete from t where id = ${i}`],
    [
      'a row of many types',
      i => `insert into t (id, name, big, price, short, code, f8, day, at, ok, data) values
      (${i + 100}, 'it''s ${i}', ${i}, ${i}.125, 's${i}', 'c${i}', ${i}.5, '2024-02-${10 + (i % 9)}', '2024-01-01 10:00:${10 + i}+01', true, '{"a": ${i}}')`,
    ],
    ['several rows', i => `insert into pair values (${i + 100}, 'a', ${i}), (${i + 100}, 'b', ${-i})`],
    [
      'an upsert',
      i =>
        `insert into pair values (${i}, 'b1', 1) on conflict (a, b) do update set c = pair.c + ${i} returning c, 'r${i}'`,
    ],
  ])('%s', (_, make) => {
    // Two texts by themselves, and then the template once: twice where it is tried with types as they are written.
    expect(compiledFor(numbered(make))).toBeLessThanOrEqual(2 * 2 + 2 * 2)
    const again = newDatabase()
    const other = newDatabase()
    for (const text of numbered(make)) {
      expect([text, outcomeOf(again, text)]).toEqual([text, outcomeOf(other, alone(text))])
    }
    again.close()
    other.close()
  })

  test('and parsed once', () => {
    const parse = vi.spyOn(SqlEngine.prototype, 'parse')
    compiledFor(numbered(i => `select name from t where id = ${i}`))
    expect(parse).toHaveBeenCalledTimes(2)
  })
})

test('the statements of a script that differ in their literals are compiled once, and say where they are wrong', () => {
  const insert = (i: number, a: string) => `insert into pair values (${a}, 'it''s', ${i});`
  const script = numbered(i => insert(i, String(i + 200))).join('\n')
  const compile = vi.spyOn(SqlEngine.prototype, 'compileAlone')
  db.exec(script)
  expect(compile.mock.calls.length).toBeLessThanOrEqual(2 * 2 + 2 * 2)
  expect(db.query('select count(*), sum(c) from pair where a > 200')).toEqual([{ count: 30, sum: 465 }])
  const wrong = `${numbered(i => insert(i, String(i + 300))).join('\n')}\n${insert(1, "'abc'")}`
  expect(() => db.exec(wrong)).toThrow(
    expect.objectContaining({ sqlstate: '22P02', position: wrong.indexOf("'abc'") }),
  )
  const late = numbered(i => `select 10 / ${i === 29 ? 0 : i} from pair where a = 1 and b = 'b${i}';`).join(
    '\n',
  )
  expect(outcomeOf({ query: text => db.exec(text) }, late)).toEqual(
    outcomeOf({ query: text => db.exec(text) }, late.replaceAll(';', '/**/;')),
  )
})

describe('statements that mean something else with parameters are not', () => {
  test.each<[string, (i: number) => string]>([
    [
      'a number of a column to order by',
      i => `select id, name from t where id = ${i} order by ${1 + (i % 2)}`,
    ],
    ['a type in front', i => `select date '2024-01-${10 + i}' from t where id = 1`],
    ['a length of a type', i => `select name::varchar(${1 + (i % 3)}) from t where id = ${i}`],
    [
      'groups by what is selected',
      i => `select id + ${i % 2}, count(*) from t where id = 3 group by id + ${i % 2}`,
    ],
    ['many rows', i => `select count(*) from t where f8 > ${i}`],
  ])('%s', (_, make) => {
    const reference = newDatabase()
    for (const text of numbered(make)) {
      expect([text, outcomeOf(db, text)]).toEqual([text, outcomeOf(reference, alone(text))])
    }
    reference.close()
  })

  test('a row under a cursor', () => {
    using connection = db.connect()
    connection.exec('begin; declare c cursor for select id from t order by id')
    for (let i = 1; i <= 6; i++) {
      connection.query('fetch c')
      connection.query(`update t set name = 'current ${i}' where current of c`)
    }
    connection.exec('commit')
    expect(db.query("select id, name from t where name like 'current%' order by id")).toEqual(
      Array.from({ length: 6 }, (_, i) => ({ id: i + 1, name: `current ${i + 1}` })),
    )
  })
})

describe('a template', () => {
  const select = (i: number) => `select * from t where id = ${i}`

  test('follows the definitions: a column that was added is there, and one that changed its type is read anew', () => {
    for (let i = 1; i < 10; i++) db.query(select(i))
    db.exec('alter table t add column extra int default 7')
    expect(db.query(select(11))).toEqual([expect.objectContaining({ id: 11, extra: 7 })])
    db.exec("alter table pair add column d text default 'd'")
    for (let i = 1; i < 6; i++) db.query(`update pair set d = ${"'"}v${i}' where a = ${i} and b = 'b1'`)
    db.exec('alter table pair alter column c type text using c::text || 5')
    expect(db.query("select c from pair where a = 7 and b = 'b1'")).toEqual([{ c: '225' }])
    db.exec('drop table t')
    expect(outcomeOf(db, select(12))).toMatchObject({ sqlstate: '42P01', position: 14 })
  })

  test('is another one where a name means something else', () => {
    db.exec(
      "create schema s; create table s.t (id text primary key, w int); insert into s.t values ('15', 1)",
    )
    for (let i = 1; i < 10; i++) db.query(select(i))
    using connection = db.connect()
    connection.exec('set search_path = s')
    expect(outcomeOf(connection, select(15))).toMatchObject({ sqlstate: '42883' })
    for (let i = 1; i < 20; i++) {
      const text = `select w from t where id = '${i}'`
      expect(connection.query(text)).toEqual(i === 15 ? [{ w: 1 }] : [])
    }
    expect(db.query(select(16))).toHaveLength(1)
  })

  test('is not used for a text that comes again: what is kept for that is quicker', () => {
    for (let i = 1; i < 10; i++) db.query(select(i))
    const parse = vi.spyOn(SqlEngine.prototype, 'parse')
    for (let n = 0; n < 5; n++) db.query(select(10))
    expect(parse).toHaveBeenCalledTimes(1)
  })

  test.each([
    [
      'the select list',
      (i: number) => `select ${i}, id / ${10 ** i}, mod(id, 0) as zero from t where id = ${i}`,
    ],
    ['a condition', (i: number) => `select id from t where id = ${i} and ${10 ** i} > 0 and mod(id, 0) = 1`],
    ['RETURNING', (i: number) => `update t set f8 = ${10 ** i} where id = ${i} returning mod(id, 0)`],
    ['a value', (i: number) => `update t set f8 = ${10 ** i}, small = mod(id, 0) where id = ${i}`],
  ])('says where an error is in its text: in %s', (_, make) => {
    for (let i = 1; i < 7; i++) {
      const text = make(i)
      expect(outcomeOf(db, text)).toMatchObject({ sqlstate: '22012', position: text.indexOf('mod') })
    }
  })

  test('fails a transaction as the statement does', () => {
    using connection = db.connect()
    connection.exec('begin')
    for (let i = 1; i < 6; i++) connection.query(`insert into pair values (${i + 50}, 'x', ${i})`)
    expect(outcomeOf(connection, "insert into pair values (51, 'x', 1)")).toMatchObject({ sqlstate: '23505' })
    expect(outcomeOf(connection, "insert into pair values (99, 'x', 1)")).toMatchObject({ sqlstate: '25P02' })
    connection.exec('rollback')
    expect(db.query('select * from pair where a > 50')).toEqual([])
  })

  test.each([
    ['a query', (i: number) => `select id, name from t where id = ${i} order by 1`],
    ['a query of many rows', (i: number) => `select count(*) from t where id > ${i}`],
    ['a change of many rows', (i: number) => `update t set f8 = 1 where f8 > ${i}`],
  ])('that cannot be leaves its transaction as it is: %s', (_, make) => {
    using connection = db.connect()
    connection.exec("begin; insert into pair values (500, 'x', 1)")
    for (let i = 1; i < 8; i++) connection.query(make(i))
    connection.exec('commit')
    expect(db.query('select c from pair where a = 500')).toEqual([{ c: 1 }])
  })

  test('sees what its transaction has changed, the definitions among it', () => {
    using connection = db.connect()
    connection.exec('begin')
    for (let i = 1; i < 6; i++) connection.query(select(i))
    connection.exec('alter table t rename column name to title')
    expect(connection.query(select(6))).toEqual([expect.objectContaining({ title: 'n6' })])
    connection.exec('rollback')
    expect(db.query(select(7))).toEqual([expect.objectContaining({ name: 'n7' })])
  })

  test('reads, and does not write, in a snapshot', () => {
    for (let i = 1; i < 6; i++) db.query(`delete from pair where a = ${i} and b = 'b1'`)
    db.read(snap => {
      expect(() => snap.query("delete from pair where a = 7 and b = 'b1'")).toThrow(
        expect.objectContaining({ code: 'READ_ONLY_TRANSACTION' }),
      )
    })
  })

  test('is one of a bounded number', () => {
    for (let n = 0; n < SHAPES_MAX + 50; n++) {
      for (let i = 1; i < 5; i++) db.query(`select id as c${n} from t where id = ${i}`)
    }
    expect(db.query('select id as c1 from t where id = 6')).toEqual([{ c1: 6 }])
  })
})

// ------------------------------------------------------------------------------------------------ at random

const integer = fc.oneof(
  fc.integer({ min: -3, max: 30 }).map(String),
  fc.constantFrom(
    '2147483647',
    '-2147483648',
    '2147483648',
    '32768',
    '-32769',
    '0',
    '-0',
    '007',
    '9007199254740993',
    '99999999999999999999',
  ),
)
const decimal = fc.constantFrom('0.5', '1.50', '-2.125', '1234567.895', '0.0000001', '-0.0', '99999999.999')
const string = fc
  .oneof(
    fc.constantFrom(
      '',
      'n1',
      'n20',
      "it''s",
      'b0',
      'b1',
      'sad',
      'happy',
      'nobody',
      '2024-02-30',
      '2024-02-29',
      'now',
      'infinity',
      '12:00',
      '5',
      '-7',
      ' 8 ',
      '1e3',
      'NaN',
      '{a,b}',
      '{"a": [1, 2]}',
      '{',
      'true',
      'f',
      'maybe',
      '00000000-0000-0000-0000-000000000000',
      '\\x00ff',
      'longer than five',
      'ab   ',
      'é\u{1f600}',
      '90 minutes',
      '2024-01-01 10:00:00.9999999+02',
    ),
    fc.string({ maxLength: 6 }).map(s => s.replaceAll("'", "''").replaceAll(/[\p{C}]/gu, '')),
  )
  .map(s => `'${s}'`)
const any = fc.oneof({ weight: 3, arbitrary: integer }, decimal, { weight: 3, arbitrary: string })

/** Statements with holes; `#` any literal. */
const FRAMES = [
  'select * from t where id = #',
  'select id, # as x from t where name = #',
  'select id, big + #, price * #, name || # from t where id = #',
  'select a, c from pair where a = # and b = # order by 1 limit #',
  'select # = id, # < f8, coalesce(short, #), nullif(name, #) from t where id = #',
  'select id from t where id = # and price > # and day is distinct from #',
  'select case when id > # then # else # end from t where id = #',
  'select (select max(c) from pair where a = # and b = #), # from t where id = #',
  'select #, #, pg_typeof(#)',
  'select # between # and #',
  'insert into pair values (#, #, #)',
  'insert into pair values (#, #, #), (#, #, #) on conflict do nothing',
  'insert into pair (a, b) values (#, #) on conflict (a, b) do update set c = # where pair.c < # returning *',
  'update t set small = #, big = #, price = #, free = # where id = #',
  'update t set short = #, code = #, name = # where id = #',
  'update t set f4 = #, f8 = #, day = #, at = #, plain = #, span = # where id = #',
  'update t set ok = #, tags = #, data = #, m = #, p = #, u = #, bytes = # where id = #',
  'update pair set c = c + # where a = # and b = # returning c, #',
  'delete from t where id = # and name <> # returning id',
  'delete from pair where a = # and b = #',
  'select id / #, mod(id, #) from t where id = #',
  'select data -> #, tags[#], substr(name, #, #) from t where id = #',
]

const story = fc
  .record({
    frame: fc.constantFrom(...FRAMES),
    // Each hole has one kind in a story, so that its texts have one shape.
    kinds: fc.array(fc.constantFrom(integer, decimal, string, any), { minLength: 8, maxLength: 8 }),
  })
  .chain(({ frame, kinds }) => {
    const holes = frame.split('#').length - 1
    const text = fc
      .tuple(...Array.from({ length: holes }, (_, i) => kinds[i % kinds.length]))
      .map(values => frame.replaceAll('#', () => values.shift()!))
    return fc.array(text, { minLength: 8, maxLength: 8 })
  })

test('any statement with any literals answers and fails as it does alone', { timeout: 240_000 }, () => {
  let reference = newDatabase()
  let count = 0
  fc.assert(
    fc.property(story, texts => {
      // What one story changes is there in the next one, too, and the same in both.
      if (++count % 100 === 0) {
        db.close()
        reference.close()
        db = newDatabase()
        reference = newDatabase()
      }
      for (const text of texts)
        expect([text, outcomeOf(db, text)]).toEqual([text, outcomeOf(reference, alone(text))])
    }),
    { numRuns: runs(400) },
  )
  reference.close()
})
