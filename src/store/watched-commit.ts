/** A commit that somebody listens to, told when it is as durable as it was asked for. Nobody hears of those that fail. */

import { events } from '../io/diagnostics.ts'
import type { Core } from './core.ts'
import type { Durability } from './options.ts'
import type { WriteTransaction } from './transaction.ts'

export class WatchedCommit {
  readonly #core: Core
  readonly #durability: Durability
  readonly #transactionId: number
  readonly #logBytes: number
  readonly #startedMs: number
  #lsn = 0

  /** Undefined: nobody listens, or there is nothing to tell. */
  static of(core: Core, transaction: WriteTransaction, durability: Durability): WatchedCommit | undefined {
    if (!events.commit.hasSubscribers || !transaction.hasChanges) return undefined
    return new WatchedCommit(core, transaction, durability)
  }

  private constructor(core: Core, transaction: WriteTransaction, durability: Durability) {
    this.#core = core
    this.#durability = durability
    this.#transactionId = transaction.txnId
    this.#logBytes = transaction.operations.length
    this.#startedMs = core.storage.clock.monotonicMs()
  }

  /** Its transaction is the tip now. */
  staged(): void {
    this.#lsn = this.#core.tip.lsn
  }

  done(): void {
    const { file, storage } = this.#core
    events.commit.publish({
      path: file.file.path,
      lsn: this.#lsn,
      transactionId: this.#transactionId,
      durability: this.#durability,
      logBytes: this.#logBytes,
      durationMs: storage.clock.monotonicMs() - this.#startedMs,
    })
  }
}
