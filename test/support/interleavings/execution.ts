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
 * Decisions are made before every access: go on, switch, or die. `Atomics.wait` is an access that may block;
 * to be woken (or time out) is another. Waits end by `notify`, as they do in truth, never because the word
 * changed.
 *
 * Reads of places that other threads write without order are data races, and fail. When races are allowed, a
 * read chooses among the values that are not yet overwritten in happens-before order. And when a later write
 * turns out to race with a read that was performed before it, that read is offered the later value too: it is
 * then a promise that the write will come. An execution that breaks a promise never happened.
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
import type { Ending, Model, Thread, World } from './model.ts'
import { Cell, type Clock, happensBefore, join, Place } from './places.ts'
import { PrivateCopies } from './private-copies.ts'
import { type PlainAccesses, type RecordableArray, recordedArray } from './recorded.ts'
import { type Chooser, type Decision, decision, Kind } from './schedule.ts'

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

export interface Limits {
  readonly preemptionsMax: number
  readonly accessesMax: number
  readonly earlyTimeoutsMax: number
  readonly mustBeWoken: boolean
  readonly allowRaces: boolean
  readonly spinReadsMax: number
}

/** Stops a thread. Not an error of anybody, but an Error, as whatever is thrown should be. */
const PAUSE = new Error('a logical thread is stopped here; the code under test must let this pass')
/** So many accesses in one unwinding mean that the code swallowed PAUSE and goes on. */
const UNWINDING_ACCESSES_MAX = 1000

const Status = { unborn: 0, ready: 1, waiting: 2, joining: 3, ended: 4, died: 5 } as const

/** One access of a thread, to be answered again when the thread is run from its start. */
interface Entry {
  readonly operation: string
  readonly place: Place | undefined
  result: unknown
}

class ThreadState {
  readonly index: number
  readonly name: string
  readonly mayDie: boolean
  readonly main: (thread: Thread) => unknown
  readonly clock: Clock
  readonly log: Entry[] = []
  /** How much of the log this run has used. */
  cursor = 0
  status: number = Status.ready
  /** The place of the wait, or the thread that is awaited. */
  waitPlace: Place | undefined
  waitIsTimed = false
  isWoken = false
  awaited: ThreadState | undefined
  readonly endPlace: Place
  result: unknown
  /** The reads that found nothing new since the memory last changed. */
  futileReads = 0
  readonly readSince = new Map<Place, number>()
  spinsAt = -1
  readonly copies = new PrivateCopies()
  handle!: Thread
  readonly goesOn: Decision
  readonly dies: Decision

  constructor(
    index: number,
    threadCount: number,
    name: string,
    mayDie: boolean,
    main: (thread: Thread) => unknown,
  ) {
    this.index = index
    this.name = name
    this.mayDie = mayDie
    this.main = main
    this.clock = new Int32Array(threadCount)
    this.endPlace = new Place(`the end of ${name}`, threadCount)
    this.goesOn = decision(Kind.step, index)
    this.dies = decision(Kind.die, index)
  }

  get isOver(): boolean {
    return this.status === Status.ended || this.status === Status.died
  }
}

interface Promised {
  readonly place: Place
  readonly reader: number
  readonly readTime: number
  readonly writer: number
  readonly value: number
}

export class Execution<State> implements AtomicAccesses, PlainAccesses {
  /** All that was decided. */
  readonly decisions: Decision[] = []
  readonly events: Event[] | undefined
  accessCount = 0
  private readonly model: Model<State>
  private readonly limits: Limits
  private readonly chooser: Chooser
  private readonly threads: ThreadState[] = []
  private readonly places = new Map<ArrayBufferLike, Map<number, Place>>()
  private readonly cellPlaces = new Map<Cell, Place>()
  private readonly names = new Map<
    ArrayBufferLike,
    { end: number; start: number; size: number; nameOf: (index: number) => string }[]
  >()
  private readonly waiters: ThreadState[] = []
  private readonly promises: Promised[] = []
  private readonly options: Decision[] = []
  private state!: State
  /** The thread whose function is on the stack. */
  private running: ThreadState | undefined
  /** Its next access was decided upon. */
  private isGranted = false
  private isUnwinding = false
  /** Accesses are those of an object that is made as it was in setup. */
  private isMaking = false
  private unwindingAccesses = 0
  /** What is to be done after the unwinding. */
  private nextDecision: Decision | undefined
  private preemptions = 0
  private earlyTimeouts = 0
  /** Grows whenever a thread could learn something new. */
  private changeCount = 0
  private fault: Fault | undefined

  constructor(model: Model<State>, limits: Limits, chooser: Chooser, isTraced: boolean) {
    this.model = model
    this.limits = limits
    this.chooser = chooser
    this.events = isTraced ? [] : undefined
    const janitors = model.threads.filter(({ onDeath }) => onDeath !== undefined)
    const threadCount = model.threads.length + janitors.length
    for (const { name, mayDie = false, run } of model.threads) this.addThread(threadCount, name, mayDie, run)
    for (const { name, onDeath } of janitors) {
      this.addThread(threadCount, `after ${name}`, false, onDeath!).status = Status.unborn
    }
  }

  /** Runs it to its end. The fault, or undefined; also undefined when a promise was broken. */
  run(): Fault | undefined {
    try {
      this.state = this.model.setup(this.world())
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
    if (this.promises.length > 0) return undefined
    if (this.fault === undefined) this.checkEnd()
    return this.fault
  }

  isRunning(): boolean {
    return this.running !== undefined
  }

  get threadNames(): readonly string[] {
    return this.threads.map(({ name }) => name)
  }

  // ---- Threads ----

  private addThread(
    threadCount: number,
    name: string,
    mayDie: boolean,
    run: (thread: Thread, state: State) => unknown,
  ) {
    const thread = new ThreadState(this.threads.length, threadCount, name, mayDie, handle =>
      run(handle, this.state),
    )
    thread.handle = this.handleOf(thread)
    this.threads.push(thread)
    return thread
  }

  private threadNamed(name: string): ThreadState {
    const thread = this.threads.find(candidate => candidate.name === name)
    if (thread === undefined) throw new Error(`there is no thread ${name}`)
    return thread
  }

  /** Lets a thread make one access, and as many more as it is decided. */
  private step(thread: ThreadState): void {
    if (thread.status === Status.waiting) this.endWait(thread)
    else if (thread.status === Status.joining) this.endJoin(thread)
    else this.isGranted = true
    thread.cursor = 0
    thread.copies.restore()
    this.isUnwinding = false
    this.unwindingAccesses = 0
    this.enter(thread)
    try {
      const result = thread.main(thread.handle)
      this.enter(undefined)
      if (!this.isUnwinding) this.end(thread, result)
    } catch (cause) {
      this.enter(undefined)
      if (!this.isUnwinding) {
        this.fail(`${thread.name} threw ${textOf(cause)}`, cause)
        thread.status = Status.ended
      }
    }
  }

  private enter(thread: ThreadState | undefined): void {
    this.running = thread
    setPerformer(thread === undefined ? undefined : this)
  }

  private pause(): never {
    this.isUnwinding = true
    throw PAUSE
  }

  private end(thread: ThreadState, result: unknown): void {
    thread.result = result
    if (thread.mayDie) {
      const chosen = this.chooser.choose([thread.goesOn, thread.dies], false)
      this.decisions.push(chosen)
      if (chosen === thread.dies) {
        this.die(thread)
        return
      }
    }
    this.finish(thread, Status.ended)
    this.checkAlways()
  }

  private die(thread: ThreadState): void {
    this.trace(thread, 'dies')
    const at = this.waiters.indexOf(thread)
    if (at >= 0) this.waiters.splice(at, 1)
    this.finish(thread, Status.died)
    const janitor = this.threads.find(({ name }) => name === `after ${thread.name}`)
    if (janitor === undefined) return
    janitor.status = Status.ready
    join(janitor.clock, thread.clock)
  }

  private finish(thread: ThreadState, status: number): void {
    thread.status = status
    thread.clock[thread.index]++
    thread.endPlace.atomicWrite(thread.index, thread.clock)
    this.changeCount++
  }

  private handleOf(thread: ThreadState): Thread {
    return {
      name: thread.name,
      read: cell => this.readCell(cell),
      write: (cell, value) => this.writeCell(cell, value),
      own: value => thread.copies.of(value),
      inertly: make => this.inertly(make),
      mark: happening => this.mark(happening),
      ending: of => this.ending(this.threadNamed(of)),
      awaitEnding: of => this.awaitEnding(this.threadNamed(of)),
    }
  }

  private inertly<T>(make: () => T): T {
    this.isMaking = true
    try {
      return make()
    } finally {
      this.isMaking = false
    }
  }

  private mark<T>(happening: () => T): T {
    const thread = this.running!
    if (this.isUnwinding) return undefined as T
    if (thread.cursor < thread.log.length) return this.replay(thread, 'mark', undefined) as T
    this.enter(undefined)
    const result = happening()
    this.enter(thread)
    thread.log.push({ operation: 'mark', place: undefined, result })
    thread.cursor++
    return result
  }

  // ---- Decisions ----

  /** What comes next, `current` having made the last access; undefined when nothing can. */
  private decide(current: ThreadState | undefined): Decision | undefined {
    const canGoOn = current !== undefined && current.status === Status.ready && !this.spins(current)
    const canSwitch = !canGoOn || this.preemptions < this.limits.preemptionsMax
    if (canGoOn && !canSwitch && !current.mayDie) {
      this.decisions.push(current.goesOn)
      return current.goesOn
    }
    const { options } = this
    options.length = 0
    if (canGoOn) options.push(current.goesOn)
    if (canSwitch) {
      for (const thread of this.threads) {
        if (!(canGoOn && thread === current) && this.canStep(thread)) options.push(thread.goesOn)
      }
    }
    if (options.length === 0) this.addLastResorts(current)
    if (current?.mayDie === true && !current.isOver) options.push(current.dies)
    if (options.length === 0) {
      this.reportDeadlock()
      return undefined
    }
    const chosen = this.chooser.choose(options, false)
    this.decisions.push(chosen)
    if (chosen.kind === Kind.step) {
      const thread = this.threads[chosen.which]
      if (canGoOn && thread !== current) this.preemptions++
      if (thread.status === Status.waiting && !thread.isWoken && !this.onlyTimeouts()) this.earlyTimeouts++
    }
    return chosen
  }

  private canStep(thread: ThreadState): boolean {
    if (thread.status === Status.ready) return !this.spins(thread)
    if (thread.status === Status.joining) return thread.awaited!.isOver
    if (thread.status !== Status.waiting) return false
    if (thread.isWoken) return true
    if (!thread.waitIsTimed || this.earlyTimeouts >= this.limits.earlyTimeoutsMax) return false
    return !(this.limits.mustBeWoken && this.onlyTimeouts())
  }

  /** When nobody can go on time passes, and those who spin spin on. */
  private addLastResorts(current: ThreadState | undefined): void {
    const { options, threads } = this
    if (!this.limits.mustBeWoken) {
      for (const thread of threads) {
        if (thread.status === Status.waiting && thread.waitIsTimed) options.push(thread.goesOn)
      }
    }
    if (options.length > 0) return
    const spinning =
      current?.status === Status.ready ? current : threads.find(({ status }) => status === Status.ready)
    if (spinning !== undefined) options.push(spinning.goesOn)
  }

  private onlyTimeouts(): boolean {
    return !this.threads.some(
      thread =>
        (thread.status === Status.ready && !this.spins(thread)) ||
        (thread.status === Status.joining && thread.awaited!.isOver) ||
        (thread.status === Status.waiting && thread.isWoken),
    )
  }

  private spins(thread: ThreadState): boolean {
    return thread.spinsAt === this.changeCount
  }

  private reportDeadlock(): void {
    const stuck = this.threads.filter(thread => !thread.isOver && thread.status !== Status.unborn)
    if (stuck.length === 0) return
    const waits = stuck.map(
      ({ name, waitPlace, awaited }) =>
        `${name} waits for ${waitPlace?.name ?? `the end of ${awaited?.name}`}`,
    )
    this.fail(`deadlock: ${waits.join(', ')}`)
  }

  // ---- Accesses ----

  /** Comes before each access that is not answered from the log; returns when it is the thread's turn. */
  private begin(thread: ThreadState): void {
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

  /** Whether an access made now must be inert. */
  private isInert(): boolean {
    if (this.isMaking) return true
    if (!this.isUnwinding) return false
    if (++this.unwindingAccesses > UNWINDING_ACCESSES_MAX) {
      this.fail(`${this.running!.name} swallowed what stops it, and goes on`)
      throw PAUSE
    }
    return true
  }

  private replay(thread: ThreadState, operation: string, place: Place | undefined): unknown {
    const entry = thread.log[thread.cursor++]
    if (entry.operation !== operation || entry.place !== place) {
      this.fail(
        `${thread.name} is not deterministic: run again it does ${operation} ${place?.name ?? ''} ` +
          `where it did ${entry.operation} ${entry.place?.name ?? ''}`,
      )
      this.pause()
    }
    return entry.result
  }

  private finishAccess(thread: ThreadState, operation: string, place: Place, result: unknown): void {
    thread.log.push({ operation, place, result })
    thread.cursor++
  }

  /** The thread learned the same as before, unless it is the first time since something changed. */
  private noteRead(thread: ThreadState, place: Place): void {
    if (thread.readSince.get(place) !== this.changeCount) {
      thread.readSince.set(place, this.changeCount)
      return
    }
    if (++thread.futileReads > this.limits.spinReadsMax) {
      thread.spinsAt = this.changeCount
      thread.futileReads = 0
    }
  }

  private noteChange(thread: ThreadState): void {
    this.changeCount++
    thread.futileReads = 0
  }

  access(operation: Operation, array: AtomicArray, index: number, first: Word, second: Word): Word {
    const direct = realAtomics[operation]
    if (this.isInert()) return array instanceof BigInt64Array ? 0n : 0
    const thread = this.running!
    const place = this.placeOf(array, index)
    if (thread.cursor < thread.log.length) return this.replay(thread, operation, place) as Word
    this.begin(thread)
    const before = array[index]
    const result = direct(array, index, first, second)
    const after = array[index]
    // A store of the same value is a store all the same: others may read from it.
    const writes =
      operation !== 'load' && (operation !== 'compareExchange' || before === coerced(array, first))
    let racing = -1
    if (operation !== 'store') racing = place.atomicRead(thread.index, thread.clock)
    if (writes) racing = Math.max(racing, place.atomicWrite(thread.index, thread.clock))
    if (before !== after) this.noteChange(thread)
    else this.noteRead(thread, place)
    this.finishAccess(thread, operation, place, result)
    if (this.events !== undefined)
      this.trace(thread, atomicText(operation, place, first, second, result, after))
    if (racing >= 0) this.race(thread, place, racing)
    return result
  }

  wait(array: AtomicArray, index: number, expected: Word, isTimed: boolean): WaitResult {
    if (this.isInert()) return 'not-equal'
    const thread = this.running!
    const place = this.placeOf(array, index)
    if (thread.cursor < thread.log.length) return this.replay(thread, 'wait', place) as WaitResult
    this.begin(thread)
    place.atomicRead(thread.index, thread.clock)
    if (array[index] !== coerced(array, expected)) {
      this.trace(thread, `wait             ${place.name} while ${expected}: it is ${array[index]}`)
      this.noteRead(thread, place)
      this.finishAccess(thread, 'wait', place, 'not-equal')
      return 'not-equal'
    }
    this.trace(thread, `wait             ${place.name} while ${expected}: sleeps`)
    this.finishAccess(thread, 'wait', place, undefined)
    this.waiters.push(thread)
    thread.status = Status.waiting
    thread.waitPlace = place
    thread.waitIsTimed = isTimed
    thread.isWoken = false
    this.checkAlways()
    return this.pause()
  }

  private endWait(thread: ThreadState): void {
    const result = thread.isWoken ? 'ok' : 'timed-out'
    if (!thread.isWoken) this.waiters.splice(this.waiters.indexOf(thread), 1)
    this.trace(thread, thread.isWoken ? 'wakes' : 'times out')
    thread.log[thread.log.length - 1].result = result
    thread.status = Status.ready
    thread.waitPlace = undefined
    thread.isWoken = false
    this.isGranted = false
    this.accessCount++
  }

  notify(array: AtomicArray, index: number, count: number): number {
    if (this.isInert()) return 0
    const thread = this.running!
    const place = this.placeOf(array, index)
    if (thread.cursor < thread.log.length) return this.replay(thread, 'notify', place) as number
    this.begin(thread)
    let woken = 0
    for (let i = 0; i < this.waiters.length && woken < count; ) {
      const waiter = this.waiters[i]
      if (waiter.waitPlace === place) {
        waiter.isWoken = true
        join(waiter.clock, thread.clock)
        this.waiters.splice(i, 1)
        woken++
      } else {
        i++
      }
    }
    if (woken > 0) this.noteChange(thread)
    this.finishAccess(thread, 'notify', place, woken)
    this.trace(thread, `notify           ${place.name}: wakes ${woken}`)
    return woken
  }

  private ending(other: ThreadState): Ending {
    if (this.isInert()) return 'running'
    const thread = this.running!
    if (thread.cursor < thread.log.length) return this.replay(thread, 'ending', other.endPlace) as Ending
    this.begin(thread)
    const result = endingOf(other)
    other.endPlace.atomicRead(thread.index, thread.clock)
    this.noteRead(thread, other.endPlace)
    this.finishAccess(thread, 'ending', other.endPlace, result)
    this.trace(thread, `asks for         ${other.endPlace.name}: ${result}`)
    return result
  }

  private awaitEnding(other: ThreadState): Ending {
    if (this.isInert()) return 'running'
    const thread = this.running!
    if (thread.cursor < thread.log.length) return this.replay(thread, 'awaitEnding', other.endPlace) as Ending
    this.begin(thread)
    this.finishAccess(thread, 'awaitEnding', other.endPlace, undefined)
    thread.status = Status.joining
    thread.awaited = other
    return this.pause()
  }

  private endJoin(thread: ThreadState): void {
    const other = thread.awaited!
    other.endPlace.atomicRead(thread.index, thread.clock)
    thread.log[thread.log.length - 1].result = endingOf(other)
    thread.status = Status.ready
    thread.awaited = undefined
    this.isGranted = false
    this.trace(thread, `learns           ${other.endPlace.name}: ${endingOf(other)}`)
  }

  // ---- Plain accesses ----

  private readCell(cell: Cell): number {
    if (this.isInert()) return 0
    const thread = this.running!
    const place = this.placeOfCell(cell)
    if (thread.cursor < thread.log.length) return this.replay(thread, 'read', place) as number
    this.begin(thread)
    const racing = place.plainRead(thread.index, thread.clock)
    const result = this.limits.allowRaces ? this.chooseValue(thread, place, cell) : cell.value
    this.noteRead(thread, place)
    this.finishAccess(thread, 'read', place, result)
    this.trace(thread, `read             ${place.name} = ${result}`)
    if (racing >= 0) this.race(thread, place, racing)
    return result
  }

  private writeCell(cell: Cell, value: number): void {
    if (this.isInert()) return
    const thread = this.running!
    const place = this.placeOfCell(cell)
    if (thread.cursor < thread.log.length) {
      this.replay(thread, 'write', place)
      return
    }
    this.begin(thread)
    const racing = place.plainWrite(thread.index, thread.clock)
    if (this.limits.allowRaces) this.rememberWrite(thread, place, cell, value)
    if (cell.value !== value) this.noteChange(thread)
    cell.value = value
    this.finishAccess(thread, 'write', place, undefined)
    this.trace(thread, `write            ${place.name} = ${value}`)
    if (racing >= 0) this.race(thread, place, racing)
  }

  /** A racing read may return an older value than the last, or one that is yet to be written. */
  private chooseValue(thread: ThreadState, place: Place, cell: Cell): number {
    place.beginHistory(cell.value)
    const values = place.visibleValues(thread.clock)
    const options = values.map((_, which) => decision(Kind.older, which))
    const { ordinal } = this.chooser
    const time = thread.clock[thread.index]
    place.plainReads.push({
      thread: thread.index,
      time,
      offer: (writer, value) => {
        if (!values.includes(value)) this.chooser.offer(ordinal, decision(Kind.later, writer, value))
      },
    })
    const chosen = this.chooser.choose(options, true)
    this.decisions.push(chosen)
    if (chosen.kind === Kind.older) return values[chosen.which]
    const { which: writer, value } = chosen
    this.promises.push({ place, reader: thread.index, readTime: time, writer, value })
    return value
  }

  private rememberWrite(thread: ThreadState, place: Place, cell: Cell, value: number): void {
    place.beginHistory(cell.value)
    const time = thread.clock[thread.index]
    place.history.push({ value, thread: thread.index, time, clock: thread.clock.slice() })
    for (const read of place.plainReads) {
      if (!happensBefore(read, thread.clock)) read.offer(thread.index, value)
    }
    for (let i = this.promises.length - 1; i >= 0; i--) {
      const promise = this.promises[i]
      const isKept = promise.place === place && promise.writer === thread.index && promise.value === value
      if (isKept && promise.readTime > thread.clock[promise.reader]) this.promises.splice(i, 1)
    }
  }

  readElement(array: RecordableArray, index: number): number {
    if (this.isInert()) return 0
    const thread = this.running!
    const place = this.placeOf(array, index)
    if (thread.cursor < thread.log.length) return this.replay(thread, 'read', place) as number
    this.begin(thread)
    const racing = place.plainRead(thread.index, thread.clock)
    const result = array[index]
    this.noteRead(thread, place)
    this.finishAccess(thread, 'read', place, result)
    this.trace(thread, `read             ${place.name} = ${result}`)
    if (racing >= 0) this.race(thread, place, racing)
    return result
  }

  writeElement(array: RecordableArray, index: number, value: number): void {
    if (this.isInert()) return
    const thread = this.running!
    const place = this.placeOf(array, index)
    if (thread.cursor < thread.log.length) {
      this.replay(thread, 'write', place)
      return
    }
    this.begin(thread)
    const racing = place.plainWrite(thread.index, thread.clock)
    const before = array[index]
    array[index] = value
    if (array[index] !== before) this.noteChange(thread)
    this.finishAccess(thread, 'write', place, undefined)
    this.trace(thread, `write            ${place.name} = ${value}`)
    if (racing >= 0) this.race(thread, place, racing)
  }

  private race(thread: ThreadState, place: Place, other: number): void {
    if (this.limits.allowRaces) return
    this.fail(`data race: ${thread.name} and ${this.threads[other].name} access ${place.name} in no order`)
    this.pause()
  }

  // ---- Places and names ----

  private placeOf(array: AtomicArray, index: number): Place {
    const at = array.byteOffset + index * array.BYTES_PER_ELEMENT
    let places = this.places.get(array.buffer)
    if (places === undefined) {
      places = new Map()
      this.places.set(array.buffer, places)
    }
    let place = places.get(at)
    if (place === undefined) {
      place = new Place(this.nameOf(array.buffer, at), this.threads.length)
      places.set(at, place)
    }
    return place
  }

  private placeOfCell(cell: Cell): Place {
    let place = this.cellPlaces.get(cell)
    if (place === undefined) {
      place = new Place(cell.name, this.threads.length)
      this.cellPlaces.set(cell, place)
    }
    return place
  }

  private nameOf(buffer: ArrayBufferLike, at: number): string {
    for (const { start, end, size, nameOf } of this.names.get(buffer) ?? []) {
      if (at >= start && at < end) return nameOf((at - start) / size)
    }
    return `the word at byte ${at}`
  }

  private world(): World {
    return {
      cell: (name, value) => new Cell(name, value),
      cells: (name, count, value) => Array.from({ length: count }, (_, i) => new Cell(`${name} ${i}`, value)),
      named: (array, name) => {
        this.nameWords(array, typeof name === 'string' ? index => `${name}[${index}]` : name)
        return array
      },
      recorded: (array, name) => {
        this.nameWords(array, index => `${name}[${index}]`)
        return recordedArray(array, this)
      },
    }
  }

  private nameWords(array: RecordableArray | BigInt64Array, nameOf: (index: number) => string): void {
    const ranges = this.names.get(array.buffer) ?? []
    const start = array.byteOffset
    ranges.push({ start, end: start + array.byteLength, size: array.BYTES_PER_ELEMENT, nameOf })
    this.names.set(array.buffer, ranges)
  }

  // ---- Faults ----

  private mustStop(): boolean {
    if (this.accessCount > this.limits.accessesMax) return true
    return this.fault !== undefined && this.promises.length === 0
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

  private trace(thread: ThreadState, what: string): void {
    this.events?.push({ thread: thread.name, what })
  }
}

function endingOf(thread: ThreadState): Ending {
  if (thread.status === Status.died) return 'died'
  return thread.status === Status.ended ? 'ended' : 'running'
}

/** `value` as the array would hold it. */
function coerced(array: AtomicArray, value: Word): Word {
  if (array instanceof BigInt64Array) return value
  return array instanceof Int32Array ? Number(value) | 0 : Number(value)
}

function atomicText(
  operation: Operation,
  place: Place,
  first: Word,
  second: Word,
  result: Word,
  after: Word,
): string {
  const name = `${operation.padEnd(16)} ${place.name}`
  if (operation === 'load') return `${name} = ${result}`
  if (operation === 'store') return `${name} = ${after}`
  if (operation !== 'compareExchange') return `${name} ${first}: ${result} becomes ${after}`
  const outcome = after === second && result === first ? 'done' : `it is ${result}`
  return `${name} from ${first} to ${second}: ${outcome}`
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
