/** What the run and the processes of its engines say to each other. */

import type { EngineName } from './engine.ts'

export interface Assignment {
  readonly engine: EngineName
  readonly directory: string
  readonly count: number
  /** The files are there already. */
  readonly isLoaded: boolean
}

export interface Turn {
  readonly workload: string
  readonly round: number
}

export interface Answer {
  readonly failure?: string
  /** The greeting: name and version. */
  readonly label?: string
  readonly ns?: number
  readonly digest?: string
}
