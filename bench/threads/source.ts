/**
 * What is read from in the measurements of `npm run threads`: a loaded database, in one thread. The rules of
 * `contender.ts` hold: what is read is materialised, and a method returns the digest of it.
 */

import { type Key, open as openLmdb } from 'lmdb'
import { fold } from '../dataset.ts'
import type { Snapshot } from '../dist/index.js'

export interface Source {
  /** Looks the keys up one by one. */
  get(keys: readonly Buffer[]): number
  /** Reads `limit` entries in key order from `from` on. */
  scan(from: Buffer, limit: number): number
}

/** A build of Coppice: its entry points as modules. */
export interface Build {
  readonly index: typeof import('../dist/index.js')
  readonly worker: typeof import('../dist/worker.js')
}

/** @param directory where the build's JavaScript lies, as a URL that ends in a slash */
export async function loadBuild(directory: string): Promise<Build> {
  return {
    index: await import(`${directory}index.js`),
    worker: await import(`${directory}worker.js`),
  }
}

/** A database in the thread that opened it, or one that is attached to it. */
interface Readable {
  read<T>(fn: (snapshot: Snapshot) => T): T
}

export function coppiceSource(db: Readable, { index }: Build): Source {
  const { t, table } = index
  const entries = table('entries', { key: t.bytes, value: t.bytes })
  return {
    get: keys =>
      db.read(snapshot => {
        const source = snapshot.table(entries)
        let digest = 0
        for (let i = 0; i < keys.length; i++) digest = fold(digest, source.get(keys[i]!)!)
        return digest
      }),
    scan: (from, limit) =>
      db.read(snapshot => {
        let digest = 0
        const visit = (value: Uint8Array, key: Uint8Array): void => {
          digest = fold(fold(digest, key), value)
        }
        snapshot.table(entries).forEach(visit, { gte: from, limit })
        return digest
      }),
  }
}

/** lmdb-js, as `contenders/lmdb.ts` uses it. */
export function lmdbSource(path: string): Source {
  const db = openLmdb<Buffer, Buffer & Key>({
    path,
    noSubdir: true,
    encoding: 'binary',
    keyEncoding: 'binary',
    readOnly: true,
  })
  return {
    get: keys => {
      let digest = 0
      for (let i = 0; i < keys.length; i++) {
        const shared = db.getBinaryFast(keys[i]!)!
        const copy = Buffer.allocUnsafe(shared.length)
        copy.set(shared.subarray(0, shared.length))
        digest = fold(digest, copy)
      }
      return digest
    },
    scan: (start, limit) => {
      let digest = 0
      db.getRange({ start: start as Buffer & Key, limit }).forEach(({ key, value }) => {
        digest = fold(fold(digest, key), value)
      })
      return digest
    },
  }
}
