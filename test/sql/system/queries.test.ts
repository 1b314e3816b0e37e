/**
 * The catalogs are asked what tools ask them, and must answer what PostgreSQL answers about the same definitions: the queries
 * of psql's backslash commands and of drivers and ORMs, as these send them. `{name}` stands for a relation's oid. After a bar
 * a query's head says which columns cannot be equal, or that it only has to run and give the same columns.
 */

import { readFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openSync } from '../../../src/index.ts'

interface ToolQuery {
  readonly name: string
  readonly text: string
  readonly without: readonly string[]
  readonly onlyRuns: boolean
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

function queriesOf(file: string): ToolQuery[] {
  return read(file)
    .split(/^(?=-- )/m)
    .filter(block => block.trim() !== '')
    .map(block => {
      const end = block.indexOf('\n')
      const [name, options = ''] = block.slice(3, end).split(' | ')
      const without = /^without (.*)$/.exec(options)?.[1].split(', ') ?? []
      return { name, text: block.slice(end).trim().replace(/;$/, ''), without, onlyRuns: options === 'runs' }
    })
}

let db: Database
let postgres: PGlite
beforeAll(async () => {
  postgres = await PGlite.create()
  db = openSync(':memory:')
  for (const file of ['schema.sql', 'more-schema.sql']) {
    const schema = read(file)
    db.exec(schema)
    await postgres.exec(schema)
  }
}, 60_000)
afterAll(async () => {
  db.close()
  await postgres.close()
})

const NAMES = /\{([a-z_]+(?:\.[a-z_]+)?)\}/g

async function withOids(text: string, oidOf: (name: string) => Promise<unknown>): Promise<string> {
  let result = text
  for (const [placeholder, name] of text.matchAll(NAMES)) {
    result = result.replaceAll(placeholder, String(await oidOf(name)))
  }
  return result
}

/** Both say the same of a value in text; the one role is called otherwise. */
function shown(value: unknown): unknown {
  if (value === null) return null
  if (value instanceof Date) return value.toISOString()
  const text =
    typeof value === 'object'
      ? JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part))
      : String(value)
  return text.replaceAll('coppice', 'postgres')
}

type Rows = readonly Record<string, unknown>[]

function comparable(rows: Rows, { without }: ToolQuery): string[] {
  return rows
    .map(row =>
      JSON.stringify(
        Object.entries(row)
          .filter(([name]) => !without.includes(name))
          .map(([name, value]) => [name, shown(value)]),
      ),
    )
    .sort()
}

for (const file of ['psql-queries.sql', 'tool-queries.sql']) {
  describe(`the queries of ${file}`, () => {
    test.each(queriesOf(file).map(query => [query.name, query] as const))('%s', async (_, query) => {
      const text = await withOids(
        query.text,
        async name => db.query<{ o: number }>(`select '${name}'::regclass::oid as o`)[0].o,
      )
      const ours = comparable(db.query<Record<string, unknown>>(text), query)
      const theirText = await withOids(query.text, async name => {
        const { rows } = await postgres.query<{ o: number }>(`select '${name}'::regclass::oid as o`)
        return rows[0].o
      })
      const { rows, fields } = await postgres.query<Record<string, unknown>>(theirText)
      expect(db.prepare(text).columns.map(column => column.name)).toEqual(fields.map(field => field.name))
      if (!query.onlyRuns) expect(ours).toEqual(comparable(rows, query))
    })
  })
}
