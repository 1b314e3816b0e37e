/**
 * What the main thread and the thread of the database say to each other. The database runs in a thread of its own, so that
 * Ctrl-C is heard while a statement runs: the main thread raises a flag in shared memory, and the statement ends at the next
 * place where it looks.
 *
 * One request at a time, one answer to each; progress may come before the answer.
 */

import type { ExplainProgress } from '../../index.ts'
import type { Column, Row } from '../output/result.ts'

export type Request =
  | { readonly kind: 'open'; readonly path: string; readonly options: SessionOptions }
  | { readonly kind: 'execute'; readonly text: string; readonly parameters: readonly unknown[] }
  | { readonly kind: 'describe'; readonly text: string }
  /** The next rows of the statement that runs. */
  | { readonly kind: 'next' }
  /** Ends the statement that runs, if one does. */
  | { readonly kind: 'finish' }
  /** The plan of a statement; with `analyze` it is run. */
  | { readonly kind: 'explain'; readonly text: string; readonly analyze: boolean }
  /** Begins a COPY FROM STDIN. */
  | { readonly kind: 'copyIn'; readonly text: string }
  | { readonly kind: 'copyPiece'; readonly piece: string | Uint8Array }
  | { readonly kind: 'copyEnd' }
  /** Begins a COPY TO STDOUT. */
  | { readonly kind: 'copyOut'; readonly text: string }
  | { readonly kind: 'copyRows' }
  /** Ends a COPY that goes on, if one does: of one that brings rows nothing stays. */
  | { readonly kind: 'copyAbort' }
  | { readonly kind: 'close' }

export interface SessionOptions {
  readonly readOnly: boolean
  /** Make the file when there is none. */
  readonly create: boolean
  readonly unsafeLock: boolean
}

export interface SessionStatus {
  readonly isInTransaction: boolean
  readonly hasFailed: boolean
}

/** Some rows of a statement. */
export interface StatementPart {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** Set with the last part: the command tag. */
  readonly command: string | undefined
  /** Time spent on it in the thread of the database. */
  readonly elapsedMs: number
  readonly status: SessionStatus
}

/** Some rows of a COPY TO STDOUT. */
export interface CopiedRows {
  /** Undefined: there are no more. */
  readonly bytes: Uint8Array | undefined
  /** Of all of it, when there are no more. */
  readonly rowCount: number
}

/** What is said of an open database. */
export interface OpenedDatabase {
  readonly path: string
  readonly wasCreated: boolean
  readonly wasRecovered: boolean
}

export interface Answers {
  readonly open: OpenedDatabase
  readonly execute: StatementPart
  readonly describe: readonly Column[]
  readonly next: StatementPart
  readonly finish: undefined
  readonly explain: string
  readonly copyIn: undefined
  readonly copyPiece: undefined
  readonly copyEnd: number
  readonly copyOut: undefined
  readonly copyRows: CopiedRows
  /** The rows that were taken. */
  readonly copyAbort: number
  readonly close: undefined
}

/** An error, as it is sent between the threads and as it is shown. */
export interface SentError {
  /** The code of a CoppiceError; undefined: another error. */
  readonly code: string | undefined
  readonly sqlstate: string | undefined
  /** The message alone. */
  readonly message: string
  /** The line of the statement with a caret. */
  readonly place: string | undefined
  /** Index into the statement's text. */
  readonly position: number | undefined
  readonly detail: string | undefined
  readonly hint: string | undefined
  /** In which of many rows: `COPY t, line 3, column a`. */
  readonly context: string | undefined
  readonly constraint: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
  /** Of an error that nobody expected. */
  readonly stack: string | undefined
}

/** What a statement has to say besides its result. */
export interface SentNotice {
  readonly severity: string
  readonly message: string
  readonly detail?: string
  readonly hint?: string
}

export type Answer =
  | { readonly kind: 'notice'; readonly notice: SentNotice }
  | { readonly kind: 'progress'; readonly progress: ExplainProgress }
  | { readonly kind: 'answer'; readonly value: unknown; readonly status: SessionStatus }
  | { readonly kind: 'failure'; readonly error: SentError; readonly status: SessionStatus }

/** What the thread begins with. */
export interface SessionThreadData {
  /** One word: not 0 when the statement that runs shall end. */
  readonly cancelFlag: SharedArrayBuffer
}
