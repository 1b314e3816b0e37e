/** TPC-H at a small scale: all 22 queries answer as PostgreSQL does. */

import { PGlite, types } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openSync } from '../../../src/index.ts'
import { TpchGenerator } from './generator.ts'
import { loadCoppice, loadPostgres } from './load.ts'
import { tpchQueries } from './queries.ts'

/** The smallest at which each query finds something. */
const SCALE = 0.01
const queries = tpchQueries(SCALE)

let db: Database
let postgres: PGlite
beforeAll(async () => {
  const generator = new TpchGenerator(SCALE)
  db = openSync(':memory:')
  loadCoppice(db, generator)
  postgres = await PGlite.create()
  await loadPostgres(postgres, generator)
}, 120_000)
afterAll(async () => {
  db.close()
  await postgres.close()
})

const asText = (value: string) => value
const parsers = { [types.DATE]: asText, [types.INT8]: Number }

describe('TPC-H', () => {
  test.each(queries.map((text, i) => [i + 1, text] as const))('query %d', async (_, text) => {
    const expected = await postgres.query<unknown[]>(text, [], { rowMode: 'array', parsers })
    expect(expected.rows.length).toBeGreaterThan(0)
    expect(db.query(text, [], { rowMode: 'array' })).toEqual(expected.rows)
  })
})
