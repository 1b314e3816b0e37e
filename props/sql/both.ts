/** The same statements asked of Coppice and of PostgreSQL (PGlite), and what they answer in one form. */

import type { PGlite } from '@electric-sql/pglite'
import { expect } from 'vitest'
import { type Connection, SqlError } from '../../src/index.ts'

/** Rows as text; or the SQLSTATE. */
export type Answer = readonly string[] | string

export async function postgresAnswer(postgres: Pick<PGlite, 'query'>, text: string): Promise<Answer> {
  try {
    const { rows } = await postgres.query<unknown[]>(text, [], { rowMode: 'array' })
    return rows.map(row => JSON.stringify(row))
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === undefined) throw error
    return code
  }
}

export function ownAnswer(connection: Pick<Connection, 'query'>, text: string): Answer {
  try {
    return connection
      .query<unknown[]>(text, [], { rowMode: 'array' })
      .map(row =>
        JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? value.toString() : value)),
      )
  } catch (error) {
    if (error instanceof SqlError) return error.sqlstate
    throw error
  }
}

/** As a multiset. */
export function sorted(answer: Answer): Answer {
  return typeof answer === 'string' ? answer : [...answer].sort()
}

/** Asks each statement of both, and after it what the tables hold. */
export async function expectSameAfterEach(
  statements: readonly string[],
  contents: readonly string[],
  postgres: Pick<PGlite, 'query'>,
  connection: Pick<Connection, 'query'>,
): Promise<void> {
  const done: string[] = []
  for (const text of statements) {
    done.push(text)
    for (const asked of [text, ...contents]) {
      const expected = sorted(await postgresAnswer(postgres, asked))
      expect(sorted(ownAnswer(connection, asked)), `${asked}\n-- after\n${done.join(';\n')}`).toEqual(
        expected,
      )
    }
  }
}

/** An error of the data: which of several is met first, and whether one is met at all, may depend on the plan. */
export function isDataError(answer: Answer): boolean {
  return typeof answer === 'string' && answer.startsWith('22')
}
