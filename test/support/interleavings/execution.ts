/**
 * One execution of a model: its threads one shared access at a time, as a chooser decides.
 *
 * How a thread is stopped in the middle of production code: it is not. At an access that is not its turn the
 * explorer throws {@link PAUSE}, which unwinds the whole thread. When its turn comes it is run *from its
 * start*, its earlier accesses answered from a log, without touching memory, until it is back at that access.
 * So a thread must be deterministic given the results of its accesses, and must not swallow what is thrown:
 * `finally` blocks and handlers are run while PAUSE unwinds, but their accesses do nothing and return 0.
 * As long as it stays a thread's turn it is not unwound, so an execution costs a few re-runs for each switch.
 *
 * Turns are decided before every access (turns.ts). `Atomics.wait` is an access that may block; to be woken,
 * or to time out, is another. Waits end by `notify`, as they do in truth, never because the word changed.
 *
 * Invariants are checked when a step is complete: its access, and what the thread does until the next one.
 *
 * It does not know how schedules are chosen.
 */

import {
  type AtomicAccesses,
  type AtomicArray,
  type Operation,
  realAtomics,
  setPerformer,
  type WaitResult,
  type Word,
} from './atomics.ts'
import type { Ending, Limits, Model, Thread, ThreadModel } from './model.ts'
import { PlaceTable } from './place-table.ts'
import { type Cell, join, type Place } from './places.ts'
import { RacingReads } from './racing-reads.ts'
import type { PlainAccesses, RecordableArray } from './recorded.ts'
import { type Chooser, type Decision, Kind } from './schedule.ts'
import { LogicalThread, Status } from './threads.ts'
import { Turns } from './turns.ts'

/** What went wrong in an execution. */
export interface Fault {
  readonly message: string
  readonly cause?: unknown
}

/** A line of a listing. */
export interface Event {
  readonly thread: string
  readonly what: string
}

/** Stops a thread. Not an error of anybody, but an Error, as whatever is thrown should be. */
const PAUSE = new Error('a logical thread is stopped here; the code under test must let this pass')
/** So many accesses in one unwinding mean that the code swallowed PAUSE and goes on. */
const UNWINDING_ACCESSES_MAX = 1000

export class Execution<State> implements AtomicAccesses, PlainAccesses {
  /** All that was decided. */
  readonly decisions: Decision[] = []
  /** Only when it is traced. */
  readonly events: Event[] | undefined
  accessCount = 0
  private readonly model: Model<State>
  private readonly limits: Limits
  private readonly threads: LogicalThread[] = []
  private readonly runs: ThreadModel<State>['run'][] = []
  private readonly places: PlaceTable
  private readonly turns: Turns
  private readonly racingReads: RacingReads
  /** Those who sleep, in the order in which they fell asleep. */
  private readonly waiters: LogicalThread[] = []
  private state!: State
  /** The thread whose function is on the stack. */
  private running: LogicalThread | undefined
  /** Its next access was decided upon. */
  private isGranted = false
  private isUnwinding = false
  private unwindingAccesses = 0
  /** What is to be done after the unwinding. */
  private nextDecision: Decision | undefined
  private fault: Fault | undefined

  constructor(model: Model<State>, limits: Limits, chooser: Chooser, isTraced: boolean) {
    this.model = model
    this.limits = limits
    this.events = isTraced ? [] : undefined
    const janitors = model.threads.filter(({ onDeath }) => onDeath !== undefined)
    const threadCount = model.threads.length + janitors.length
    for (const { name, mayDie = false, run } of model.threads) this.addThread(threadCount, name, mayDie, run)
    for (const { name, onDeath } of janitors) {
      this.addThread(threadCount, janitorOf(name), false, onDeath!).status = Status.unborn
    }
    this.places = new PlaceTable(threadCount)
    this.turns = new Turns(this.threads, limits, chooser, this.decisions)
    this.racingReads = new RacingReads(chooser, this.decisions)
  }

  get threadNames(): readonly string[] {
    return this.threads.map(({ name }) => name)
  }

  /** Runs it to its end. The fault, or undefined; also undefined when a promise was broken (racing-reads.ts). */
  run(): Fault | undefined {
    try {
      this.state = this.model.setup(this.places.world(this))
    } catch (cause) {
      return { message: `setup threw: ${textOf(cause)}`, cause }
    }
    let next = this.decide(undefined)
    while (next !== undefined) {
      const thread = this.threads[next.which]
      if (next.kind === Kind.die) this.die(thread)
      else this.step(thread)
      if (this.mustStop()) break
      next = this.nextDecision ?? this.decide(thread)
      this.nextDecision = undefined
    }
    if (this.racingReads.hasPromises) return undefined
    if (this.fault === undefined) this.checkEnd()
    return this.fault
  }

  // ---- Threads ----

  private addThread(
    threadCount: number,
    name: string,
    mayDie: boolean,
    run: ThreadModel<State>['run'],
  ): LogicalThread {
    const thread = new LogicalThread(this.threads.length, threadCount, name, mayDie)
    thread.handle = this.handleOf(thread)
    this.threads.push(thread)
    this.runs.push(run)
    return thread
  }

  private handleOf(thread: LogicalThread): Thread {
    return {
      name: thread.name,
      read: cell => this.readCell(cell),
      write: (cell, value) => this.writeCell(cell, value),
      own: value => thread.copies.of(value),
      mark: happening => this.mark(happening),
      awaitEnding: of => this.awaitEnding(this.threadNamed(of)),
    }
  }

  private threadNamed(name: string): LogicalThread {
    const thread = this.threads.find(candidate => candidate.name === name)
    if (thread === undefined) throw new Error(`there is no thread ${name}`)
    return thread
  }

  /** Lets a thread make one access, and as many more as it is decided. */
  private step(thread: LogicalThread): void {
    if (thread.status === Status.waiting) this.endWait(thread)
    else if (thread.status === Status.joining) this.endJoin(thread)
    else this.isGranted = true
    thread.rewind()
    this.isUnwinding = false
    this.unwindingAccesses = 0
    this.enter(thread)
    try {
      const result = this.runs[thread.index](thread.handle, this.state)
      this.enter(undefined)
      if (!this.isUnwinding) this.end(thread, result)
    } catch (cause) {
      this.enter(undefined)
      if (this.isUnwinding) return
      this.fail(`${thread.name} threw ${textOf(cause)}`, cause)
      thread.status = Status.ended
    }
  }

  private enter(thread: LogicalThread | undefined): void {
    this.running = thread
    setPerformer(thread === undefined ? undefined : this)
  }

  private pause(): never {
    this.isUnwinding = true
    throw PAUSE
  }

  private end(thread: LogicalThread, result: unknown): void {
    if (this.turns.diesAtEnd(thread)) {
      this.die(thread)
      return
    }
    thread.result = result
    this.finish(thread, Status.ended)
    this.checkAlways()
  }

  private die(thread: LogicalThread): void {
    this.trace(thread, 'dies')
    const at = this.waiters.indexOf(thread)
    if (at >= 0) this.waiters.splice(at, 1)
    this.finish(thread, Status.died)
    const janitor = this.threads.find(({ name }) => name === janitorOf(thread.name))
    if (janitor === undefined) return
    janitor.status = Status.ready
    join(janitor.clock, thread.clock)
  }

  private finish(thread: LogicalThread, status: number): void {
    thread.status = status
    thread.clock[thread.index]++
    thread.endPlace.atomicWrite(thread.index, thread.clock)
    this.turns.changeCount++
  }

  // ---- Accesses ----

  /** The answer from the log to the access that is about to be made, or {@link NEW} when it is made for the first time. */
  private answered(thread: LogicalThread, operation: string, place: Place | undefined): unknown {
    if (!thread.isReplaying) return NEW
    const before = thread.nextEntry()
    if (before.operation !== operation || before.place !== place) {
      this.fail(
        `${thread.name} is not deterministic: run again it does ${operation} ${place?.name ?? ''} ` +
          `where it did ${before.operation} ${before.place?.name ?? ''}`,
      )
      this.pause()
    }
    return before.result
  }

  /** Whether an access made now must do nothing. */
  private isInert(): boolean {
    if (!this.isUnwinding) return false
    if (++this.unwindingAccesses > UNWINDING_ACCESSES_MAX) {
      this.fail(`${this.running!.name} swallowed what stops it, and goes on`)
      throw PAUSE
    }
    return true
  }

  private decide(current: LogicalThread | undefined): Decision | undefined {
    const next = this.turns.next(current)
    if (next === undefined) {
      const deadlock = this.turns.describeDeadlock()
      if (deadlock !== undefined) this.fail(deadlock)
    }
    return next
  }

  /** Comes before each access that is not answered from the log; returns when it is the thread's turn. */
  private begin(thread: LogicalThread): void {
    if (!this.isGranted) {
      this.checkAlways()
      const next = this.mustStop() ? undefined : this.decide(thread)
      if (next !== thread.goesOn) {
        this.nextDecision = next
        this.pause()
      }
    }
    this.isGranted = false
    thread.clock[thread.index]++
    this.accessCount++
    if (this.accessCount > this.limits.accessesMax) {
      this.fail(`livelock: more than ${this.limits.accessesMax} accesses, the last by ${thread.name}`)
      this.pause()
    }
  }

  private noteRead(thread: LogicalThread, place: Place): void {
    thread.noteRead(place, this.turns.changeCount, this.limits.spinReadsMax)
  }

  private noteChange(thread: LogicalThread): void {
    this.turns.changeCount++
    thread.noteChange()
  }

  private race(thread: LogicalThread, place: Place, other: number): void {
    if (other < 0 || this.limits.allowRaces) return
    this.fail(`data race: ${thread.name} and ${this.threads[other].name} access ${place.name} in no order`)
    this.pause()
  }

  /** Calls `happening` once: it belongs to the step of the access before. */
  private mark<T>(happening: () => T): T {
    if (this.isUnwinding) return undefined as T
    const thread = this.running!
    const answer = this.answered(thread, 'mark', undefined)
    if (answer !== NEW) return answer as T
    this.enter(undefined)
    const result = happening()
    this.enter(thread)
    thread.record('mark', undefined, result)
    return result
  }

  // ---- Atomics ----

  access(operation: Operation, array: AtomicArray, index: number, first: Word, second: Word): Word {
    if (this.isInert()) return array instanceof BigInt64Array ? 0n : 0
    const thread = this.running!
    const place = this.places.ofWord(array, index)
    const answer = this.answered(thread, operation, place)
    if (answer !== NEW) return answer as Word
    this.begin(thread)
    const before = array[index]
    const result = realAtomics[operation](array, index, first, second)
    const after = array[index]
    // A store of the same value is a store all the same: others may read from it.
    const isExchanged = operation !== 'compareExchange' || before === asHeld(array, first)
    let racing = -1
    if (operation !== 'store') racing = place.atomicRead(thread.index, thread.clock)
    if (operation !== 'load' && isExchanged)
      racing = Math.max(racing, place.atomicWrite(thread.index, thread.clock))
    if (before !== after) this.noteChange(thread)
    else this.noteRead(thread, place)
    thread.record(operation, place, result)
    if (this.events !== undefined)
      this.trace(thread, atomicText(operation, place, first, second, before, after))
    this.race(thread, place, racing)
    return result
  }

  wait(array: AtomicArray, index: number, expected: Word, isTimed: boolean): WaitResult {
    if (this.isInert()) return 'not-equal'
    const thread = this.running!
    const place = this.places.ofWord(array, index)
    const answer = this.answered(thread, 'wait', place)
    if (answer !== NEW) return answer as WaitResult
    this.begin(thread)
    place.atomicRead(thread.index, thread.clock)
    const found = array[index]
    if (found !== asHeld(array, expected)) {
      this.trace(thread, `${padded('wait')} ${place.name} while ${expected}: it is ${found}`)
      this.noteRead(thread, place)
      thread.record('wait', place, 'not-equal')
      return 'not-equal'
    }
    this.trace(thread, `${padded('wait')} ${place.name} while ${expected}: sleeps`)
    thread.record('wait', place, undefined)
    this.waiters.push(thread)
    thread.status = Status.waiting
    thread.waitPlace = place
    thread.waitIsTimed = isTimed
    this.checkAlways()
    return this.pause()
  }

  private endWait(thread: LogicalThread): void {
    if (!thread.isWoken) this.waiters.splice(this.waiters.indexOf(thread), 1)
    this.trace(thread, thread.isWoken ? 'wakes' : 'times out')
    thread.unblock(thread.isWoken ? 'ok' : 'timed-out')
    this.isGranted = false
    this.accessCount++
  }

  notify(array: AtomicArray, index: number, count: number): number {
    if (this.isInert()) return 0
    const thread = this.running!
    const place = this.places.ofWord(array, index)
    const answer = this.answered(thread, 'notify', place)
    if (answer !== NEW) return answer as number
    this.begin(thread)
    const woken = this.waiters.filter(({ waitPlace }) => waitPlace === place).slice(0, count)
    for (const waiter of woken) {
      waiter.isWoken = true
      join(waiter.clock, thread.clock)
      this.waiters.splice(this.waiters.indexOf(waiter), 1)
    }
    if (woken.length > 0) this.noteChange(thread)
    thread.record('notify', place, woken.length)
    this.trace(thread, `${padded('notify')} ${place.name}: wakes ${woken.length}`)
    return woken.length
  }

  private awaitEnding(other: LogicalThread): Ending {
    if (this.isInert()) return 'ended'
    const thread = this.running!
    const answer = this.answered(thread, 'awaitEnding', other.endPlace)
    if (answer !== NEW) return answer as Ending
    this.begin(thread)
    thread.record('awaitEnding', other.endPlace, undefined)
    thread.status = Status.joining
    thread.awaited = other
    return this.pause()
  }

  private endJoin(thread: LogicalThread): void {
    const { endPlace, status } = thread.awaited!
    endPlace.atomicRead(thread.index, thread.clock)
    const ending: Ending = status === Status.died ? 'died' : 'ended'
    thread.unblock(ending)
    this.isGranted = false
    this.trace(thread, `${padded('learns')} ${endPlace.name}: ${ending}`)
  }

  // ---- Plain accesses ----

  isRunning(): boolean {
    return this.running !== undefined
  }

  readElement(array: RecordableArray, index: number): number {
    return this.isInert() ? 0 : this.read(this.places.ofWord(array, index), () => array[index])
  }

  writeElement(array: RecordableArray, index: number, value: number): void {
    if (this.isInert()) return
    this.write(this.places.ofWord(array, index), value, () => {
      const before = array[index]
      array[index] = value
      return array[index] !== before
    })
  }

  private readCell(cell: Cell): number {
    if (this.isInert()) return 0
    const place = this.places.ofCell(cell)
    return this.read(place, thread => {
      return this.limits.allowRaces ? this.racingReads.choose(thread, place, cell) : cell.value
    })
  }

  private writeCell(cell: Cell, value: number): void {
    if (this.isInert()) return
    const place = this.places.ofCell(cell)
    this.write(place, value, thread => {
      if (this.limits.allowRaces) this.racingReads.noteWrite(thread, place, cell, value)
      const isChange = cell.value !== value
      cell.value = value
      return isChange
    })
  }

  private read(place: Place, perform: (thread: LogicalThread) => number): number {
    const thread = this.running!
    const answer = this.answered(thread, 'read', place)
    if (answer !== NEW) return answer as number
    this.begin(thread)
    const racing = place.plainRead(thread.index, thread.clock)
    const result = perform(thread)
    this.noteRead(thread, place)
    thread.record('read', place, result)
    this.trace(thread, `${padded('read')} ${place.name} = ${result}`)
    this.race(thread, place, racing)
    return result
  }

  /** `perform` tells whether anything has changed. */
  private write(place: Place, value: number, perform: (thread: LogicalThread) => boolean): void {
    const thread = this.running!
    if (this.answered(thread, 'write', place) !== NEW) return
    this.begin(thread)
    const racing = place.plainWrite(thread.index, thread.clock)
    if (perform(thread)) this.noteChange(thread)
    else this.noteRead(thread, place)
    thread.record('write', place, undefined)
    this.trace(thread, `${padded('write')} ${place.name} = ${value}`)
    this.race(thread, place, racing)
  }

  // ---- Faults ----

  /** After a fault nothing more is done, unless it has to be found out whether it could happen at all. */
  private mustStop(): boolean {
    if (this.accessCount > this.limits.accessesMax) return true
    return this.fault !== undefined && !this.racingReads.hasPromises
  }

  private checkAlways(): void {
    if (this.model.always === undefined || this.fault !== undefined) return
    const thread = this.running
    this.enter(undefined)
    try {
      this.model.always(this.state)
    } catch (cause) {
      this.fail(textOf(cause), cause)
    }
    this.enter(thread)
  }

  private checkEnd(): void {
    if (this.model.finally === undefined) return
    const results = Object.fromEntries(this.threads.map(({ name, result }) => [name, result]))
    try {
      this.model.finally(this.state, results)
    } catch (cause) {
      this.fail(`at the end: ${textOf(cause)}`, cause)
    }
  }

  private fail(message: string, cause?: unknown): void {
    this.fault ??= { message, cause }
  }

  private trace(thread: LogicalThread, what: string): void {
    this.events?.push({ thread: thread.name, what })
  }
}

/** Says that the log has no answer. */
const NEW = Symbol('new')

/** The thread that cleans up. */
function janitorOf(name: string): string {
  return `after ${name}`
}

/** `value` as the array would hold it. */
function asHeld(array: AtomicArray, value: Word): Word {
  if (array instanceof BigInt64Array) return value
  return array instanceof Int32Array ? Number(value) | 0 : Number(value)
}

function atomicText(
  operation: Operation,
  place: Place,
  first: Word,
  second: Word,
  before: Word,
  after: Word,
): string {
  const name = `${padded(operation)} ${place.name}`
  if (operation === 'load' || operation === 'store') return `${name} = ${after}`
  if (operation !== 'compareExchange') return `${name} ${first}: ${before} becomes ${after}`
  return `${name} from ${first} to ${second}: ${before === first ? 'done' : `it is ${before}`}`
}

function padded(operation: string): string {
  return operation.padEnd(16)
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
