/**
 * What a database has to do to take part: open one of these stores, as its own documentation advises for speed.
 * Most methods are one timed loop, written out for each contender, so that nobody pays for an adapter in it.
 *
 * Rules for all, so that the times mean the same:
 * 1. What is read is materialised: keys and values as byte arrays of their own, which stay valid; records as
 *    objects equal to those that were put.
 * 2. "Durable" means that after the call the operating system has been told to sync and has answered.
 * 3. A method that reads returns the digest of what it read (see `dataset.ts`).
 * 4. A contender that only has promises is awaited where its interface makes its users wait.
 */

import { readFileSync } from 'node:fs'
import type { Dataset, Order, Questions } from './dataset.ts'
import type { Person } from './people.ts'

export type Maybe<T> = T | Promise<T>

interface Store {
  /** Waits for, or does, what the contender leaves for the background, so that it disturbs nobody else's turn. */
  settle(): Maybe<void>
  close(): Maybe<void>
  /** What the last call took, of one that works in a program of its own and has to be told the questions first. */
  readonly ownElapsedMs?: number
}

/** Bytes to bytes. */
export interface BytesStore extends Store {
  /** Puts the loaded keys, in the dataset's order, in one transaction if there are any; durable at the end. */
  load(): Maybe<void>
  /** Looks the keys up one by one, in one snapshot if there are any; the digest of their values. */
  get(questions: Questions): Maybe<number>
  /** Reads everything in key order; the digest of keys and values. */
  scan(): Maybe<number>
  /** Reads `RANGE_LENGTH` entries from each of the keys on; the digest of keys and values. */
  ranges(questions: Questions): Maybe<number>
  /** Puts the keys with numbers from `from` to `to`, each in a durable transaction of its own, one after another. */
  commitSingly(from: number, to: number): Maybe<void>
  /** The same keys in durable transactions of `size`. */
  commitBatches(from: number, to: number, size: number): Maybe<void>
  /** Puts each key in a transaction of its own that a crash of the machine may lose. */
  commitUnsynced(from: number, to: number): Maybe<void>
  /** Removes the keys with these numbers in one durable transaction. */
  remove(order: Order): Maybe<void>
  /** Makes the files as small as the contender can. The store may be closed afterwards. */
  compact(): Maybe<void>

  // Not of the programs in C, which have one thread and no event loop.
  /** As `commitSingly`, but asking for `width` at once and waiting for all before the next `width`. */
  commitConcurrently?(from: number, to: number, width: number): Maybe<void>
  /** One lookup as a program does it that comes by with a key. */
  getOne?(key: Buffer): Uint8Array | undefined
  /** One put in a transaction of its own that a crash of the machine may lose. */
  putOne?(key: Buffer, value: Buffer): Maybe<void>
  /** Reads `length` entries from the key on, keys and values; how many there were. */
  rangeOne?(key: Buffer, length: number): Maybe<number>
}

/** Integers of 32 bits without sign to the same. */
export interface IntegerStore extends Store {
  /** Puts `keys[i]` with `valueOfInteger(keys[i])` in one durable transaction. */
  load(keys: Uint32Array): Maybe<void>
  /** Looks the keys up; the sum of their values, in 32 bits. */
  get(keys: Uint32Array): Maybe<number>
  /** Reads everything in key order; folds keys and values. */
  scan(): Maybe<number>
}

/** Records of six typed columns with an index on one. */
export interface RecordStore extends Store {
  /** Puts them in one durable transaction. */
  load(people: readonly Person[]): Maybe<void>
  /** Gets the objects; folds their columns. */
  get(ids: Uint32Array): Maybe<number>
  /** Finds the objects by the index on e-mail addresses; folds their columns. */
  lookUp(emails: readonly string[]): Maybe<number>
  /** Sets one column of each to `balance`, the index untouched, in one durable transaction. */
  update(ids: Uint32Array, balance: number): Maybe<void>
}

export interface OpenSettings {
  /** Memory for pages, of those that have such a setting. */
  readonly cacheBytes: number
  /** Bytes of log after which a checkpoint is due, of those that have one; the default otherwise. */
  readonly checkpointBytes?: number
}

export const LARGE_CACHE: OpenSettings = { cacheBytes: 512 << 20 }

/** One contender's file, found by its name in `contenders/`. It takes part in the workloads whose store it opens. */
export interface ContenderModule {
  /** Name and version, for the table. */
  readonly label: string
  /** A program in C behind a pipe: takes no part where callers wait at once or operations come one by one. */
  readonly hasNoEventLoop?: boolean
  /** `putOne` and `rangeOne` return promises. */
  readonly writesAsynchronously?: boolean
  /** Opens or creates the database in an existing directory that belongs to it alone. */
  openBytes?(directory: string, dataset: Dataset, settings: OpenSettings): Maybe<BytesStore>
  openIntegers?(directory: string): Maybe<IntegerStore>
  openRecords?(directory: string): Maybe<RecordStore>
}

export const CONTENDER_NAMES = [
  'coppice',
  'lmdb',
  'lmdb-plain',
  'better-sqlite3',
  'node-sqlite',
  'node-sqlite3-wasm',
  'classic-level',
  'nedb',
  'lmdb-c',
  'sqlite-c',
] as const
export type ContenderName = (typeof CONTENDER_NAMES)[number]

/** Coppice without something: a variant that `npm run ablation` has built. */
export type AblatedName = `without-${string}`
export type ParticipantName = ContenderName | AblatedName

/** The one that the others are compared with. */
export const SUBJECT: ContenderName = 'coppice'

/** Variable of a process's environment: the build of Coppice that it uses, when not the engine as it is; a URL. */
export const BUILD_VARIABLE = 'COPPICE_BUILD'

/** @throws Error when its package is not installed or its native part could not be built. */
export async function loadContender(name: ParticipantName): Promise<ContenderModule> {
  const file = name.startsWith('without-') ? SUBJECT : name
  return (await import(`./contenders/${file}.ts`)) as ContenderModule
}

/** An installed package's name and version. Read from its file: not all packages export their manifest. */
export function versionedName(packageName: string): string {
  const manifest = new URL(`./node_modules/${packageName}/package.json`, import.meta.url)
  return `${packageName} ${JSON.parse(readFileSync(manifest, 'utf8')).version}`
}
