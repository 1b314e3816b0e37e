/**
 * information_schema says of the same definitions what PostgreSQL's does: every view is asked for all of its rows, and those
 * about objects of two schemas are compared, all columns of them.
 */

import { readFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openSync } from '../../../src/index.ts'
import { INFORMATION_SCHEMA_COLUMNS } from '../../../src/sql/system/information-schema-columns.ts'

let db: Database
let postgres: PGlite
beforeAll(async () => {
  postgres = await PGlite.create()
  db = openSync(':memory:')
  for (const file of ['schema.sql', 'more-schema.sql']) {
    const schema = readFileSync(new URL(file, import.meta.url), 'utf8')
    db.exec(schema)
    await postgres.exec(schema)
  }
}, 60_000)
afterAll(async () => {
  db.close()
  await postgres.close()
})

type Row = Record<string, unknown>

const SCHEMAS = new Set<unknown>(['public', 'other'])

function comparable(rows: readonly Row[]): string[] {
  return rows
    .filter(row =>
      Object.entries(row).some(([name, value]) => name.endsWith('_schema') && SCHEMAS.has(value)),
    )
    .map(row =>
      JSON.stringify(Object.entries(row).filter(([, value]) => value !== null)).replaceAll(
        'coppice',
        'postgres',
      ),
    )
    .sort()
}

test.each(Object.keys(INFORMATION_SCHEMA_COLUMNS))('information_schema.%s', async view => {
  const text = `select * from information_schema.${view}`
  const { rows, fields } = await postgres.query<Row>(text)
  const ours = db.query<Row>(text)
  expect(db.prepare(text).columns.map(column => column.name)).toEqual(fields.map(field => field.name))
  expect(comparable(ours)).toEqual(comparable(rows))
})
