/** What sessions do now, for pg_stat_activity. */

import { ownCopy } from '../base/own-copy.ts'
import { systemClock } from '../io/system.ts'
import { POSTGRES_EPOCH_MS } from '../sql/types/datetime-calendar.ts'
import { shownText } from './shown-text.ts'

/**
 * So much of a text is shown. A session that idles after a text as large as a message may be (64 MiB) would keep all of it for
 * ever; PostgreSQL shows 1024 bytes.
 */
const SHOWN_LENGTH_MAX = 10_000

export type ActivityState = 'active' | 'idle' | 'idle in transaction' | 'idle in transaction (aborted)'

export class SessionActivity {
  readonly startedMs = systemClock.wallMs()
  state: ActivityState = 'idle'
  query = ''
  queryStartedMs = 0
  stateChangedMs = this.startedMs

  begin(query: string): void {
    this.state = 'active'
    this.query = beginningOf(query)
    this.queryStartedMs = systemClock.wallMs()
    this.stateChangedMs = this.queryStartedMs
  }
  end(state: ActivityState): void {
    this.state = state
    this.stateChangedMs = systemClock.wallMs()
  }

  /** Columns of pg_stat_activity. @param transactionStartedMs of the open transaction; undefined: there is none */
  row(transactionStartedMs: number | undefined): Readonly<Record<string, unknown>> {
    const startedMs = transactionStartedMs ?? (this.state === 'active' ? this.queryStartedMs : undefined)
    return {
      backend_start: timestamp(this.startedMs),
      xact_start: startedMs === undefined ? null : timestamp(startedMs),
      query_start: this.queryStartedMs === 0 ? null : timestamp(this.queryStartedMs),
      state_change: timestamp(this.stateChangedMs),
      state: this.state,
      query: shownText(this.query),
    }
  }
}

function beginningOf(text: string): string {
  return text.length <= SHOWN_LENGTH_MAX ? text : ownCopy(text.slice(0, SHOWN_LENGTH_MAX))
}

function timestamp(ms: number): number {
  return Math.round((ms - POSTGRES_EPOCH_MS) * 1000)
}
