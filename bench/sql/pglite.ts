/** PostgreSQL in WebAssembly, in memory: what a program gets that wants PostgreSQL's dialect without a server. */

import { readFileSync } from 'node:fs'
import type { PGlite, Transaction } from '@electric-sql/pglite'
import { ITEM_COLUMNS, itemAt, weightOf } from './data.ts'
import type { Engine, Row, Statement } from './engine.ts'

const ROWS_AT_ONCE = 100_000

export async function openPglite(): Promise<Engine> {
  const { PGlite } = await import('@electric-sql/pglite')
  const db: PGlite = await PGlite.create()
  const packageFile = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url)
  let transaction: Transaction | undefined

  async function copy(table: string, count: number, lineOf: (id: number) => string): Promise<void> {
    for (let from = 1; from <= count; from += ROWS_AT_ONCE) {
      const lines: string[] = []
      for (let id = from; id < from + ROWS_AT_ONCE && id <= count; id++) lines.push(lineOf(id))
      const blob = new Blob([`${lines.join('\n')}\n`])
      await db.query(`copy ${table} from '/dev/blob'`, [], { blob })
    }
  }

  return {
    label: `pglite ${JSON.parse(readFileSync(packageFile, 'utf8')).version}`,
    async load(count) {
      await db.exec(`create table items (id integer primary key, ${ITEM_COLUMNS})`)
      await db.exec('create table details (id integer primary key, weight double precision not null)')
      await copy('items', count, id => itemAt(id, count).join('\t'))
      await copy('details', count, id => `${id}\t${weightOf(id)}`)
      await db.exec('create index items_score on items (score)')
      await db.exec('vacuum analyze')
    },
    prepare(text): Statement {
      // PGlite has no prepared statements of its own.
      const query = async (values: readonly unknown[]): Promise<Row[]> =>
        (await (transaction ?? db).query<Row>(text, [...values])).rows
      return { all: query, get: async values => (await query(values))[0], run: query }
    },
    transaction: work =>
      db.transaction(async tx => {
        transaction = tx
        try {
          await work()
        } finally {
          transaction = undefined
        }
      }),
    close: () => db.close(),
  }
}
