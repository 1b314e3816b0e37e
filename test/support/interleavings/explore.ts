/**
 * An explorer of interleavings: runs the real code of a protocol on shared memory as two or three logical
 * threads in one isolate, one shared access at a time, through all schedules with few preemptions.
 *
 * ```ts
 * explore({
 *   setup: world => ({ words: world.named(new Int32Array(new SharedArrayBuffer(8)), 'word') }),
 *   threads: [
 *     { name: 'a', run: (_thread, { words }) => { Atomics.add(words, 0, 1) } },
 *     { name: 'b', run: (_thread, { words }) => { Atomics.add(words, 0, 1) } },
 *   ],
 *   finally: ({ words }) => expect(words[0]).toBe(2),
 * })
 * ```
 * Found are: broken invariants, thrown errors, data races of plain accesses, deadlocks, livelocks, missing
 * wakes, in the schedule with the fewest preemptions. A failure lists it, and names it by a string to run it again.
 *
 * What the code under test must keep to
 * - It reaches shared memory by the global `Atomics`, by cells (`thread.read`, `thread.write`) or by recorded
 *   arrays. Other plain accesses of shared memory are not seen, and must not decide what it does.
 * - It is deterministic, and makes its private objects anew whenever its thread is run (`thread.own` helps).
 * - It lets pass an error that it does not know (execution.ts).
 *
 * What is not explored: schedules with more preemptions than allowed (but at random, if asked for); accesses
 * of one word with different widths; out-of-order plain accesses beyond what racing reads may return.
 */

import { withSubstitutedAtomics } from './atomics.ts'
import { type Event, Execution, type Fault, type Limits } from './execution.ts'
import type { ExploreOptions, Model } from './model.ts'
import {
  type Chooser,
  DepthFirstChooser,
  formatSchedule,
  letterOf,
  RandomChooser,
  ScheduleChooser,
} from './schedule.ts'

export type { Ending, ExploreOptions, Model, Thread, ThreadModel, World } from './model.ts'
export { Cell } from './places.ts'

export interface Report {
  /** Schedules with at most the allowed preemptions: all that there are. */
  readonly schedules: number
  readonly randomSchedules: number
  /** Accesses in the longest one. */
  readonly longest: number
  readonly preemptionsMax: number
}

/** A schedule in which the protocol fails. */
export class InterleavingFailure extends Error {
  /** What went wrong, in a line. */
  readonly fault: string
  /** For {@link ExploreOptions.schedule}. */
  readonly schedule: string
  readonly events: readonly Event[]

  constructor(fault: Fault, schedule: string, events: readonly Event[], letters: string, explored: number) {
    super(
      `${fault.message}\n\n${listing(events)}\n\nschedule: '${schedule}' (${letters}), after ${explored} others`,
      { cause: fault.cause },
    )
    this.name = 'InterleavingFailure'
    this.fault = fault.message
    this.schedule = schedule
    this.events = events
  }
}

/**
 * Runs the model through its schedules.
 * @throws InterleavingFailure at the first one that fails.
 */
export function explore<State>(model: Model<State>, options: ExploreOptions = {}): Report {
  const preemptionsMax = options.preemptionsMax ?? (model.threads.length <= 2 ? 3 : 2)
  return withSubstitutedAtomics(() => {
    const exploration = new Exploration(model, options)
    if (options.schedule !== undefined) {
      exploration.runOne(new ScheduleChooser(options.schedule), Number.POSITIVE_INFINITY)
      return exploration.report(preemptionsMax, 0)
    }
    // Few preemptions first: the failure that is found is then one that is easily understood.
    for (let bound = 0; bound <= preemptionsMax; bound++) exploration.runAll(bound)
    const { schedules: count, seed } = options.random ?? { schedules: 0, seed: 0 }
    for (let i = 0; i < count; i++) {
      exploration.runOne(new RandomChooser(seed + i), Number.POSITIVE_INFINITY)
    }
    return exploration.report(preemptionsMax, count)
  })
}

/** The failure of a model that is known to be wrong; an error when there is none. */
export function findFailure<State>(model: Model<State>, options: ExploreOptions = {}): InterleavingFailure {
  let report: Report
  try {
    report = explore(model, options)
  } catch (error) {
    if (error instanceof InterleavingFailure) return error
    throw error
  }
  throw new Error(`no failure in ${describeReport(report)}`)
}

export function describeReport({ schedules, randomSchedules, longest, preemptionsMax }: Report): string {
  const random = randomSchedules > 0 ? ` and ${randomSchedules} at random` : ''
  return `${schedules} schedules of at most ${preemptionsMax} preemptions${random}, the longest of ${longest} accesses`
}

class Exploration<State> {
  private readonly model: Model<State>
  private readonly options: ExploreOptions
  private schedules = 0
  /** Whatever their preemptions. */
  private passed = 0
  private longest = 0

  constructor(model: Model<State>, options: ExploreOptions) {
    this.model = model
    this.options = options
  }

  runAll(preemptionsMax: number): void {
    const chooser = new DepthFirstChooser()
    const schedulesMax = this.options.schedulesMax ?? 2_000_000
    this.schedules = 0
    do {
      if (this.schedules === schedulesMax) {
        throw new Error(
          `more than ${schedulesMax} schedules of ${preemptionsMax} preemptions: the model is too large`,
        )
      }
      this.runOne(chooser, preemptionsMax)
      this.schedules++
    } while (chooser.next())
  }

  runOne(chooser: Chooser, preemptionsMax: number): void {
    const execution = new Execution(this.model, this.limits(preemptionsMax), chooser, false)
    const fault = execution.run()
    if (fault !== undefined) throw this.failure(fault, formatSchedule(execution.decisions))
    this.passed++
    if (execution.accessCount > this.longest) this.longest = execution.accessCount
  }

  report(preemptionsMax: number, randomSchedules: number): Report {
    return { schedules: this.schedules, randomSchedules, longest: this.longest, preemptionsMax }
  }

  /** Runs the failing schedule again, to list it. */
  private failure(fault: Fault, schedule: string): InterleavingFailure {
    const limits = this.limits(Number.POSITIVE_INFINITY)
    const execution = new Execution(this.model, limits, new ScheduleChooser(schedule), true)
    const again = execution.run()
    if (again?.message !== fault.message) {
      throw new Error(
        `the model is not deterministic: ${fault.message} (${schedule}); run again: ${again?.message ?? 'no fault'}`,
      )
    }
    const letters = execution.threadNames.map((name, index) => `${letterOf(index)} is ${name}`).join(', ')
    return new InterleavingFailure(fault, schedule, execution.events!, letters, this.passed)
  }

  private limits(preemptionsMax: number): Limits {
    const { options } = this
    return {
      preemptionsMax,
      accessesMax: options.accessesMax ?? 10_000,
      earlyTimeoutsMax: options.earlyTimeoutsMax ?? 1,
      mustBeWoken: options.mustBeWoken ?? false,
      allowRaces: options.allowRaces ?? false,
      spinReadsMax: options.spinReadsMax ?? 12,
    }
  }
}

const LISTED_EVENTS_MAX = 200

function listing(events: readonly Event[]): string {
  const width = Math.max(0, ...events.map(({ thread }) => thread.length))
  const lines = events.map(
    ({ thread, what }, i) => `${String(i + 1).padStart(4)}  ${thread.padEnd(width)}  ${what}`,
  )
  if (lines.length <= LISTED_EVENTS_MAX) return lines.join('\n')
  const half = LISTED_EVENTS_MAX / 2
  return [
    ...lines.slice(0, half),
    `      … ${lines.length - LISTED_EVENTS_MAX} more …`,
    ...lines.slice(-half),
  ].join('\n')
}
