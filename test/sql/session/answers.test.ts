/** Whole statements, one after the other on one database: rows, names of columns and SQLSTATEs are PostgreSQL's. */

import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { openSync, SqlError } from '../../../src/index.ts'
import type { Answer } from './answers.ts'

const answers = readFileSync(new URL('answers.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Answer)

describe('a script of statements', () => {
  const db = openSync(':memory:')
  afterAll(() => db.close())

  test.each(answers.map((answer, i) => [`${i + 1}: ${answer.text.slice(0, 100)}`, answer] as const))(
    '%s',
    (_, answer) => {
      let rows: unknown[] | undefined
      let sqlstate: string | undefined
      try {
        rows = db.query(answer.text, [], { rowMode: 'array' })
      } catch (error) {
        if (!(error instanceof SqlError)) throw error
        sqlstate = error.sqlstate
      }
      expect(sqlstate).toBe(answer.sqlstate)
      expect(rows?.map(plain)).toEqual(answer.rows)
      const isDefinition = /^(create|alter|drop|truncate)/.test(answer.text)
      if (rows !== undefined && !isDefinition) {
        expect(db.prepare(answer.text).columns.map(column => column.name)).toEqual(answer.columns)
      }
    },
  )
})

/** As PGlite gives it: bigints beyond 2^53 as text in the record. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return Array.isArray(value) ? value.map(plain) : value
}
