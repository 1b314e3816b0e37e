/**
 * Sequences (sql/sequences.ts): each statement gives the numbers that PostgreSQL's gives, whatever was rolled back, altered, or opened
 * again before.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSync } from '../src/index.ts'
import { runs } from './scale.ts'
import { ownAnswer, postgresAnswer } from './sql/both.ts'
import { REOPEN, SEQUENCE_TABLES, SEQUENCES, sequenceScript } from './sql/sequences.ts'

const SCRIPTS = runs(30)
const LAST = [
  'commit',
  ...SEQUENCES.flatMap(name => [`select nextval('${name}')`, `select nextval('${name}')`]),
]

const directory = mkdtempSync(join(tmpdir(), 'coppice-sequences-'))
let postgres: PGlite
beforeAll(async () => {
  postgres = await PGlite.create()
}, 60_000)
afterAll(async () => {
  await postgres.close()
  rmSync(directory, { recursive: true })
})

test(`${SCRIPTS} scripts over sequences`, async () => {
  await fc.assert(
    fc.asyncProperty(sequenceScript, async statements => {
      for (const text of ['rollback', 'discard all']) await postgres.exec(text)
      await postgres.exec(`drop schema public cascade; create schema public; ${SEQUENCE_TABLES}`)
      const file = join(directory, 'sequences.db')
      rmSync(file, { force: true })
      let db = openSync(file, { durability: 'none' })
      try {
        db.exec(SEQUENCE_TABLES)
        let connection = db.connect()
        connection.exec("set default_transaction_isolation = 'read committed'")
        const done: string[] = []
        for (const text of [...statements, ...LAST]) {
          done.push(text)
          if (text === REOPEN) {
            await postgres.exec('rollback')
            await postgres.exec('discard all')
            connection.close()
            db.close()
            db = openSync(file, { durability: 'none' })
            connection = db.connect()
            connection.exec("set default_transaction_isolation = 'read committed'")
            continue
          }
          const expected = await postgresAnswer(postgres, text)
          expect(ownAnswer(connection, text), done.join(';\n')).toEqual(expected)
        }
      } finally {
        db.close()
      }
    }),
    { numRuns: SCRIPTS },
  )
}, 600_000)
