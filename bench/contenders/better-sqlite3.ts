/**
 * SQLite through better-sqlite3, as its documentation advises: write-ahead log, prepared statements, bulk work
 * in transactions. The table is WITHOUT ROWID (one tree, keyed by the blob). Lookups run inside one read
 * transaction, which takes away nearly half of their time.
 *
 * It is synchronous, so a hundred callers at once are a hundred commits one after another.
 */

import Database from 'better-sqlite3'
import { type Contender, versionedName } from '../contender.ts'
import { fold, RANGE_LENGTH, type Workload } from '../workload.ts'

export const label = versionedName('better-sqlite3')

const CACHE_KIB = 512 << 10

type Entry = [key: Buffer, value: Buffer]

class Sqlite implements Contender {
  private readonly db: Database.Database
  private readonly workload: Workload
  private readonly insert: Database.Statement<[Buffer, Buffer]>
  private readonly select: Database.Statement<[Buffer], Buffer>
  private readonly selectAll: Database.Statement<[], Entry>
  private readonly selectRange: Database.Statement<[Buffer], Entry>

  constructor(directory: string, workload: Workload) {
    this.workload = workload
    const db = new Database(`${directory}/data`)
    this.db = db
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma(`cache_size = -${CACHE_KIB}`)
    db.exec(
      'create table if not exists entry (key blob primary key, value blob not null) strict, without rowid',
    )
    this.insert = db.prepare('insert into entry values (?, ?)')
    this.select = db.prepare<[Buffer], Buffer>('select value from entry where key = ?').pluck()
    this.selectAll = db.prepare<[], Entry>('select key, value from entry order by key').raw()
    this.selectRange = db
      .prepare<[Buffer], Entry>(
        `select key, value from entry where key >= ? order by key limit ${RANGE_LENGTH}`,
      )
      .raw()
  }

  load(): void {
    this.putTogether(0, this.workload.count)
  }

  get(keys: readonly Buffer[]): number {
    const { select } = this
    let digest = 0
    this.db.exec('begin')
    for (let i = 0; i < keys.length; i++) digest = fold(digest, select.get(keys[i]!)!)
    this.db.exec('commit')
    return digest
  }

  scan(): number {
    let digest = 0
    for (const [key, value] of this.selectAll.iterate()) digest = fold(fold(digest, key), value)
    return digest
  }

  ranges(keys: readonly Buffer[]): number {
    const { selectRange } = this
    let digest = 0
    this.db.exec('begin')
    for (let i = 0; i < keys.length; i++) {
      for (const [key, value] of selectRange.all(keys[i]!)) digest = fold(fold(digest, key), value)
    }
    this.db.exec('commit')
    return digest
  }

  commitSingly(from: number, to: number): void {
    const { insert, workload } = this
    for (let i = from; i < to; i++) insert.run(workload.keys[i]!, workload.valueOf(i))
  }

  commitBatches(from: number, to: number, size: number): void {
    for (let first = from; first < to; first += size) this.putTogether(first, first + size)
  }

  commitConcurrently(from: number, to: number): void {
    this.commitSingly(from, to)
  }

  commitUnsynced(from: number, to: number): void {
    this.db.pragma('synchronous = OFF')
    this.commitSingly(from, to)
    this.db.pragma('synchronous = FULL')
  }

  /** Empties the log into the database; else it would be looked through for each page read. */
  settle(): void {
    this.db.pragma('wal_checkpoint(TRUNCATE)')
  }

  close(): void {
    this.db.close()
  }

  private putTogether(from: number, to: number): void {
    this.db.exec('begin immediate')
    this.commitSingly(from, to)
    this.db.exec('commit')
  }
}

export function open(directory: string, workload: Workload): Contender {
  return new Sqlite(directory, workload)
}
