/** Records what PostgreSQL (PGlite) answers: `npx tsx test/sql/language/first-week/record-answers.ts`. */

import { readFileSync, writeFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { statementsOf } from '../../session/statements.ts'
import { ANSWERS, columnText, STATEMENTS, type TextAnswer } from './answers.ts'

const pg = await PGlite.create()
await pg.exec("set timezone = 'UTC'")
const OIDS = 20_000
const parsers = Object.fromEntries(Array.from({ length: OIDS }, (_, oid) => [oid, (text: string) => text]))
const answers: TextAnswer[] = []
for (const text of statementsOf(readFileSync(STATEMENTS, 'utf8'))) {
  try {
    const { rows, fields } = await pg.query<(string | null)[]>(text, [], { rowMode: 'array', parsers })
    const columns = fields.map(field => columnText(field.name, field.dataTypeID))
    answers.push({
      text,
      columns,
      rows: rows.map(row => row.map(value => (value === null ? null : String(value)))),
    })
  } catch (error) {
    const { code, message, position } = error as { code: string; message: string; position?: string }
    answers.push({
      text,
      sqlstate: code,
      message,
      ...(position === undefined ? {} : { position: Number(position) - 1 }),
    })
  }
}
writeFileSync(ANSWERS, `${answers.map(answer => JSON.stringify(answer)).join('\n')}\n`)
await pg.close()
