/**
 * What is measured: statements in the words that all engines read, how often they are run in a turn. All engines must
 * answer alike.
 *
 * A turn gives the nanoseconds of one operation, and a digest of what was answered.
 */

import { itemAt, scatteredIds } from './data.ts'
import type { Engine, Row, Statement, Value } from './engine.ts'

export interface TurnResult {
  readonly ns: number
  /** The same for all engines of a round. */
  readonly digest: string
}

export interface Circumstances {
  readonly count: number
  readonly round: number
}

export interface Workload {
  readonly id: string
  readonly title: string
  /** What one operation is: behind the number. */
  readonly per: 'row' | 'statement'
  /** How many times as fast as better-sqlite3 it is to be. */
  readonly target: number | undefined
  /** PGlite needs so long for it that it takes a part of the statements. */
  readonly pgliteShare: number
  run(engine: Engine, circumstances: Circumstances, share: number): Promise<TurnResult>
}

/** Prepared once an engine and text. */
const prepared = new WeakMap<Engine, Map<string, Statement>>()
export function statementOf(engine: Engine, text: string): Statement {
  let statements = prepared.get(engine)
  if (statements === undefined) {
    statements = new Map()
    prepared.set(engine, statements)
  }
  let statement = statements.get(text)
  if (statement === undefined) {
    statement = engine.prepare(text)
    statements.set(text, statement)
  }
  return statement
}

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise

/** Runs over all rows of the table: nanoseconds a row. */
function whole(
  id: string,
  title: string,
  target: number | undefined,
  text: string,
  digestOf: (rows: readonly Row[]) => string = rows => JSON.stringify(rows.map(rounded)),
): Workload {
  return {
    id,
    title,
    per: 'row',
    target,
    pgliteShare: 1,
    async run(engine, { count }) {
      const statement = statementOf(engine, text)
      const start = process.hrtime.bigint()
      const answer = statement.all([])
      const rows = isPromise(answer) ? await answer : answer
      const ns = Number(process.hrtime.bigint() - start) / count
      return { ns, digest: digestOf(rows) }
    },
  }
}

/** Engines differ in the type that they give sums and averages of integers: text, number. */
function rounded(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const isNumber = typeof value !== 'string' || /^-?[0-9]+(\.[0-9]+)?$/.test(value)
      return [name, isNumber ? Number(Number(value).toPrecision(12)) : value]
    }),
  )
}

/** Runs a statement many times, with other values each time: nanoseconds a statement. */
function many(
  id: string,
  title: string,
  target: number | undefined,
  times: number,
  text: string,
  valuesOf: (id: number, count: number) => readonly Value[],
  fold: (digest: number, rows: readonly Row[]) => number,
): Workload {
  return {
    id,
    title,
    per: 'statement',
    target,
    pgliteShare: 0.02,
    async run(engine, { count, round }, share) {
      const statement = statementOf(engine, text)
      const values = scatteredIds(Math.ceil(times * share), count, round).map(one => valuesOf(one, count))
      let digest = 0
      const start = process.hrtime.bigint()
      for (const one of values) {
        const answer = statement.all(one)
        digest = fold(digest, isPromise(answer) ? await answer : answer)
      }
      return { ns: Number(process.hrtime.bigint() - start) / values.length, digest: String(digest) }
    },
  }
}

/** Gets one row many times. */
function points(id: string, title: string, target: number | undefined, text: string): Workload {
  return {
    id,
    title,
    per: 'statement',
    target,
    pgliteShare: 0.02,
    async run(engine, { count, round }, share) {
      const statement = statementOf(engine, text)
      const values = scatteredIds(Math.ceil(100_000 * share), count, round).map(one => [one])
      let digest = 0
      const start = process.hrtime.bigint()
      for (const one of values) {
        const answer = statement.get(one)
        const row = isPromise(answer) ? ((await answer) as Row) : answer
        digest = (digest + (row!.score as number) + (row!.name as string).length) % 2 ** 32
      }
      return { ns: Number(process.hrtime.bigint() - start) / values.length, digest: String(digest) }
    },
  }
}

/** Of the table whose rows are changed many at a time: a tenth of the items. */
const COPIED = 0.1
const EMPTY_COPIES = [
  'create table if not exists copies (id integer primary key, quantity integer not null, name text not null)',
  'delete from copies',
]
/** Not `items.quantity`, which the updates before have changed, in each engine another number of times. */
const FILL_COPIES = 'insert into copies select id, id % 100, name from items where id <= $1'

/** One statement that changes many rows of a table that was filled before: nanoseconds a row. */
function bulk(
  id: string,
  title: string,
  text: string,
  isFilled: boolean,
  valuesOf: (copied: number) => readonly Value[],
): Workload {
  return {
    id,
    title,
    per: 'row',
    target: undefined,
    pgliteShare: 1,
    async run(engine, { count }) {
      const copied = Math.floor(count * COPIED)
      for (const one of EMPTY_COPIES) await statementOf(engine, one).run([])
      if (isFilled) await statementOf(engine, FILL_COPIES).run([copied])
      const statement = statementOf(engine, text)
      const values = valuesOf(copied)
      const start = process.hrtime.bigint()
      const done = statement.run(values)
      if (isPromise(done)) await done
      const ns = Number(process.hrtime.bigint() - start) / copied
      const left = await statementOf(engine, 'select count(*) as c, sum(quantity) as s from copies').all([])
      return { ns, digest: JSON.stringify(left.map(rounded)) }
    },
  }
}

/** Changes single rows, `perTransaction` in each transaction; 0: each statement by itself, which is a transaction, too. */
function changes(
  id: string,
  title: string,
  target: number | undefined,
  perTransaction: number,
  transactions: number,
  text: string,
  valuesOf: (place: number, id: number, count: number) => readonly Value[],
): Workload {
  return {
    id,
    title,
    per: 'statement',
    target,
    pgliteShare: 0.02,
    async run(engine, { count, round }, share) {
      const statement = statementOf(engine, text)
      const size = Math.max(1, perTransaction)
      const total = Math.ceil(transactions * share) * size
      const values = scatteredIds(total, count, round).map((one, place) =>
        valuesOf(round * transactions * size + place, one, count),
      )
      const start = process.hrtime.bigint()
      for (let from = 0; from < total; from += size) {
        const done =
          perTransaction === 0
            ? statement.run(values[from]!)
            : engine.transaction(() => runAll(statement, values.slice(from, from + size)))
        if (isPromise(done)) await done
      }
      return { ns: Number(process.hrtime.bigint() - start) / total, digest: '' }
    },
  }
}

function runAll(statement: Statement, values: readonly (readonly Value[])[]): unknown {
  for (let i = 0; i < values.length; i++) {
    const done = statement.run(values[i]!)
    if (isPromise(done)) return runRest(statement, values, i + 1, done)
  }
  return undefined
}

async function runRest(
  statement: Statement,
  values: readonly (readonly Value[])[],
  from: number,
  first: Promise<unknown>,
): Promise<void> {
  await first
  for (let i = from; i < values.length; i++) await statement.run(values[i]!)
}

function objectsDigest(rows: readonly Row[]): string {
  let digest = rows.length
  for (const row of rows) {
    digest = (digest + (row.id as number) * (row.category as number) + (row.name as string).length) % 2 ** 40
  }
  return String(digest)
}

const RANGE_ROWS = 100

export const WORKLOADS: readonly Workload[] = [
  points('point', 'point select by key', 3, 'select name, price, score from items where id = $1'),
  many(
    'index',
    'lookup by an index, a row on the average',
    undefined,
    50_000,
    'select name, price, score from items where score = $1',
    (id, count) => [id % count],
    (digest, rows) => rows.reduce((sum, row) => (sum + (row.score as number)) % 2 ** 32, digest + 1),
  ),
  many(
    'range',
    `indexed range select, ${RANGE_ROWS} rows`,
    3,
    3000,
    'select id, name, price from items where score >= $1 and score < $2',
    (id, count) => {
      const from = Math.min(id, count - RANGE_ROWS)
      return [from, from + RANGE_ROWS]
    },
    (digest, rows) => rows.reduce((sum, row) => (sum + (row.id as number)) % 2 ** 32, digest),
  ),
  whole('sum', 'filtered sum', 2, 'select sum(price) as s from items where quantity < 50'),
  whole(
    'group',
    'group by an integer, three aggregates',
    5,
    'select category, count(*) as c, sum(quantity) as s, avg(price) as a from items group by category order by category',
  ),
  whole(
    'text group',
    'group by a text, three aggregates',
    undefined,
    'select region, count(*) as c, min(score) as l, max(price) as h from items group by region order by region',
  ),
  whole('objects', 'rows to objects', 4, 'select id, category, price, name from items', objectsDigest),
  whole(
    'join',
    'primary-key join of all rows',
    1,
    'select count(*) as c, sum(i.price * d.weight) as s from items i join details d on d.id = i.id',
  ),
  whole('top', 'order by, limit 10', 1, 'select id, price from items order by price desc, id limit 10'),
  whole('scan', 'one value, by a scan', undefined, 'select count(*) as c from items where score + 0 = 4711'),
  changes(
    'update',
    'single-row update, a thousand in a transaction',
    1.5,
    1000,
    10,
    'update items set quantity = quantity + 1 where id = $1',
    (_, id) => [id],
  ),
  changes(
    'insert',
    'single-row insert, a thousand in a transaction',
    1,
    1000,
    10,
    'insert into items (id, category, region, price, quantity, score, name) values ($1, $2, $3, $4, $5, $6, $7)',
    (place, _, count) => itemAt(count + 1 + place, count),
  ),
  changes(
    'autocommit',
    'single-row insert by itself, durable',
    1,
    0,
    // The first turn, which is not counted, is long enough for V8 to have compiled most of a commit.
    1000,
    'insert into details (id, weight) values ($1, $2)',
    (place, _, count) => [count + 1 + place, 1.5],
  ),
  changes(
    'commit',
    'the same, each in a transaction that a function begins and ends',
    1,
    1,
    1000,
    'insert into details (id, weight) values ($1, $2)',
    // Behind those of the workload before, of which there are a thousand a round.
    (place, _, count) => [2 * count + 1 + place, 1.5],
  ),
  bulk('bulk insert', 'INSERT … SELECT, 100,000 rows', FILL_COPIES, false, copied => [copied]),
  bulk(
    'bulk upsert',
    'ON CONFLICT DO UPDATE, 100,000 rows, half of them there',
    'insert into copies select id, id % 100, name from items where id > $1 and id <= $2 ' +
      'on conflict (id) do update set quantity = copies.quantity + excluded.quantity',
    true,
    copied => [copied / 2, copied + copied / 2],
  ),
  bulk('bulk update', 'UPDATE of 100,000 rows', 'update copies set quantity = quantity + 1', true, () => []),
  bulk('bulk delete', 'DELETE of 100,000 rows', 'delete from copies where id > 0', true, () => []),
]
