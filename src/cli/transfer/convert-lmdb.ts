/** A database of LMDB as maps from bytes to bytes: what the bytes mean only the program knows that has written them. */

import { type Database, t, table } from '../../index.ts'
import type { ConvertOptions, ConvertReport } from './convert-sqlite.ts'
import { type LmdbStore, RAW } from './foreign-modules.ts'

const ENTRIES_AT_ONCE = 5000
const MAIN = 'main'

export async function convertLmdb(
  source: LmdbStore,
  databases: readonly string[],
  database: Database,
  options: ConvertOptions,
): Promise<ConvertReport> {
  using transaction = database.begin()
  const tables: { name: string; rows: number }[] = []
  const names = databases.length === 0 ? [MAIN] : databases
  for (const name of names) {
    const store = databases.length === 0 ? source : source.openDB({ name, ...RAW })
    const target = transaction.table(table(name, { key: t.bytes, value: t.bytes }))
    let rows = 0
    for (const { key, value } of store.getRange({ snapshot: true })) {
      target.put(Buffer.from(key), Buffer.from(value))
      if (++rows % ENTRIES_AT_ONCE > 0) continue
      options.onProgress(name, rows, rows)
      await new Promise(resolve => setImmediate(resolve))
      options.signal.throwIfAborted()
    }
    tables.push({ name, rows })
  }
  await transaction.commitAsync()
  return { tables, notes: [] }
}
