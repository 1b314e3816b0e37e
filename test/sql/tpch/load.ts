/** TPC-H's tables made and filled, in Coppice and in PGlite. */

import type { PGlite } from '@electric-sql/pglite'
import type { Database } from '../../../src/index.ts'
import type { TpchGenerator, TpchRow } from './generator.ts'
import { createIndexes, createTable, TABLES } from './schema.ts'

export function loadCoppice(db: Database, generator: TpchGenerator): void {
  for (const table of TABLES) {
    db.write(tx => {
      tx.exec(createTable(table))
      const places = table.columns.map((_, i) => `$${i + 1}`)
      const insert = tx.prepare(`insert into ${table.name} values (${places.join(', ')})`)
      for (const row of generator.rows(table.name)) insert.run(...row)
      for (const text of createIndexes(table)) tx.exec(text)
    })
  }
}

export async function loadPostgres(postgres: PGlite, generator: TpchGenerator): Promise<void> {
  for (const table of TABLES) {
    await postgres.exec(createTable(table))
    const lines = Array.from(generator.rows(table.name), line)
    await postgres.query(`copy ${table.name} from '/dev/blob'`, [], { blob: new Blob(lines) })
    for (const text of createIndexes(table)) await postgres.exec(text)
    await postgres.exec(`analyze ${table.name}`)
  }
}

/** Of COPY: the texts of TPC-H have neither tabs nor backslashes. */
function line(row: TpchRow): string {
  return `${row.join('\t')}\n`
}
