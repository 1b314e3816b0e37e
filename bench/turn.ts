/**
 * What the run and a contender's process say to each other: one turn asked for, one answer, never two at once.
 */

import type { ParticipantName } from './contender.ts'
import type { Place, Sample } from './workload.ts'

/** Given to a contender's process at its start. */
export interface Assignment extends Place {
  readonly name: ParticipantName
  readonly workloadId: string
}

/** One round of one phase. */
export interface Turn {
  readonly phaseId: string
  readonly round: number
}

export interface Answer {
  /** Why it did not work; nothing else is set then. */
  readonly failure?: string
  /** To the start: the contender's name and version. */
  readonly label?: string
  /** To the start: it is not made for the workload, and the process ends. */
  readonly isOut?: boolean
  /** To a turn. */
  readonly samples?: readonly Sample[]
}
