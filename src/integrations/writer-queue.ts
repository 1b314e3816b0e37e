/**
 * Those who write to one database through query builders, one after the other. A database has one writer at a time and says
 * BUSY to a second one; code that awaits between the statements of a transaction rather wants to wait.
 */

import { type Connection, CoppiceError, type Database, type QueryOptions } from '../index.ts'

/** The rows of a statement, and what it did. */
export interface StatementResult {
  readonly rows: unknown[]
  /** As PostgreSQL's command tag: `UPDATE 3`. */
  readonly command: string
  /** Rows that were changed, or read. */
  readonly rowCount: number
}

/** The queue of a database, as query builders see it: one with that of a server's clients. */
export class WriterQueue {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  /**
   * Waits for one's turn, which ends when the function that it resolves to is called.
   * @param connection which waits: it may have advisory locks
   */
  async enter(connection?: Connection): Promise<() => void> {
    const turn = this.database.newTurn(connection?.party)
    if (!turn.tryTake()) await turn.acquire(Number.POSITIVE_INFINITY)
    return () => turn.ended()
  }

  /**
   * Runs a statement outside of a transaction: at once, or, when it writes while somebody in the queue does, after him.
   * @throws SqlError; CoppiceError BUSY: somebody writes who is not in the queue
   */
  async run(
    connection: Connection,
    text: string,
    parameters: readonly unknown[],
    options: QueryOptions,
  ): Promise<StatementResult> {
    try {
      return runStatement(connection, text, parameters, options)
    } catch (error) {
      if (!(error instanceof CoppiceError && error.code === 'BUSY') || this.database.turns.isIdle) throw error
    }
    const leave = await this.enter(connection)
    try {
      return runStatement(connection, text, parameters, options)
    } finally {
      leave()
    }
  }
}

/** Runs one statement of any kind to its end. @throws SqlError, CoppiceError */
export function runStatement(
  connection: Connection,
  text: string,
  parameters: readonly unknown[],
  options: QueryOptions,
): StatementResult {
  const execution = connection.execute(text, parameters, options)
  const rows: unknown[] = []
  for (let row = execution.next(); row !== undefined; row = execution.next()) rows.push(row)
  return { rows, ...execution.finish() }
}
