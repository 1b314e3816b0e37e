/** What the run, its processes and their reader threads say to each other. */

import type { DatabaseShare } from '../dist/worker.js'
import type { Pattern } from './reading.ts'

/** What a process opens. */
export type Subject =
  | {
      readonly engine: 'coppice'
      /** Where its JavaScript is: a URL that ends in a slash. */
      readonly build: string
      readonly cacheBytes: number
      readonly isShared: boolean
    }
  | { readonly engine: 'lmdb' }

/** Given to a process at its start. */
export interface Assignment {
  readonly subject: Subject
  /** The loaded database, of which it is the only user. */
  readonly path: string
  readonly count: number
}

/** `threads`: 0 is the main thread alone; else so many workers, and the main thread waits. */
export type Turn =
  /** Makes the questions of a pattern, and asks them for a while: code is compiled then, and caches are as they stay. */
  | {
      readonly kind: 'prepare'
      readonly pattern: Pattern
      readonly threads: number
      readonly milliseconds: number
    }
  /** Reads for so long. */
  | { readonly kind: 'read'; readonly threads: number; readonly milliseconds: number }

export interface Answer {
  /** Why it did not work; nothing else is set then. */
  readonly failure?: string
  /** To `read`: nanoseconds an operation, of all threads together. */
  readonly nsPerOperation?: number
  /** To `read` by the main thread of Coppice: pages that were read from the file, for each operation. */
  readonly pagesPerOperation?: number
}

/** Given to a reader thread. */
export interface ReaderData {
  readonly share: DatabaseShare
  readonly build: string
  readonly count: number
  /** From 1. */
  readonly number: number
  /** One word: how many times threads have come to the start together. */
  readonly startLine: SharedArrayBuffer
}

export type ReaderTurn =
  | { readonly kind: 'prepare'; readonly pattern: Pattern; readonly milliseconds: number }
  /** Begins when the start line says so. */
  | { readonly kind: 'read'; readonly milliseconds: number; readonly startAt: number }
