/** Transactions that write: at once, queued, and by a handle, with random changes on the store and in the history. */

import { CATALOG_TREE_ID } from '../src/store/api.ts'
import type { Durability } from '../src/store/options.ts'
import type { WriteTransaction } from '../src/store/transaction.ts'
import { check } from './law.ts'
import { stampOf } from './store-content.ts'
import { bytesOf, ChangeOfMind, Draft, type DraftPlan, STAMP_KEY } from './store-draft.ts'
import type { HeldSnapshots } from './store-held.ts'
import type { Content, Version } from './store-history.ts'
import type { RunningStore } from './store-running.ts'

export class Writes {
  readonly #life: RunningStore
  readonly #snapshots: HeldSnapshots
  readonly #isBusy: boolean
  /** The size of a page, if entries are to be about as long as it takes. */
  readonly #limitsOf: number | undefined
  #stamp = 0

  constructor(life: RunningStore, snapshots: HeldSnapshots, isBusy: boolean, limitsOf: number | undefined) {
    this.#life = life
    this.#snapshots = snapshots
    this.#isBusy = isBusy
    this.#limitsOf = limitsOf
  }

  /** One that is over when this returns. */
  write(durability: Durability): void {
    const plan = this.#plan()
    this.#life.log.push(`write ${durability} ${plan.changes}`)
    let version: Version | undefined
    try {
      this.#life.opened.write(transaction => {
        version = this.#change(transaction, plan, durability)
      }, durability)
      if (version !== undefined && durability === 'sync') this.#life.history.acknowledge(version)
    } catch (error) {
      this.#life.failedAtOnce(error, version)
    }
  }

  /** Several that share a sync. */
  async group(): Promise<void> {
    const count = 1 + this.#life.random.below(4)
    this.#life.log.push(`group of ${count}`)
    for (let i = 0; i < count; i++) this.queue()
    if (this.#life.random.chance(0.3)) this.#life.meanwhile(() => this.#snapshots.take())
    if (this.#life.random.chance(0.2)) {
      this.#life.meanwhile(() => {
        this.write('none')
        this.#snapshots.take()
      })
    }
    if (this.#life.random.chance(0.7)) await this.#life.settle()
  }

  /** One that waits for its turn. */
  queue(): void {
    const durability = this.#life.random.chance(0.8) ? 'sync' : 'none'
    const plan = this.#plan()
    let version: Version | undefined
    this.#life.waiting++
    const run = (transaction: WriteTransaction) => {
      version = this.#change(transaction, plan, durability)
    }
    this.#life.opened.writeAsync(run, durability).then(
      () => {
        this.#life.waiting--
        this.#life.record(() => {
          if (version === undefined) return
          check(!version.isRolledBack, 'a commit that was answered is not undone')
          if (durability === 'sync') this.#life.history.acknowledge(version)
        })
      },
      error => {
        this.#life.waiting--
        this.#life.record(() => this.#life.failed(error, version))
      },
    )
  }

  /** An explicit transaction, with the event loop running between. */
  async byHandle(): Promise<void> {
    this.#life.log.push('handle')
    let version: Version | undefined
    try {
      const transaction = this.#life.opened.begin()
      let content: Content
      try {
        const draft = this.#draft(transaction)
        const stamp = `${++this.#stamp}`
        draft.change(this.#plan(), stamp)
        if (this.#life.random.chance(0.3)) this.queue()
        if (this.#life.random.chance(0.3)) this.#snapshots.take()
        if (this.#life.random.chance(0.5)) await this.#life.disk.settle()
        if (this.#life.random.chance(0.3)) draft.change(this.#plan(), stamp)
        content = draft.content
      } catch (error) {
        if (transaction.status === 'open') transaction.rollback()
        throw error
      }
      if (this.#life.random.chance(0.2)) {
        transaction.rollback()
        return
      }
      const durability = this.#life.random.chance(0.8) ? 'sync' : 'none'
      version = this.#life.history.submit(content, this.#life.history.tip.savepoints, durability === 'none')
      if (this.#life.random.chance(0.5)) this.#life.opened.commit(transaction, durability)
      else await this.#life.finish(this.#life.opened.commitAsync(transaction, durability))
      if (durability === 'sync') this.#life.history.acknowledge(version)
    } catch (error) {
      this.#life.failed(error, version)
    }
    if (this.#life.random.chance(0.7)) await this.#life.settle()
  }

  /** The whole of a transaction: random changes on the store and in the history. */
  #change(transaction: WriteTransaction, plan: DraftPlan, durability: Durability): Version {
    const draft = this.#draft(transaction)
    draft.change(plan, `${++this.#stamp}`)
    if (this.#life.random.chance(0.04)) throw new ChangeOfMind()
    return this.#life.history.submit(draft.content, this.#life.history.tip.savepoints, durability === 'none')
  }

  #draft(transaction: WriteTransaction): Draft {
    return new Draft(this.#life.random, transaction, this.#baseOf(transaction).content, this.#limitsOf)
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
      const { tip } = this.#life.history
      if (stampOf(tip.content) === stamp) return tip
      check(tip !== this.#life.history.durable, 'a transaction builds on what was acknowledged')
      tip.isRolledBack = true
    }
  }

  #plan(): DraftPlan {
    const { random } = this.#life
    const size = this.#isBusy ? 0.9 : random.next()
    const changes = size < 0.8 ? 1 + random.below(8) : size < 0.95 ? 40 + random.below(80) : 300
    const streams = random.chance(this.#isBusy ? 0.05 : 0.3)
    return { changes, largeValues: random.pick([0, 0.05, 0.3]), streams }
  }
}
