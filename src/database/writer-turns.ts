/**
 * Who may write to a database: one session at a time, in the order in which they have asked. Sessions of a server's clients and
 * query builders whose transactions await between their statements stand in one queue. The synchronous calls of a program do
 * not: they are told BUSY, or find the writer free.
 *
 * A session asks for the writer when its first change comes, and keeps it until its transaction ends. While it waits it holds
 * nothing that another waits for (reading takes no locks) but advisory locks: who would close a circle of sessions that wait for
 * each other is refused (40P01). What a session can wait for at most is `lock_timeout`.
 *
 * ```
 *            ask                granted               host.begin            end of the transaction
 *   none ----------> waiting -------------> reserved -------------> writing ------------------> none
 *                       |                      |
 *                       +-- gave up --> none   +-- did not need it --> none
 * ```
 */

import { CoppiceError } from '../base/errors.ts'
import type { CancelTask, Scheduler } from '../io/storage.ts'
import { WaitParty } from '../sql/session/wait-party.ts'

/** How often a writer outside of the queue is looked for. */
const OUTSIDE_RETRY_MS = 5

export class WriterTurns {
  /** @internal */
  readonly scheduler: Scheduler
  private holder: WriterTurn | undefined
  private readonly waiting: Waiter[] = []

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler
  }

  get waitingCount(): number {
    return this.waiting.length
  }

  /** Nobody has the turn, or waits for it. */
  get isIdle(): boolean {
    return this.holder === undefined && this.waiting.length === 0
  }

  /** @internal */
  isFreeFor(turn: WriterTurn): boolean {
    return this.holder === turn || (this.holder === undefined && this.waiting.length === 0)
  }
  /** @internal */
  take(turn: WriterTurn): void {
    this.holder = turn
  }
  /** @internal */
  isHeldBy(turn: WriterTurn): boolean {
    return this.holder === turn
  }
  /** @internal */
  release(turn: WriterTurn): void {
    if (this.holder !== turn) return
    this.holder = undefined
    const next = this.waiting.shift()
    if (next === undefined) return
    this.holder = next.turn
    next.grant()
  }
  /** @internal Who comes before it: all that wait now, if it does not. */
  *before(turn: WriterTurn): Generator<WaitParty> {
    if (this.holder !== undefined) yield this.holder.party
    for (const waiter of this.waiting) {
      if (waiter.turn === turn) return
      yield waiter.turn.party
    }
  }
  /** @internal */
  wait(waiter: Waiter): void {
    this.waiting.push(waiter)
  }
  /** @internal */
  leave(waiter: Waiter): void {
    const at = this.waiting.indexOf(waiter)
    if (at >= 0) this.waiting.splice(at, 1)
  }
}

interface Waiter {
  readonly turn: WriterTurn
  readonly grant: () => void
}

/** One session's part in it. */
export class WriterTurn {
  /** The session, as others that wait see it. */
  readonly party: WaitParty
  private readonly turns: WriterTurns
  private isWriting = false

  constructor(turns: WriterTurns, party = new WaitParty()) {
    this.turns = turns
    this.party = party
  }

  get isHeld(): boolean {
    return this.turns.isHeldBy(this)
  }

  /** Takes the turn, if nobody has it or waits for it. */
  tryTake(): boolean {
    if (!this.turns.isFreeFor(this)) return false
    this.turns.take(this)
    return true
  }
  /** @throws CoppiceError BUSY it is somebody else's turn */
  beforeWriting(): void {
    if (!this.tryTake()) throw new CoppiceError('BUSY', 'another session is writing')
  }
  started(): void {
    this.isWriting = true
  }
  ended(): void {
    this.isWriting = false
    this.turns.release(this)
  }

  /** Gives back what was granted and not used. */
  releaseUnused(): void {
    if (!this.isWriting) this.turns.release(this)
  }

  /**
   * Waits until it is this session's turn. When it was already, somebody outside of the queue writes: then it waits a
   * moment.
   * @returns false: not in that time, or `signal` was given
   * @throws SqlError 40P01 who has the turn waits for a lock of this session
   */
  async acquire(timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) return false
    const isOutside = this.tryTake()
    if (!isOutside) this.party.waitFor(() => this.turns.before(this))
    return new Promise<boolean>(resolve => {
      const { scheduler } = this.turns
      let cancel: CancelTask | undefined
      const end = (isGranted: boolean) => {
        cancel?.()
        this.party.stopWaiting()
        signal?.removeEventListener('abort', onAbort)
        resolve(isGranted)
      }
      const waiter: Waiter = { turn: this, grant: () => end(true) }
      const giveUp = () => {
        if (isOutside) this.releaseUnused()
        else this.turns.leave(waiter)
        end(false)
      }
      const onAbort = giveUp
      signal?.addEventListener('abort', onAbort)
      if (isOutside) cancel = scheduler.delay(Math.min(OUTSIDE_RETRY_MS, timeoutMs), () => end(true))
      else {
        this.turns.wait(waiter)
        if (timeoutMs !== Number.POSITIVE_INFINITY) cancel = scheduler.delay(timeoutMs, giveUp)
      }
    })
  }
}
