/** What the server says to who runs it: objects, one an event, for JSON lines. */

import { systemClock } from '../io/system.ts'

export type LogLevel = 'info' | 'warning' | 'error'

export interface LogEntry {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly level: LogLevel
  /** A name that stays: `connection opened`, `statement slow`, … */
  readonly event: string
  readonly [field: string]: unknown
}

export type LogSink = (entry: LogEntry) => void

export class ServerLog {
  private readonly sink: LogSink | undefined

  constructor(sink: LogSink | undefined) {
    this.sink = sink
  }

  write(level: LogLevel, event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.sink?.({ time: new Date(systemClock.wallMs()).toISOString(), level, event, ...fields })
  }
}
