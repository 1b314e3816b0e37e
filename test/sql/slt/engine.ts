/** What can be tested with sqllogictest: anything that runs SQL. */

import { PGlite } from '@electric-sql/pglite'
import { openSync } from '../../../src/index.ts'

export interface SqlResult {
  readonly columnCount: number
  readonly rows: readonly (readonly unknown[])[]
}

/** An empty database. */
export interface SqlEngine {
  readonly name: string
  exec(text: string): Promise<void>
  query(text: string): Promise<SqlResult>
  close(): Promise<void>
}

/** PostgreSQL: the reference. */
export async function postgres(): Promise<SqlEngine> {
  const database = await PGlite.create()
  return {
    name: 'postgresql',
    async exec(text) {
      await database.exec(text)
    },
    async query(text) {
      const result = await database.query<unknown[]>(text, [], { rowMode: 'array' })
      return { columnCount: result.fields.length, rows: result.rows }
    },
    close: () => database.close(),
  }
}

export async function coppice(): Promise<SqlEngine> {
  const database = openSync(':memory:')
  return {
    name: 'coppice',
    async exec(text) {
      database.exec(text)
    },
    async query(text) {
      const statement = database.prepare<unknown[]>(text, { rowMode: 'array' })
      return { columnCount: statement.columns.length, rows: statement.all() }
    },
    async close() {
      database.close()
    },
  }
}
