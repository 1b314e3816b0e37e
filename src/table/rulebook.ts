/**
 * What SQL knows about a table beyond its definition. Only SQL can say it, and the table layer does not know SQL: it asks
 * through this, when a table is opened for writing. So what holds for a table holds whoever writes to it.
 */

import type { IndexComputer } from './index-computer.ts'
import type { RecordCodec } from './record-codec.ts'
import type { Row } from './record-shape.ts'
import type { TransactionTables } from './tables.ts'

/** A value that was given for a column whose values the table makes itself. */
export interface Claim {
  readonly column: string
  readonly value: unknown
}

/**
 * What holds for the rows of one table in one transaction: defaults, generated columns, checks, references. Rows are
 * normalised records.
 */
export interface RowRules {
  /** Columns that a record may leave out. They are `undefined` in a row then, until `complete`. */
  readonly filled: ReadonlySet<string>
  /** Whether something may follow from a row that is stored, so that each must be told, with the one that it replaces. */
  readonly watchesStored: boolean
  /** The same for rows that are removed. */
  readonly watchesRemoved: boolean

  /**
   * Runs a call of the typed table as one statement: at its end what follows from its changes is done and checked. When it
   * fails, nothing of it has happened. `isLong`: it may fail after it has changed something.
   * @throws CoppiceError CONSTRAINT_VIOLATION
   */
  statement<T>(change: () => T, isLong: boolean): T
  /**
   * Gives columns that were left out their defaults, computes what is generated, and checks the row. Afterwards it holds no
   * object of the caller's, so that encoding it runs no code of theirs. Returns what `settle` must look at before the row
   * may be stored. In a `statement` only.
   */
  complete(row: Row): readonly Claim[] | undefined
  /**
   * Whether a row may have values that the table makes itself: where it replaces `old`, those that are there already; else
   * none, but numbers in a load. @throws SqlError 428C9
   */
  settle(claims: readonly Claim[], old: Row | undefined, isLoad: boolean): void
  /** `row` was stored, in the place of `old` if there was one. */
  stored(row: Row, old: Row | undefined): void
  removed(old: Row): void
}

/** What there is to know about the tables of a transaction. */
export interface Rulebook {
  /** Who computes what indexes over expressions have; asked for when a table with such an index is opened for writing. */
  indexComputerOf(table: string, codec: RecordCodec, tables: TransactionTables): IndexComputer
  /** What holds for the rows of a table of records; undefined: no more than its definition says. */
  rulesOf(table: string, tables: TransactionTables): RowRules | undefined
  /** Whether SQL made the table, so that only SQL changes what it is. */
  isMadeBySql(table: string, tables: TransactionTables): boolean
}
