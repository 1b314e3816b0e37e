/** Indexes over jsonb, interval, composite types and arrays of them, whose keys are bytes that sort as the values do. */

import { PGlite } from '@electric-sql/pglite'
import { describe, expect, test } from 'vitest'
import { SeededRandom } from '../../../props/seeded-random.ts'
import { type Database, openSync, salvage, t, table } from '../../../src/index.ts'
import type { KeyPart } from '../../../src/table/definition.ts'
import { decodeStoredTable, encodeStoredTable } from '../../../src/table/stored-table.ts'
import { temporaryDirectory } from '../../io/temporary-directory.ts'

function plan(db: Database, text: string): string {
  return db
    .query<{ 'QUERY PLAN': string }>(`explain (costs off) ${text}`)
    .map(row => row['QUERY PLAN'])
    .join('\n')
}

const SCHEMA = `
  create table events (id int primary key, payload jsonb, span interval, spans interval[]);
  create index events_payload on events (payload);
  create index events_user on events ((payload->'user'));
  create index events_span on events (span desc);
  create index events_spans on events (spans, id)`

const MANY = `
  insert into events select i, jsonb_build_object('user', jsonb_build_object('id', i)), make_interval(hours => i), array[make_interval(days => i)]
    from generate_series(1, 2000) i; analyze events`

describe('the planner', () => {
  const db = openSync(':memory:')
  db.exec(`${SCHEMA}; ${MANY}`)

  test.each([
    ['a value', `select id from events where payload = '{"user": {"id": 7}}'`, 'events_payload'],
    ['an expression', `select id from events where payload->'user' = '{"id": 7}'`, 'events_user'],
    ['a subscript', `select id from events where payload['user'] = '{"id": 7}'`, 'none'],
    ['a list', `select id from events where payload->'user' in ('{"id": 7}', '{"id": 8}')`, 'events_user'],
    ['a range', `select id from events where span > '1990 hours'`, 'events_span'],
    ['order', 'select id, span from events order by span desc limit 3', 'events_span'],
    ['order backwards', 'select id, payload from events order by payload limit 3', 'events_payload'],
    ['the largest', 'select max(span) from events', 'events_span'],
    ['an array', `select id from events where spans = '{24:00}'`, 'events_spans'],
    ['a range of arrays', `select id from events where spans > '{1999 days}'`, 'events_spans'],
    ['order of arrays', 'select id, spans from events order by spans, id limit 3', 'events_spans'],
  ])('uses an index for %s', (_, text, index) => {
    if (index === 'none') expect(plan(db, text)).toContain('Seq Scan')
    else expect(plan(db, text)).toMatch(new RegExp(`Index (Only )?Scan.* ${index}`))
  })

  test('does not read a value from an index that has equal ones in one form', () => {
    expect(plan(db, `select span from events where span = '1 day'`)).not.toContain('Index Only Scan')
    expect(db.query(`select span from events where span = '1 day'`)).toEqual([{ span: '24:00:00' }])
  })
})

// ------------------------------------------------------------------------------------- compared with PostgreSQL

const TEXTS = ['', 'a', 'b', 'ab', 'é', '\u{1f600}', '\uffff', '\\u0001', '\\u0002x']
const NUMBERS = [
  '0',
  '-0',
  '0.0',
  '1',
  '1.0',
  '1.00',
  '-1',
  '10',
  '9.99',
  '1e2',
  '100',
  '-1.5',
  '1e-3',
  '0.001',
  '123456789012345678901234567890',
]

function json(random: SeededRandom, depth = 0): string {
  const shape = random.below(depth > 2 ? 4 : 7)
  if (shape === 0) return random.pick(['null', 'true', 'false'])
  if (shape === 1) return `"${random.pick(TEXTS)}"`
  if (shape <= 3) return random.pick(NUMBERS)
  const items = Array.from({ length: random.below(4) }, () => json(random, depth + 1))
  if (shape <= 5) return `[${items.join(', ')}]`
  return `{${items.map(item => `"${random.pick(TEXTS)}": ${item}`).join(', ')}}`
}

const INTERVALS = [
  '0',
  'infinity',
  '-infinity',
  '178000000 years',
  '-178000000 years',
  '1 month',
  '30 days',
  '720 hours',
  '-1 month',
  '-30 days',
  '1 month -30 days',
  '0.000001 sec',
  '-0.000001 sec',
  '2147483647 days',
  '24:00',
  '1 day',
]

function interval(random: SeededRandom): string {
  if (random.chance(0.5)) return random.pick(INTERVALS)
  return `${random.below(5) - 2} months ${random.below(90) - 45} days ${random.below(100) - 50} hours ${random.below(3)} us`
}

function list(random: SeededRandom, element: (random: SeededRandom) => string): string {
  const literal = () => (random.chance(0.2) ? 'NULL' : `"${element(random).replace(/["\\]/g, '\\$&')}"`)
  const elements = Array.from({ length: random.below(3) }, literal)
  if (elements.length > 0 && random.chance(0.2)) return `[0:${elements.length - 1}]={${elements.join()}}`
  return `{${elements.join()}}`
}

const PART_SCHEMA = 'create type part as (n numeric, t text, v interval, z timetz, l int[], j jsonb)'
const FIELDS: readonly ((random: SeededRandom) => string)[] = [
  random => random.pick([...NUMBERS, 'NaN', 'infinity', '-infinity']),
  random => random.pick(TEXTS),
  interval,
  random => `${10 + random.below(4)}:00${random.pick(['+00', '+01', '-01', '+02'])}`,
  random => list(random, one => `${one.below(3) - 1}`),
  random => json(random, 2),
]

function part(random: SeededRandom): string {
  const field = (make: (random: SeededRandom) => string) =>
    random.chance(0.4) ? '' : `"${make(random).replace(/["\\]/g, '$&$&')}"`
  return `(${FIELDS.map(field).join()})`
}

const TYPES: Record<string, (random: SeededRandom) => string> = {
  jsonb: random => json(random),
  interval,
  'interval[]': random => list(random, interval),
  'jsonb[]': random => list(random, one => json(one)),
  part,
  'part[]': random => list(random, part),
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

test('values at random are found and sorted by their indexes as PostgreSQL does', async () => {
  const random = new SeededRandom(20261123)
  const postgres = await PGlite.create()
  using db = openSync(':memory:')
  const both = async (text: string): Promise<void> => {
    db.exec(text)
    await postgres.exec(text)
  }
  const compare = async (text: string): Promise<void> => {
    const { rows } = await postgres.query<unknown[]>(text, [], { rowMode: 'array' })
    expect(db.query(text, [], { rowMode: 'array' }), text).toEqual(rows)
  }
  await both(PART_SCHEMA)
  db.exec('set enable_seqscan = off')
  for (const [type, make] of Object.entries(TYPES)) {
    await both(`drop table if exists v; create table v (id int primary key, n int, v ${type})`)
    const literal = () => `${quoted(make(random))}::${type}`
    const indexes =
      'create index v_up on v (v); create index v_down on v (v desc nulls last, id); create index v_n on v (n, v, id desc)'
    const isEmpty = random.chance(0.5)
    if (isEmpty) db.exec(indexes)
    const rows = Array.from({ length: 250 }, (_, i) => {
      const value = random.chance(0.05) ? 'null' : literal()
      return `(${i}, ${random.below(3)}, ${value})`
    })
    await both(`insert into v values ${rows.join()}`)
    if (!isEmpty) db.exec(indexes)
    await both(
      `delete from v where id % 7 = 3; update v set v = (select w.v from v w where w.id = v.id - 1) where id % 5 = 0`,
    )
    expect(plan(db, 'select id from v order by v desc nulls last, id limit 6')).not.toContain('Sort')
    await compare('select id, v::text from v order by v desc nulls last, id')
    await compare('select id, v::text from v order by v nulls first, id desc')
    await compare('select id from v where n = 1 order by v, id desc')
    for (let i = 0; i < 60; i++) {
      const [a, b] = [literal(), literal()]
      await compare(`select id, v::text from v where v = ${a} order by id`)
      await compare(`select id from v where v in (${a}, ${b}) order by id`)
      await compare(`select id from v where v > ${a} and v <= ${b} order by v, id`)
      await compare(`select id, v::text from v where v <= ${a} order by v desc nulls last, id limit 6`)
      await compare(`select id, v::text from v where n = 1 and v >= ${a} order by v, id desc limit 6`)
      await compare(`select id from v where n = 2 and v < ${a} order by v desc, id`)
    }
    await compare('select a.id, b.id from v a join v b on a.v = b.v and a.id < b.id order by 1, 2')
    await both('delete from v a where exists (select from v b where a.v = b.v and b.id < a.id)')
    await compare('select count(*), count(distinct v) from v')
    db.exec('create unique index v_unique on v (v)')
    await postgres.exec('create unique index v_unique on v (v)')
    for (let i = 0; i < 60; i++) {
      const insert = `insert into v values (${1000 + i}, 9, ${literal()})`
      await compare(`${insert} on conflict (v) do update set n = v.n + 1 returning id, n, v::text`)
    }
    expect((await db.check()).faults).toEqual([])
  }
  await postgres.close()
}, 120_000)

// --------------------------------------------------------------------------------------------- from TypeScript

const definition = table('events', {
  columns: {
    id: t.i32,
    payload: t.json<unknown>().nullable(),
    span: t.interval.nullable(),
    spans: t.array(t.interval.nullable()).nullable(),
  },
  primaryKey: ['id'],
})
const DAY = { months: 0, days: 1, microseconds: 0n }
const HOURS = { months: 0, days: 0, microseconds: 86_400_000_000n }

test('rows that are written from TypeScript have their entries, and lose them', async () => {
  const directory = temporaryDirectory()
  const path = directory.file('events.db')
  {
    using db = openSync(path)
    db.exec(`${SCHEMA}; ${MANY}`)
    db.write(tx => {
      const events = tx.table(definition)
      events.put({ id: 3001, payload: { user: { id: 7 }, more: 1 }, span: DAY, spans: [DAY, null] })
      events.putMany([
        { id: 3002, payload: { user: { id: 7 } }, span: HOURS, spans: [HOURS, null] },
        { id: 3003, payload: null, span: null, spans: null },
      ])
      events.update(3003, { payload: { user: 'me' } })
      events.delete(24)
    })
  }
  using db = openSync(path)
  const ids = (text: string) => {
    expect(plan(db, text)).toMatch(/Index (Only )?Scan/)
    return db.query<{ id: number }>(text).map(row => row.id)
  }
  expect(ids(`select id from events where payload->'user' = '{"id": 7.0}' order by id`)).toEqual([
    7, 3001, 3002,
  ])
  expect(ids(`select id from events where payload = '{"user": "me"}'`)).toEqual([3003])
  expect(ids(`select id from events where span = '1 day' order by id`)).toEqual([3001, 3002])
  expect(ids(`select id from events where spans = array['24:00'::interval, null] order by id`)).toEqual([
    3001, 3002,
  ])
  db.write(tx => tx.table(definition).clear())
  expect(db.query('select id from events order by span limit 1')).toEqual([])
  expect((await db.check()).faults).toEqual([])
  db.close()
  directory.remove()
})

test('a row from TypeScript is held to a unique index', () => {
  using db = openSync(':memory:')
  db.exec(
    `${SCHEMA}; create unique index on events (span); insert into events values (1, null, '24 hours', null)`,
  )
  expect(() =>
    db.write(tx => tx.table(definition).insert({ id: 2, payload: null, span: DAY, spans: null })),
  ).toThrow(expect.objectContaining({ code: 'UNIQUE_VIOLATION' }))
  expect(db.query('select id from events')).toEqual([{ id: 1 }])
})

test('what is too long for a key is refused, and nothing is stored', () => {
  using db = openSync(':memory:')
  db.exec('create table t (a int primary key, b jsonb); create index on t (b)')
  expect(() => db.exec(`insert into t select 1, to_jsonb(repeat('x', 5000))`)).toThrow(
    expect.objectContaining({ sqlstate: '54000' }),
  )
  expect(db.query('select * from t')).toEqual([])
  expect(db.query(`select * from t where b > to_jsonb(repeat('x', 5000))`)).toEqual([])
})

test('a number is as long as its digits', () => {
  using db = openSync(':memory:')
  db.exec(
    `create table t (a int, b jsonb unique); insert into t values (1, '1e70000'), (2, '-1e70000'), (3, '1e-16000'), (4, '1e131071')`,
  )
  expect(() => db.exec(`insert into t values (5, '10e69999')`)).toThrow(
    expect.objectContaining({ sqlstate: '23505' }),
  )
  db.exec('set enable_seqscan = off')
  expect(db.query(`select a from t where b >= '0' order by b`)).toEqual([{ a: 3 }, { a: 1 }, { a: 4 }])
  expect(db.query(`select a from t where b = '-10e69999'`)).toEqual([{ a: 2 }])
})

test('a deferrable key, and one that a foreign key refers to', () => {
  using db = openSync(':memory:')
  db.exec(`create table t (a int, v interval unique deferrable initially deferred, j jsonb unique);
    create table r (j jsonb references t (j) on update cascade on delete cascade);
    insert into t values (1, '1 day', '{"a": 1.0}'), (2, '2 days', '2'); insert into r values ('{"a": 1}'), ('2.00');
    begin; update t set v = '24:00' where a = 2; update t set v = '2 days' where a = 1; commit`)
  expect(() => db.exec(`begin; update t set v = '1 day' where a = 1; commit`)).toThrow(
    expect.objectContaining({ sqlstate: '23505' }),
  )
  db.exec('rollback')
  db.exec(`update t set j = '"new"' where a = 1; delete from t where a = 2`)
  expect(db.query('select j from r')).toEqual([{ j: 'new' }])
})

test('a salvaged database has none of them until REINDEX', async () => {
  const directory = temporaryDirectory()
  const [path, target] = [directory.file('events.db'), directory.file('salvaged.db')]
  {
    using db = openSync(path)
    db.exec(`create table t (id int, v interval primary key, j jsonb unique deferrable);
      create index on t ((j->'a')); create table r (v interval references t);
      insert into t select i, make_interval(days => i), jsonb_build_object('a', i) from generate_series(1, 500) i; insert into r values ('24:00')`)
  }
  const report = await salvage(path, target)
  expect(report.tables.flatMap(one => one.indexes ?? []).map(one => one.isRebuilt)).toEqual([
    false,
    false,
    false,
  ])
  using db = openSync(target)
  expect(db.query(`select id from t where v = '24:00'`)).toEqual([{ id: 1 }])
  expect(db.query(`select id from t where j->'a' = '7.0'`)).toEqual([{ id: 7 }])
  db.exec(
    `insert into r values ('48:00'); insert into t values (501, '501 days', '{"a": 501}') on conflict do nothing`,
  )
  expect(() => db.exec(`insert into t values (502, '502 days', '{"a": 1.0}')`)).toThrow(
    expect.objectContaining({ sqlstate: '23505' }),
  )
  db.exec('reindex table t')
  expect(plan(db, `select id from t where v = '24:00'`)).toContain('Index Scan using t_pkey')
  expect(() => db.exec(`insert into t values (502, '24 hours', null)`)).toThrow(
    expect.objectContaining({ sqlstate: '23505' }),
  )
  expect((await db.check()).faults).toEqual([])
  db.close()
  directory.remove()
})

test('the catalog says that a table has such keys, so that versions which do not know them refuse it', () => {
  const format = (part: KeyPart): unknown => {
    const index = { name: 'i', on: [part], isUnique: false, tree: 17, isAdHoc: true }
    const entry = { kind: 'records', tree: 16, columns: [], primaryKey: [], indexes: [index] } as const
    const bytes = encodeStoredTable(entry)
    expect(decodeStoredTable('t', bytes)).toEqual(entry)
    return JSON.parse(bytes.toString()).format
  }
  const expression: KeyPart = { column: 'expression 1', isDescending: false, computed: { kind: 'bytes' } }
  expect(format(expression)).toBe(3)
  expect(format({ ...expression, isOrderKey: true })).toBe(5)
})
