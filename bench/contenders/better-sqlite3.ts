/**
 * SQLite through better-sqlite3, as its documentation advises: write-ahead log with `synchronous = FULL`, prepared
 * statements, `pluck` for single values, `raw` for several, objects as it makes them for records.
 */

import Database from 'better-sqlite3'
import {
  type BytesStore,
  type IntegerStore,
  LARGE_CACHE,
  type OpenSettings,
  type RecordStore,
  versionedName,
} from '../contender.ts'
import { type Dataset, fold, type Questions } from '../dataset.ts'
import {
  configure,
  SqliteBytes,
  type SqliteDatabase,
  SqliteIntegers,
  SqliteRecords,
  type Statement,
} from './sqlite.ts'

assertRuns()

export const label = versionedName('better-sqlite3')

/** It is loaded by its first database, and is built for one version of Node. */
function assertRuns(): void {
  try {
    new Database(':memory:').close()
  } catch (error) {
    if (!String(error).includes('NODE_MODULE_VERSION')) throw error
    throw new Error(`better-sqlite3 was not built for Node ${process.versions.node}`)
  }
}

class BetterSqlite implements SqliteDatabase {
  readonly db: Database.Database

  constructor(directory: string, { cacheBytes, checkpointBytes }: OpenSettings) {
    this.db = new Database(`${directory}/data`)
    configure(this, cacheBytes, checkpointBytes)
  }

  exec(sql: string): void {
    this.db.exec(sql)
  }

  prepareArrays<Row>(sql: string): Statement<Row> {
    const statement = this.db.prepare(sql)
    return (statement.reader ? statement.raw() : statement) as unknown as Statement<Row>
  }

  prepareObjects<Row>(sql: string): Statement<Row> {
    return this.db.prepare(sql) as unknown as Statement<Row>
  }

  close(): void {
    this.db.close()
  }
}

class BetterSqliteBytes extends SqliteBytes {
  private readonly pluck: Database.Statement<[Buffer], Buffer>

  constructor(sqlite: BetterSqlite, dataset: Dataset) {
    super(sqlite, dataset)
    this.pluck = sqlite.db.prepare<[Buffer], Buffer>('select value from entry where key = ?').pluck()
  }

  override get({ keys }: Questions): number {
    const { pluck } = this
    let digest = 0
    this.db.exec('begin')
    for (let i = 0; i < keys.length; i++) digest = fold(digest, pluck.get(keys[i]!)!)
    this.db.exec('commit')
    return digest
  }

  override getOne(key: Buffer): Uint8Array | undefined {
    return this.pluck.get(key)
  }
}

export function openBytes(directory: string, dataset: Dataset, settings: OpenSettings): BytesStore {
  return new BetterSqliteBytes(new BetterSqlite(directory, settings), dataset)
}

export function openIntegers(directory: string): IntegerStore {
  return new SqliteIntegers(new BetterSqlite(directory, LARGE_CACHE))
}

export function openRecords(directory: string): RecordStore {
  return new SqliteRecords(new BetterSqlite(directory, LARGE_CACHE))
}
