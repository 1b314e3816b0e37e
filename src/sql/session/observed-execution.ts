/** A statement whose beginning and end somebody is told of: pg_stat_statements, and who listens to the channels of events. */

import { events, type StatementEvent } from '../../io/diagnostics.ts'
import type { RunResult } from './options.ts'
import type { RawExecution } from './raw-execution.ts'
import type { StatementFigures } from './statement-figures.ts'
import type { SessionHost } from './unit.ts'

/** Whether anybody listens to the events of statements. */
export function areStatementsHeard(): boolean {
  const { statementStart, statementEnd, statementError } = events
  return statementStart.hasSubscribers || statementEnd.hasSubscribers || statementError.hasSubscribers
}

const UNNAMED_USER = 'coppice'

/** One statement, from its beginning to its end; told once how it has ended. */
export class StatementObserver {
  private readonly host: SessionHost
  private readonly text: string
  /** Undefined: they are not counted. */
  private readonly figures: StatementFigures | undefined
  /** Undefined: nobody listens. */
  private readonly event: StatementEvent | undefined
  private readonly startedMs: number
  private hasEnded = false

  constructor(host: SessionHost, text: string, figures: StatementFigures | undefined) {
    this.host = host
    this.text = text
    this.figures = figures
    this.event = areStatementsHeard() ? eventOf(host, text) : undefined
    this.startedMs = host.monotonicMs()
    if (this.event !== undefined) events.statementStart.publish(this.event)
  }

  ended({ rowCount }: RunResult): void {
    if (this.hasEnded) return
    this.hasEnded = true
    const { host, event } = this
    const ms = host.monotonicMs() - this.startedMs
    this.figures?.note(host.userName ?? UNNAMED_USER, this.text, ms, rowCount, host.wallMs())
    if (event === undefined) return
    event.durationMs = ms
    event.rowCount = rowCount
    events.statementEnd.publish(event)
  }

  failed(error: unknown): void {
    if (this.hasEnded) return
    this.hasEnded = true
    const { host, event } = this
    if (event === undefined) return
    event.durationMs = host.monotonicMs() - this.startedMs
    event.error = error
    events.statementError.publish(event)
  }
}

function eventOf({ databaseName, userName, processId }: SessionHost, text: string): StatementEvent {
  const atItsEnd = { rowCount: undefined, durationMs: undefined, error: undefined }
  return { text, databaseName, userName, processId, ...atItsEnd }
}

export class ObservedExecution implements RawExecution {
  readonly columns: RawExecution['columns']
  readonly context: RawExecution['context']
  readonly isWriting: boolean
  private readonly execution: RawExecution
  private readonly observer: StatementObserver

  constructor(execution: RawExecution, observer: StatementObserver) {
    this.execution = execution
    this.observer = observer
    this.columns = execution.columns
    this.context = execution.context
    this.isWriting = execution.isWriting
  }

  get inRegisters(): RawExecution['inRegisters'] {
    return this.execution.inRegisters
  }
  get pause(): RawExecution['pause'] {
    return this.execution.pause
  }
  next(): ReturnType<RawExecution['next']> {
    return this.execution.next()
  }
  finish(): RunResult {
    let result: RunResult
    try {
      result = this.execution.finish()
    } catch (error) {
      this.observer.failed(error)
      throw error
    }
    this.observer.ended(result)
    return result
  }
  fail(error?: unknown): void {
    this.execution.fail(error)
    this.observer.failed(error)
  }
}
