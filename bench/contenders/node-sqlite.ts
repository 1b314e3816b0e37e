/**
 * SQLite as newer Nodes bring it along, `node:sqlite`; without `--node` it takes no part under a Node that has none.
 * The same settings and statements as better-sqlite3's, with rows as arrays.
 */

import {
  type BytesStore,
  type IntegerStore,
  LARGE_CACHE,
  type OpenSettings,
  type RecordStore,
} from '../contender.ts'
import type { Dataset } from '../dataset.ts'
import {
  configure,
  SqliteBytes,
  type SqliteDatabase,
  SqliteIntegers,
  SqliteRecords,
  type Statement,
} from './sqlite.ts'

/** As much of the module as is used here: this project's types are those of the oldest Node that it supports. */
interface NodeStatement extends Statement<unknown> {
  setReturnArrays(enabled: boolean): void
}
interface NodeDatabase {
  exec(sql: string): void
  prepare(sql: string): NodeStatement
  close(): void
}
interface NodeSqliteModule {
  readonly DatabaseSync: new (path: string) => NodeDatabase
}

const { DatabaseSync } = await importSqlite()

export const label = `node:sqlite of Node ${process.versions.node}`

async function importSqlite(): Promise<NodeSqliteModule> {
  const specifier: string = 'node:sqlite'
  try {
    return await import(specifier)
  } catch {
    throw new Error(`Node ${process.versions.node} has no node:sqlite; --node 24 has`)
  }
}

class NodeSqlite implements SqliteDatabase {
  private readonly db: NodeDatabase

  constructor(directory: string, { cacheBytes, checkpointBytes }: OpenSettings) {
    this.db = new DatabaseSync(`${directory}/data`)
    configure(this, cacheBytes, checkpointBytes)
  }

  exec(sql: string): void {
    this.db.exec(sql)
  }

  prepareArrays<Row>(sql: string): Statement<Row> {
    const statement = this.db.prepare(sql)
    statement.setReturnArrays(true)
    return statement as Statement<Row>
  }

  prepareObjects<Row>(sql: string): Statement<Row> {
    return this.db.prepare(sql) as Statement<Row>
  }

  close(): void {
    this.db.close()
  }
}

export function openBytes(directory: string, dataset: Dataset, settings: OpenSettings): BytesStore {
  return new SqliteBytes(new NodeSqlite(directory, settings), dataset)
}

export function openIntegers(directory: string): IntegerStore {
  return new SqliteIntegers(new NodeSqlite(directory, LARGE_CACHE))
}

export function openRecords(directory: string): RecordStore {
  return new SqliteRecords(new NodeSqlite(directory, LARGE_CACHE))
}
