/**
 * SQLite compiled to WebAssembly with file access, node-sqlite3-wasm: what users take who want no native code. It
 * has no shared memory, so the write-ahead log needs `locking_mode = EXCLUSIVE`, which SQLite's documentation names
 * for that; with it a durable commit took half of the time of its rollback journal. Rows are always objects, so
 * the loops take the column by its name. `all` rather than `get`, which leaves its statement open, so that no
 * checkpoint can be made; statements have to be finalised by hand, or the database stays locked.
 */

import { rmSync } from 'node:fs'
import sqlite3, { type Database, type Statement as WasmStatement } from 'node-sqlite3-wasm'
import {
  type BytesStore,
  type IntegerStore,
  LARGE_CACHE,
  type OpenSettings,
  type RecordStore,
  versionedName,
} from '../contender.ts'
import { type Dataset, fold, type Questions, RANGE_LENGTH } from '../dataset.ts'
import {
  configure,
  SqliteBytes,
  type SqliteDatabase,
  SqliteIntegers,
  SqliteRecords,
  type Statement,
} from './sqlite.ts'

export const label = versionedName('node-sqlite3-wasm')

type Entry = { key: Uint8Array; value: Uint8Array }
type Values = (Uint8Array | number | string)[]

class WasmSqlite implements SqliteDatabase {
  private readonly db: Database
  private readonly statements: WasmStatement[] = []

  constructor(directory: string, { cacheBytes, checkpointBytes }: OpenSettings) {
    // Its lock is a directory that outlives a killed process; a user has to remove it by hand.
    rmSync(`${directory}/data.lock`, { recursive: true, force: true })
    this.db = new sqlite3.Database(`${directory}/data`)
    this.db.exec('pragma locking_mode = EXCLUSIVE')
    configure(this, cacheBytes, checkpointBytes)
  }

  exec(sql: string): void {
    this.db.exec(sql)
  }

  prepare(sql: string): WasmStatement {
    const statement = this.db.prepare(sql)
    this.statements.push(statement)
    return statement
  }

  prepareArrays<Row>(sql: string): Statement<Row> {
    const statement = this.prepare(sql)
    return {
      run: (...values) => statement.run(values),
      get: (...values) => rowFrom<Row>(statement.all(values)[0]),
      all: (...values) => statement.all(values).map(row => Object.values(row) as Row),
      *iterate(...values) {
        for (const row of statement.iterate(values)) yield Object.values(row) as Row
      },
    }
  }

  prepareObjects<Row>(sql: string): Statement<Row> {
    const statement = this.prepare(sql)
    return {
      run: (...values: Values) => statement.run(values),
      get: (...values: Values) => statement.all(values)[0] as Row | undefined,
      all: (...values: Values) => statement.all(values) as Row[],
      iterate: (...values: Values) => statement.iterate(values) as Iterable<Row>,
    }
  }

  close(): void {
    for (const statement of this.statements) statement.finalize()
    this.db.close()
  }
}

function rowFrom<Row>(row: object | undefined): Row | undefined {
  return row === undefined ? undefined : (Object.values(row) as Row)
}

class WasmBytes extends SqliteBytes {
  private readonly selectObject: WasmStatement
  private readonly selectAllObjects: WasmStatement
  private readonly selectRangeObjects: WasmStatement

  constructor(sqlite: WasmSqlite, dataset: Dataset) {
    super(sqlite, dataset)
    this.selectObject = sqlite.prepare('select value from entry where key = ?')
    this.selectAllObjects = sqlite.prepare('select key, value from entry order by key')
    this.selectRangeObjects = sqlite.prepare(
      `select key, value from entry where key >= ? order by key limit ${RANGE_LENGTH}`,
    )
  }

  override get({ keys }: Questions): number {
    let digest = 0
    this.db.exec('begin')
    for (let i = 0; i < keys.length; i++) digest = fold(digest, this.getOne(keys[i]!)!)
    this.db.exec('commit')
    return digest
  }

  override scan(): number {
    let digest = 0
    for (const row of this.selectAllObjects.iterate()) {
      const { key, value } = row as Entry
      digest = fold(fold(digest, key), value)
    }
    return digest
  }

  override ranges({ keys }: Questions): number {
    let digest = 0
    this.db.exec('begin')
    for (let i = 0; i < keys.length; i++) {
      for (const row of this.selectRangeObjects.all([keys[i]!])) {
        const { key, value } = row as Entry
        digest = fold(fold(digest, key), value)
      }
    }
    this.db.exec('commit')
    return digest
  }

  override getOne(key: Buffer): Uint8Array | undefined {
    return (this.selectObject.all([key])[0] as Entry | undefined)?.value
  }
}

export function openBytes(directory: string, dataset: Dataset, settings: OpenSettings): BytesStore {
  return new WasmBytes(new WasmSqlite(directory, settings), dataset)
}

export function openIntegers(directory: string): IntegerStore {
  return new SqliteIntegers(new WasmSqlite(directory, LARGE_CACHE))
}

export function openRecords(directory: string): RecordStore {
  return new SqliteRecords(new WasmSqlite(directory, LARGE_CACHE))
}
