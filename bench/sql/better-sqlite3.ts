/** SQLite through better-sqlite3, at its best: prepared statements, a log with FULL synchronisation, a cache for all. */

import Database from 'better-sqlite3'
import { versionedName } from '../contender.ts'
import { ITEM_COLUMNS, itemAt, weightOf } from './data.ts'
import type { Engine, Statement, Value } from './engine.ts'

export function openBetterSqlite3(directory: string): Engine {
  const db = new Database(`${directory}/sqlite.db`)
  db.pragma('journal_mode = wal')
  db.pragma('synchronous = full')
  db.pragma('cache_size = -1048576')
  db.pragma('mmap_size = 1073741824')
  db.pragma('temp_store = memory')
  return {
    label: versionedName('better-sqlite3'),
    async load(count) {
      db.exec(`create table items (id integer primary key, ${ITEM_COLUMNS})`)
      db.exec('create table details (id integer primary key, weight double precision not null)')
      const item = db.prepare('insert into items values (?, ?, ?, ?, ?, ?, ?)')
      const detail = db.prepare('insert into details values (?, ?)')
      db.transaction(() => {
        for (let id = 1; id <= count; id++) {
          item.run(...itemAt(id, count))
          detail.run(id, weightOf(id))
        }
      })()
      db.exec('create index items_score on items (score)')
      db.exec('analyze')
      db.pragma('wal_checkpoint(truncate)')
    },
    prepare(text): Statement {
      const statement = db.prepare<Value[], Record<string, unknown>>(text.replaceAll(/\$\d+/g, '?'))
      return {
        all: values => statement.all(...values),
        get: values => statement.get(...values),
        run: values => statement.run(...values),
      }
    },
    transaction: work => db.transaction(work)(),
    close: () => db.close(),
  }
}
