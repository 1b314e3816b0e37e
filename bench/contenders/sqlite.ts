/**
 * What the ways to SQLite share: tables, statements, transactions. Prepared statements, bulk work in
 * transactions, as SQLite's and the packages' documentation advise. The table of bytes is WITHOUT ROWID (one
 * tree, keyed by the blob); integers and records are keyed by the row's number (INTEGER PRIMARY KEY), the
 * fastest key that SQLite has. Lookups run inside one read transaction, which takes away nearly half of their
 * time. A date is stored as an integer and made a Date again.
 *
 * All of them are synchronous, so a hundred callers at once are a hundred commits one after another.
 */

import type { BytesStore, IntegerStore, RecordStore } from '../contender.ts'
import { type Dataset, fold, type Order, type Questions, RANGE_LENGTH } from '../dataset.ts'
import { foldPerson, type Person } from '../people.ts'
import { foldInteger, valueOfInteger } from '../workloads/integers.ts'

type Value = Uint8Array | number | string

/** A prepared statement; rows are arrays of columns unless it was prepared for objects. */
export interface Statement<Row> {
  run(...values: Value[]): unknown
  get(...values: Value[]): Row | undefined
  all(...values: Value[]): readonly Row[]
  iterate(...values: Value[]): Iterable<Row>
}

export interface SqliteDatabase {
  exec(sql: string): unknown
  /** Rows as arrays. */
  prepareArrays<Row>(sql: string): Statement<Row>
  /** Rows as objects. */
  prepareObjects<Row>(sql: string): Statement<Row>
  close(): void
}

type Entry = readonly [key: Uint8Array, value: Uint8Array]
type Single = readonly [value: Uint8Array]

export class SqliteBytes implements BytesStore {
  protected readonly db: SqliteDatabase
  protected readonly dataset: Dataset
  private readonly put: Statement<never>
  private readonly delete: Statement<never>
  protected readonly select: Statement<Single>
  private readonly selectAll: Statement<Entry>
  private readonly selectRange: Statement<Entry>
  private readonly selectLength: Statement<Entry>

  constructor(db: SqliteDatabase, dataset: Dataset) {
    this.db = db
    this.dataset = dataset
    db.exec(
      'create table if not exists entry (key blob primary key, value blob not null) strict, without rowid',
    )
    this.put = db.prepareArrays('insert or replace into entry values (?, ?)')
    this.delete = db.prepareArrays('delete from entry where key = ?')
    this.select = db.prepareArrays('select value from entry where key = ?')
    this.selectAll = db.prepareArrays('select key, value from entry order by key')
    const range = 'select key, value from entry where key >= ? order by key limit'
    this.selectRange = db.prepareArrays(`${range} ${RANGE_LENGTH}`)
    this.selectLength = db.prepareArrays(`${range} ?`)
  }

  load(): void {
    this.putTogether(0, this.dataset.count)
  }

  get({ keys }: Questions): number {
    const { select } = this
    let digest = 0
    this.db.exec('begin')
    for (let i = 0; i < keys.length; i++) digest = fold(digest, select.get(keys[i]!)![0])
    this.db.exec('commit')
    return digest
  }

  scan(): number {
    let digest = 0
    for (const [key, value] of this.selectAll.iterate()) digest = fold(fold(digest, key), value)
    return digest
  }

  ranges({ keys }: Questions): number {
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
    const { put, dataset } = this
    for (let i = from; i < to; i++) put.run(dataset.keys[i]!, dataset.valueOf(i))
  }

  commitBatches(from: number, to: number, size: number): void {
    for (let first = from; first < to; first += size) this.putTogether(first, first + size)
  }

  commitConcurrently(from: number, to: number): void {
    this.commitSingly(from, to)
  }

  commitUnsynced(from: number, to: number): void {
    this.beUnsynced()
    this.commitSingly(from, to)
    this.db.exec('pragma synchronous = FULL')
    this.isUnsynced = false
  }

  remove(order: Order): void {
    const { db, dataset } = this
    db.exec('begin immediate')
    for (let i = 0; i < order.length; i++) this.delete.run(dataset.keys[order[i]!]!)
    db.exec('commit')
  }

  compact(): void {
    this.db.exec('vacuum')
    this.settle()
  }

  getOne(key: Buffer): Uint8Array | undefined {
    return this.select.get(key)?.[0]
  }

  putOne(key: Buffer, value: Buffer): void {
    if (!this.isUnsynced) this.beUnsynced()
    this.put.run(key, value)
  }

  rangeOne(key: Buffer, length: number): number {
    return this.selectLength.all(key, length).length
  }

  /** Empties the log into the database; else it would be looked through for each page read. */
  settle(): void {
    this.db.exec('pragma wal_checkpoint(TRUNCATE)')
  }

  close(): void {
    this.db.close()
  }

  private isUnsynced = false

  private beUnsynced(): void {
    this.db.exec('pragma synchronous = OFF')
    this.isUnsynced = true
  }

  private putTogether(from: number, to: number): void {
    this.db.exec('begin immediate')
    this.commitSingly(from, to)
    this.db.exec('commit')
  }
}

export class SqliteIntegers implements IntegerStore {
  private readonly db: SqliteDatabase
  private readonly insert: Statement<never>
  private readonly select: Statement<readonly [number]>
  private readonly selectAll: Statement<readonly [number, number]>

  constructor(db: SqliteDatabase) {
    this.db = db
    db.exec('create table if not exists counter (key integer primary key, value integer not null) strict')
    this.insert = db.prepareArrays('insert into counter values (?, ?)')
    this.select = db.prepareArrays('select value from counter where key = ?')
    this.selectAll = db.prepareArrays('select key, value from counter order by key')
  }

  load(keys: Uint32Array): void {
    const { db, insert } = this
    db.exec('begin immediate')
    for (let i = 0; i < keys.length; i++) insert.run(keys[i]!, valueOfInteger(keys[i]!))
    db.exec('commit')
  }

  get(keys: Uint32Array): number {
    const { db, select } = this
    let sum = 0
    db.exec('begin')
    for (let i = 0; i < keys.length; i++) sum = (sum + select.get(keys[i]!)![0]) | 0
    db.exec('commit')
    return sum
  }

  scan(): number {
    let digest = 0
    for (const [key, value] of this.selectAll.iterate()) digest = foldInteger(digest, key, value)
    return digest
  }

  settle(): void {
    this.db.exec('pragma wal_checkpoint(TRUNCATE)')
  }

  close(): void {
    this.db.close()
  }
}

type PersonRow = Omit<Person, 'joined'> & { readonly joined: number }

export class SqliteRecords implements RecordStore {
  private readonly db: SqliteDatabase
  private readonly insert: Statement<never>
  private readonly select: Statement<PersonRow>
  private readonly selectByEmail: Statement<PersonRow>
  private readonly updateBalance: Statement<never>

  constructor(db: SqliteDatabase) {
    this.db = db
    db.exec(`create table if not exists person (id integer primary key, name text not null, email text not null,
      country text not null, balance real not null, joined integer not null) strict`)
    db.exec('create unique index if not exists person_by_email on person (email)')
    this.insert = db.prepareArrays('insert into person values (?, ?, ?, ?, ?, ?)')
    this.select = db.prepareObjects('select * from person where id = ?')
    this.selectByEmail = db.prepareObjects('select * from person where email = ?')
    this.updateBalance = db.prepareArrays('update person set balance = ? where id = ?')
  }

  load(people: readonly Person[]): void {
    const { db, insert } = this
    db.exec('begin immediate')
    for (let i = 0; i < people.length; i++) {
      const { id, name, email, country, balance, joined } = people[i]!
      insert.run(id, name, email, country, balance, joined.getTime())
    }
    db.exec('commit')
  }

  get(ids: Uint32Array): number {
    const { db, select } = this
    let digest = 0
    db.exec('begin')
    for (let i = 0; i < ids.length; i++) digest = foldPerson(digest, personFrom(select.get(ids[i]!)!))
    db.exec('commit')
    return digest
  }

  lookUp(emails: readonly string[]): number {
    const { db, selectByEmail } = this
    let digest = 0
    db.exec('begin')
    for (let i = 0; i < emails.length; i++) {
      digest = foldPerson(digest, personFrom(selectByEmail.get(emails[i]!)!))
    }
    db.exec('commit')
    return digest
  }

  update(ids: Uint32Array, balance: number): void {
    const { db, updateBalance } = this
    db.exec('begin immediate')
    for (let i = 0; i < ids.length; i++) updateBalance.run(balance, ids[i]!)
    db.exec('commit')
  }

  settle(): void {
    this.db.exec('pragma wal_checkpoint(TRUNCATE)')
  }

  close(): void {
    this.db.close()
  }
}

/** The row's own object with the one column changed: cheaper than a new one. */
function personFrom(row: PersonRow): Person {
  const person = row as unknown as { joined: Date }
  person.joined = new Date(row.joined)
  return person as Person
}

/** SQLite logs whole pages, so its log grows by this much more for the same sorted entries. */
const LOG_OVERHEAD = 1.1

/** For all stores. */
export function configure(db: SqliteDatabase, cacheBytes: number, checkpointBytes?: number): void {
  db.exec('pragma journal_mode = WAL')
  db.exec('pragma synchronous = FULL')
  db.exec(`pragma cache_size = -${cacheBytes >> 10}`)
  if (checkpointBytes !== undefined)
    db.exec(`pragma wal_autocheckpoint = ${Math.floor((LOG_OVERHEAD * checkpointBytes) / 4096)}`)
}
