/**
 * Models: what a test says about a protocol. Shared memory made by `setup`, the logical threads that work on
 * it, and what must hold after every access and at the end.
 */

import type { Cell } from './places.ts'
import type { RecordableArray } from './recorded.ts'

export interface Model<State> {
  /** Makes the shared memory afresh, before each schedule. What it writes happens before everything. */
  setup(world: World): State
  readonly threads: readonly ThreadModel<State>[]
  /** Throws when the state is wrong; called after every access. Its own accesses are not explored. */
  always?(state: State): void
  /** The same when all threads have ended; `results` are what their functions returned, by thread name. */
  finally?(state: State, results: Readonly<Record<string, unknown>>): void
}

export interface ThreadModel<State> {
  readonly name: string
  /**
   * What the thread does: production code, run from its start again and again. It must depend on nothing but
   * the results of its shared accesses, keep nothing outside of itself (return results, or use `mark`), and
   * let pass what it did not expect to be thrown: that is how a thread is stopped.
   */
  run(thread: Thread, state: State): unknown
  /** Explores also the ending of the thread at every one of its accesses, as by `worker.terminate()`. */
  readonly mayDie?: boolean
  /** Another logical thread, called `after <name>`, that starts when the thread has died. */
  onDeath?(thread: Thread, state: State): unknown
}

/** What `setup` makes shared things with, and gives words their names. */
export interface World {
  cell(name: string, value: number): Cell
  /** `count` cells called `name 0`, `name 1`… */
  cells(name: string, count: number, value: number): Cell[]
  /** The words of the array are called `name[index]`, or as `nameOf` says, in listings. Returns the array. */
  named<T extends RecordableArray | BigInt64Array>(array: T, name: string | ((index: number) => string)): T
  /** A stand-in for the array whose plain accesses are explored too (recorded.ts). */
  recorded<T extends RecordableArray>(array: T, name: string): T
}

/** Whether another thread still runs, has ended, or has died. */
export type Ending = 'running' | 'ended' | 'died'

/** What a logical thread can do besides the production code that it runs. */
export interface Thread {
  readonly name: string
  /** Plain accesses of what a cell stands for. */
  read(cell: Cell): number
  write(cell: Cell, value: number): void
  /** The thread's own copy of objects that `setup` made, as they were then (private-copies.ts). */
  own<T>(value: T): T
  /**
   * Makes an object whose making touches shared memory that `setup` has made so already. Accesses that are made meanwhile
   * do nothing and return 0. (For those that `own` cannot copy, because their fields are #private.)
   */
  inertly<T>(make: () => T): T
  /**
   * Calls `happening` once, although the thread is run many times, in one step with the access before it: for
   * what a test notes down (who is inside, what was read). It is not an access, and orders nothing.
   */
  mark<T>(happening: () => T): T
  /** Asks, or waits until, another thread has ended; all that it did happens before. As the events of a worker do. */
  ending(of: string): Ending
  awaitEnding(of: string): Ending
}

export interface ExploreOptions {
  /** Times that a thread is stopped although it could go on: 3 for two threads, 2 for more. */
  readonly preemptionsMax?: number
  /** More accesses than this in one schedule are a livelock. 10,000. */
  readonly accessesMax?: number
  /** Times that a timed wait ends early, by its time, although other threads could go on. 1. */
  readonly earlyTimeoutsMax?: number
  /** A timed wait that nothing but its time can end is a deadlock: finds wakes that are missing. */
  readonly mustBeWoken?: boolean
  /** Racing reads are no failures; they return each of the values that the memory model allows them. */
  readonly allowRaces?: boolean
  /**
   * A thread that reads so many times what it has read before, while nothing changes, is taken to spin: others
   * go on until something changes, or until they cannot. 12.
   */
  readonly spinReadsMax?: number
  /** More schedules than this are an error: the model is too large. 2,000,000. */
  readonly schedulesMax?: number
  /** Schedules with any number of preemptions, besides. */
  readonly random?: { readonly schedules: number; readonly seed: number }
  /** Runs this one schedule, as a failure printed it, and no other. */
  readonly schedule?: string
}
