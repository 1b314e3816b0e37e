/** sqlsmith for a short time, from seeds that are always the same; `npm run sqlsmith` goes on for as long as wanted. */

import { describe, expect, test } from 'vitest'
import { isInstalled } from '../server/support.ts'
import { runSqlsmith } from './sqlsmith/run-sqlsmith.ts'

const QUERIES = 400

describe.skipIf(!isInstalled('sqlsmith'))('sqlsmith', () => {
  test.each([
    ['the tables', 2, false],
    ['tables and catalogs', 7, true],
  ])('finds nothing that breaks the server, in %s', async (_, seed, withCatalogs) => {
    const report = await runSqlsmith({ seed, queries: QUERIES, withCatalogs, limitMs: 90_000 })
    expect(report.failure).toBeUndefined()
    expect(report.internalErrors).toEqual([])
    expect(report.queries).toBeGreaterThan(QUERIES / 4)
  })
})
