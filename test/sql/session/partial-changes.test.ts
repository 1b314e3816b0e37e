/**
 * UPDATE of columns that nothing depends on copies the bytes of the others, and DELETE of ranges of the primary key removes them
 * unread. With RETURNING both go row by row, whole: they must leave the same.
 */

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { type Database, isCoppiceError, openSync, SqlError } from '../../../src/index.ts'
import { WritableRecordTable } from '../../../src/table/writable-record-table.ts'

const LONG = 'long '.repeat(3000)

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  a: ['a + 1', 'null', '-7', 'b', '2147483647 + a'],
  b: ["b || 'x'", 'null', "''", `'${LONG}'`, 'upper(b)', `repeat('${LONG}', 6)`],
  c: ['c * 1.5', 'null', '12345678901234567890.123'],
  d: ['not d', 'null', 'a > 3'],
  e: ["e || '{4,5}'", 'null', "'{}'", "'[2:3]={1,2}'"],
  f: ['f || \'{"k": [1]}\'', 'null', "'7'"],
  g: ["g + interval '1 day'", 'null'],
  h: ['h + 1', 'h - 1', 'null', 'a'],
  z: ["'later'", 'null', 'z || b'],
}

const DEFINITIONS = {
  'one key': 'id int primary key',
  'two keys': "id int, part text default 'p', primary key (part, id)",
  'no key': 'id int',
}

function definitionsOf(key: string, isReferenced: boolean): string {
  return `
    create table t (${key}, a int, b text, c numeric, d boolean, e int[], f jsonb, g timestamptz, h smallint not null);
    insert into t (id, a, b, c, d, e, f, g, h)
      select i, nullif(i % 10, 3), nullif('text ' || i, 'text 5'), nullif(i * 1.25, 5), i % 2 = 0, array[i], to_jsonb(i),
        '2026-01-01Z'::timestamptz + i * interval '1 hour', i % 100 from generate_series(1, 40) i;
    alter table t add column z text default 'older';
    insert into t (id, a, h, z) select i, i, 0, null from generate_series(41, 50) i;
    ${isReferenced ? 'create index on t (c); alter table t add unique (id); create table r (id int references t (id)); insert into r values (1), (45)' : ''}`
}

const setOf = fc
  .subarray(Object.keys(COLUMNS), { minLength: 1, maxLength: 4 })
  .chain(names =>
    fc.tuple(...names.map(name => fc.constantFrom(...COLUMNS[name]).map(value => `${name} = ${value}`))),
  )
  .map(parts => parts.join(', '))
const number = fc.integer({ min: -2, max: 55 })
const where = fc.oneof(
  fc.constant(''),
  number.map(n => `where id = ${n}`),
  fc.tuple(number, number).map(([from, to]) => `where id >= ${from} and id < ${to}`),
  fc.array(number, { minLength: 1, maxLength: 5 }).map(list => `where id in (${list})`),
  number.map(n => `where a % 4 = ${n % 4}`),
  fc.constant("where b like 'text%' and not d"),
)
const change = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(setOf, where).map(([set, which]) => `update t set ${set} ${which}`) },
  { weight: 1, arbitrary: where.map(which => `delete from t ${which}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(setOf, number)
      .map(
        ([set, n]) => `update t set ${set} from (values (${n}), (${n + 1}), (${n})) v (k) where v.k = t.id`,
      ),
  },
)

function outcome(db: Database, text: string): unknown {
  try {
    return db.prepare(text).run().rowCount
  } catch (error) {
    if (error instanceof SqlError) return [error.sqlstate, error.message, error.fields]
    if (isCoppiceError(error)) return error.code
    throw error
  }
}

describe.each(Object.entries(DEFINITIONS))('a table with %s', (_, key) => {
  it.each([false, true])(
    'is the same after changes of parts and of whole rows; referenced: %s',
    async isReferenced => {
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async changes => {
          using partly = openSync(':memory:')
          using wholly = openSync(':memory:')
          for (const db of [partly, wholly]) db.exec(definitionsOf(key, isReferenced))
          for (const text of changes) {
            const expected = outcome(wholly, `${text} returning 1`)
            const given = outcome(partly, text)
            // What is wrong with a row does not depend on how it is found.
            if (Array.isArray(expected) && Array.isArray(given)) expect(given[0]).toBe(expected[0])
            else expect(given, text).toEqual(expected)
            const all = 'select * from t order by id'
            expect(partly.query(all), text).toEqual(wholly.query(all))
          }
          expect((await partly.check()).faults).toEqual([])
        }),
        { numRuns: 15 },
      )
    },
  )
})

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec('create table t (id int primary key, n int not null, s text)')
  db.exec("insert into t select i, i, 'text ' || i from generate_series(1, 3000) i")
})
afterEach(() => db.close())

test('an update of a column that nothing depends on decodes no other', () => {
  const { patch } = WritableRecordTable.prototype
  let count = 0
  WritableRecordTable.prototype.patch = function (...given) {
    count++
    return patch.apply(this, given)
  }
  try {
    expect(db.prepare('update t set n = n + 1').run().rowCount).toBe(3000)
    expect(count).toBe(3000)
    db.exec('create index on t (n)')
    expect(db.prepare('update t set n = n + 1').run().rowCount).toBe(3000)
    expect(count).toBe(3000)
    expect(db.query('select count(*) as n from t where n between 3 and 3002')).toEqual([{ n: 3000 }])
  } finally {
    WritableRecordTable.prototype.patch = patch
  }
})

test('a value that is refused is told with its whole row, and undoes the statement', () => {
  const run = () => db.exec('update t set n = nullif(n, 2000)')
  expect(run).toThrow(
    expect.objectContaining({
      sqlstate: '23502',
      fields: expect.objectContaining({ detail: 'Failing row contains (2000, null, text 2000).' }),
    }),
  )
  expect(db.query('select sum(n) as n from t')).toEqual([{ n: 4501500 }])
})

test('ranges of the primary key go at once, and come back with the transaction', () => {
  const { deleteEncoded } = WritableRecordTable.prototype
  let count = 0
  // What the table refers to asks nothing when its rows go.
  db.exec(
    'create table r (id int primary key); insert into r values (1); alter table t add r int references r default 1',
  )
  WritableRecordTable.prototype.deleteEncoded = function (range) {
    count++
    return deleteEncoded.call(this, range)
  }
  try {
    expect(db.prepare('delete from t where id between $1 and $2').run(11, 20).rowCount).toBe(10)
    expect(db.prepare('delete from t where id in (5, 5, 6, 12, 9999)').run().rowCount).toBe(2)
    expect(db.prepare('delete from t where id > $1').run(null).rowCount).toBe(0)
    expect(db.prepare('delete from t where id < 100 and id > 200').run().rowCount).toBe(0)
    expect(count).toBeGreaterThanOrEqual(3)
    const connection = db.connect()
    connection.exec('begin; savepoint s')
    expect(connection.prepare('delete from t where id > 1000').run().rowCount).toBe(2000)
    connection.exec('rollback to s')
    expect(connection.query('select count(*) as n from t')).toEqual([{ n: 2988 }])
    connection.exec('declare c cursor for select id from t order by id; fetch 2 from c')
    expect(connection.prepare('delete from t where id < 10').run().rowCount).toBe(7)
    expect(connection.query('fetch 2 from c')).toEqual([{ id: 3 }, { id: 4 }])
    connection.exec('rollback')
    const before = count
    // What somebody asks for, or has an index, is found row by row.
    expect(db.query('delete from t where id < 3 returning s')).toEqual([{ s: 'text 1' }, { s: 'text 2' }])
    db.exec('create index on t (s)')
    expect(db.prepare('delete from t where id < 10').run().rowCount).toBe(5)
    expect(db.query("select * from t where s = 'text 7'")).toEqual([])
    expect(count).toBe(before)
  } finally {
    WritableRecordTable.prototype.deleteEncoded = deleteEncoded
  }
})
