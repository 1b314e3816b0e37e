/**
 * lmdb-js over LMDB. Synchronous transactions, which were as fast as its queue of asynchronous ones in every
 * measure but the concurrent one. `overlappingSync` is off: with it a commit returns before it is durable.
 * A value is copied out of `getBinaryFast`'s shared buffer, which beat `get` with binary encoding.
 */

import { type Key, open as openLmdb, type RangeOptions, type RootDatabase, type TransactionFlags } from 'lmdb'
import { type Contender, versionedName } from '../contender.ts'
import { fold, RANGE_LENGTH, type Workload } from '../workload.ts'

export const label = versionedName('lmdb')

/** TransactionFlags.SYNCHRONOUS_COMMIT | NO_SYNC_FLUSH; the package declares the enum but does not export it. */
const COMMIT_WITHOUT_SYNC = 0x10002 as TransactionFlags

type Entry = { key: Buffer; value: Buffer }

export class Lmdb implements Contender {
  protected readonly db: RootDatabase<Buffer, Buffer & Key>
  private readonly workload: Workload

  constructor(directory: string, workload: Workload) {
    this.db = openLmdb({
      path: `${directory}/data`,
      noSubdir: true,
      encoding: 'binary',
      keyEncoding: 'binary',
      overlappingSync: false,
      noMemInit: true,
    })
    this.workload = workload
  }

  load(): void {
    const { db, workload } = this
    db.transactionSync(() => {
      for (let i = 0; i < workload.count; i++) db.put(workload.keys[i]!, workload.valueOf(i))
    })
  }

  get(keys: readonly Buffer[]): number {
    const { db } = this
    let digest = 0
    for (let i = 0; i < keys.length; i++) {
      digest = fold(digest, copyOf(db.getBinaryFast(keys[i]!)!))
    }
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

  ranges(keys: readonly Buffer[]): number {
    const { db } = this
    let digest = 0
    for (let i = 0; i < keys.length; i++) {
      const options: RangeOptions = { start: keys[i]!, limit: RANGE_LENGTH }
      for (const { key, value } of db.getRange(options)) digest = fold(fold(digest, key), value)
    }
    return digest
  }

  commitSingly(from: number, to: number): void {
    const { db, workload } = this
    for (let i = from; i < to; i++) db.putSync(workload.keys[i]!, workload.valueOf(i))
  }

  commitBatches(from: number, to: number, size: number): void {
    const { db, workload } = this
    for (let first = from; first < to; first += size) {
      db.transactionSync(() => {
        for (let i = first; i < first + size; i++) db.put(workload.keys[i]!, workload.valueOf(i))
      })
    }
  }

  async commitConcurrently(from: number, to: number, width: number): Promise<void> {
    const { db, workload } = this
    for (let first = from; first < to; first += width) {
      const commits: Promise<boolean>[] = []
      for (let i = first; i < first + width; i++) commits.push(db.put(workload.keys[i]!, workload.valueOf(i)))
      await Promise.all(commits)
    }
  }

  commitUnsynced(from: number, to: number): void {
    const { db, workload } = this
    for (let i = from; i < to; i++) {
      db.transactionSync(() => db.put(workload.keys[i]!, workload.valueOf(i)), COMMIT_WITHOUT_SYNC)
    }
  }

  async settle(): Promise<void> {
    await this.db.flushed
  }

  close(): Promise<void> {
    return this.db.close()
  }
}

/** The shared buffer is as long as the longest value so far, whatever its `length` says, so it takes a view to copy. */
function copyOf(shared: Buffer): Buffer {
  const copy = Buffer.allocUnsafe(shared.length)
  copy.set(shared.subarray(0, shared.length))
  return copy
}

export function open(directory: string, workload: Workload): Contender {
  return new Lmdb(directory, workload)
}
