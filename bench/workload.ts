/**
 * What a workload is: rows of the report, and phases that fill them.
 *
 * The run walks through the phases; in each, round by round, it gives every contender's process a turn. The
 * session, in that process, does the phase's work, times it and checks the answers: what is wrong or missing
 * is thrown, and the run fails. Each workload's laws, what is checked, are at the head of its file.
 */

import type { ContenderModule } from './contender.ts'
import type { Unit } from './result.ts'

export interface RowDefinition {
  readonly id: string
  readonly title: string
  readonly unit: Unit
}

export interface Phase {
  readonly id: string
  /** As many rounds as loading has, as measuring has, or one. */
  readonly rounds: 'loads' | 'measures' | 'once'
  /** Each turn in a process of its own; otherwise in the one that the phase before has left. */
  readonly inNewProcess?: boolean
  /** Each turn in an empty directory; otherwise in the one that the phase before has left. */
  readonly inNewDirectory?: boolean
  /** The process is killed as soon as it has answered. */
  readonly kills?: boolean
  /** The bare disk takes part in the turns, for the row `disk`. */
  readonly besideDisk?: boolean
}

export interface Sample {
  readonly rowId: string
  readonly value: number
}

/** Where a session works. */
export interface Place {
  /** An existing directory of its own. */
  readonly directory: string
  /** Of the run: 1,000,000 unless told. Each workload derives its own sizes from it. */
  readonly count: number
  readonly rounds: number
}

/** One workload in one contender's process. */
export interface Session {
  /** @throws Error when an answer is wrong or missing. */
  take(phaseId: string, round: number): Promise<Sample[]>
}

export interface Workload {
  readonly id: string
  readonly title: string
  readonly rows: readonly RowDefinition[]
  readonly phases: readonly Phase[]
  /** Undefined when the contender is not made for it. */
  begin(contender: ContenderModule, place: Place): Session | undefined
}
