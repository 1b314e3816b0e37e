/**
 * What the run and a contender's process say to each other: one turn asked for, one answer, never two at once.
 */

import type { ContenderName } from './contender.ts'

/** Given to a contender's process at its start. */
export interface Assignment {
  readonly name: ContenderName
  /** An existing directory of its own. */
  readonly directory: string
  /** Keys to load. */
  readonly count: number
  readonly rounds: number
}

export type Turn =
  /** Loads a new database, closes it, opens it again and reads everything once, so that caches are warm. */
  | { readonly kind: 'load'; readonly round: number }
  /** One round of one measure on the database loaded last. */
  | { readonly kind: 'measure'; readonly id: string; readonly round: number }
  /** Closes the database, opens it again and checks all that was ever put. */
  | { readonly kind: 'finish' }

export interface LoadAnswer {
  readonly loadNsPerEntry: number
  /** Put by put; the same number when the contender has no other way. */
  readonly putsNsPerEntry: number
  readonly openMs: number
  readonly fileBytes: number
}

export interface Answer {
  /** Why it did not work; nothing else is set then. */
  readonly failure?: string
  /** To the start: the contender's name and version. */
  readonly label?: string
  readonly load?: LoadAnswer
  readonly nsPerOperation?: number
}
