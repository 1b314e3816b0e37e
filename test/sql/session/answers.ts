/** Recorded answers, one a line; the statements that they answer; and what ours are held to. */

import { expect } from 'vitest'
import { type SqlDoor, SqlError } from '../../../src/index.ts'

export interface Answer {
  readonly text: string
  readonly columns?: readonly string[]
  readonly rows?: readonly (readonly unknown[])[]
  readonly sqlstate?: string
  readonly message?: string
}

/** Holds rows, names of columns and SQLSTATE to what was recorded. */
export function expectAnswer(db: SqlDoor, answer: Answer): void {
  let rows: unknown[] | undefined
  let sqlstate: string | undefined
  let message: string | undefined
  try {
    rows = db.query(answer.text, [], { rowMode: 'array' })
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    sqlstate = error.sqlstate
    message = error.primary
  }
  expect(sqlstate).toBe(answer.sqlstate)
  if (answer.message !== undefined) expect(message).toBe(answer.message)
  expect(rows?.map(plain)).toEqual(answer.rows)
  const isDefinition = /^(create|alter|drop|truncate|reindex|refresh|set|begin|commit|rollback)/.test(
    answer.text,
  )
  if (rows !== undefined && !isDefinition) {
    expect(db.prepare(answer.text).columns.map(column => column.name)).toEqual(answer.columns)
  }
}

/** As PGlite gives it: bigints beyond 2^53 as text in the record. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return Array.isArray(value) ? value.map(plain) : value
}
