/**
 * A store on a simulated disk, lived at random from one seed, with a history of what it should hold: commits of
 * all kinds, savepoints, snapshots, checkpoints, compaction, closing, and whatever befalls the machine.
 *
 * Each step either succeeds, or fails in a way that the faults allow; then the history says what may be found.
 * Anything else is thrown as an error that says what the law was.
 */

import { Store } from '../src/store/store.ts'
import { check } from './law.ts'
import { SeededRandom } from './seeded-random.ts'
import { type CrashMoment, SimulatedCrash, SimulatedDisk } from './simulated-disk.ts'
import { Backups } from './store-backups.ts'
import { contentOf, publishedContent } from './store-content.ts'
import { HeldSnapshots } from './store-held.ts'
import type { Version } from './store-history.ts'
import { expectSameRecovery } from './store-recovery.ts'
import { RunningStore } from './store-running.ts'
import { Savepoints } from './store-savepoints.ts'
import { type LifeOptions, MOODS, randomOptions, STEPS } from './store-steps.ts'
import { StoreWitness } from './store-witness.ts'
import { Writes } from './store-writes.ts'
import { tally } from './tally.ts'

export const DATABASE = '/disk/app.db'
export const MOMENTS: readonly CrashMoment[] = ['before', 'within', 'after']

export class Life extends RunningStore {
  readonly backups: Backups
  readonly witness: StoreWitness
  readonly snapshots: HeldSnapshots
  readonly savepoints: Savepoints
  readonly writes: Writes
  /** How likely each of `STEPS` is in this life. */
  #weights: readonly number[]

  constructor(
    seed: number,
    { allowedErrors = [], storeOptions, isBusy = false, isNearLimits = false }: LifeOptions = {},
  ) {
    const random = new SeededRandom(seed)
    const options = { ...randomOptions(random), ...storeOptions }
    const pageSizeBytes = options.pageSizeBytes ?? 4096
    // A page is never smaller than a sector: else a torn sector would take its neighbours along.
    const sectorBytes = random.pick([512, Math.min(4096, pageSizeBytes)])
    const disk = new SimulatedDisk({
      seed: seed ^ 0x5eed,
      sectorBytes,
      tearsSectors: random.chance(0.3),
      exposesGarbage: random.chance(0.3),
      msPerLook: random.pick([0, 0, 3, 10]),
    })
    super(random, disk, options, allowedErrors)
    this.#weights = STEPS.map(
      ({ weight, isCommit }) => (isBusy && !isCommit ? 0 : weight) * random.pick(MOODS),
    )
    if (this.#weights.every(weight => weight === 0)) this.#weights = STEPS.map(({ weight }) => weight)
    this.snapshots = new HeldSnapshots(this)
    this.savepoints = new Savepoints(this)
    this.writes = new Writes(this, this.snapshots, isBusy, isNearLimits ? pageSizeBytes : undefined)
    this.backups = new Backups(disk, options)
    this.witness = new StoreWitness(DATABASE, pageSizeBytes, this.history)
    disk.observe = (path, source, offset, length, position) =>
      this.witness.see(path, source, offset, length, position)
  }

  // Steps

  /** One random step. Throws SimulatedCrash (or anything, with the disk crashed) when the machine died. */
  async step(): Promise<void> {
    const sum = this.#weights.reduce((a, b) => a + b, 0)
    let choice = this.random.next() * sum
    let index = 0
    while (index < STEPS.length - 1 && choice >= this.#weights[index]) choice -= this.#weights[index++]
    await this.take(life => STEPS[index].take(life))
  }

  /** The same for a step that somebody else has chosen. */
  async take(step: (life: Life) => Promise<void> | void): Promise<void> {
    await step(this)
    await this.#afterStep()
  }

  async checkpoint(): Promise<void> {
    await this.attempt('checkpoint', () => this.opened.checkpoint(), 'all')
  }

  async flush(): Promise<void> {
    await this.attempt('flush', () => this.opened.flush(), 'all')
  }

  /** Throws what went wrong beside the event loop. */
  async #afterStep(): Promise<void> {
    if (this.disk.isCrashed) throw new SimulatedCrash('in the background')
    if (this.witness.broken !== undefined) throw this.witness.broken
    if (this.asyncFailure !== undefined) throw this.asyncFailure
  }

  async compact(): Promise<void> {
    await this.attempt(
      'compact',
      async () => {
        const compaction = this.opened.compact()
        compaction.catch(() => {})
        if (this.random.chance(0.5)) this.writes.queue()
        if (this.random.chance(0.5)) this.snapshots.take()
        await compaction
      },
      'all',
    )
  }

  async backUp(): Promise<void> {
    const { store, backups } = this
    await this.attempt('back up', () => backups.make(store!, publishedContent(store!)), 'nothing')
    await this.verifyBackup()
  }

  async verifyBackup(): Promise<void> {
    if (!this.backups.isKept) return
    await this.attempt('open the copy', () => this.backups.verify(promise => this.finish(promise)), 'nothing')
  }

  async closeAndOpen(): Promise<void> {
    const store = this.opened
    this.snapshots.closeSome()
    const isClosed = await this.attempt(
      'close',
      () => (this.random.chance(0.5) ? store.close() : store.closeAsync()),
      'all',
    )
    // What waited in the queue is answered now.
    await this.disk.settle()
    this.snapshots.forget()
    this.store = undefined
    if (!this.disk.isCrashed) {
      check(this.disk.openHandleCount === 0, 'a closed database has no file open, whatever befell it')
    }
    if (isClosed && this.allowedErrors.size === 0) {
      const paths = this.disk.paths().filter(path => path.startsWith(DATABASE))
      check(paths.join() === DATABASE, `a closed database is one file: ${paths}`)
    }
    try {
      await this.open()
    } catch (error) {
      this.failed(error, undefined)
      this.disk.clearFaults()
      if (this.random.chance(0.5)) this.disk.forgetClean()
      await this.open()
    }
    // What is there is looked at with a healthy disk.
    this.disk.clearFaults()
    this.findVersion()
  }

  // Reading

  /** Everything that the store shows is the tip, and its own check finds nothing. */
  async verify(): Promise<void> {
    this.disk.clearFaults()
    await this.attempt('check', () => this.checkStore(), 'nothing')
  }

  /** How much the store's own check finds. */
  async faults(): Promise<number> {
    return (await this.finish(this.opened.check())).faults.length
  }

  async checkStore(): Promise<void> {
    const { faults } = await this.finish(this.opened.check())
    const shown = faults.slice(0, 3).map(({ treeId, pageId, message }) => `${treeId}/${pageId}: ${message}`)
    check(faults.length === 0, `the store's own check finds nothing: ${shown.join('; ')}`)
    const { borrowedFrames } = this.opened.stats().pool
    check(borrowedFrames === 0, `between transactions no page of the cache is lent, not ${borrowedFrames}`)
  }

  /** After opening: which version is there. From now on it is the only one. */
  findVersion(): Version {
    if (this.witness.broken !== undefined) throw this.witness.broken
    const snapshot = this.opened.read()
    try {
      const content = contentOf(this.opened, snapshot)
      const names = this.opened.savepoints.list().map(({ name }) => name)
      const version = this.history.find(content, names)
      this.history.settleOn(version)
      return version
    } finally {
      snapshot.close()
    }
  }

  // The machine

  async open(): Promise<void> {
    this.log.push('open')
    this.witness.beginProcess()
    this.store = Store.open(this.disk, DATABASE, this.options, true)
  }

  /** The process is dead, or dies now; its memory goes back to the pools. */
  async die(): Promise<void> {
    const { store, disk } = this
    this.store = undefined
    this.snapshots.forget()
    this.waiting = 0
    this.asyncFailure = undefined
    if (store !== undefined) {
      // Nothing that closing tries reaches the disk.
      if (!disk.isCrashed) disk.crashAt(1)
      try {
        store.close()
      } catch {
        // Of the crash.
      }
    }
    // What the dead process still has to say to itself.
    await disk.settle()
    disk.killProcess()
    this.waiting = 0
    this.asyncFailure = undefined
  }

  /** Power loss or death of the process, then recovery, with up to three crashes inside of it. */
  async reboot(mayCrashAgain = true): Promise<void> {
    const { random, disk } = this
    let copy: SimulatedDisk | undefined
    let undisturbed: SimulatedDisk | undefined
    for (let depth = 0; ; depth++) {
      await this.die()
      const loses = random.chance(0.6)
      if (loses) disk.losePower()
      else if (random.chance(0.5)) disk.forgetClean()
      this.log.push(loses ? 'power loss' : 'death')
      tally.states++
      if (depth > 0) tally.insideRecovery++
      else if (mayCrashAgain && disk.isSettled) copy = disk.fork(tally.states)
      if (mayCrashAgain && depth < 3 && random.chance(0.5)) {
        disk.crashAt(1 + random.below(random.pick([3, 12, 40])), random.pick(MOMENTS))
      }
      try {
        await this.open()
        disk.cancelCrash()
        break
      } catch (error) {
        if (!disk.isCrashed) throw error
        if (this.witness.broken !== undefined) throw this.witness.broken
        this.log.push(`again: ${(error as Error).message}`)
        if (depth === 0) undisturbed = copy
      }
    }
    const version = this.findVersion()
    if (undisturbed !== undefined) expectSameRecovery(undisturbed, DATABASE, this.options, version.content)
    if (this.random.chance(0.3)) await this.verifyBackup()
  }
}
