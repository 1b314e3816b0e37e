/**
 * LevelDB through classic-level. Bulk loading writes chained batches of a thousand (a batch of everything would
 * be held in memory twice and was no faster), so it is not one transaction; there is none in LevelDB. Scans
 * take a thousand entries a call, as its documentation advises. `getSync` beat the promise of `get` and
 * `getMany`. Cache and write buffer are larger than the defaults, to be fair on a load of this size.
 *
 * Integers are four bytes, the greatest first, made by the program; records are JSON in a sublevel, found by
 * their address through another, both put in one batch.
 */

import type { AbstractSublevel } from 'abstract-level'
import { ClassicLevel } from 'classic-level'
import {
  type BytesStore,
  type IntegerStore,
  LARGE_CACHE,
  type OpenSettings,
  type RecordStore,
  versionedName,
} from '../contender.ts'
import { type Dataset, fold, KEY_BYTES, type Order, type Questions, RANGE_LENGTH } from '../dataset.ts'
import { foldPerson, type Person } from '../people.ts'
import { foldInteger, valueOfInteger } from '../workloads/integers.ts'

export const label = versionedName('classic-level')
export const writesAsynchronously = true

const WRITE_BUFFER_BYTES = 64 << 20
const BATCH_LENGTH = 1000
const SCAN_BYTES = 1 << 20

type BytesLevel = ClassicLevel<Buffer, Buffer>

async function openLevel(directory: string, cacheBytes: number): Promise<BytesLevel> {
  const db: BytesLevel = new ClassicLevel(`${directory}/data`, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    cacheSize: cacheBytes,
    writeBufferSize: Math.min(WRITE_BUFFER_BYTES, cacheBytes),
  })
  await db.open()
  return db
}

/** Compacts everything, which LevelDB would otherwise do in the background during the others' turns. */
function compactAll(db: BytesLevel): Promise<void> {
  return db.compactRange(Buffer.alloc(1, 0), Buffer.alloc(KEY_BYTES, 255))
}

class LevelBytes implements BytesStore {
  private readonly db: BytesLevel
  private readonly dataset: Dataset

  constructor(db: BytesLevel, dataset: Dataset) {
    this.db = db
    this.dataset = dataset
  }

  async load(): Promise<void> {
    const { count } = this.dataset
    for (let first = 0; first < count; first += BATCH_LENGTH) {
      const end = Math.min(first + BATCH_LENGTH, count)
      await this.putTogether(first, end, end === count)
    }
  }

  get({ keys }: Questions): number {
    const { db } = this
    let digest = 0
    for (let i = 0; i < keys.length; i++) digest = fold(digest, db.getSync(keys[i]!)!)
    return digest
  }

  async scan(): Promise<number> {
    const iterator = this.db.iterator({ highWaterMarkBytes: SCAN_BYTES })
    let digest = 0
    for (;;) {
      const entries = await iterator.nextv(BATCH_LENGTH)
      if (entries.length === 0) break
      for (const [key, value] of entries) digest = fold(fold(digest, key), value)
    }
    await iterator.close()
    return digest
  }

  async ranges({ keys }: Questions): Promise<number> {
    const { db } = this
    let digest = 0
    for (let i = 0; i < keys.length; i++) {
      const iterator = db.iterator({ gte: keys[i]!, limit: RANGE_LENGTH })
      for (const [key, value] of await iterator.nextv(RANGE_LENGTH)) digest = fold(fold(digest, key), value)
      await iterator.close()
    }
    return digest
  }

  commitSingly(from: number, to: number): Promise<void> {
    return this.putSingly(from, to, true)
  }

  async commitBatches(from: number, to: number, size: number): Promise<void> {
    for (let first = from; first < to; first += size) await this.putTogether(first, first + size, true)
  }

  async commitConcurrently(from: number, to: number, width: number): Promise<void> {
    const { db, dataset } = this
    for (let first = from; first < to; first += width) {
      const commits: Promise<void>[] = []
      for (let i = first; i < first + width; i++) {
        commits.push(db.put(dataset.keys[i]!, dataset.valueOf(i), { sync: true }))
      }
      await Promise.all(commits)
    }
  }

  commitUnsynced(from: number, to: number): Promise<void> {
    return this.putSingly(from, to, false)
  }

  async remove(order: Order): Promise<void> {
    const { dataset } = this
    for (let first = 0; first < order.length; first += BATCH_LENGTH) {
      const end = Math.min(first + BATCH_LENGTH, order.length)
      const batch = this.db.batch()
      for (let i = first; i < end; i++) batch.del(dataset.keys[order[i]!]!)
      await batch.write({ sync: end === order.length })
    }
  }

  compact(): Promise<void> {
    return compactAll(this.db)
  }

  getOne(key: Buffer): Uint8Array | undefined {
    return this.db.getSync(key)
  }

  putOne(key: Buffer, value: Buffer): Promise<void> {
    return this.db.put(key, value)
  }

  async rangeOne(key: Buffer, length: number): Promise<number> {
    const iterator = this.db.iterator({ gte: key, limit: length, highWaterMarkBytes: SCAN_BYTES })
    const entries = await iterator.nextv(length)
    await iterator.close()
    return entries.length
  }

  settle(): Promise<void> {
    return compactAll(this.db)
  }

  close(): Promise<void> {
    return this.db.close()
  }

  private async putSingly(from: number, to: number, sync: boolean): Promise<void> {
    const { db, dataset } = this
    for (let i = from; i < to; i++) await db.put(dataset.keys[i]!, dataset.valueOf(i), { sync })
  }

  private async putTogether(from: number, to: number, sync: boolean): Promise<void> {
    const { dataset } = this
    const batch = this.db.batch()
    for (let i = from; i < to; i++) batch.put(dataset.keys[i]!, dataset.valueOf(i))
    await batch.write({ sync })
  }
}

class LevelIntegers implements IntegerStore {
  private readonly db: BytesLevel

  constructor(db: BytesLevel) {
    this.db = db
  }

  async load(keys: Uint32Array): Promise<void> {
    for (let first = 0; first < keys.length; first += BATCH_LENGTH) {
      const end = Math.min(first + BATCH_LENGTH, keys.length)
      const batch = this.db.batch()
      for (let i = first; i < end; i++) batch.put(bytesOf(keys[i]!), bytesOf(valueOfInteger(keys[i]!)))
      await batch.write({ sync: end === keys.length })
    }
  }

  get(keys: Uint32Array): number {
    const { db } = this
    let sum = 0
    for (let i = 0; i < keys.length; i++) sum = (sum + db.getSync(bytesOf(keys[i]!))!.readUInt32BE(0)) | 0
    return sum
  }

  async scan(): Promise<number> {
    const iterator = this.db.iterator({ highWaterMarkBytes: SCAN_BYTES })
    let digest = 0
    for (;;) {
      const entries = await iterator.nextv(BATCH_LENGTH)
      if (entries.length === 0) break
      for (const [key, value] of entries) {
        digest = foldInteger(digest, key.readUInt32BE(0), value.readUInt32BE(0))
      }
    }
    await iterator.close()
    return digest
  }

  settle(): Promise<void> {
    return compactAll(this.db)
  }

  close(): Promise<void> {
    return this.db.close()
  }
}

function bytesOf(integer: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(integer, 0)
  return bytes
}

type Stored = Omit<Person, 'joined'> & { readonly joined: string }

class LevelRecords implements RecordStore {
  private readonly db: BytesLevel
  private readonly people: AbstractSublevel<BytesLevel, string | Buffer | Uint8Array, Buffer, Person>
  private readonly byEmail: AbstractSublevel<BytesLevel, string | Buffer | Uint8Array, string, Buffer>

  constructor(db: BytesLevel) {
    this.db = db
    this.people = db.sublevel<Buffer, Person>('people', { keyEncoding: 'buffer', valueEncoding: 'json' })
    this.byEmail = db.sublevel<string, Buffer>('email', { keyEncoding: 'utf8', valueEncoding: 'buffer' })
  }

  /** Sublevels open by themselves, but later than the first `getSync`. */
  async open(): Promise<void> {
    await this.people.open()
    await this.byEmail.open()
  }

  async load(all: readonly Person[]): Promise<void> {
    for (let first = 0; first < all.length; first += BATCH_LENGTH) {
      const end = Math.min(first + BATCH_LENGTH, all.length)
      const batch = this.db.batch()
      for (let i = first; i < end; i++) {
        const person = all[i]!
        const key = bytesOf(person.id)
        batch.put(key, person, { sublevel: this.people })
        batch.put(person.email, key, { sublevel: this.byEmail })
      }
      await batch.write({ sync: end === all.length })
    }
  }

  get(ids: Uint32Array): number {
    let digest = 0
    for (let i = 0; i < ids.length; i++) digest = foldPerson(digest, this.personAt(bytesOf(ids[i]!)))
    return digest
  }

  lookUp(emails: readonly string[]): number {
    let digest = 0
    for (let i = 0; i < emails.length; i++) {
      digest = foldPerson(digest, this.personAt(this.byEmail.getSync(emails[i]!)!))
    }
    return digest
  }

  async update(ids: Uint32Array, balance: number): Promise<void> {
    const batch = this.db.batch()
    for (let i = 0; i < ids.length; i++) {
      const key = bytesOf(ids[i]!)
      batch.put(key, { ...this.personAt(key), balance }, { sublevel: this.people })
    }
    await batch.write({ sync: true })
  }

  settle(): Promise<void> {
    return compactAll(this.db)
  }

  close(): Promise<void> {
    return this.db.close()
  }

  private personAt(key: Buffer): Person {
    const stored = this.people.getSync(key) as unknown as Stored
    return { ...stored, joined: new Date(stored.joined) }
  }
}

export async function openBytes(
  directory: string,
  dataset: Dataset,
  { cacheBytes }: OpenSettings,
): Promise<BytesStore> {
  return new LevelBytes(await openLevel(directory, cacheBytes), dataset)
}

export async function openIntegers(directory: string): Promise<IntegerStore> {
  return new LevelIntegers(await openLevel(directory, LARGE_CACHE.cacheBytes))
}

export async function openRecords(directory: string): Promise<RecordStore> {
  const store = new LevelRecords(await openLevel(directory, LARGE_CACHE.cacheBytes))
  await store.open()
  return store
}
