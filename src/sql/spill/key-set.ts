/**
 * Keys that were met, as a Map tells them apart. As many as fit into half of the memory are kept there; of those behind them, the
 * hashes are, and the keys lie in a file (key-log.ts), until the hashes need the other half.
 *
 * Then all of the file go into buckets by their hashes, each of which is split into two when it is full (extendible hashing: Fagin,
 * Nievergelt, Pippenger, Strong, 1979): a key is looked up in one bucket, and the other half of the memory is for those that
 * were asked for last. That works in any memory, and costs a read and a write of a bucket for most keys.
 */

import type { Value } from '../functions/registry.ts'
import { hashKey, type Key } from '../types/compare.ts'
import { weightOf } from '../types/value-weight.ts'
import { KeyLog } from './key-log.ts'
import type { ExecutionSpill } from './spill-space.ts'
import { SpillFile } from './spilled-rows.ts'
import { ValueReader, ValueWriter } from './value-codec.ts'

/** An entry of a Set, besides its key. */
const ENTRY_BYTES = 48
/** What the keys of a bucket take in memory until it is split: a look at one that is not in memory reads so many. */
const BUCKET_BYTES = 4096
const BUCKETS_LEAST = 8
const CAPACITY_LEAST = 1024
/** So many bits of a hash tell buckets apart at most. */
const DEPTH_MAX = 24
/** The directory has at most about so many places for each bucket. */
const SPARSE_MAX = 16

export class KeySet {
  private readonly first = new Set<unknown>()
  private weight = 0
  private space: ExecutionSpill | undefined
  private budgetBytes = Number.POSITIVE_INFINITY
  /** Those behind the first. */
  private log: KeyLog | undefined
  /** The same, when they have become too many. */
  private buckets: KeysInFile | undefined

  /** Begins anew. @param space undefined: all keys stay in memory */
  begin(space: ExecutionSpill | undefined, budgetBytes: number): void {
    this.clear()
    this.space = space
    this.budgetBytes = space === undefined ? Number.POSITIVE_INFINITY : budgetBytes
  }

  has(key: unknown): boolean {
    if (this.first.has(key)) return true
    if (this.log !== undefined) return this.log.has(key, hashOf(key))
    return this.buckets?.has(key) === true
  }

  /** Whether it is new. */
  add(key: unknown): boolean {
    const { first } = this
    if (first.has(key)) return false
    if (this.weight > this.budgetBytes / 2) return this.addInFile(key)
    first.add(key)
    this.weight += weightOfKey(key)
    return true
  }

  private addInFile(key: unknown): boolean {
    if (this.buckets !== undefined) return this.buckets.add(key)
    const halfBytes = this.budgetBytes / 2
    this.log ??= new KeyLog(this.space!, halfBytes)
    if (this.log.memoryBytes <= halfBytes) return this.log.add(key, hashOf(key))
    const buckets = new KeysInFile(this.space!, halfBytes)
    this.buckets = buckets
    for (const one of this.log.drain()) buckets.add(one)
    this.log.close()
    this.log = undefined
    return buckets.add(key)
  }

  /** The file is gone, and so are the keys. */
  clear(): void {
    // To clear what is empty costs, too.
    if (this.weight > 0) this.first.clear()
    this.weight = 0
    this.log?.close()
    this.log = undefined
    this.buckets?.close()
    this.buckets = undefined
  }
}

function weightOfKey(key: unknown): number {
  return ENTRY_BYTES + weightOf(key as Value)
}

function hashOf(key: unknown): number {
  return key === null ? 0 : hashKey(key as Key)
}

/** All bits count for each, as buckets are told apart by the lowest. */
function bucketHashOf(key: unknown): number {
  const hash = Math.imul(hashOf(key) ^ 0x9e3779b1, 0x85ebca6b)
  return Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) >>> 7
}

interface Bucket {
  /** So many of the lowest bits of their hashes are the same. */
  depth: number
  /** Undefined: they are in the file only. */
  keys: Set<unknown> | undefined
  weight: number
  isChanged: boolean
  /** In the file. */
  at: number
  capacity: number
  length: number
}

function newBucket(depth: number): Bucket {
  return { depth, keys: new Set(), weight: 0, isChanged: true, at: 0, capacity: 0, length: 0 }
}

class KeysInFile {
  private readonly file: SpillFile
  private readonly writer: ValueWriter
  private readonly reader: ValueReader
  private readonly loadedMax: number
  private buffer = Buffer.alloc(CAPACITY_LEAST)
  /** By the lowest bits of hashes, as many as the deepest bucket has. */
  private directory: Bucket[]
  private bucketCount = 1
  /** Those that are in memory; those that were asked for last are at the end. */
  private readonly loaded = new Set<Bucket>()

  constructor(space: ExecutionSpill, budgetBytes: number) {
    this.file = new SpillFile(space)
    this.writer = new ValueWriter(this.file.kept)
    this.reader = new ValueReader(this.file.kept)
    this.loadedMax = Math.max(BUCKETS_LEAST, Math.floor(budgetBytes / BUCKET_BYTES))
    this.directory = [newBucket(0)]
    this.loaded.add(this.directory[0])
  }

  has(key: unknown): boolean {
    return this.keysOf(this.bucketOf(bucketHashOf(key))).has(key)
  }

  add(key: unknown): boolean {
    const hash = bucketHashOf(key)
    let bucket = this.bucketOf(hash)
    if (this.keysOf(bucket).has(key)) return false
    while (bucket.weight > BUCKET_BYTES && this.maySplit(bucket)) {
      this.split(bucket, hash)
      bucket = this.bucketOf(hash)
    }
    this.keysOf(bucket).add(key)
    bucket.weight += weightOfKey(key)
    bucket.isChanged = true
    return true
  }

  private bucketOf(hash: number): Bucket {
    return this.directory[hash & (this.directory.length - 1)]
  }

  /** In memory, for as long as no other bucket's are asked for. */
  private keysOf(bucket: Bucket): Set<unknown> {
    const { loaded } = this
    loaded.delete(bucket)
    loaded.add(bucket)
    if (bucket.keys !== undefined) return bucket.keys
    bucket.keys = this.read(bucket)
    this.makeRoom()
    return bucket.keys
  }

  private makeRoom(): void {
    const { loaded, loadedMax } = this
    for (const oldest of loaded) {
      if (loaded.size <= loadedMax) return
      loaded.delete(oldest)
      if (oldest.isChanged) this.write(oldest)
      oldest.keys = undefined
    }
  }

  /** Keys whose hashes are nearly the same stay together, so that the directory is not much longer than what it leads to. */
  private maySplit({ keys, depth }: Bucket): boolean {
    if (keys!.size < 2 || depth >= DEPTH_MAX) return false
    return 1 << depth < this.directory.length || this.directory.length < SPARSE_MAX * this.bucketCount
  }

  /** @param hash one of those that come into it */
  private split(bucket: Bucket, hash: number): void {
    const { depth } = bucket
    const bit = 1 << depth
    if (bit === this.directory.length) this.directory = [...this.directory, ...this.directory]
    const other = newBucket(depth + 1)
    this.bucketCount++
    for (let i = (hash & (bit - 1)) | bit; i < this.directory.length; i += 2 * bit) this.directory[i] = other
    const keys = this.keysOf(bucket)
    bucket.depth = depth + 1
    bucket.keys = new Set()
    bucket.weight = 0
    bucket.isChanged = true
    for (const key of keys) {
      const to = (bucketHashOf(key) & bit) === 0 ? bucket : other
      to.keys!.add(key)
      to.weight += weightOfKey(key)
    }
    this.loaded.add(other)
    this.makeRoom()
  }

  private write(bucket: Bucket): void {
    const { file, writer } = this
    writer.clear()
    for (const key of bucket.keys!) writer.write(key as Value)
    if (writer.length > bucket.capacity) {
      bucket.capacity = Math.max(CAPACITY_LEAST, 2 * writer.length)
      bucket.at = file.reserve(bucket.capacity)
    }
    bucket.length = writer.length
    file.write(writer.bytes, writer.length, bucket.at)
    bucket.isChanged = false
  }

  private read({ at, length }: Bucket): Set<unknown> {
    if (this.buffer.length < length) this.buffer = Buffer.alloc(2 * length)
    this.file.read(this.buffer, length, at)
    this.reader.over(this.buffer, length)
    const keys = new Set<unknown>()
    while (!this.reader.isAtEnd) keys.add(this.reader.read())
    return keys
  }

  close(): void {
    this.file.close()
  }
}
