/**
 * What the run and a contender's process say to each other: one turn asked for, one answer, never two at once.
 */

import type { ContenderName } from './contender.ts'

/** Given to a contender's process at its start. */
export interface Assignment {
  readonly name: ContenderName
  /** An existing directory for its database alone. */
  readonly directory: string
  /** Keys to load. */
  readonly count: number
  readonly rounds: number
}

export type Turn =
  /** Makes a database, loads it and closes it. */
  | { readonly kind: 'load' }
  /** Opens the loaded database and reads everything, so that caches are warm. */
  | { readonly kind: 'open' }
  /** One round of one measure on the open database. */
  | { readonly kind: 'measure'; readonly id: string; readonly round: number }
  /** Closes the database, opens it again and checks all that this process ever put. */
  | { readonly kind: 'finish' }

export interface Answer {
  /** Why it did not work; nothing else is set then. */
  readonly failure?: string
  /** To the start: the contender's name and version. */
  readonly label?: string
  readonly nsPerOperation?: number
  /** To `load`: the size of the closed database. */
  readonly fileBytes?: number
  /** To `open`. */
  readonly openMs?: number
}
