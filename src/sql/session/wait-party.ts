/**
 * Who waits for whom: sessions wait for the writer, and for advisory locks. Whoever begins to wait looks whether somebody he
 * waits for waits, by however many others, for himself: then nobody of them would ever go on, and he is refused (40P01).
 *
 * Invariant: who waits names all that are before him, holders and those in the queue, so that a circle can only be closed by one
 * who begins to wait: who gets something without waiting for it was in nobody's way, or waits for nothing himself.
 */

import { SqlError } from '../errors.ts'

export class WaitParty {
  /** Whom it waits for, asked each time: they change. Undefined: it does not wait. */
  private blockers: (() => Iterable<WaitParty>) | undefined

  /** @throws SqlError 40P01 they wait for this one */
  waitFor(blockers: () => Iterable<WaitParty>): void {
    this.blockers = blockers
    if (!this.isInCircle()) return
    this.blockers = undefined
    throw new SqlError('40P01', 'deadlock detected', {
      detail: 'A session that this one would wait for waits for this one.',
      hint: 'Roll back, so that the other one can go on, and try again.',
    })
  }

  stopWaiting(): void {
    this.blockers = undefined
  }

  private isInCircle(): boolean {
    const seen = new Set<WaitParty>()
    const left: WaitParty[] = [this]
    for (let party = left.pop(); party !== undefined; party = left.pop()) {
      for (const blocker of party.blockers?.() ?? []) {
        if (blocker === this) return true
        if (seen.has(blocker)) continue
        seen.add(blocker)
        left.push(blocker)
      }
    }
    return false
  }
}
