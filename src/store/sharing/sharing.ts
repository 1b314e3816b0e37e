/**
 * The writer's side of a database that other threads read: publishes states to them, keeps the states that they have
 * registered for, ends those that are too old, and puts away after threads that end.
 *
 * Invariants
 * - SH1 A state is let go of only after a look at the registrations that came after the publication of a newer one
 *       (registry.ts says why that is enough).
 * - SH2 The pages of a registration that was ended are let go of when its thread is at no operation that may have begun
 *       before.
 * - SH3 What a thread held is given to others when it runs no more. Where it may run on after its end was heard of (Deno), only
 *       its snapshots are ended then, so that reading fails in it, and the system is asked until the thread is gone.
 */

import type { CancelTask, Storage } from '../../io/storage.ts'
import {
  beforeThreadEnd,
  endsAreCertain,
  hasCertainlyEnded,
  LOOK_AT_THREADS_MS,
  onThreadEnd,
  systemThreadId,
  threadId,
} from '../../io/threads.ts'
import { MAIN_SLOT, takenSlots } from '../../pool/control.ts'
import type { Pool } from '../../pool/pool.ts'
import type { SpaceMap } from '../../space/space-map.ts'
import type { SnapshotShare, StoreShare } from './attached-store.ts'
import { numberAfter, REGISTRY_BYTES, type Registration, Registry, type SharedState } from './registry.ts'

/** What sharing needs of the open database. */
export interface Sharer {
  readonly storage: Storage
  readonly path: string
  readonly databaseId: Uint8Array
  readonly fileIdentity: string | undefined
  readonly pool: Pool
  readonly space: SpaceMap
  readonly maxSnapshotAgeMs: number
  readonly published: SharedState
}

/** A registration that was ended, and when. */
interface Ended {
  readonly number: number
  readonly slot: number
  readonly stamp: number
}

/** How long closing waits for operations in other threads, which take microseconds. */
const CLOSING_LOOKS = 4000

export class Sharing {
  readonly share: StoreShare
  readonly #sharer: Sharer
  readonly #registry: Registry
  readonly #forgetThreads: () => void
  readonly #forgetEnd: () => void
  /** The transactions of the states that have numbers and may still be read. */
  readonly #txnIds = new Map<number, number>()
  /** The numbers of those that are kept for readers. */
  readonly #kept = new Set<number>()
  /** Ids of threads that are to end, and may still be running (SH3). */
  readonly #ending = new Set<number>()
  #cancelLook: CancelTask = () => {}
  #ended: Ended[] = []
  /** The last number given to a state, and that of the newest one. */
  #last = 0
  #newest = 0

  constructor(sharer: Sharer, registryBlock = new SharedArrayBuffer(REGISTRY_BYTES)) {
    this.#sharer = sharer
    sharer.pool.share()
    this.#registry = new Registry(registryBlock)
    this.share = {
      path: sharer.path,
      databaseId: Uint8Array.from(sharer.databaseId),
      fileIdentity: sharer.fileIdentity,
      pool: sharer.pool.shared,
      registry: this.#registry.block,
      threadId,
      systemThread: systemThreadId,
      maxSnapshotAgeMs: sharer.maxSnapshotAgeMs,
    }
    this.#forgetThreads = onThreadEnd(ended => this.#threadEnded(ended))
    // Should this thread be a worker that ends without closing it: others must not read what nobody keeps for them.
    this.#forgetEnd = beforeThreadEnd(() => this.#registry.close())
    this.publish(sharer.published)
    if (!endsAreCertain) this.#lookNowAndThen()
  }

  /** How many threads are attached. */
  get attachedThreads(): number {
    return takenSlots(this.share.pool.control).length
  }

  /** Makes `state` what readers open from now on. The state before may be let go of afterwards, by the caller. */
  publish(state: SharedState): void {
    this.#newest = this.#number(state)
    this.#registry.publish(this.#newest, state)
    this.sync()
  }

  #number(state: SharedState): number {
    this.#last = numberAfter(this.#last)
    this.#txnIds.set(this.#last, state.txnId)
    return this.#last
  }

  /** Looks which states are being read, and keeps just those. */
  sync(): void {
    this.#putAway()
    const used = this.#usedNumbers()
    const { space } = this.#sharer
    for (const [number, txnId] of this.#txnIds) {
      if (used.has(number)) {
        // The newest is kept as such.
        if (number === this.#newest || this.#kept.has(number)) continue
        this.#kept.add(number)
        space.retain(txnId)
      } else if (number !== this.#newest) {
        this.#txnIds.delete(number)
        if (this.#kept.delete(number)) space.unretain(txnId)
      }
    }
  }

  #usedNumbers(): Set<number> {
    const used = new Set<number>()
    this.#registry.forEach(({ number }) => {
      used.add(number)
    })
    const { pool } = this.#sharer
    this.#ended = this.#ended.filter(({ slot, stamp }) => !pool.hasMovedOn(slot, stamp))
    for (const { number } of this.#ended) used.add(number)
    return used
  }

  /** Ends what has been read for longer than `maxAgeMs`. */
  expireOld(maxAgeMs: number): void {
    if (maxAgeMs === Number.POSITIVE_INFINITY) return
    const now = this.#sharer.storage.clock.monotonicMs() | 0
    this.#registry.forEach((registration, slot, openedAtMs) => {
      // The main thread's are ended with the snapshots that they are of.
      if (slot === MAIN_SLOT || ((now - openedAtMs) | 0) <= maxAgeMs) return
      this.#end(registration, slot)
    })
  }

  #end(registration: Registration, slot: number): void {
    this.#registry.end(registration)
    this.#ended.push({ number: registration.number, slot, stamp: this.#sharer.pool.stamp() })
  }

  /** Shares a state that the caller keeps until it calls `endShare`. */
  shareState(state: SharedState): SnapshotShare {
    const number = this.#number(state)
    this.#kept.add(number)
    this.#sharer.space.retain(state.txnId)
    const registration = this.#registry.registerKept(
      number,
      MAIN_SLOT,
      this.#sharer.storage.clock.monotonicMs(),
    )
    const { txnId, directory } = state
    return { store: this.share, registration, txnId, directory }
  }

  /** Nobody can register for it any more; who did goes on reading. */
  endShare({ index }: Registration): void {
    this.#registry.release(index)
    this.sync()
  }

  /** The end of the database: operations in other threads are over, and no others begin. */
  close(): void {
    this.#registry.close()
    this.#forgetThreads()
    this.#forgetEnd()
    this.#cancelLook()
    const { pool } = this.#sharer
    const stamp = pool.stamp()
    // Those that were terminated in the middle of something would be waited for in vain.
    let looks = 0
    for (const { slot } of takenSlots(this.share.pool.control)) {
      for (; looks < CLOSING_LOOKS && !pool.hasMovedOn(slot, stamp); looks++) pool.pause(looks)
    }
  }

  #threadEnded(ended: number): void {
    if (!endsAreCertain) {
      this.#ending.add(ended)
      this.#lookAtThreads()
      return
    }
    for (const { slot, threadId } of takenSlots(this.share.pool.control)) {
      if (threadId === ended) this.#release(slot)
    }
    this.sync()
  }

  #lookNowAndThen(): void {
    this.#cancelLook = this.#sharer.storage.scheduler.delay(LOOK_AT_THREADS_MS, () => {
      this.#lookAtThreads()
      this.#lookNowAndThen()
    })
  }

  /** Puts away after threads that the system has no more, and ends the reading of those that are to end (SH3). */
  #lookAtThreads(): void {
    const taken = takenSlots(this.share.pool.control)
    const gone = taken.filter(({ systemThread }) => hasCertainlyEnded(systemThread))
    for (const { slot } of gone) this.#release(slot)
    const threads = new Map(taken.map(({ slot, threadId }) => [slot, threadId]))
    for (const id of this.#ending) if (!taken.some(({ threadId }) => threadId === id)) this.#ending.delete(id)
    if (this.#ending.size > 0) {
      this.#registry.forEach((registration, slot) => {
        if (this.#ending.has(threads.get(slot)!)) this.#end(registration, slot)
      })
    }
    if (gone.length > 0 || this.#ending.size > 0) this.sync()
  }

  /** Puts away after threads that have left in good order. */
  #putAway(): void {
    for (const { slot, hasLeft } of takenSlots(this.share.pool.control)) if (hasLeft) this.#release(slot)
  }

  #release(slot: number): void {
    this.#registry.clear(slot)
    this.#sharer.pool.release(slot)
    this.#ended = this.#ended.filter(ended => ended.slot !== slot)
  }
}
