/** Coppice, as it is built: a file, prepared statements, rows as objects. */

import { readFileSync } from 'node:fs'
import type { Database, PreparedStatement, Transaction } from '../dist/index.js'
import { ITEM_COLUMNS, itemAt, weightOf } from './data.ts'
import type { Engine, Row, Statement, Value } from './engine.ts'

/** Enough for all pages, as SQLite's cache. */
const CACHE_BYTES = 1 << 30

export async function openCoppice(directory: string): Promise<Engine> {
  const { open, table, t } = await import('../dist/index.js')
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const db: Database = await open(`${directory}/coppice.db`, { cacheSizeBytes: CACHE_BYTES })
  let transaction: Transaction | undefined

  return {
    label: `coppice ${version}`,
    async load(count) {
      db.exec(`create table items (id integer primary key, ${ITEM_COLUMNS})`)
      db.exec('create table details (id integer primary key, weight double precision not null)')
      db.exec('create index items_score on items (score)')
      const items = table('items', {
        columns: {
          id: t.i32,
          category: t.i32,
          region: t.text,
          price: t.f64,
          quantity: t.i32,
          score: t.i32,
          name: t.text,
        },
        primaryKey: ['id'],
        indexes: { items_score: { on: ['score'] } },
      })
      const details = table('details', { columns: { id: t.i32, weight: t.f64 }, primaryKey: ['id'] })
      db.write(tx => {
        const rows = tx.table(items)
        const weights = tx.table(details)
        for (let id = 1; id <= count; id++) {
          const [, category, region, price, quantity, score, name] = itemAt(id, count)
          rows.put({ id, category, region, price, quantity, score, name })
          weights.put({ id, weight: weightOf(id) })
        }
      })
      await db.checkpoint()
    },
    prepare(text): Statement {
      const outside = db.prepare<Row>(text)
      // A statement of the transaction that is open is prepared in it.
      let inside: { readonly of: Transaction; readonly statement: PreparedStatement<Row> } | undefined
      const statement = (): PreparedStatement<Row> => {
        if (transaction === undefined) return outside
        if (inside?.of !== transaction)
          inside = { of: transaction, statement: transaction.prepare<Row>(text) }
        return inside.statement
      }
      return {
        all: (values: readonly Value[]) => statement().all(...values),
        get: (values: readonly Value[]) => statement().get(...values),
        run: (values: readonly Value[]) => statement().run(...values),
      }
    },
    transaction: work =>
      db.write(tx => {
        transaction = tx
        try {
          return work()
        } finally {
          transaction = undefined
        }
      }),
    close: () => db.close(),
  }
}
