/**
 * Records what PostgreSQL (PGlite) answers to the statements of scripts, one after the other, each script on a database of
 * its own: `npx tsx test/sql/session/record-answers.ts [NAME…]`; without names, all of them.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import type { Answer } from './answers.ts'
import { answersFile, scriptFile, scriptNames, statementsOf } from './statements.ts'

const names = process.argv.slice(2)
for (const name of names.length > 0 ? names : scriptNames()) await record(name)

async function record(name: string): Promise<void> {
  const pg = await PGlite.create()
  const answers: Answer[] = []
  for (const text of statementsOf(readFileSync(scriptFile(name), 'utf8'))) {
    try {
      const { rows, fields } = await pg.query<unknown[]>(text, [], { rowMode: 'array' })
      answers.push({ text, columns: fields.map(field => field.name), rows: rows.map(row => row.map(plain)) })
    } catch (error) {
      answers.push({ text, sqlstate: (error as { code: string }).code })
    }
  }
  writeFileSync(answersFile(name), `${answers.map(answer => JSON.stringify(answer)).join('\n')}\n`)
  await pg.close()
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return Array.isArray(value) ? value.map(plain) : value
}
