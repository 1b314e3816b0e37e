/**
 * A statement of one session, run for a client: it waits for its turn to write, hands rows over in slices so that other
 * clients are answered in between, and can be cancelled.
 */

import { isCoppiceError } from '../base/errors.ts'
import type { WriterTurn } from '../database/writer-turns.ts'
import { systemClock, systemScheduler } from '../io/system.ts'
import { SqlError } from '../sql/errors.ts'
import type { Waiting } from '../sql/functions/lock-access.ts'
import { CopyIn } from '../sql/session/copy-in.ts'
import type { StatementToRun } from '../sql/session/literal-templates.ts'
import type { RunResult, StartOptions } from '../sql/session/options.ts'
import type { ParameterValues } from '../sql/session/parameters.ts'
import type { RawExecution } from '../sql/session/raw-execution.ts'
import type { Session } from '../sql/session/session.ts'
import type { CopyStatement } from '../sql/syntax/tree.ts'
import { type Channel, FLUSH_BYTES } from './channel.ts'
import { receiveCopy, sendCopy } from './copy-transfer.ts'
import type { ResultRows } from './result-rows.ts'
import { cancelled, SLICE_MS, Slice, yieldToOthers } from './slice.ts'

export class StatementRunner {
  private readonly session: Session
  private readonly channel: Channel
  private readonly turn: WriterTurn
  private controller = new AbortController()
  private options = optionsFor(this.controller)
  /** What the controller's signal says: asking that takes ten times as long. */
  private isCancelled = false
  waitsFor: WaitedFor | undefined
  /** When the statement began that runs. */
  private startedMs = 0

  constructor(session: Session, channel: Channel, turn: WriterTurn) {
    this.session = session
    this.channel = channel
    this.turn = turn
  }

  /** Ends the statement that runs: 57014. What comes later is not concerned. */
  cancel(): void {
    this.isCancelled = true
    this.controller.abort()
  }

  /** Before each statement: an earlier cancellation is over. */
  reset(): void {
    if (!this.isCancelled) return
    this.isCancelled = false
    this.controller = new AbortController()
    this.options = optionsFor(this.controller)
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** Begins a statement; gives a promise only where it is one that writes, and has to wait for the writer. */
  begin(
    parsed: StatementToRun,
    text: string,
    parameters: ParameterValues,
  ): RawExecution | Promise<RawExecution> {
    this.startedMs = systemClock.monotonicMs()
    return this.inTurn(() => this.session.start(parsed, text, parameters, this.options))
  }

  /** COPY, from the client or to it. */
  async copy(statement: CopyStatement): Promise<RunResult> {
    const { session, channel, signal, options } = this
    this.startedMs = systemClock.monotonicMs()
    const copy = await this.inTurn(() =>
      statement.isFrom ? session.startCopyIn(statement, options) : session.startCopyOut(statement, options),
    )
    try {
      if (copy instanceof CopyIn) {
        await receiveCopy(channel, copy, signal)
        return await this.finishCopyIn(copy)
      }
      await sendCopy(channel, copy, signal)
      return copy.finish()
    } catch (error) {
      copy.fail()
      throw error
    }
  }

  /** The others have their turn while the references of its rows are checked. */
  private async finishCopyIn(copy: CopyIn): Promise<RunResult> {
    const { pause } = copy
    const steps = copy.finishInSteps()
    pause.allow(monotonicMs, SLICE_MS)
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
      await yieldToOthers()
      if (this.isCancelled) throw cancelled()
      pause.resume()
    }
  }

  /** Runs what begins something; when it cannot write now, waits and begins it again. */
  private inTurn<T>(begin: () => T): T | Promise<T> {
    const begun = this.tryInTurn(begin)
    return begun === undefined ? this.inLaterTurn(begin) : begun.value
  }

  /** Undefined: it is somebody else's turn. */
  private tryInTurn<T>(begin: () => T): { readonly value: T } | undefined {
    try {
      return { value: begin() }
    } catch (error) {
      if (!isCoppiceError(error, 'BUSY')) throw error
      return undefined
    } finally {
      this.turn.releaseUnused()
    }
  }

  private async inLaterTurn<T>(begin: () => T): Promise<T> {
    const deadlines = new WaitDeadlines(this.session, this.startedMs)
    for (;;) {
      await this.waitForWriter(deadlines)
      const begun = this.tryInTurn(begin)
      if (begun !== undefined) return begun.value
    }
  }

  private async waitForWriter(deadlines: WaitDeadlines): Promise<void> {
    const { signal } = this.controller
    this.waitsFor = 'writer'
    try {
      const leftMs = deadlines.leftMs()
      const isGranted = leftMs > 0 && (await this.turn.acquire(leftMs, signal))
      if (isGranted) return
    } catch (error) {
      this.session.noteFailure()
      throw error
    } finally {
      this.waitsFor = undefined
    }
    this.session.noteFailure()
    if (signal.aborted) throw cancelled()
    throw deadlines.error()
  }

  /** Until it is there. @throws SqlError 55P03, 57014 */
  private async waitForLock(waiting: Waiting): Promise<void> {
    const deadlines = new WaitDeadlines(this.session, this.startedMs)
    const { signal } = this.controller
    this.waitsFor = 'advisory'
    try {
      if (await isOverIn(waiting.over, deadlines.leftMs(), signal)) return
    } finally {
      this.waitsFor = undefined
    }
    if (signal.aborted) throw cancelled()
    throw deadlines.error()
  }

  /**
   * Runs a statement, and sends its rows until there are no more, or `rowsMax` were sent. Gives a promise only where others have
   * a go in between, or the client is waited for: most statements are done at once, and each turn of a promise costs all of them.
   * @param rows undefined: it gives none
   */
  send(execution: RawExecution, rows: ResultRows | undefined, rowsMax: number): SentRows | Promise<SentRows> {
    const sending: Sending = {
      execution,
      rows,
      rowsMax,
      slice: new Slice(),
      count: 0,
      mustYield: false,
    }
    const { pause } = execution
    pause?.allow(monotonicMs, SLICE_MS)
    let sent: SentRows | undefined
    try {
      sent = this.sendSome(sending)
    } catch (error) {
      pause?.disallow()
      throw error
    }
    if (sent === undefined) return this.sendRest(sending)
    // Whoever takes the rest takes it without pauses, unless he says so.
    pause?.disallow()
    return sent
  }

  /** Rows, until they are all there, or there is something to wait for: then undefined. */
  private sendSome(sending: Sending): SentRows | undefined {
    const { execution, rows, rowsMax, slice } = sending
    const { out } = this.channel
    const { pause, context } = execution
    for (;;) {
      if (rowsMax > 0 && sending.count === rowsMax) return { count: sending.count, isDone: false }
      const row = execution.next()
      const isPaused = pause?.isPaused === true
      if (row !== undefined) {
        rows?.write(row, out, context)
        sending.count++
      } else if (!isPaused) return { count: sending.count, isDone: true }
      sending.mustYield = isPaused || slice.isOver()
      if (sending.mustYield || out.length >= FLUSH_BYTES) return undefined
      if (this.isCancelled) throw cancelled()
    }
  }

  private async sendRest(sending: Sending): Promise<SentRows> {
    const { channel } = this
    const { execution, slice } = sending
    const { pause } = execution
    try {
      for (;;) {
        if (channel.out.length >= FLUSH_BYTES) await channel.flush()
        if (sending.mustYield) {
          const waiting = pause?.waiting
          // What the client was sent before it may see now.
          if (waiting !== undefined && channel.out.length > 0) await channel.flush()
          if (waiting !== undefined) await this.waitForLock(waiting)
          await slice.yield()
          pause?.resume()
        }
        if (this.isCancelled) throw cancelled()
        const sent = this.sendSome(sending)
        if (sent !== undefined) return sent
      }
    } finally {
      pause?.disallow()
    }
  }
}

/** How many rows were sent, and whether these were all. */
export interface SentRows {
  readonly count: number
  readonly isDone: boolean
}

/** A statement whose rows are being sent. */
interface Sending {
  readonly execution: RawExecution
  readonly rows: ResultRows | undefined
  /** 0: all. */
  readonly rowsMax: number
  readonly slice: Slice
  count: number
  /** It is the others' turn. */
  mustYield: boolean
}

function optionsFor({ signal }: AbortController): StartOptions {
  // While a change pauses, other sessions wait for their turn to write.
  return { signal, changesMayPause: true }
}

function monotonicMs(): number {
  return systemClock.monotonicMs()
}

/** What a statement waits for, as pg_stat_activity calls it. */
export type WaitedFor = 'writer' | 'advisory'

/** @returns false: not in that time, or `signal` was given */
function isOverIn(over: Promise<void>, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    const end = (isOver: boolean) => {
      cancel?.()
      signal.removeEventListener('abort', onAbort)
      resolve(isOver)
    }
    const onAbort = () => end(false)
    const cancel =
      timeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : systemScheduler.delay(Math.max(timeoutMs, 0), () => end(false))
    signal.addEventListener('abort', onAbort)
    over.then(() => end(true))
    if (signal.aborted) end(false)
  })
}

/** How long a statement may wait for the writer, or a lock: what lock_timeout and statement_timeout allow. */
class WaitDeadlines {
  private readonly lockMs: number
  private readonly statementMs: number

  /** @param startedMs when the statement began */
  constructor({ settings }: Session, startedMs: number) {
    const end = (name: string, sinceMs: number) => {
      const ms = Number(settings.get(name))
      return ms > 0 ? sinceMs + ms : Number.POSITIVE_INFINITY
    }
    this.lockMs = end('lock_timeout', systemClock.monotonicMs())
    this.statementMs = end('statement_timeout', startedMs)
  }

  leftMs(): number {
    return Math.min(this.lockMs, this.statementMs) - systemClock.monotonicMs()
  }

  error(): SqlError {
    return this.statementMs < this.lockMs
      ? new SqlError('57014', 'canceling statement due to statement timeout')
      : new SqlError('55P03', 'canceling statement due to lock timeout')
  }
}
