/**
 * Coppice, through its public interface as it is published: a map table from bytes to bytes, one from `u32` to
 * `u32`, and a table of records with an index. Where callers wait at once they use `writeAsync`, as its
 * documentation advises.
 */

import { readFileSync } from 'node:fs'
import {
  BUILD_VARIABLE,
  type BytesStore,
  type IntegerStore,
  type Maybe,
  type OpenSettings,
  type RecordStore,
} from '../contender.ts'
import { type Dataset, fold, type Order, type Questions, RANGE_LENGTH } from '../dataset.ts'
import type { Database } from '../dist/index.js'
import { foldPerson, type Person } from '../people.ts'
import { foldInteger, valueOfInteger } from '../workloads/integers.ts'

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
export const label = `coppice ${manifest.version}`

const build = process.env[BUILD_VARIABLE] ?? new URL('../dist/', import.meta.url).href
const { openSync, t, table }: typeof import('../dist/index.js') = await import(`${build}index.js`)

const CACHE_BYTES = 512 << 20
const UNSYNCED = { durability: 'none' } as const

const entries = table('entries', { key: t.bytes, value: t.bytes })
const counters = table('counters', { key: t.u32, value: t.u32 })
const people = table('people', {
  columns: { id: t.u32, name: t.text, email: t.text, country: t.text, balance: t.f64, joined: t.date },
  primaryKey: ['id'],
  indexes: { byEmail: { on: ['email'], unique: true } },
})

class CoppiceBytes implements BytesStore {
  private readonly db: Database
  private readonly dataset: Dataset

  constructor(db: Database, dataset: Dataset) {
    this.db = db
    this.dataset = dataset
    db.write(tx => void tx.table(entries))
  }

  load(): void {
    this.putTogether(0, this.dataset.count)
  }

  get({ keys }: Questions): number {
    return this.db.read(snapshot => {
      const source = snapshot.table(entries)
      let digest = 0
      for (let i = 0; i < keys.length; i++) digest = fold(digest, source.get(keys[i]!)!)
      return digest
    })
  }

  scan(): number {
    return this.db.read(snapshot => {
      let digest = 0
      snapshot.table(entries).forEach((value, key) => {
        digest = fold(fold(digest, key), value)
      })
      return digest
    })
  }

  ranges({ keys }: Questions): number {
    return this.db.read(snapshot => {
      const source = snapshot.table(entries)
      let digest = 0
      for (let i = 0; i < keys.length; i++) {
        for (const [key, value] of source.range({ gte: keys[i]!, limit: RANGE_LENGTH })) {
          digest = fold(fold(digest, key), value)
        }
      }
      return digest
    })
  }

  commitSingly(from: number, to: number): void {
    const { db, dataset } = this
    for (let i = from; i < to; i++) {
      db.write(tx => tx.table(entries).put(dataset.keys[i]!, dataset.valueOf(i)))
    }
  }

  commitBatches(from: number, to: number, size: number): void {
    for (let first = from; first < to; first += size) this.putTogether(first, first + size)
  }

  async commitConcurrently(from: number, to: number, width: number): Promise<void> {
    const { db, dataset } = this
    for (let first = from; first < to; first += width) {
      const commits: Promise<void>[] = []
      for (let i = first; i < first + width; i++) {
        commits.push(db.writeAsync(tx => tx.table(entries).put(dataset.keys[i]!, dataset.valueOf(i))))
      }
      await Promise.all(commits)
    }
  }

  commitUnsynced(from: number, to: number): void {
    const { dataset } = this
    for (let i = from; i < to; i++) this.putOne(dataset.keys[i]!, dataset.valueOf(i))
  }

  remove(order: Order): void {
    const { db, dataset } = this
    db.write(tx => {
      const target = tx.table(entries)
      for (let i = 0; i < order.length; i++) target.delete(dataset.keys[order[i]!]!)
    })
  }

  async compact(): Promise<void> {
    await this.db.compact()
  }

  getOne(key: Buffer): Uint8Array | undefined {
    return this.db.read(snapshot => snapshot.table(entries).get(key))
  }

  putOne(key: Buffer, value: Buffer): void {
    this.db.write(tx => tx.table(entries).put(key, value), UNSYNCED)
  }

  rangeOne(key: Buffer, length: number): number {
    return this.db.read(snapshot => {
      let found = 0
      for (const [_, value] of snapshot.table(entries).range({ gte: key, limit: length })) {
        found += value.length > 0 ? 1 : 0
      }
      return found
    })
  }

  settle(): void {
    this.db.checkpoint()
  }

  close(): void {
    this.db.close()
  }

  private putTogether(from: number, to: number): void {
    const { db, dataset } = this
    db.write(tx => {
      const target = tx.table(entries)
      for (let i = from; i < to; i++) target.put(dataset.keys[i]!, dataset.valueOf(i))
    })
  }
}

class CoppiceIntegers implements IntegerStore {
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  load(keys: Uint32Array): void {
    this.db.write(tx => {
      const target = tx.table(counters)
      for (let i = 0; i < keys.length; i++) target.put(keys[i]!, valueOfInteger(keys[i]!))
    })
  }

  get(keys: Uint32Array): number {
    return this.db.read(snapshot => {
      const source = snapshot.table(counters)
      let sum = 0
      for (let i = 0; i < keys.length; i++) sum = (sum + source.get(keys[i]!)!) | 0
      return sum
    })
  }

  scan(): number {
    return this.db.read(snapshot => {
      let digest = 0
      snapshot.table(counters).forEach((value, key) => {
        digest = foldInteger(digest, key, value)
      })
      return digest
    })
  }

  settle(): void {
    this.db.checkpoint()
  }

  close(): void {
    this.db.close()
  }
}

class CoppiceRecords implements RecordStore {
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  load(all: readonly Person[]): void {
    this.db.write(tx => {
      const target = tx.table(people)
      for (let i = 0; i < all.length; i++) target.insert(all[i]!)
    })
  }

  get(ids: Uint32Array): number {
    return this.db.read(snapshot => {
      const source = snapshot.table(people)
      let digest = 0
      for (let i = 0; i < ids.length; i++) digest = foldPerson(digest, source.get(ids[i]!)!)
      return digest
    })
  }

  lookUp(emails: readonly string[]): number {
    return this.db.read(snapshot => {
      const index = snapshot.table(people).by('byEmail')
      let digest = 0
      for (let i = 0; i < emails.length; i++) digest = foldPerson(digest, index.get(emails[i]!)!)
      return digest
    })
  }

  update(ids: Uint32Array, balance: number): void {
    this.db.write(tx => {
      const target = tx.table(people)
      for (let i = 0; i < ids.length; i++) target.update(ids[i]!, { balance })
    })
  }

  settle(): void {
    this.db.checkpoint()
  }

  close(): void {
    this.db.close()
  }
}

export function openBytes(
  directory: string,
  dataset: Dataset,
  { cacheBytes, checkpointBytes }: OpenSettings,
): Maybe<BytesStore> {
  const log =
    checkpointBytes === undefined
      ? {}
      : { checkpointLogBytes: checkpointBytes, maxLogBytes: 2 * checkpointBytes }
  return new CoppiceBytes(openSync(`${directory}/data.db`, { cacheSizeBytes: cacheBytes, ...log }), dataset)
}

export function openIntegers(directory: string): IntegerStore {
  return new CoppiceIntegers(openSync(`${directory}/data.db`, { cacheSizeBytes: CACHE_BYTES }))
}

export function openRecords(directory: string): RecordStore {
  return new CoppiceRecords(openSync(`${directory}/data.db`, { cacheSizeBytes: CACHE_BYTES }))
}
