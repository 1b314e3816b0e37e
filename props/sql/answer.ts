/** What a statement answers, to be compared with what it answers otherwise. */

import { SqlError } from '../../src/index.ts'

/** The rows as texts, in any order; of an error of SQL its SQLSTATE. */
export function answer(query: () => readonly unknown[]): string[] | string {
  try {
    return query()
      .map(row => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
      .sort()
  } catch (error) {
    if (error instanceof SqlError) return error.sqlstate
    throw error
  }
}
