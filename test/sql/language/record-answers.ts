/**
 * Records what PostgreSQL (PGlite) answers to the scripts of this folder: `npx tsx test/sql/language/record-answers.ts [NAME]`.
 * Each has a database of its own.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { statementsOf } from '../session/statements.ts'

const folder = new URL('.', import.meta.url)
const only = process.argv.slice(2)
for (const file of readdirSync(folder).filter(name => name.endsWith('.sql'))) {
  if (only.length > 0 && !only.includes(file.replace('.sql', ''))) continue
  const pg = await PGlite.create()
  await pg.exec("set timezone = 'UTC'")
  const lines: string[] = []
  for (const text of statementsOf(readFileSync(new URL(file, folder), 'utf8'))) {
    try {
      const { rows, fields } = await pg.query<unknown[]>(text, [], { rowMode: 'array' })
      const columns = fields.map(field => field.name)
      lines.push(JSON.stringify({ text, columns, rows: rows.map(row => row.map(plain)) }))
    } catch (error) {
      const { code, message } = error as { code: string; message: string }
      lines.push(JSON.stringify({ text, sqlstate: code, message }))
    }
  }
  writeFileSync(new URL(file.replace('.sql', '.jsonl'), folder), `${lines.join('\n')}\n`)
  await pg.close()
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return Array.isArray(value) ? value.map(plain) : value
}
