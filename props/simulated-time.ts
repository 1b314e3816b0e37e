/**
 * The simulated machine's clock and event loop: time passes, and tasks run, only when a test says so.
 * Also the exception that stands for the death of the process, because it may strike inside a task.
 */

import type { CancelTask, Clock, Scheduler } from '../src/io/storage.ts'

/** `settle` believes that nothing moves when so many promise jobs brought no new task. */
const IDLE_ROUNDS = 64
const START_MS = 1_000
const WALL_OFFSET_MS = 1_700_000_000_000

/** Thrown where the process died. Not an error of Coppice: nothing may catch it and go on. */
export class SimulatedCrash extends Error {
  constructor(where: string) {
    super(`the process died: ${where}`)
    this.name = 'SimulatedCrash'
  }
}

interface DeferredTask {
  readonly dueMs: number
  readonly order: number
  readonly task: () => void
}

export class SimulatedTime implements Clock, Scheduler {
  #nowMs = START_MS
  #taskOrder = 0
  #tasks: DeferredTask[] = []
  readonly #msPerLook: number

  /** `msPerLook`: how much later it is after each look at the clock, for code that works in slices of time. */
  constructor(msPerLook = 0) {
    this.#msPerLook = msPerLook
  }

  monotonicMs(): number {
    this.#nowMs += this.#msPerLook
    return this.#nowMs
  }

  wallMs(): number {
    return WALL_OFFSET_MS + this.#nowMs
  }

  defer(task: () => void): CancelTask {
    return this.delay(0, task)
  }

  delay(delayMs: number, task: () => void): CancelTask {
    const entry: DeferredTask = { dueMs: this.#nowMs + delayMs, order: this.#taskOrder++, task }
    this.#tasks.push(entry)
    return () => {
      const index = this.#tasks.indexOf(entry)
      if (index >= 0) this.#tasks.splice(index, 1)
    }
  }

  /** The process that would have run them is dead. */
  forgetTasks(): void {
    this.#tasks = []
  }

  /** Lets time pass and runs what falls due. */
  async advance(durationMs: number): Promise<void> {
    this.#nowMs += durationMs
    await this.settle()
  }

  /**
   * Runs deferred tasks that are due, and promise jobs, until nothing moves any more.
   * What a task throws is thrown here, except a crash, which ends the process anyway.
   */
  async settle(): Promise<void> {
    for (let idleRounds = 0; idleRounds < IDLE_ROUNDS; ) {
      const index = this.#nextTask()
      if (index < 0) {
        idleRounds++
      } else {
        idleRounds = 0
        const [{ task }] = this.#tasks.splice(index, 1)
        runTask(task)
      }
      await Promise.resolve()
    }
  }

  /** The due task that has waited longest, or -1. */
  #nextTask(): number {
    let best = -1
    for (let i = 0; i < this.#tasks.length; i++) {
      if (this.#tasks[i].dueMs > this.#nowMs) continue
      if (best < 0 || comesBefore(this.#tasks[i], this.#tasks[best])) best = i
    }
    return best
  }
}

function comesBefore(a: DeferredTask, b: DeferredTask): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)
}

function runTask(task: () => void): void {
  try {
    task()
  } catch (error) {
    if (!(error instanceof SimulatedCrash)) throw error
  }
}
