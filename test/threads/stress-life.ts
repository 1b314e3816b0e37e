/**
 * The life of a database that four workers read while it is written: commits of all kinds, checkpoints, compactions,
 * savepoints, snapshots shared and closed, workers terminated at any moment, and at last a close in the middle of it all.
 * Every value that anybody reads is compared with what its state must have.
 */

import type { Worker } from 'node:worker_threads'
import { SeededRandom } from '../../props/seeded-random.ts'
import { type Database, openSync, type Snapshot } from '../../src/index.ts'
import { contentOf, entries, faultIn, KEYS, STAMP, stampIn, writerOf } from './generations.ts'
import { type SharedState, Stop, type StressTask, Word } from './stress-words.ts'
import { startWorker } from './worker-thread.ts'

const WORKERS = 4
/** Keys of entries that come and go, so that the file has room to give back. */
const FILLING_FROM = STAMP + 1

export interface LifeOptions {
  readonly seed: number
  /** Pages of the cache. */
  readonly frames: number
  readonly path: string
  /** It ends after so many reads in workers. */
  readonly reads: number
  readonly maxSnapshotAgeMs?: number | undefined
}

export interface LifeReport {
  readonly failures: readonly unknown[]
  readonly counts: Readonly<Record<string, number>>
}

export async function live(options: LifeOptions): Promise<LifeReport> {
  const life = new Life(options)
  try {
    await life.run()
  } catch (error) {
    life.failures.push(error)
    await life.giveUp()
  }
  return { failures: life.failures, counts: life.counts() }
}

class Life {
  readonly failures: unknown[] = []
  readonly #options: LifeOptions
  readonly #random: SeededRandom
  readonly #counters = new SharedArrayBuffer(64)
  readonly #words = new Int32Array(this.#counters)
  readonly #workers: Worker[] = []
  readonly #exits: Promise<unknown>[] = []
  readonly #shared: Snapshot[] = []
  readonly #db: Database
  /** The number of the next entry that is written. */
  #next = KEYS
  #hasSavepoint = false
  #tally = { commits: 0, terminations: 0, compactions: 0, restores: 0, shares: 0 }
  #started = 0

  constructor(options: LifeOptions) {
    this.#options = options
    this.#random = new SeededRandom(options.seed)
    this.#db = this.#open()
    this.#db.write(tx => {
      const table = tx.table(entries)
      for (let n = 0; n < KEYS; n++) table.put(n, contentOf(n))
      table.put(STAMP, contentOf(KEYS - 1))
    })
  }

  #open(): Database {
    const { path, frames, maxSnapshotAgeMs } = this.#options
    return openSync(path, {
      pageSizeBytes: 4096,
      cacheSizeBytes: frames * 4096,
      checkpointLogBytes: 1 << 20,
      ...(maxSnapshotAgeMs !== undefined && { maxSnapshotAgeMs }),
    })
  }

  counts(): Record<string, number> {
    const counted = Object.fromEntries(Object.entries(Word).map(([name, word]) => [name, this.#words[word]]))
    return { ...counted, ...this.#tally }
  }

  async run(): Promise<void> {
    const words = this.#words
    for (let i = 0; i < WORKERS; i++) this.#workers.push(this.#begin())
    const { reads } = this.#options
    await this.#allBegun()
    // A short life on a busy machine goes on until a shared state was read, too.
    while (
      (Atomics.load(words, Word.reads) < reads || Atomics.load(words, Word.sharedStates) === 0) &&
      !this.#hasFailed()
    ) {
      await this.#step()
      await new Promise(resolve => setImmediate(resolve))
    }
    // Who has not begun does not read when the database is closed.
    await this.#allBegun()
    this.#expectFaultless(await this.#db.check())
    await this.#end()
  }

  async #allBegun(): Promise<void> {
    while (Atomics.load(this.#words, Word.begun) < this.#started && !this.#hasFailed()) await sleep(5)
  }

  #hasFailed(): boolean {
    return this.failures.length > 0 || Atomics.load(this.#words, Word.faults) > 0
  }

  #begin(): Worker {
    const { seed, maxSnapshotAgeMs } = this.#options
    const worker = startWorker(new URL('./stress.worker.ts', import.meta.url), {
      share: this.#db.share(),
      counters: this.#counters,
      seed: seed * 1000 + this.#started++,
      expires: maxSnapshotAgeMs !== undefined,
    } satisfies StressTask)
    worker.on('error', error => this.failures.push(error))
    this.#exits.push(new Promise(resolve => worker.once('exit', resolve)))
    return worker
  }

  async #step(): Promise<void> {
    const random = this.#random
    for (let i = random.below(30); i > 0; i--) this.#commit()
    if (random.chance(0.1)) await Promise.all([1, 2, 3].map(() => this.#commitAsync()))
    if (random.chance(0.05)) this.#rollBack()
    if (random.chance(0.03)) this.#db.checkpoint()
    if (random.chance(0.02)) this.#goBack()
    if (random.chance(0.01)) await this.#compact()
    if (random.chance(0.3)) this.#shareState()
    if (random.chance(0.3)) this.#shared.splice(random.below(this.#shared.length), 1)[0]?.close()
    if (random.chance(0.5)) this.#terminateOne()
    this.#checkHere()
  }

  #write(table: { put(key: number, value: Uint8Array): void }): void {
    for (let more = 1 + this.#random.below(20); more > 0; more--) {
      table.put(this.#next % KEYS, contentOf(this.#next))
      this.#next++
    }
    table.put(STAMP, contentOf(this.#next - 1))
  }

  #commit(): void {
    const durability = this.#random.chance(0.05) ? 'sync' : 'none'
    this.#db.write(tx => this.#write(tx.table(entries)), { durability })
    this.#committed(this.#next - 1)
  }

  async #commitAsync(): Promise<void> {
    const stamp = await this.#db.writeAsync(tx => {
      this.#write(tx.table(entries))
      return this.#next - 1
    })
    this.#committed(stamp)
  }

  #committed(stamp: number): void {
    this.#tally.commits++
    Atomics.store(this.#words, Word.newest, stamp)
  }

  #rollBack(): void {
    const before = this.#next
    const tx = this.#db.begin()
    for (let i = this.#random.below(20); i >= 0; i--) this.#write(tx.table(entries))
    tx.rollback()
    this.#next = before
  }

  /** Makes a savepoint, or the state of the one that there is the newest again. */
  #goBack(): void {
    const { savepoints } = this.#db
    if (this.#hasSavepoint) {
      Atomics.store(this.#words, Word.newest, 0)
      savepoints.restore('here')
      savepoints.delete('here')
      this.#tally.restores++
      this.#next = 1 + this.#db.read(stampIn)
      this.#committed(this.#next - 1)
    } else savepoints.create('here')
    this.#hasSavepoint = !this.#hasSavepoint
  }

  async #compact(): Promise<void> {
    this.#db.write(tx => {
      const table = tx.table(entries)
      for (let n = 0; n < 3000; n++) table.put(FILLING_FROM + n, contentOf(n))
    })
    this.#db.write(tx => tx.table(entries).deleteRange({ gte: FILLING_FROM }))
    await this.#db.compact()
    this.#tally.compactions++
  }

  #shareState(): void {
    const snapshot = this.#db.read()
    this.#shared.push(snapshot)
    if (this.#shared.length > 6) this.#shared.shift()!.close()
    const state: SharedState = { share: snapshot.share(), stamp: stampIn(snapshot) }
    for (const worker of this.#workers) worker.postMessage(state)
    this.#tally.shares++
    // Before anybody attaches, for some.
    if (this.#random.chance(0.2)) this.#shared.pop()!.close()
  }

  /** When all have begun: starting one takes much longer than whatever it may be in the middle of. */
  #terminateOne(): void {
    if (Atomics.load(this.#words, Word.begun) < this.#started) return
    const index = this.#random.below(WORKERS)
    void this.#workers[index].terminate()
    this.#workers[index] = this.#begin()
    this.#tally.terminations++
  }

  /** The main thread reads, too: what it gets must be as right. */
  #checkHere(): void {
    this.#db.read(snapshot => {
      const stamp = stampIn(snapshot)
      if (stamp !== this.#next - 1) throw new Error(`the main thread reads ${stamp}, not ${this.#next - 1}`)
      for (let i = 0; i < 5; i++) {
        const key = this.#random.below(KEYS)
        const fault = faultIn(snapshot.table(entries).get(key), writerOf(key, stamp))
        if (fault !== undefined) throw new Error(`entry ${key} on the main thread: ${fault}`)
      }
    })
  }

  /** Closes the database under its readers, and gives the file to another one at once. */
  async #end(): Promise<void> {
    Atomics.store(this.#words, Word.stop, Stop.atClose)
    this.#db.close()
    const other = this.#open()
    other.write(tx => {
      for (let i = 0; i < 300; i++) this.#write(tx.table(entries))
    })
    await Promise.all(this.#exits)
    this.#expectFaultless(await other.check())
    other.close()
  }

  #expectFaultless({ faults }: { readonly faults: readonly unknown[] }): void {
    if (faults.length > 0) throw new Error(`check: ${JSON.stringify(faults.slice(0, 5))}`)
  }

  async giveUp(): Promise<void> {
    Atomics.store(this.#words, Word.stop, Stop.now)
    await Promise.all(this.#workers.map(worker => worker.terminate()))
    if (this.#db.isOpen) this.#db.close()
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
