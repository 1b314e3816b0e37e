import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runs } from '../../props/scale.ts'
import { SeededRandom } from '../../props/seeded-random.ts'
import { type Database, openSync } from '../../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { contentOf, entries, faultIn, KEYS, STAMP, writerOf } from './generations.ts'
import type { StressTask } from './stress.worker.ts'
import { startWorker } from './worker-thread.ts'

const WORKERS = 4
const READS = runs(300_000)

let directory: TemporaryDirectory
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => directory.remove())

function load(db: Database): number {
  db.write(tx => {
    const table = tx.table(entries)
    for (let n = 0; n < KEYS; n++) table.put(n, contentOf(n))
    table.put(STAMP, contentOf(KEYS - 1))
  })
  return KEYS
}

/** The main thread reads, too: what it gets must be as right. */
function checkHere(db: Database, random: SeededRandom): void {
  db.read(snapshot => {
    const table = snapshot.table(entries)
    const stamp = Buffer.from(table.get(STAMP)!).readUInt32LE(0)
    for (let i = 0; i < 5; i++) {
      const key = random.below(KEYS)
      expect(faultIn(table.get(key), writerOf(key, stamp))).toBeUndefined()
    }
  })
}

test.each([32, 256])(
  'four workers and a writer in %d frames: every value read is the right one',
  async frames => {
    const random = new SeededRandom(frames)
    const path = directory.file('app.db')
    const db = openSync(path, {
      pageSizeBytes: 4096,
      cacheSizeBytes: frames * 4096,
      checkpointLogBytes: 1 << 20,
    })
    let n = load(db)
    const share = db.share()
    const counters = new SharedArrayBuffer(32)
    const words = new Int32Array(counters)
    const failures: unknown[] = []
    const begin = (): Worker => {
      const worker = startWorker(new URL('./stress.worker.ts', import.meta.url), {
        share,
        counters,
      } satisfies StressTask)
      worker.on('error', error => failures.push(error))
      return worker
    }
    const workers = Array.from({ length: WORKERS }, begin)
    const ends: Promise<number>[] = []
    while (Atomics.load(words, 4) < WORKERS && failures.length === 0)
      await new Promise(resolve => setTimeout(resolve, 10))
    let commits = 0
    let terminations = 0
    while (Atomics.load(words, 1) < READS && failures.length === 0) {
      for (let i = 0; i < 30; i++) {
        db.write(
          tx => {
            const table = tx.table(entries)
            for (let more = 1 + random.below(20); more > 0; more--) {
              table.put(n % KEYS, contentOf(n))
              n++
            }
            table.put(STAMP, contentOf(n - 1))
          },
          { durability: random.chance(0.05) ? 'sync' : 'none' },
        )
        commits++
      }
      if (random.chance(0.02)) db.checkpoint()
      checkHere(db, random)
      await new Promise(resolve => setImmediate(resolve))
      if (random.chance(0.2)) {
        const index = random.below(WORKERS)
        ends.push(workers[index].terminate())
        workers[index] = begin()
        terminations++
      }
    }
    Atomics.store(words, 0, 1)
    await Promise.all([
      ...ends,
      ...workers.map(worker => new Promise(resolve => worker.once('exit', resolve))),
    ])
    expect(failures).toEqual([])
    expect(Atomics.load(words, 3)).toBe(0)
    const { pool } = db.stats() as unknown as { pool: unknown }
    console.log({ frames, reads: words[1], snapshots: words[2], commits, terminations, pool })
    // What the workers held is let go of.
    await new Promise(resolve => setTimeout(resolve, 50))
    db.write(tx => tx.table(entries).put(0, contentOf(writerOf(0, n - 1))))
    expect(await db.check()).toMatchObject({ faults: [] })
    db.close()
  },
  120_000,
)
