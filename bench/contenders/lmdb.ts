/**
 * lmdb-js over LMDB. Synchronous transactions, which were as fast as its queue of asynchronous ones in every
 * measure but the concurrent one. `overlappingSync` is off: with it a commit returns before it is durable.
 * A value is copied out of `getBinaryFast`'s shared buffer, which beat `get` with binary encoding. Ranges and
 * scans go through `forEach`. Integers as keys have the encoding `uint32`. Records are its msgpack with shared
 * structures (whose key is a symbol, so their keys have its default encoding); an index is a second database from the address to the key, kept by the program.
 * LMDB compacts by copying; the copy takes the file's place.
 */

import { renameSync } from 'node:fs'
import {
  type Database,
  type Key,
  open as openLmdb,
  type RangeOptions,
  type RootDatabase,
  type TransactionFlags,
} from 'lmdb'
import { type BytesStore, type IntegerStore, type RecordStore, versionedName } from '../contender.ts'
import { type Dataset, fold, type Order, type Questions, RANGE_LENGTH } from '../dataset.ts'
import { foldPerson, type Person } from '../people.ts'
import { foldInteger, valueOfInteger } from '../workloads/integers.ts'

export const label = versionedName('lmdb')

/** TransactionFlags.SYNCHRONOUS_COMMIT | NO_SYNC_FLUSH; the package declares the enum but does not export it. */
const COMMIT_WITHOUT_SYNC = 0x10002 as TransactionFlags

type Entry = { key: Buffer; value: Buffer }

export class LmdbBytes implements BytesStore {
  protected readonly db: RootDatabase<Buffer, Buffer & Key>
  private readonly path: string
  private readonly dataset: Dataset
  private isClosed = false

  constructor(directory: string, dataset: Dataset) {
    this.path = `${directory}/data`
    this.db = openLmdb({
      path: this.path,
      noSubdir: true,
      encoding: 'binary',
      keyEncoding: 'binary',
      overlappingSync: false,
      noMemInit: true,
    })
    this.dataset = dataset
  }

  load(): void {
    this.putTogether(0, this.dataset.count)
  }

  get({ keys }: Questions): number {
    const { db } = this
    let digest = 0
    for (let i = 0; i < keys.length; i++) digest = fold(digest, copyOf(db.getBinaryFast(keys[i]!)!))
    return digest
  }

  scan(): number {
    let digest = 0
    this.db.getRange().forEach(entry => {
      const { key, value } = entry as Entry
      digest = fold(fold(digest, key), value)
    })
    return digest
  }

  ranges({ keys }: Questions): number {
    const { db } = this
    let digest = 0
    const visit = (entry: unknown): void => {
      const { key, value } = entry as Entry
      digest = fold(fold(digest, key), value)
    }
    for (let i = 0; i < keys.length; i++) {
      const options: RangeOptions = { start: keys[i]!, limit: RANGE_LENGTH }
      db.getRange(options).forEach(visit)
    }
    return digest
  }

  commitSingly(from: number, to: number): void {
    const { db, dataset } = this
    for (let i = from; i < to; i++) db.putSync(dataset.keys[i]!, dataset.valueOf(i))
  }

  commitBatches(from: number, to: number, size: number): void {
    for (let first = from; first < to; first += size) this.putTogether(first, first + size)
  }

  async commitConcurrently(from: number, to: number, width: number): Promise<void> {
    const { db, dataset } = this
    for (let first = from; first < to; first += width) {
      const commits: Promise<boolean>[] = []
      for (let i = first; i < first + width; i++) commits.push(db.put(dataset.keys[i]!, dataset.valueOf(i)))
      await Promise.all(commits)
    }
  }

  commitUnsynced(from: number, to: number): void {
    const { dataset } = this
    for (let i = from; i < to; i++) this.putOne(dataset.keys[i]!, dataset.valueOf(i))
  }

  remove(order: Order): void {
    const { db, dataset } = this
    db.transactionSync(() => {
      for (let i = 0; i < order.length; i++) db.remove(dataset.keys[order[i]!]!)
    })
  }

  async compact(): Promise<void> {
    const copy = `${this.path}-compact`
    await this.db.backup(copy, true)
    await this.close()
    renameSync(copy, this.path)
  }

  getOne(key: Buffer): Uint8Array | undefined {
    const shared = this.db.getBinaryFast(key)
    return shared === undefined ? undefined : copyOf(shared)
  }

  putOne(key: Buffer, value: Buffer): void {
    const { db } = this
    db.transactionSync(() => db.put(key, value), COMMIT_WITHOUT_SYNC)
  }

  rangeOne(key: Buffer, length: number): number {
    let found = 0
    for (const { value } of this.db.getRange({ start: key as Buffer & Key, limit: length })) {
      found += value.length > 0 ? 1 : 0
    }
    return found
  }

  async settle(): Promise<void> {
    await this.db.flushed
  }

  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    await this.db.close()
  }

  private putTogether(from: number, to: number): void {
    const { db, dataset } = this
    db.transactionSync(() => {
      for (let i = from; i < to; i++) db.put(dataset.keys[i]!, dataset.valueOf(i))
    })
  }
}

/** The shared buffer is as long as the longest value so far, whatever its `length` says, so it takes a view to copy. */
function copyOf(shared: Buffer): Buffer {
  const copy = Buffer.allocUnsafe(shared.length)
  copy.set(shared.subarray(0, shared.length))
  return copy
}

class LmdbIntegers implements IntegerStore {
  private readonly db: RootDatabase<number, number>

  constructor(directory: string) {
    this.db = openLmdb({
      path: `${directory}/data`,
      noSubdir: true,
      keyEncoding: 'uint32',
      overlappingSync: false,
      noMemInit: true,
    })
  }

  load(keys: Uint32Array): void {
    const { db } = this
    db.transactionSync(() => {
      for (let i = 0; i < keys.length; i++) db.put(keys[i]!, valueOfInteger(keys[i]!))
    })
  }

  get(keys: Uint32Array): number {
    const { db } = this
    let sum = 0
    for (let i = 0; i < keys.length; i++) sum = (sum + db.get(keys[i]!)!) | 0
    return sum
  }

  scan(): number {
    let digest = 0
    this.db.getRange().forEach(entry => {
      const { key, value } = entry
      digest = foldInteger(digest, key, value)
    })
    return digest
  }

  async settle(): Promise<void> {
    await this.db.flushed
  }

  close(): Promise<void> {
    return this.db.close()
  }
}

class LmdbRecords implements RecordStore {
  private readonly root: RootDatabase
  private readonly people: Database<Person, number>
  private readonly byEmail: Database<number, string>

  constructor(directory: string) {
    this.root = openLmdb({
      path: `${directory}/data`,
      noSubdir: true,
      overlappingSync: false,
      noMemInit: true,
    })
    this.people = this.root.openDB({
      name: 'people',
      sharedStructuresKey: Symbol.for('structures'),
    })
    this.byEmail = this.root.openDB({ name: 'byEmail' })
  }

  load(all: readonly Person[]): void {
    const { root, people, byEmail } = this
    root.transactionSync(() => {
      for (let i = 0; i < all.length; i++) {
        const person = all[i]!
        people.put(person.id, person)
        byEmail.put(person.email, person.id)
      }
    })
  }

  get(ids: Uint32Array): number {
    const { people } = this
    let digest = 0
    for (let i = 0; i < ids.length; i++) digest = foldPerson(digest, people.get(ids[i]!)!)
    return digest
  }

  lookUp(emails: readonly string[]): number {
    const { people, byEmail } = this
    let digest = 0
    for (let i = 0; i < emails.length; i++) {
      digest = foldPerson(digest, people.get(byEmail.get(emails[i]!)!)!)
    }
    return digest
  }

  update(ids: Uint32Array, balance: number): void {
    const { root, people } = this
    root.transactionSync(() => {
      for (let i = 0; i < ids.length; i++) people.put(ids[i]!, { ...people.get(ids[i]!)!, balance })
    })
  }

  async settle(): Promise<void> {
    await this.root.flushed
  }

  close(): Promise<void> {
    return this.root.close()
  }
}

export function openBytes(directory: string, dataset: Dataset): BytesStore {
  return new LmdbBytes(directory, dataset)
}

export function openIntegers(directory: string): IntegerStore {
  return new LmdbIntegers(directory)
}

export function openRecords(directory: string): RecordStore {
  return new LmdbRecords(directory)
}
