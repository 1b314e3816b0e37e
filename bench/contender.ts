/**
 * What a database has to do to take part. Every method is one timed loop, written as the contender's own
 * documentation advises for speed, so that nobody pays for an adapter inside the loop.
 *
 * Rules for all, so that the times mean the same:
 * 1. What is read is materialised: keys and values as byte arrays of their own, which stay valid.
 * 2. "Durable" means that after the call the operating system has been told to sync and has answered.
 * 3. A method that reads returns the digest of what it read (see `workload.ts`).
 * 4. A contender that only has promises is awaited where its interface makes its users wait.
 */

import { readFileSync } from 'node:fs'
import type { Workload } from './workload.ts'

export type Maybe<T> = T | Promise<T>

export interface Contender {
  /** Puts the loaded keys, in the workload's order, in one transaction if there are any; durable at the end. */
  load(): Maybe<void>
  /** Looks the keys up one by one, in one snapshot if there are any; the digest of their values. */
  get(keys: readonly Buffer[]): Maybe<number>
  /** Reads everything in key order; the digest of keys and values. */
  scan(): Maybe<number>
  /** Reads `RANGE_LENGTH` entries from each of the keys on; the digest of keys and values. */
  ranges(keys: readonly Buffer[]): Maybe<number>
  /** Puts the keys with numbers from `from` to `to`, each in a durable transaction of its own, one after another. */
  commitSingly(from: number, to: number): Maybe<void>
  /** The same keys in durable transactions of `size`. */
  commitBatches(from: number, to: number, size: number): Maybe<void>
  /** The same, asking for `width` durable single puts at once and waiting for all before the next `width`. */
  commitConcurrently(from: number, to: number, width: number): Maybe<void>
  /** Puts each key in a transaction of its own that a crash of the machine may lose. */
  commitUnsynced(from: number, to: number): Maybe<void>
  /** Waits for, or does, what the contender leaves for the background, so that it disturbs nobody else's turn. */
  settle(): Maybe<void>
  close(): Maybe<void>
}

/** One contender's file, found by its name in `contenders/`. */
export interface ContenderModule {
  /** Name and version, for the table. */
  readonly label: string
  /** Opens or creates the database in an existing directory that belongs to it alone. */
  open(directory: string, workload: Workload): Maybe<Contender>
}

export const CONTENDER_NAMES = ['coppice', 'lmdb', 'lmdb-plain', 'better-sqlite3', 'classic-level'] as const
export type ContenderName = (typeof CONTENDER_NAMES)[number]

/** The one that the others are compared with. */
export const SUBJECT: ContenderName = 'coppice'

/** @throws Error when its package is not installed or its native part could not be built. */
export async function loadContender(name: ContenderName): Promise<ContenderModule> {
  return (await import(`./contenders/${name}.ts`)) as ContenderModule
}

/** An installed package's name and version. Read from its file: not all packages export their manifest. */
export function versionedName(packageName: string): string {
  const manifest = new URL(`./node_modules/${packageName}/package.json`, import.meta.url)
  return `${packageName} ${JSON.parse(readFileSync(manifest, 'utf8')).version}`
}
