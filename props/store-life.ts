/**
 * A store on a simulated disk, lived at random from one seed, with a history of what it should hold: commits of
 * all kinds, savepoints, snapshots, checkpoints, compaction, closing, and whatever befalls the machine.
 *
 * Each step either succeeds, or fails in a way that the faults allow; then the history says what may be found.
 * Anything else is thrown as an error that says what the law was.
 */

import { isCoppiceError } from '../src/base/errors.ts'
import { CATALOG_TREE_ID } from '../src/store/api.ts'
import type { Durability, StoreOptions } from '../src/store/options.ts'
import type { Snapshot } from '../src/store/snapshot.ts'
import { Store } from '../src/store/store.ts'
import type { WriteTransaction } from '../src/store/transaction.ts'
import { Broken, check } from './law.ts'
import { SeededRandom } from './seeded-random.ts'
import { type CrashMoment, SimulatedCrash, SimulatedDisk } from './simulated-disk.ts'
import { Backups } from './store-backups.ts'
import { contentOf, publishedContent, stampOf } from './store-content.ts'
import { bytesOf, ChangeOfMind, Draft, type DraftPlan, STAMP_KEY } from './store-draft.ts'
import { expectPromiseOf, findStrange } from './store-errors.ts'
import { type Content, difference, History, type Version } from './store-history.ts'
import { expectSameRecovery } from './store-recovery.ts'
import { type LifeOptions, MOODS, randomOptions, STEPS } from './store-steps.ts'
import { StoreWitness } from './store-witness.ts'
import { tally } from './tally.ts'

export const DATABASE = '/disk/app.db'
export const MOMENTS: readonly CrashMoment[] = ['before', 'within', 'after']
const SAVEPOINTS_MAX = 3
const SNAPSHOTS_MAX = 4

interface HeldSnapshot {
  readonly snapshot: Snapshot
  readonly version: Version
}

export class Life {
  readonly disk: SimulatedDisk
  readonly random: SeededRandom
  readonly history: History
  readonly options: StoreOptions
  readonly backups: Backups
  readonly witness: StoreWitness
  /** Codes that are no surprise now. */
  allowedErrors: ReadonlySet<string>
  store: Store | undefined = undefined
  /** What happened, for the message of a failure. */
  readonly log: string[] = []
  /** How likely each of `STEPS` is in this life. */
  #weights: readonly number[]
  readonly #isBusy: boolean
  /** The size of a page, if entries are to be about as long as it takes. */
  readonly #limitsOf: number | undefined
  #stamp = 0
  #snapshots: HeldSnapshot[] = []
  #asyncFailure: unknown = undefined
  #waiting = 0

  constructor(
    seed: number,
    { allowedErrors = [], storeOptions, isBusy = false, isNearLimits = false }: LifeOptions = {},
  ) {
    const random = new SeededRandom(seed)
    this.random = random
    this.options = { ...randomOptions(random), ...storeOptions }
    // A page is never smaller than a sector: else a torn sector would take its neighbours along.
    const sectorBytes = random.pick([512, Math.min(4096, this.options.pageSizeBytes ?? 4096)])
    this.disk = new SimulatedDisk({
      seed: seed ^ 0x5eed,
      sectorBytes,
      tearsSectors: random.chance(0.3),
      exposesGarbage: random.chance(0.3),
      msPerLook: random.pick([0, 0, 3, 10]),
    })
    this.history = new History(new Map([[CATALOG_TREE_ID, new Map()]]))
    this.allowedErrors = new Set(allowedErrors)
    this.#isBusy = isBusy
    this.#limitsOf = isNearLimits ? this.options.pageSizeBytes : undefined
    this.#weights = STEPS.map(
      ({ weight, isCommit }) => (isBusy && !isCommit ? 0 : weight) * random.pick(MOODS),
    )
    if (this.#weights.every(weight => weight === 0)) this.#weights = STEPS.map(({ weight }) => weight)
    this.backups = new Backups(this.disk, this.options)
    this.witness = new StoreWitness(DATABASE, this.options.pageSizeBytes ?? 4096, this.history)
    this.disk.observe = (path, source, offset, length, position) =>
      this.witness.see(path, source, offset, length, position)
  }

  get opened(): Store {
    check(this.store !== undefined, 'the store is open')
    return this.store
  }

  get isPoisoned(): boolean {
    return this.store?.isPoisoned ?? false
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

  async settle(): Promise<void> {
    this.log.push('settle')
    if (this.random.chance(0.3)) await this.disk.advance(this.random.below(1000))
    else await this.disk.settle()
    if (!this.disk.isCrashed) check(this.#waiting === 0, 'every queued write is answered')
  }

  /** Throws what went wrong beside the event loop. */
  async #afterStep(): Promise<void> {
    if (this.disk.isCrashed) throw new SimulatedCrash('in the background')
    if (this.witness.broken !== undefined) throw this.witness.broken
    if (this.#asyncFailure !== undefined) throw this.#asyncFailure
  }

  write(durability: Durability): void {
    const plan = this.#plan()
    this.log.push(`write ${durability} ${plan.changes}`)
    let version: Version | undefined
    try {
      this.opened.write(transaction => {
        version = this.#change(transaction, plan, durability)
      }, durability)
      if (version !== undefined && durability === 'sync') this.history.acknowledge(version)
    } catch (error) {
      this.#failedAtOnce(error, version)
    }
  }

  async writeGroup(): Promise<void> {
    const count = 1 + this.random.below(4)
    this.log.push(`group of ${count}`)
    for (let i = 0; i < count; i++) this.#queueWrite()
    if (this.random.chance(0.3)) this.#meanwhile(() => this.takeSnapshot())
    if (this.random.chance(0.2)) {
      this.#meanwhile(() => {
        this.write('none')
        this.takeSnapshot()
      })
    }
    if (this.random.chance(0.7)) await this.settle()
  }

  #queueWrite(): void {
    const durability = this.random.chance(0.8) ? 'sync' : 'none'
    const plan = this.#plan()
    let version: Version | undefined
    this.#waiting++
    const run = (transaction: WriteTransaction) => {
      version = this.#change(transaction, plan, durability)
    }
    this.opened.writeAsync(run, durability).then(
      () => {
        this.#waiting--
        this.#record(() => {
          if (version === undefined) return
          check(!version.isRolledBack, 'a commit that was answered is not undone')
          if (durability === 'sync') this.history.acknowledge(version)
        })
      },
      error => {
        this.#waiting--
        this.#record(() => this.#failed(error, version))
      },
    )
  }

  /** Keeps the first failure of what runs beside the steps. */
  #record(action: () => void): void {
    try {
      action()
    } catch (error) {
      if (!this.disk.isCrashed) this.#asyncFailure ??= error
    }
  }

  /** An explicit transaction, with the event loop running between. */
  async writeByHandle(): Promise<void> {
    this.log.push('handle')
    let version: Version | undefined
    try {
      const transaction = this.opened.begin()
      let content: Content
      try {
        const draft = this.#draft(transaction)
        const stamp = `${++this.#stamp}`
        draft.change(this.#plan(), stamp)
        if (this.random.chance(0.3)) this.#queueWrite()
        if (this.random.chance(0.3)) this.takeSnapshot()
        if (this.random.chance(0.5)) await this.disk.settle()
        if (this.random.chance(0.3)) draft.change(this.#plan(), stamp)
        content = draft.content
      } catch (error) {
        if (transaction.status === 'open') transaction.rollback()
        throw error
      }
      if (this.random.chance(0.2)) {
        transaction.rollback()
        return
      }
      const durability = this.random.chance(0.8) ? 'sync' : 'none'
      version = this.history.submit(content, this.history.tip.savepoints, durability === 'none')
      if (this.random.chance(0.5)) this.opened.commit(transaction, durability)
      else await this.#finish(this.opened.commitAsync(transaction, durability))
      if (durability === 'sync') this.history.acknowledge(version)
    } catch (error) {
      this.#failed(error, version)
    }
    if (this.random.chance(0.7)) await this.settle()
  }

  /** The whole of a transaction: random changes on the store and in the history. */
  #change(transaction: WriteTransaction, plan: DraftPlan, durability: Durability): Version {
    const draft = this.#draft(transaction)
    draft.change(plan, `${++this.#stamp}`)
    if (this.random.chance(0.04)) throw new ChangeOfMind()
    return this.history.submit(draft.content, this.history.tip.savepoints, durability === 'none')
  }

  #draft(transaction: WriteTransaction): Draft {
    return new Draft(this.random, transaction, this.#baseOf(transaction).content, this.#limitsOf)
  }

  /** The version that the transaction builds on: one whose commit failed before is known by its stamp. */
  #baseOf(transaction: WriteTransaction): Version {
    const tree = transaction.tree(CATALOG_TREE_ID)!
    const isStamped = tree.find(bytesOf(STAMP_KEY), STAMP_KEY.length)
    const { valueBytes, valueOffset, valueLength } = tree
    const stamp = isStamped
      ? valueBytes.toString('latin1', valueOffset, valueOffset + valueLength)
      : undefined
    for (;;) {
      const { tip } = this.history
      if (stampOf(tip.content) === stamp) return tip
      check(tip !== this.history.durable, 'a transaction builds on what was acknowledged')
      tip.isRolledBack = true
    }
  }

  #plan(): DraftPlan {
    const { random } = this
    const size = this.#isBusy ? 0.9 : random.next()
    const changes = size < 0.8 ? 1 + random.below(8) : size < 0.95 ? 40 + random.below(80) : 300
    const streams = random.chance(this.#isBusy ? 0.05 : 0.3)
    return { changes, largeValues: random.pick([0, 0.05, 0.3]), streams }
  }

  takeSnapshot(): void {
    if (this.#snapshots.length >= SNAPSHOTS_MAX || this.disk.isCrashed || !this.store?.isOpen) return
    this.log.push('take snapshot')
    const snapshot = this.opened.read()
    try {
      const version = this.#versionIn(snapshot)
      this.history.see(version)
      this.#snapshots.push({ snapshot, version })
    } catch (error) {
      snapshot.close()
      this.#failed(error, undefined)
    }
  }

  /** While the event loop is at work, say between a write to the log and its sync. */
  #meanwhile(act: () => void): void {
    const jobs = this.random.below(6)
    this.disk.scheduler.defer(async () => {
      for (let i = 0; i < jobs; i++) await Promise.resolve()
      this.#record(() => {
        if (this.store?.isOpen) act()
      })
    })
  }

  /** The oldest version that a snapshot may show: savepoints it does not tell. */
  #versionIn(snapshot: Snapshot): Version {
    const content = contentOf(this.opened, snapshot)
    for (const version of this.history.candidates().reverse()) {
      if (difference(version.content, content) === undefined) return version
    }
    throw new Broken(`a snapshot shows one committed state: ${difference(this.history.tip.content, content)}`)
  }

  dropSnapshot(): void {
    if (this.#snapshots.length === 0) return
    this.log.push('drop snapshot')
    const [held] = this.#snapshots.splice(this.random.below(this.#snapshots.length), 1)
    try {
      const wrong = difference(held.version.content, contentOf(this.opened, held.snapshot))
      check(wrong === undefined, `a snapshot never changes: ${wrong}`)
    } catch (error) {
      this.#failed(error, undefined)
    } finally {
      held.snapshot.close()
    }
  }

  async useSavepoints(): Promise<void> {
    const { tip } = this.history
    const names = [...tip.savepoints.keys()]
    const choice = this.random.next()
    if (names.length === 0 || (choice < 0.45 && names.length < SAVEPOINTS_MAX)) {
      await this.#createSavepoint(`s${this.random.below(6)}`)
    } else if (choice < 0.7) await this.#deleteSavepoint(this.random.pick(names))
    else await this.#restoreSavepoint(this.random.pick(names))
  }

  async #createSavepoint(name: string): Promise<void> {
    const { tip } = this.history
    if (tip.savepoints.has(name)) return
    await this.#alter(`create savepoint ${name}`, () => this.opened.savepoints.create(name), tip.content, [
      ...tip.savepoints,
      [name, tip.content],
    ])
  }

  async #deleteSavepoint(name: string): Promise<void> {
    const { tip } = this.history
    const rest = [...tip.savepoints].filter(([other]) => other !== name)
    await this.#alter(
      `delete savepoint ${name}`,
      () => this.opened.savepoints.delete(name),
      tip.content,
      rest,
    )
  }

  async #restoreSavepoint(name: string): Promise<void> {
    const { tip } = this.history
    const entries = [...tip.savepoints]
    // They are in the order of their making; later ones go.
    const at = entries.findIndex(([other]) => other === name)
    const kept = entries.slice(0, at + 1)
    await this.#alter(
      `restore savepoint ${name}`,
      () => this.opened.savepoints.restore(name),
      entries[at][1],
      kept,
    )
  }

  async #alter(
    what: string,
    action: () => void,
    content: Content,
    savepoints: [string, Content][],
  ): Promise<void> {
    this.log.push(what)
    let version: Version | undefined
    try {
      version = this.history.submit(content, new Map(savepoints), false)
      action()
      this.history.acknowledge(version)
    } catch (error) {
      this.#failedAtOnce(error, version)
    }
  }

  /** Something that changes no content; what it makes durable is acknowledged. */
  async attempt(what: string, action: () => unknown, durable: 'all' | 'nothing'): Promise<boolean> {
    this.log.push(what)
    const { tip } = this.history
    let wasPoisoned = false
    let isAtOnce = true
    const store = this.store
    try {
      const result = action()
      if (result instanceof Promise) {
        isAtOnce = false
        await this.#finish(result)
      }
      wasPoisoned = store?.isPoisoned ?? false
      // Closing after a failure, or a death in the background, succeeds and promises nothing.
      if (this.disk.isCrashed) throw new SimulatedCrash('in the background')
      if (wasPoisoned) return false
      if (durable === 'all') this.history.acknowledge(tip)
      return true
    } catch (error) {
      if (isAtOnce) this.#failedAtOnce(error, undefined)
      else this.#failed(error, undefined)
      return false
    }
  }

  async compact(): Promise<void> {
    await this.attempt(
      'compact',
      async () => {
        const compaction = this.opened.compact()
        compaction.catch(() => {})
        if (this.random.chance(0.5)) this.#queueWrite()
        if (this.random.chance(0.5)) this.takeSnapshot()
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
    await this.attempt(
      'open the copy',
      () => this.backups.verify(promise => this.#finish(promise)),
      'nothing',
    )
  }

  async closeAndOpen(): Promise<void> {
    const store = this.opened
    for (const { snapshot } of this.#snapshots.splice(0)) if (this.random.chance(0.5)) snapshot.close()
    const isClosed = await this.attempt(
      'close',
      () => (this.random.chance(0.5) ? store.close() : store.closeAsync()),
      'all',
    )
    // What waited in the queue is answered now.
    await this.disk.settle()
    this.#snapshots = []
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
      this.#failed(error, undefined)
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
    return (await this.#finish(this.opened.check())).faults.length
  }

  async checkStore(): Promise<void> {
    const { faults } = await this.#finish(this.opened.check())
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
    this.#snapshots = []
    this.#waiting = 0
    this.#asyncFailure = undefined
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
    this.#waiting = 0
    this.#asyncFailure = undefined
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

  /** Waits for a promise that only the simulated event loop can answer. */
  async #finish<T>(promise: Promise<T>): Promise<T> {
    let isDone = false
    const watched = promise.finally(() => {
      isDone = true
    })
    watched.catch(() => {})
    for (let rounds = 0; rounds < 1000 && !isDone; rounds++) await this.disk.advance(rounds)
    if (!isDone && this.disk.isCrashed) throw new SimulatedCrash('while waiting')
    check(isDone, 'an operation comes to an end')
    return watched
  }

  /** The same for a call that has just failed: nothing else can have befallen the store since. */
  #failedAtOnce(error: unknown, version: Version | undefined): void {
    expectPromiseOf(error, this.isPoisoned && !this.disk.isCrashed)
    this.#failed(error, version)
  }

  /** Throws `error` on, unless it is one that may happen; then `version` is undone or in doubt. */
  #failed(error: unknown, version: Version | undefined): void {
    if (this.disk.isCrashed || error instanceof SimulatedCrash) throw error
    if (error instanceof ChangeOfMind) return
    if (isCoppiceError(error, 'CLOSED') && version === undefined) return
    if (isCoppiceError(error, 'BUSY') && version === undefined) return
    const strange = findStrange(error)
    if (strange !== undefined) throw new Broken(`only expected errors occur: ${strange}`, error)
    if (!isCoppiceError(error) || !this.allowedErrors.has(error.code)) {
      throw new Broken(`only expected errors occur: ${error}`, error)
    }
    this.log.push(`  failed: ${error.code}`)
    if (error.code === 'OUTCOME_UNKNOWN') {
      check(this.isPoisoned, 'an unknown outcome poisons the store')
      return
    }
    if (version !== undefined) version.isRolledBack = true
  }
}
