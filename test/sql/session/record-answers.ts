/**
 * Records what PostgreSQL (PGlite) answers to the statements of statements.sql, one after the other:
 * `npx tsx test/sql/session/record-answers.ts`
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import type { Answer } from './answers.ts'
import { statementsOf } from './statements.ts'

const folder = new URL('.', import.meta.url)
const pg = await PGlite.create()
const answers: Answer[] = []
for (const text of statementsOf(readFileSync(new URL('statements.sql', folder), 'utf8'))) {
  try {
    const { rows, fields } = await pg.query<unknown[]>(text, [], { rowMode: 'array' })
    answers.push({ text, columns: fields.map(field => field.name), rows: rows.map(row => row.map(plain)) })
  } catch (error) {
    answers.push({ text, sqlstate: (error as { code: string }).code })
  }
}
writeFileSync(
  new URL('answers.jsonl', folder),
  `${answers.map(answer => JSON.stringify(answer)).join('\n')}\n`,
)
await pg.close()

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return Array.isArray(value) ? value.map(plain) : value
}
