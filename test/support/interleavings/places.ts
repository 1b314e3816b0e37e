/**
 * Places: the words and cells that threads share, and who has seen what of them (happens-before).
 *
 * Each thread has a vector clock: how many accesses of each thread happen before its next one. An atomic
 * store leaves the thread's clock at the place, an atomic load that reads from that store takes it up, as
 * in ECMAScript's memory model (synchronizes-with). All atomics are sequentially consistent, so the order
 * in which the explorer performs them *is* their total order.
 *
 * Two accesses of one place by different threads, at least one a write and at least one plain, of which
 * neither happens before the other, are a data race.
 *
 * When races are allowed a place also keeps the history of its plain writes, because a racing read may
 * return older values than the last one, and later ones (execution.ts).
 *
 * Invariants
 * - H1 What `setup` wrote happens before everything.
 * - H2 A word is always accessed with the same width: places that overlap are not noticed.
 */

/** Times by thread: `clock[u]` accesses of thread `u` happen before. */
export type Clock = Int32Array

/** A place for plain data, such as the content of a page. Threads access it by `thread.read` and `thread.write`. */
export class Cell {
  readonly name: string
  /** For invariants; never for threads. */
  value: number

  constructor(name: string, value: number) {
    this.name = name
    this.value = value
  }
}

/** A plain write that a racing read may still see. */
export interface PlainWrite {
  readonly value: number
  readonly thread: number
  readonly time: number
  /** The writer's clock at the write: what happens before it. */
  readonly clock: Clock
}

/** A plain read, for which a later racing write is another possible value. */
export interface PlainRead {
  readonly thread: number
  readonly time: number
  /** Asked when a later write turns out to race with this read. */
  readonly offer: (writer: number, value: number) => void
}

const NOBODY = -1

/** The last accesses of each kind by each thread. */
const ATOMIC_READ = 0
const ATOMIC_WRITE = 1
const PLAIN_READ = 2
const PLAIN_WRITE = 3
const KINDS = 4

export class Place {
  readonly name: string
  /** What whoever reads the last atomic store takes up. */
  readonly released: Clock
  readonly history: PlainWrite[]
  readonly plainReads: PlainRead[]
  private readonly threadCount: number
  private readonly times: Int32Array

  constructor(name: string, threadCount: number) {
    this.name = name
    this.threadCount = threadCount
    this.released = new Int32Array(threadCount)
    this.times = new Int32Array(KINDS * threadCount)
    this.history = []
    this.plainReads = []
  }

  /** Each returns the thread that it races with, or -1. */
  atomicRead(thread: number, clock: Clock): number {
    this.times[ATOMIC_READ * this.threadCount + thread] = clock[thread]
    join(clock, this.released)
    return this.unordered(PLAIN_WRITE, thread, clock)
  }

  /** After `atomicRead` in a read-modify-write. */
  atomicWrite(thread: number, clock: Clock): number {
    this.times[ATOMIC_WRITE * this.threadCount + thread] = clock[thread]
    this.released.set(clock)
    return this.unordered2(PLAIN_READ, PLAIN_WRITE, thread, clock)
  }

  plainRead(thread: number, clock: Clock): number {
    this.times[PLAIN_READ * this.threadCount + thread] = clock[thread]
    return this.unordered2(ATOMIC_WRITE, PLAIN_WRITE, thread, clock)
  }

  plainWrite(thread: number, clock: Clock): number {
    this.times[PLAIN_WRITE * this.threadCount + thread] = clock[thread]
    const atomic = this.unordered2(ATOMIC_READ, ATOMIC_WRITE, thread, clock)
    return atomic !== NOBODY ? atomic : this.unordered2(PLAIN_READ, PLAIN_WRITE, thread, clock)
  }

  /** Remembers what the place held before the first write that anyone made. */
  beginHistory(initial: number): void {
    if (this.history.length > 0) return
    this.history.push({ value: initial, thread: NOBODY, time: 0, clock: new Int32Array(this.threadCount) })
  }

  /** The distinct values that a read at `clock` may return: those not overwritten before it. Newest first. */
  visibleValues(clock: Clock): number[] {
    const values: number[] = []
    for (let i = this.history.length - 1; i >= 0; i--) {
      const write = this.history[i]
      if (!values.includes(write.value) && !this.isOverwritten(write, clock)) values.push(write.value)
    }
    return values
  }

  private isOverwritten(write: PlainWrite, clock: Clock): boolean {
    return this.history.some(
      later => later !== write && happensBefore(write, later.clock) && happensBefore(later, clock),
    )
  }

  private unordered2(kind: number, otherKind: number, thread: number, clock: Clock): number {
    const other = this.unordered(kind, thread, clock)
    return other !== NOBODY ? other : this.unordered(otherKind, thread, clock)
  }

  private unordered(kind: number, thread: number, clock: Clock): number {
    const first = kind * this.threadCount
    for (let other = 0; other < this.threadCount; other++) {
      if (other !== thread && this.times[first + other] > clock[other]) return other
    }
    return NOBODY
  }
}

/** Whether an access happens before whatever has this clock. */
export function happensBefore(access: { thread: number; time: number }, clock: Clock): boolean {
  return access.thread === NOBODY || access.time <= clock[access.thread]
}

/** Takes up all that happens before `other`. */
export function join(clock: Clock, other: Clock): void {
  for (let thread = 0; thread < clock.length; thread++) {
    if (other[thread] > clock[thread]) clock[thread] = other[thread]
  }
}
