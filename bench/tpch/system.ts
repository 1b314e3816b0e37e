/** The systems that run TPC-H: each loads the tables and answers queries with arrays of rows. */

import { PGlite } from '@electric-sql/pglite'
import Database from 'better-sqlite3'
import { TpchGenerator, type TpchRow } from '../../test/sql/tpch/generator.ts'
import { loadCoppice, loadPostgres } from '../../test/sql/tpch/load.ts'
import { forSqlite } from '../../test/sql/tpch/queries.ts'
import { createIndexes, createTable, TABLES } from '../../test/sql/tpch/schema.ts'
import { openSync } from '../dist/index.js'

export const TPCH_SEED = 1

export interface TpchSystem {
  query(text: string): Promise<readonly (readonly unknown[])[]>
}
export type SystemName = 'coppice' | 'better-sqlite3' | 'pglite'

/** What a process reports: the best time of each query, and what its rows add up to. */
export interface SystemResult {
  readonly loadMs: number
  readonly queriesMs: readonly number[]
  readonly digests: readonly { readonly rows: number; readonly sum: number }[]
}

export const SYSTEMS: Readonly<Record<SystemName, (scale: number) => Promise<TpchSystem>>> = {
  async coppice(scale) {
    const db = openSync(':memory:')
    loadCoppice(db as unknown as Parameters<typeof loadCoppice>[0], new TpchGenerator(scale, TPCH_SEED))
    return { query: async text => db.query<unknown[]>(text, [], { rowMode: 'array' }) }
  },

  async 'better-sqlite3'(scale) {
    const db = new Database(':memory:')
    const generator = new TpchGenerator(scale, TPCH_SEED)
    for (const table of TABLES) {
      db.exec(createTable(table))
      const insert = db.prepare(
        `insert into ${table.name} values (${table.columns.map(() => '?').join(', ')})`,
      )
      // Without an exact decimal type it keeps money as floating point.
      const isMoney = table.columns.map(column => column.type === 'numeric(15,2)')
      const values = (row: TpchRow) => row.map((value, i) => (isMoney[i] ? Number(value) : value))
      db.transaction(() => {
        for (const row of generator.rows(table.name)) insert.run(...values(row))
      })()
      for (const text of createIndexes(table)) db.exec(text)
    }
    db.exec('analyze')
    return { query: async text => db.prepare(forSqlite(text)).raw().all() as unknown[][] }
  },

  async pglite(scale) {
    const postgres = await PGlite.create()
    await loadPostgres(postgres, new TpchGenerator(scale, TPCH_SEED))
    return { query: async text => (await postgres.query<unknown[]>(text, [], { rowMode: 'array' })).rows }
  },
}
