/**
 * Scripts of changes, made at random: each statement answers as PostgreSQL's does (rows of RETURNING, or SQLSTATE), and leaves the
 * tables as PostgreSQL's are, in transactions and out of them.
 */

import { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { openSync } from '../src/index.ts'
import { runs } from './scale.ts'
import { expectSameAfterEach } from './sql/both.ts'
import { CONTENTS, changesScript, tablesDraft, tablesScript } from './sql/changes.ts'

const SCRIPTS = runs(100)

let postgres: PGlite
beforeAll(async () => {
  postgres = await PGlite.create()
}, 60_000)
afterAll(() => postgres.close())

test(`${SCRIPTS} scripts of changes`, async () => {
  await fc.assert(
    fc.asyncProperty(tablesDraft, changesScript, async (draft, statements) => {
      const schema = tablesScript(draft)
      await postgres.exec(`rollback; drop table if exists child, parent; ${schema}`)
      const db = openSync(':memory:')
      try {
        db.exec(schema)
        using connection = db.connect()
        await expectSameAfterEach(statements, CONTENTS, postgres, connection)
      } finally {
        db.close()
      }
    }),
    { numRuns: SCRIPTS },
  )
}, 600_000)
