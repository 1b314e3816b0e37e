/**
 * LevelDB through classic-level. Bulk loading writes chained batches of a thousand (a batch of everything would
 * be held in memory twice and was no faster), so it is not one transaction; there is none in LevelDB. Scans
 * take a thousand entries a call, as its documentation advises. `getSync` beat the promise of `get` and
 * `getMany`. Cache and write buffer are larger than the defaults, to be fair on a load of this size.
 */

import { ClassicLevel } from 'classic-level'
import { type Contender, versionedName } from '../contender.ts'
import { fold, KEY_BYTES, RANGE_LENGTH, type Workload } from '../workload.ts'

export const label = versionedName('classic-level')

const CACHE_BYTES = 512 << 20
const WRITE_BUFFER_BYTES = 64 << 20
const BATCH_LENGTH = 1000
const SCAN_BYTES = 1 << 20

class Level implements Contender {
  private readonly db: ClassicLevel<Buffer, Buffer>
  private readonly workload: Workload

  constructor(db: ClassicLevel<Buffer, Buffer>, workload: Workload) {
    this.db = db
    this.workload = workload
  }

  async load(): Promise<void> {
    const { count } = this.workload
    for (let first = 0; first < count; first += BATCH_LENGTH) {
      const end = Math.min(first + BATCH_LENGTH, count)
      await this.putTogether(first, end, end === count)
    }
  }

  get(keys: readonly Buffer[]): number {
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

  async ranges(keys: readonly Buffer[]): Promise<number> {
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
    const { db, workload } = this
    for (let first = from; first < to; first += width) {
      const commits: Promise<void>[] = []
      for (let i = first; i < first + width; i++) {
        commits.push(db.put(workload.keys[i]!, workload.valueOf(i), { sync: true }))
      }
      await Promise.all(commits)
    }
  }

  commitUnsynced(from: number, to: number): Promise<void> {
    return this.putSingly(from, to, false)
  }

  /** Compacts everything, which LevelDB would otherwise do in the background during the others' turns. */
  settle(): Promise<void> {
    return this.db.compactRange(Buffer.alloc(KEY_BYTES, 0), Buffer.alloc(KEY_BYTES, 255))
  }

  close(): Promise<void> {
    return this.db.close()
  }

  private async putSingly(from: number, to: number, sync: boolean): Promise<void> {
    const { db, workload } = this
    for (let i = from; i < to; i++) await db.put(workload.keys[i]!, workload.valueOf(i), { sync })
  }

  private async putTogether(from: number, to: number, sync: boolean): Promise<void> {
    const { workload } = this
    const batch = this.db.batch()
    for (let i = from; i < to; i++) batch.put(workload.keys[i]!, workload.valueOf(i))
    await batch.write({ sync })
  }
}

export async function open(directory: string, workload: Workload): Promise<Contender> {
  const db = new ClassicLevel<Buffer, Buffer>(`${directory}/data`, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    cacheSize: CACHE_BYTES,
    writeBufferSize: WRITE_BUFFER_BYTES,
  })
  await db.open()
  return new Level(db, workload)
}
