/**
 * A statement's rows for `for await`: the event loop has its turn between them, so timers, sockets and other requests go on
 * while a long result is read. What the statement reads is one state all the while.
 *
 * A statement that only waits for its reader can be ended, too: when its signal aborts or its time is over, its snapshot is
 * closed at once, and the reader hears of it (57014) when it asks for the next row. A statement that writes is completed
 * before its first row is handed out: no write transaction stays open while somebody waits.
 */

import type { Scheduler } from '../../io/storage.ts'
import { SqlError } from '../errors.ts'
import type { Waiting } from '../functions/lock-access.ts'
import type { ShapedExecution } from './execution.ts'

/** After so long at a stretch the event loop has its turn. */
const STRETCH_MS = 5
/** So many rows lie between two looks at the clock. */
const LOOK_EVERY_ROWS = 16

export interface AsyncRowsOptions {
  readonly scheduler: Scheduler
  monotonicMs(): number
  readonly signal: AbortSignal | undefined
  /** 0: none, as the next. */
  readonly timeoutMs: number
  lockTimeoutMs(): number
}

export async function* asyncRows(
  begin: () => ShapedExecution,
  options: AsyncRowsOptions,
): AsyncGenerator<unknown, void, undefined> {
  if (options.signal?.aborted) throw cancelled('user request', options.signal.reason)
  const guard = new Guard(begin(), options)
  try {
    if (guard.execution.isWriting) {
      yield* guard.complete()
      return
    }
    const { pause } = guard.execution
    pause?.allow(() => options.monotonicMs(), STRETCH_MS)
    let stretchStartMs = options.monotonicMs()
    for (let rows = 1; ; rows++) {
      const row = guard.next()
      const isPaused = pause?.isPaused === true
      if (row !== undefined) yield row
      else if (!isPaused) return
      if (!isPaused) {
        if (rows % LOOK_EVERY_ROWS !== 0 || options.monotonicMs() - stretchStartMs < STRETCH_MS) continue
      }
      const waiting = isPaused ? pause?.waiting : undefined
      if (waiting === undefined) await new Promise<void>(resolve => options.scheduler.defer(resolve, true))
      else await guard.waitFor(waiting)
      stretchStartMs = options.monotonicMs()
      guard.goOn()
    }
  } finally {
    guard.release()
  }
}

function cancelled(reason: string, cause?: unknown): SqlError {
  return new SqlError('57014', `canceling statement due to ${reason}`, { cause })
}

/** An execution that may be ended from outside while nobody runs it. */
class Guard {
  readonly execution: ShapedExecution
  private isRunning = false
  private hasEnded = false
  private error: SqlError | undefined
  private readonly stopWatching: () => void
  private readonly options: AsyncRowsOptions
  /** Of who waits for a lock: that the statement has ended. */
  private wake: () => void = () => {}

  constructor(execution: ShapedExecution, options: AsyncRowsOptions) {
    const { scheduler, signal, timeoutMs } = options
    this.execution = execution
    this.options = options
    const abort = (): void => this.end(cancelled('user request', signal?.reason))
    signal?.addEventListener('abort', abort)
    const stopTimer =
      timeoutMs > 0 ? scheduler.delay(timeoutMs, () => this.end(cancelled('statement timeout'))) : undefined
    this.stopWatching = () => {
      signal?.removeEventListener('abort', abort)
      stopTimer?.()
    }
  }

  /** The next row; undefined at the end, and when the statement has paused. */
  next(): unknown {
    if (this.error !== undefined) throw this.error
    const row = this.run()
    if (row === undefined && this.execution.pause?.isPaused !== true) this.hasEnded = true
    else if (this.error !== undefined) {
      // A function that the statement calls has aborted it.
      this.abandon()
      throw this.error
    }
    return row
  }

  /** After a turn of the event loop: in the meantime it may have ended, and its program be another one's. */
  goOn(): void {
    if (!this.hasEnded) this.execution.pause?.resume()
  }

  /** Until it is there, or the statement has ended meanwhile. */
  async waitFor({ over }: Waiting): Promise<void> {
    const lockTimeoutMs = this.options.lockTimeoutMs()
    const tooLate = new SqlError('55P03', 'canceling statement due to lock timeout')
    const stopTimer =
      lockTimeoutMs > 0 ? this.options.scheduler.delay(lockTimeoutMs, () => this.end(tooLate)) : undefined
    await new Promise<void>(resolve => {
      this.wake = resolve
      over.then(resolve)
    })
    stopTimer?.()
  }

  private run(): unknown {
    this.isRunning = true
    try {
      return this.execution.next()
    } catch (error) {
      this.hasEnded = true
      throw error
    } finally {
      this.isRunning = false
    }
  }

  /** All rows, of a statement that is to be over before anybody waits. */
  complete(): unknown[] {
    const rows: unknown[] = []
    for (let row = this.next(); row !== undefined; row = this.next()) rows.push(row)
    return rows
  }

  /** From outside. In the middle of a row, by a function that it calls, it ends after that row. */
  private end(error: SqlError): void {
    if (this.hasEnded) return
    this.error = error
    if (!this.isRunning) this.abandon()
    this.wake()
  }

  private abandon(): void {
    if (this.hasEnded) return
    this.hasEnded = true
    this.execution.abandon()
  }

  /** The reader has had its last row, or wants no more. */
  release(): void {
    this.stopWatching()
    if (!this.hasEnded) this.execution.finish()
  }
}
