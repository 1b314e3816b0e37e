/**
 * Sessions made at random (sql/sessions.ts): each statement answers as PostgreSQL's does, rows or SQLSTATE, and leaves the tables and
 * their indexes as PostgreSQL's are.
 */

import { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { openSync } from '../src/index.ts'
import { runs } from './scale.ts'
import { expectSameAfterEach } from './sql/both.ts'
import { SESSION_CONTENTS, SESSION_TABLES, sessionScript } from './sql/sessions.ts'

const SESSIONS = runs(60)
const DROP_TABLES =
  'drop table if exists leaf, tree; drop type if exists mood, spot; drop domain if exists rank'

let postgres: PGlite
beforeAll(async () => {
  postgres = await PGlite.create()
}, 60_000)
afterAll(() => postgres.close())

test(`${SESSIONS} sessions`, async () => {
  await fc.assert(
    fc.asyncProperty(sessionScript, async statements => {
      for (const text of ['rollback', 'close all', 'deallocate all', DROP_TABLES]) await postgres.exec(text)
      await postgres.exec(SESSION_TABLES)
      const db = openSync(':memory:')
      try {
        db.exec(SESSION_TABLES)
        using connection = db.connect()
        // As PostgreSQL begins them.
        connection.exec("set default_transaction_isolation = 'read committed'")
        await expectSameAfterEach(statements, SESSION_CONTENTS, postgres, connection)
      } finally {
        db.close()
      }
    }),
    { numRuns: SESSIONS },
  )
}, 600_000)
