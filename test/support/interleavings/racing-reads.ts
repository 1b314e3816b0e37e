/**
 * Racing reads: which values a plain read may return that is in no order with the writes of its cell.
 *
 * It may return each value that is not yet overwritten in happens-before order. And each value of a write
 * that is performed only later, if the read does not happen before that write: hardware and compilers move
 * plain reads. Which writes will come is not known when the read is performed; so when one comes that races
 * with an earlier read, that read's choice is offered its value, and another execution takes it. There it is a
 * promise that the write will come. An execution that breaks a promise never happened, and is left out.
 */

import { type Cell, happensBefore, type Place } from './places.ts'
import { type Chooser, type Decision, decision, Kind } from './schedule.ts'
import type { LogicalThread } from './threads.ts'

interface Promised {
  readonly place: Place
  readonly reader: number
  readonly readTime: number
  readonly writer: number
  readonly value: number
}

export class RacingReads {
  private readonly chooser: Chooser
  private readonly decisions: Decision[]
  private readonly promises: Promised[] = []

  /** What is chosen is added to `decisions`. */
  constructor(chooser: Chooser, decisions: Decision[]) {
    this.chooser = chooser
    this.decisions = decisions
  }

  /** Whether a value was read that is not written yet. */
  get hasPromises(): boolean {
    return this.promises.length > 0
  }

  /** The value that this read returns. */
  choose(thread: LogicalThread, place: Place, cell: Cell): number {
    place.beginHistory(cell.value)
    const values = place.visibleValues(thread.clock)
    const { ordinal } = this.chooser
    const reader = thread.index
    const readTime = thread.clock[reader]
    const offer = (writer: number, value: number) => {
      if (!values.includes(value)) this.chooser.offer(ordinal, decision(Kind.later, writer, value))
    }
    place.plainReads.push({ thread: reader, time: readTime, offer })
    const options = values.map((_, which) => decision(Kind.older, which))
    const chosen = this.chooser.choose(options, true)
    this.decisions.push(chosen)
    if (chosen.kind === Kind.older) return values[chosen.which]
    const { which: writer, value } = chosen
    this.promises.push({ place, reader, readTime, writer, value })
    return value
  }

  /** A write, before it is performed. */
  noteWrite(thread: LogicalThread, place: Place, cell: Cell, value: number): void {
    place.beginHistory(cell.value)
    const { index, clock } = thread
    place.history.push({ value, thread: index, time: clock[index], clock: clock.slice() })
    for (const read of place.plainReads) {
      if (!happensBefore(read, clock)) read.offer(index, value)
    }
    for (let i = this.promises.length - 1; i >= 0; i--) {
      const promise = this.promises[i]
      const isItsWrite = promise.place === place && promise.writer === index && promise.value === value
      if (isItsWrite && promise.readTime > clock[promise.reader]) this.promises.splice(i, 1)
    }
  }
}
