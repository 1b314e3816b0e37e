/**
 * `npm run fixtures:sql`: asks PGlite (PostgreSQL) for type and value of every expression of the lists in `expressions/`
 * and writes its answers to `fixtures/`, so that tests need not start it.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { aggregateParts } from './evaluator.ts'

const here = new URL('.', import.meta.url)
const only = process.argv.slice(2)
const database = await PGlite.create()
await database.exec("create type mood as enum ('sad', 'ok', 'happy'); set timezone = 'UTC'")
for (const file of readdirSync(new URL('expressions/', here))) {
  const name = file.replace(/\.sql$/, '')
  if (only.length > 0 && !only.includes(name)) continue
  const answers: Record<string, unknown> = {}
  for (const line of readFileSync(new URL(`expressions/${file}`, here), 'utf8').split('\n')) {
    const expression = line.trim()
    if (expression === '' || expression.startsWith('--')) continue
    answers[expression] = await ask(expression)
  }
  writeFileSync(new URL(`fixtures/${name}.json`, here), `${JSON.stringify(answers, null, 1)}\n`)
  console.log(name, Object.keys(answers).length)
}
await database.close()

/** [type, text], or [SQLSTATE] of an error, or for set-returning functions (`set: …`) the texts of all rows. */
async function ask(expression: string): Promise<unknown> {
  try {
    if (expression.startsWith('set: ')) {
      const call = expression.slice(5)
      const { rows } = await database.query<{ t: string | null }>(`select x::text as t from ${call} as x`)
      return rows.map(row => row.t)
    }
    if (expression.startsWith('agg: ')) {
      const { rows } = await database.query<{ type: string; value: string | null }>(
        `select pg_typeof(x)::text as type, x::text as value from (${aggregateQuery(expression)}) as q(x)`,
      )
      return [rows[0].type, rows[0].value]
    }
    const { rows } = await database.query<{ type: string; value: string | null }>(
      `select pg_typeof(x)::text as type, x::text as value from (select ${expression}) as q(x)`,
    )
    return [rows[0].type, rows[0].value]
  } catch (error) {
    return [(error as { code?: string }).code ?? String(error), (error as Error).message]
  }
}

function aggregateQuery(line: string): string {
  const { name, direct, types, rows } = aggregateParts(line)
  const columns = types.map((_, at) => `c${at}`)
  const call =
    direct === undefined
      ? `${name}(${columns.join(', ') || '*'})`
      : `${name}(${direct}) within group (order by ${columns.join(', ')})`
  const constant = (text: string | null, at: number): string =>
    `${text === null ? 'null' : `'${text}'`}::${types[at] ?? 'text'}`
  if (rows.length === 0) {
    return `select ${call} from (select ${types.map((type, at) => `null::${type} as c${at}`).join(', ')}) as v where false`
  }
  return `select ${call} from (values ${rows.map(row => `(${row.map(constant).join(', ')})`).join(', ')}) as v(${rows[0].map((_, at) => `c${at}`).join(', ')})`
}
