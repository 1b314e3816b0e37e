/**
 * Logical threads: where each one is, and what it has done, so that it can be brought back there.
 *
 * ```
 *              blocks                 wakes, times out
 *   ready ----------------> waiting ---------------------> ready
 *     | \---- joins -------> joining ---- the other ends --> ready
 *     |
 *     +--> ended, died                    unborn -- the other dies --> ready
 * ```
 * A thread that reads again and again what it has read before, while nothing changes, spins: it would do so
 * for ever unless others go on. It is told by the count of changes, which the execution keeps.
 */

import type { Thread } from './model.ts'
import { type Clock, Place } from './places.ts'
import { PrivateCopies } from './private-copies.ts'
import { type Decision, decision, Kind } from './schedule.ts'

export const Status = { unborn: 0, ready: 1, waiting: 2, joining: 3, ended: 4, died: 5 } as const

/** One access of a thread, to be answered again when the thread is run from its start. */
interface Entry {
  readonly operation: string
  readonly place: Place | undefined
  /** Undefined while it blocks. */
  result: unknown
}

export class LogicalThread {
  readonly index: number
  readonly name: string
  readonly mayDie: boolean
  /** What happens before its next access. */
  readonly clock: Clock
  /** Its end, as something that others learn of. */
  readonly endPlace: Place
  readonly copies = new PrivateCopies()
  /** The decisions about it, which are many, as objects made once. */
  readonly goesOn: Decision
  readonly dies: Decision
  /** What its function is given. */
  handle!: Thread
  status: number = Status.ready
  result: unknown
  /** Of a waiting thread. */
  waitPlace: Place | undefined
  waitIsTimed = false
  isWoken = false
  /** Of a joining one. */
  awaited: LogicalThread | undefined
  private readonly log: Entry[] = []
  /** How much of the log this run has used. */
  private cursor = 0
  /** When each place was read last, as a count of changes. */
  private readonly readAt = new Map<Place, number>()
  private futileReads = 0
  private spinsAt = -1

  constructor(index: number, threadCount: number, name: string, mayDie: boolean) {
    this.index = index
    this.name = name
    this.mayDie = mayDie
    this.clock = new Int32Array(threadCount)
    this.endPlace = new Place(`the end of ${name}`, threadCount)
    this.goesOn = decision(Kind.step, index)
    this.dies = decision(Kind.die, index)
  }

  get isOver(): boolean {
    return this.status === Status.ended || this.status === Status.died
  }

  /** Goes back to its start. */
  rewind(): void {
    this.cursor = 0
    this.copies.restore()
  }

  /** Whether its next access is one that it has made already. */
  get isReplaying(): boolean {
    return this.cursor < this.log.length
  }

  /** The access made at this point before; its result answers this one, if it is the same. */
  nextEntry(): Entry {
    return this.log[this.cursor++]
  }

  record(operation: string, place: Place | undefined, result: unknown): void {
    this.log.push({ operation, place, result })
    this.cursor++
  }

  /** The last access was one that blocked, and has ended so. */
  unblock(result: unknown): void {
    this.log[this.log.length - 1].result = result
    this.status = Status.ready
    this.waitPlace = undefined
    this.awaited = undefined
    this.isWoken = false
  }

  /** An access that changed nothing: it taught the thread something only if something has changed since the last. */
  noteRead(place: Place, changeCount: number, spinReadsMax: number): void {
    if (this.readAt.get(place) !== changeCount) {
      this.readAt.set(place, changeCount)
    } else if (++this.futileReads > spinReadsMax) {
      this.spinsAt = changeCount
      this.futileReads = 0
    }
  }

  noteChange(): void {
    this.futileReads = 0
  }

  spins(changeCount: number): boolean {
    return this.spinsAt === changeCount
  }
}
