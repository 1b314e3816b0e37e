/**
 * ORs over indexed columns have PostgreSQL's answers (PGlite is asked the same), by several indexes and without them, by closures and by
 * generated code, with pauses and without; as conditions of a table, of a join, of a subquery and of a change.
 */

import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Connection, type Database, openSync } from '../src/index.ts'
import { statementCode } from '../src/sql/execute/generate/policy.ts'
import { pausedRows } from '../test/sql/support/paused.ts'
import { firstSeed, runs } from './scale.ts'
import { SeededRandom } from './seeded-random.ts'
import { type Answer, ownAnswer, postgresAnswer, sorted } from './sql/both.ts'
import { connectionsWithout } from './sql/switched-off.ts'

const TABLES = runs(12)
const STATEMENTS_EACH = 25
const FIRST_SEED = firstSeed(600_000)

const SWITCHED_OFF = [
  ['enable_seqscan'],
  ['enable_bitmapscan'],
  ['enable_seqscan', 'enable_hashjoin'],
] as const

const KEYS = ['primary key (k1, k2)', 'primary key (k2, k1)', 'unique (k1, k2)']
const INDEXES = [
  '(a)',
  '(a desc nulls last, b)',
  '(a) where b > 3',
  '(b)',
  '(b desc)',
  '(b, a) where c is not null',
  '(c)',
  '(c desc, k1)',
  '(lower(c))',
  '(n)',
  '(n desc)',
  '(v)',
  '(d, a)',
  '(f)',
  '(k2, a)',
  '(f) where f',
  '((a + b))',
]

function tablesOf(random: SeededRandom): string {
  const maybe = (percent: number, value: string) => (random.chance(percent / 100) ? 'null' : value)
  const rows = Array.from({ length: 1 + random.below(200) }, (_, i) => {
    const values = [
      maybe(15, `${random.below(14) - 2}`),
      `${random.below(12)}`,
      maybe(15, `'${random.pick(['a', 'ab', 'abc', 'b', 'B', ''])}'`),
      maybe(10, random.pick(['0', '1', '1.0', '1.50', '-2', "'NaN'", '12345678901234567890'])),
      maybe(10, random.pick(['0', "'-0'", '1.5', "'NaN'", "'Infinity'", '-3'])),
      maybe(10, `'2024-01-01'::date + ${random.below(9)}`),
      maybe(20, random.pick(['true', 'false'])),
    ]
    return `(${i % 11}, ${Math.floor(i / 11)}, ${values.join(', ')})`
  })
  const indexes = INDEXES.filter(() => random.chance(0.6)).map(over => `create index on r ${over};`)
  return `
    create table r (k1 int not null, k2 int not null, a int, b bigint not null, c text, n numeric, v float8, d date, f bool,
      ${random.pick(KEYS)});
    create table u (id int primary key, x int, s text);
    ${indexes.join('\n')}
    insert into r values ${rows.join(', ')};
    insert into u select i, nullif(i * 5 % 13, 4), (array['a', 'B', 'abc', null])[i % 4 + 1] from generate_series(0, 8) i;
    analyze;`
}

const DROP = 'drop table if exists r, u'

/** A condition of r, and where `outer` says so of another relation's columns. */
function conditionOf(random: SeededRandom, outer: readonly string[]): string {
  const number = () => (outer.length > 0 && random.chance(0.3) ? `${outer[0]}.x` : `${random.below(15) - 2}`)
  const text = () =>
    outer.length > 0 && random.chance(0.3)
      ? `${outer[0]}.s`
      : `'${random.pick(['a', 'ab', 'b', 'B', '', 'abd'])}'`
  const comparison = () => random.pick(['=', '=', '=', '<', '<=', '>', '>='])
  const leaf = (): string =>
    random.pick([
      () => `r.a ${comparison()} ${number()}`,
      () => `r.b ${comparison()} ${number()}`,
      () => `${number()} = r.b`,
      () => `r.a between ${random.pick(['', 'symmetric '])}${number()} and ${number()}`,
      () => `r.b not between symmetric ${number()} and ${number()}`,
      () => `not (${leaf()})`,
      () => `not (${leaf()} ${random.pick(['and', 'or'])} ${leaf()})`,
      () =>
        `r.a is ${random.pick(['', 'not ', 'not '])}distinct from ${random.pick([number(), '$2', 'null'])}`,
      () => `r.c is not distinct from ${text()}`,
      () => `r.a in (${number()}, ${number()}, null)`,
      () => `r.b = any (array[${number()}, ${number()}]::bigint[])`,
      () => `r.a is ${random.pick(['', 'not '])}null`,
      () => `r.c ${comparison()} ${text()}`,
      () => `r.c like '${random.pick(['a%', 'ab%', 'a_', '%b', ''])}'`,
      () => `lower(r.c) = ${text()}`,
      () => `r.n ${comparison()} ${random.pick(['1', '1.0', "'NaN'", '1.5'])}`,
      () => `r.v ${comparison()} ${random.pick(['0', '1.5', "'NaN'", "'-Infinity'"])}`,
      () => `r.d ${comparison()} '2024-01-01'::date + ${random.below(9)}`,
      () => random.pick(['r.f', 'not r.f', 'r.f is true', 'r.f is not false', 'r.f is null']),
      () => `r.k1 = ${number()} and r.k2 ${comparison()} ${number()}`,
      () => `r.k2 = ${number()}`,
      () => `r.a + r.b = ${number()}`,
      () => `r.a = (select max(q.x) from u q where q.id < ${random.below(9)})`,
      () => `r.b = 3000000000`,
      () => `r.a = $1`,
      () => `r.b > $2`,
    ])()
  const branch = (depth: number): string => {
    if (depth === 0 || random.chance(0.5)) return `(${leaf()})`
    return random.chance(0.5) ? `(${leaf()} and ${or(depth - 1)})` : `(${leaf()} and ${leaf()})`
  }
  const or = (depth: number): string =>
    `(${Array.from({ length: 2 + random.below(3) }, () => branch(depth)).join(' or ')})`
  return random.chance(0.7) ? or(2) : `${or(1)} and (${leaf()})`
}

function statementOf(random: SeededRandom): string {
  const where = conditionOf(random, [])
  const joined = conditionOf(random, ['o'])
  return random.pick([
    () => `select * from r where ${where}`,
    () => `select k1, k2 from r where ${where} order by k1, k2 limit ${1 + random.below(9)}`,
    () => `select count(*), sum(b), min(a), max(c) from r where ${where}`,
    () => `select b, count(*) from r where ${where} group by b`,
    () => `select o.id, r.k1, r.k2 from u o join r on ${joined}`,
    () => `select o.id, r.k1, r.k2 from u o left join r on ${joined}`,
    () => `select o.id, q.n from u o, lateral (select count(*) n from r where ${joined}) q`,
    () => `select o.id from u o where exists (select 1 from r where ${joined})`,
    () => `select * from r where ${where} for update`,
    () => `update r set a = coalesce(a, 0) + 1, b = b + 1 where ${where} returning *`,
    () => `delete from r where ${where} returning k1, k2`,
    () =>
      `update r set b = o.id from u o where r.k2 = o.id and ${conditionOf(random, [])} returning r.k1, r.k2`,
  ])()
}

let postgres: PGlite
let db: Database
let ways: readonly (readonly [name: string, connection: Connection])[]
beforeAll(async () => {
  postgres = await PGlite.create()
  db = openSync(':memory:')
  ways = [
    ['any way', db.connect()],
    ...connectionsWithout(db, SWITCHED_OFF).map(
      ({ off, connection }) => [`without ${off}`, connection] as const,
    ),
  ]
}, 60_000)
afterAll(async () => {
  db.close()
  await postgres.close()
})

/** With the values of its parameters in it: that it gives the same with parameters is another question. */
function filledIn(text: string, values: readonly (number | null)[]): string {
  return text.replace(/\$(\d)/g, (_, number) => `(${values[Number(number) - 1]}::int)`)
}

/** Each row as one text, which has no other form elsewhere. */
function asText(text: string): string {
  return `with found as (${text}) select found::text from found`
}

async function expectedOf(text: string, asked: readonly string[]): Promise<readonly Answer[]> {
  await postgres.exec('begin')
  try {
    const answers: Answer[] = []
    for (const one of [asText(text), ...asked]) answers.push(sorted(await postgresAnswer(postgres, one)))
    return answers
  } finally {
    await postgres.exec('rollback')
  }
}

/** In a transaction that is rolled back. */
function undone<Result>(connection: Connection, run: () => Result): Result {
  connection.exec('begin')
  try {
    return run()
  } finally {
    connection.exec('rollback')
  }
}

function byMode<Result>(mode: typeof statementCode.mode, run: () => Result): Result {
  statementCode.mode = mode
  try {
    return run()
  } finally {
    statementCode.mode = 'auto'
  }
}

function pausing(connection: Connection): Pick<Connection, 'query'> {
  const query = (text: string) => pausedRows<unknown[]>(connection, text, { rowMode: 'array' }).rows
  return { query } as Pick<Connection, 'query'>
}

test(`${TABLES} tables, ${STATEMENTS_EACH} statements each`, async () => {
  let used = 0
  for (let seed = FIRST_SEED; seed < FIRST_SEED + TABLES; seed++) {
    const random = new SeededRandom(seed)
    const tables = tablesOf(random)
    await postgres.exec(`${DROP}; ${tables}`)
    db.exec(`${DROP}; ${tables}`)
    for (let i = 0; i < STATEMENTS_EACH; i++) {
      const general = statementOf(random)
      const values = [random.below(14) - 2, random.chance(0.2) ? null : random.below(12)]
      const text = filledIn(general, values)
      // What a change leaves, too.
      const asked = /^(update|delete)/.test(text) ? [asText('select * from r')] : []
      const expected = await expectedOf(text, asked)
      for (const [name, connection] of ways) {
        const about = `seed ${seed}, ${name}: ${general} with ${values}\n-- over${tables}`
        const ask = (one: Pick<Connection, 'query'>) =>
          undone(connection, () => [asText(text), ...asked].map(query => sorted(ownAnswer(one, query))))
        expect(
          byMode('always', () => ask(connection)),
          `generated, ${about}`,
        ).toEqual(expected)
        expect(
          byMode('never', () => ask(connection)),
          `closures, ${about}`,
        ).toEqual(expected)
        expect(ask(pausing(connection)), `pausing, ${about}`).toEqual(expected)
        if (connection.prepare(text).explain().includes('Index Or')) used++
        if (general === text) continue
        const typed = `${asText(general.replace(/\$(\d)/g, '($$$1::int)'))} where $1::int is null or $2::int is null or true`
        const again = { query: () => connection.query<unknown[]>(typed, values, { rowMode: 'array' }) }
        for (let time = 1; time <= 3; time++) {
          const answer = undone(connection, () => sorted(ownAnswer(again as Pick<Connection, 'query'>, '')))
          expect(answer, `time ${time} with parameters, ${about}`).toEqual(expected[0])
        }
      }
    }
  }
  expect(used).toBeGreaterThan(TABLES * STATEMENTS_EACH * 0.5)
})
