/**
 * Events for those who watch a program: channels of `node:diagnostics_channel` (Node, Bun and Deno have it). An event is made
 * only where somebody listens: whoever has one to tell asks `hasSubscribers` first, which costs nothing.
 *
 * Names and fields are public: docs/observability.md.
 */

import { channel } from 'node:diagnostics_channel'

export interface EventChannel<E> {
  readonly hasSubscribers: boolean
  /** What a subscriber throws is the program's to handle, and nobody's here. */
  publish(event: E): void
}

interface OfDatabase {
  /** The database's file; `:memory:` has none. */
  readonly path: string
}
/** Of the channel `coppice:commit`. */
export interface CommitEvent extends OfDatabase {
  readonly lsn: number
  readonly transactionId: number
  readonly durability: 'sync' | 'none'
  /** What the log got of it. */
  readonly logBytes: number
  /** From the call until it was as durable as it was asked for. */
  readonly durationMs: number
}
/** Of `coppice:checkpoint`. */
export interface CheckpointEvent extends OfDatabase {
  readonly lsn: number
  readonly transactionId: number
  readonly pageCount: number
  /** The last one before the file is closed. */
  readonly isClosing: boolean
  /** From its beginning, with the commits that came meanwhile. */
  readonly durationMs: number
}
/** Of `coppice:recovery`. */
export interface RecoveryEvent extends OfDatabase {
  readonly transactionCount: number
  /** The end of the log was cut off: it had not been acknowledged. */
  readonly tornTail: boolean
  readonly durationMs: number
}
/** Of `coppice:spill`. */
export interface SpillEvent extends OfDatabase {
  readonly pageCount: number
  readonly bytes: number
}
/**
 * Of `coppice:statement:start`, `:end` and `:error`: one object for the beginning and the end of a statement. A subscriber may keep
 * what it likes by it, in a WeakMap.
 */
export interface StatementEvent {
  readonly text: string
  readonly databaseName: string
  /** Of a server's session; others have none. */
  readonly userName: string | undefined
  readonly processId: number | undefined
  /** At its end: rows that were read or changed. */
  rowCount: number | undefined
  durationMs: number | undefined
  error: unknown
}

const named = <E>(name: string) => channel(`coppice:${name}`) as EventChannel<E>

export const events = {
  commit: named<CommitEvent>('commit'),
  checkpoint: named<CheckpointEvent>('checkpoint'),
  recovery: named<RecoveryEvent>('recovery'),
  /** Pages of a transaction that were written early, because the cache is too small for it. */
  spill: named<SpillEvent>('spill'),
  statementStart: named<StatementEvent>('statement:start'),
  statementEnd: named<StatementEvent>('statement:end'),
  statementError: named<StatementEvent>('statement:error'),
}
