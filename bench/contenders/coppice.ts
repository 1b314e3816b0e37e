/**
 * Coppice, through its public interface as it is published: a map table from bytes to bytes.
 */

import { readFileSync } from 'node:fs'
import type { Contender } from '../contender.ts'
import { type Database, openSync, t, table } from '../dist/index.js'
import { fold, RANGE_LENGTH, type Workload } from '../workload.ts'

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
export const label = `coppice ${manifest.version}`

const CACHE_BYTES = 512 << 20

const entries = table('entries', { key: t.bytes, value: t.bytes })

class Coppice implements Contender {
  private readonly db: Database
  private readonly workload: Workload

  constructor(directory: string, workload: Workload) {
    this.db = openSync(`${directory}/data.db`, { cacheSizeBytes: CACHE_BYTES })
    this.workload = workload
    this.db.write(tx => void tx.table(entries))
  }

  load(): void {
    const { workload } = this
    this.db.write(tx => {
      const target = tx.table(entries)
      for (let i = 0; i < workload.count; i++) target.put(workload.keys[i]!, workload.valueOf(i))
    })
  }

  get(keys: readonly Buffer[]): number {
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

  ranges(keys: readonly Buffer[]): number {
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
    const { db, workload } = this
    for (let i = from; i < to; i++) {
      db.write(tx => tx.table(entries).put(workload.keys[i]!, workload.valueOf(i)))
    }
  }

  commitBatches(from: number, to: number, size: number): void {
    const { db, workload } = this
    for (let first = from; first < to; first += size) {
      db.write(tx => {
        const target = tx.table(entries)
        for (let i = first; i < first + size; i++) target.put(workload.keys[i]!, workload.valueOf(i))
      })
    }
  }

  async commitConcurrently(from: number, to: number, width: number): Promise<void> {
    const { db, workload } = this
    for (let first = from; first < to; first += width) {
      const commits: Promise<void>[] = []
      for (let i = first; i < first + width; i++) {
        commits.push(db.writeAsync(tx => tx.table(entries).put(workload.keys[i]!, workload.valueOf(i))))
      }
      await Promise.all(commits)
    }
  }

  commitUnsynced(from: number, to: number): void {
    const { db, workload } = this
    for (let i = from; i < to; i++) {
      db.write(tx => tx.table(entries).put(workload.keys[i]!, workload.valueOf(i)), { durability: 'none' })
    }
  }

  settle(): void {
    this.db.checkpoint()
  }

  close(): void {
    this.db.close()
  }
}

export function open(directory: string, workload: Workload): Contender {
  return new Coppice(directory, workload)
}
