/**
 * Queries over tables of random columns: they answer as PostgreSQL does, and as logic asks. The laws that need no second
 * engine are the known ones: what is true, not true and unknown of a condition is all (TLP: Rigger and Su, 2020); a condition
 * finds as many rows as it is true of (NoREC: 2020); a row that fits is found (PQS: 2020).
 */

import { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, type Database, openSync } from '../src/index.ts'
import { runs } from './scale.ts'
import { isDataError, ownAnswer, postgresAnswer, sorted } from './sql/both.ts'
import { print, type Tree, TYPES, trees } from './sql/expressions.ts'
import { columnsOf, type TableDraft, tableDraft, tableScript } from './sql/schemas.ts'

const SCHEMAS = runs(100)
const QUERIES_EACH = 20
const LAW_SCHEMAS = runs(60)
const CONDITIONS_EACH = 20
const parameters = { numRuns: SCHEMAS }
const lawParameters = { numRuns: LAW_SCHEMAS }

let postgres: PGlite
beforeAll(async () => {
  postgres = await PGlite.create()
  await postgres.exec("set timezone = 'UTC'")
}, 60_000)
afterAll(() => postgres.close())

const anyTree: fc.Arbitrary<Tree> = fc.constantFrom(...TYPES).chain(type => trees[type])

interface QueryDraft {
  readonly source: 'one' | 'cross' | 'join' | 'left join' | 'full join'
  readonly on: Tree
  readonly where: Tree | undefined
  readonly items: readonly Tree[]
  readonly shape: 'rows' | 'distinct' | 'groups'
}
const queryDraft: fc.Arbitrary<QueryDraft> = fc.record({
  source: fc.constantFrom('one', 'one', 'cross', 'join', 'left join', 'full join'),
  on: trees.boolean,
  where: fc.option(trees.boolean, { nil: undefined }),
  items: fc.array(anyTree, { minLength: 1, maxLength: 3 }),
  shape: fc.constantFrom('rows', 'rows', 'distinct', 'groups'),
})

function sourceOf({ source, on }: QueryDraft, r: TableDraft, s: TableDraft) {
  const own = columnsOf('r', r)
  if (source === 'one') return { text: 'r', columns: own }
  const columns = [...own, ...columnsOf('s', s)]
  if (source === 'cross') return { text: 'r, s', columns }
  // A full join is by equal keys only.
  const condition = source === 'full join' ? 'r.id = s.id' : `(r.id = s.id or ${print(on, columns)})`
  return { text: `r ${source} s on ${condition}`, columns }
}

function queryText(draft: QueryDraft, r: TableDraft, s: TableDraft): string {
  const { text, columns } = sourceOf(draft, r, s)
  const items = draft.items.map(item => print(item, columns))
  const where = draft.where === undefined ? '' : ` where ${print(draft.where, columns)}`
  if (draft.shape === 'groups') {
    const list = items.map(item => `max((${item})::text), count(${item})`)
    return `select r.id % 3, count(*), ${list.join(', ')} from ${text}${where} group by r.id % 3`
  }
  const list = items.map(item => `(${item})::text, pg_typeof(${item})::text`)
  return `select ${draft.shape === 'distinct' ? 'distinct ' : ''}${list.join(', ')} from ${text}${where}`
}

function withDatabase<T>(scripts: readonly string[], run: (connection: Connection) => T): T {
  const db: Database = openSync(':memory:')
  try {
    for (const script of scripts) db.exec(script)
    return run(db.connect())
  } finally {
    db.close()
  }
}

describe('queries over tables of random columns', () => {
  test(`answer as PostgreSQL's: ${SCHEMAS * QUERIES_EACH} queries`, async () => {
    const queries = fc.array(queryDraft, { minLength: QUERIES_EACH, maxLength: QUERIES_EACH })
    let asked = 0
    let passedOver = 0
    await fc.assert(
      fc.asyncProperty(tableDraft, tableDraft, queries, async (r, s, drafts) => {
        const scripts = [tableScript('r', r), tableScript('s', s)]
        await postgres.exec(`begin; ${scripts.join(';')}`)
        const db = openSync(':memory:')
        try {
          for (const script of scripts) db.exec(script)
          for (const draft of drafts) {
            const text = queryText(draft, r, s)
            await postgres.exec('savepoint q')
            const expected = sorted(await postgresAnswer(postgres, text))
            await postgres.exec('rollback to q')
            const given = sorted(ownAnswer(db, text))
            asked++
            if (isDataError(expected) || isDataError(given)) passedOver++
            else expect(given, text).toEqual(expected)
          }
        } finally {
          db.close()
          await postgres.exec('rollback')
        }
      }),
      parameters,
    )
    expect(passedOver / asked).toBeLessThan(0.1)
  }, 600_000)

  const conditions = <T>(one: fc.Arbitrary<T>) =>
    fc.array(one, { minLength: CONDITIONS_EACH, maxLength: CONDITIONS_EACH })

  test(`true, not true and unknown are all: ${LAW_SCHEMAS * CONDITIONS_EACH * 4} queries`, () => {
    const cases = conditions(fc.tuple(queryDraft, trees.boolean))
    fc.assert(
      fc.property(tableDraft, tableDraft, cases, (r, s, all) => {
        withDatabase([tableScript('r', r), tableScript('s', s)], connection => {
          for (const [draft, tree] of all) {
            const { text, columns } = sourceOf(draft, r, s)
            const items = draft.items.map(item => `(${print(item, columns)})::text`).join(', ')
            const condition = print(tree, columns)
            const ask = (where: string) => ownAnswer(connection, `select ${items} from ${text}${where}`)
            const whole = ask('')
            const parts = [`(${condition})`, `not (${condition})`, `(${condition}) is null`].map(part =>
              ask(` where ${part}`),
            )
            // A form that its operands' types do not have is refused, wherever it stands.
            if (typeof whole === 'string' || parts.every(part => typeof part === 'string')) continue
            if (parts.some(isDataError)) continue
            expect(sorted(parts.flat()), condition).toEqual(sorted(whole))
          }
        })
      }),
      lawParameters,
    )
  }, 600_000)

  test(`a condition finds as many rows as it is true of: ${LAW_SCHEMAS * CONDITIONS_EACH * 2} queries`, () => {
    const cases = conditions(fc.tuple(queryDraft, trees.boolean))
    fc.assert(
      fc.property(tableDraft, tableDraft, cases, (r, s, all) => {
        withDatabase([tableScript('r', r), tableScript('s', s)], connection => {
          for (const [draft, tree] of all) {
            const { text, columns } = sourceOf(draft, r, s)
            const condition = print(tree, columns)
            const found = ownAnswer(connection, `select count(*) from ${text} where ${condition}`)
            // OFFSET keeps the condition where it is: a value of each row, which no plan can use.
            const isTrue = ownAnswer(
              connection,
              `select count(*) filter (where x) from (select ${condition} as x from ${text} offset 0) q`,
            )
            if (!isDataError(found) && !isDataError(isTrue)) expect(found, condition).toEqual(isTrue)
          }
        })
      }),
      lawParameters,
    )
  }, 600_000)

  test(`a row that fits is found: ${LAW_SCHEMAS * CONDITIONS_EACH * 2} queries`, () => {
    fc.assert(
      fc.property(tableDraft, conditions(fc.tuple(trees.boolean, fc.nat())), (r, all) => {
        if (r.rows.length === 0) return
        withDatabase([tableScript('r', r)], connection => {
          for (const [tree, choice] of all) {
            const condition = print(tree, columnsOf('r', r))
            const id = choice % r.rows.length
            const [truth] = ownAnswer(connection, `select ${condition} from r where id = ${id}`)
            const rectified = RECTIFIED[truth!]?.(condition)
            if (rectified === undefined) continue
            const found = ownAnswer(connection, `select id from r where ${rectified}`)
            if (!isDataError(found)) expect(found, rectified).toContain(`[${id}]`)
          }
        })
      }),
      lawParameters,
    )
  }, 600_000)
})

/** A condition that is true of a row, by what another one is of it. */
const RECTIFIED: Readonly<Record<string, (condition: string) => string>> = {
  '[true]': condition => condition,
  '[false]': condition => `not (${condition})`,
  '[null]': condition => `(${condition}) is null`,
}
