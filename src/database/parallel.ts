/**
 * `db.parallel`: a function of a module over the parts of a table, in a pool of worker threads, on one snapshot.
 *
 * This is the main thread's side of one call. It has workers from the pool (worker-pool.ts), which take parts by themselves
 * (parallel-board.ts), puts the results that they send into the order of the parts, and folds them.
 *
 * ```
 *  running ── the last result ────────────────────────> ending ── all its workers are at rest or gone ──> settled
 *          ── the first error, abort, close ──────────>
 * ```
 * PA1 What is decided at the end of `running` stays; whatever is heard later is ignored.
 * PA2 The promise is settled when nothing of the function runs in any worker, and the snapshot is closed after that: nobody
 *     reads then. (A worker that has given no result when all are there has taken no part, and cannot take one any more; it
 *     attaches only when it has one. So it may still be starting: it is left to the pool.)
 * PA3 At an error all workers are terminated but those that have said that they have finished.
 */

import { CoppiceError, isCoppiceError } from '../base/errors.ts'
import { type JobListener, NotImported, type ThreadKind } from '../io/job-thread.ts'
import type { CancelTask } from '../io/storage.ts'
import { systemScheduler } from '../io/system.ts'
import type { RangeOptions } from '../table/range.ts'
import { PartBoard } from './parallel-board.ts'
import type { ParallelPlan } from './parallel-options.ts'
import type { ParallelMessage, ParallelTask } from './parallel-task.ts'
import type { Snapshot } from './snapshot.ts'
import { packError, unpackError } from './thread-error.ts'
import type { Keeping, PoolWorker, WorkerPool } from './worker-pool.ts'

const PROGRESS_MS = 100

/** In the language that this file is in: built, or as it was written. */
const TASK_MODULE = new URL(
  `./parallel-task${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
).href

/** One worker, as the main thread knows it. */
interface Member {
  readonly worker: PoolWorker
  hasGivenResults: boolean
  /** It takes no more parts and says no more. */
  isDone: boolean
}

/** One call. */
export class ParallelRun {
  /** Settled when all workers are gone (PA2). */
  readonly result: Promise<unknown>
  readonly #plan: ParallelPlan
  readonly #board: PartBoard
  readonly #keeping: Keeping
  readonly #members: Member[] = []
  /** Results that came before their turn. */
  readonly #early = new Map<number, unknown>()
  readonly #abort = () => this.fail(abortedBy(this.#plan.signal!))
  #folded: unknown
  #next = 0
  #doneEntries = 0
  #toldEntries = 0
  #isRunning = true
  #cancelProgress: CancelTask = () => {}
  #settle!: (result: unknown) => void
  #reject!: (error: unknown) => void

  /** Of at least one entry. */
  constructor(snapshot: Snapshot, plan: ParallelPlan, entries: number, pool: WorkerPool) {
    this.#plan = plan
    const count = Math.min(plan.partitions, entries)
    const workers = Math.min(plan.workers, count)
    this.#board = PartBoard.create(entries, count, workers)
    this.#keeping = { keepMs: plan.keepWorkersMs, workers }
    this.#folded = plan.combine === undefined ? [] : plan.initial
    this.result = new Promise((resolve, reject) => {
      this.#settle = resolve
      this.#reject = reject
    })
    plan.signal?.addEventListener('abort', this.#abort)
    try {
      for (let worker = 0; worker < workers; worker++) this.#start(snapshot, worker, pool)
      this.#tellNowAndThen()
    } catch (error) {
      this.fail(error)
    }
  }

  #start(snapshot: Snapshot, worker: number, pool: WorkerPool): void {
    const { data, functionName, limits, module, preload, range } = this.#plan
    const kind: ThreadKind = { name: 'coppice parallel', preload, entry: TASK_MODULE, limits }
    const task: ParallelTask = {
      snapshot: snapshot.share(),
      module,
      functionName,
      range,
      data,
      board: this.#board.share,
      worker,
    }
    const listener: JobListener = {
      onMessage: message => this.#hear(worker, message as ParallelMessage | NotImported),
      onEnd: (exitCode, error) => this.#workerEnded(worker, exitCode, error),
    }
    this.#members.push({ worker: begin(pool, kind, task, listener), hasGivenResults: false, isDone: false })
  }

  #hear(worker: number, message: ParallelMessage | NotImported): void {
    const member = this.#members[worker]
    if (message instanceof NotImported) {
      member.isDone = true
      this.fail(notImported(this.#plan, message))
    } else if (message.kind === 'result') {
      member.hasGivenResults = true
      if (this.#isRunning) this.#guarded(() => this.#take(message.index, message.result))
    } else {
      member.isDone = true
      if (message.kind === 'finished') return
      member.worker.spoil()
      this.fail(unpackError(message.error))
    }
  }

  #workerEnded(worker: number, exitCode: number, error: unknown): void {
    // Also of one that was done: it had left something behind that failed.
    if (error !== undefined) this.fail(unpackError(packError(error)))
    if (this.#members[worker].isDone || !this.#isRunning) return
    const part = this.#board.partOf(worker)
    const place = part === undefined ? 'between two parts' : `in part ${part} of ${this.#board.share.count}`
    const reasons = 'process.exit was called, or it awaited what never comes'
    this.fail(
      new CoppiceError('WORKER_ENDED', `a worker ended ${place} with exit code ${exitCode}: ${reasons}`, {
        given: `exit code ${exitCode}`,
      }),
    )
  }

  /** Runs what may call the caller's functions: what they throw ends it all. */
  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.fail(error)
    }
  }

  #take(index: number, result: unknown): void {
    this.#doneEntries += this.#board.place(index).entries
    this.#early.set(index, result)
    while (this.#early.has(this.#next)) {
      const next = this.#early.get(this.#next)
      this.#early.delete(this.#next)
      this.#fold(next)
      this.#next++
    }
    this.#tell()
    // `onProgress` may have ended it.
    if (this.#isRunning && this.#next === this.#board.share.count) this.#succeed()
  }

  #fold(result: unknown): void {
    const { combine, initial } = this.#plan
    if (combine === undefined) (this.#folded as unknown[]).push(result)
    else if (this.#next === 0 && initial === undefined) this.#folded = result
    else this.#folded = combine(this.#folded, result)
  }

  #tellNowAndThen(): void {
    if (this.#plan.onProgress === undefined) return
    this.#cancelProgress = systemScheduler.delay(PROGRESS_MS, () => {
      if (!this.#isRunning) return
      this.#guarded(() => this.#tell())
      this.#tellNowAndThen()
    })
  }

  #tell(): void {
    const { onProgress } = this.#plan
    if (onProgress === undefined) return
    const total = this.#board.share.entries
    let done = this.#doneEntries
    for (let worker = 0; worker < this.#members.length; worker++) done += this.#board.doneBy(worker)
    // Between the end of a part and its result some entries are counted nowhere; it never goes back for that.
    this.#toldEntries = Math.max(this.#toldEntries, Math.min(done, total))
    onProgress({ done: this.#toldEntries, total })
  }

  /** Ends it with an error, unless it is at its end already. */
  fail(error: unknown): void {
    if (!this.#isRunning) return
    // First (PA1): Deno tells of the end of a worker while it is being terminated.
    this.#isRunning = false
    const ends = this.#members.map(({ worker, isDone }) =>
      isDone ? worker.rest(this.#keeping) : worker.terminate(),
    )
    this.#end(ends, () => this.#reject(error))
  }

  #succeed(): void {
    const ends = this.#members.map(({ worker, hasGivenResults }) =>
      hasGivenResults ? worker.rest(this.#keeping) : worker.leave(this.#keeping),
    )
    this.#end(ends, () => this.#settle(this.#folded))
  }

  #end(ends: readonly unknown[], settle: () => void): void {
    this.#isRunning = false
    this.#cancelProgress()
    this.#plan.signal?.removeEventListener('abort', this.#abort)
    Promise.all(ends).then(settle, settle)
  }
}

/** @throws CoppiceError INVALID_OPTION when the caller's data cannot be sent */
function begin(pool: WorkerPool, kind: ThreadKind, task: ParallelTask, listener: JobListener): PoolWorker {
  try {
    return pool.begin(kind, task, listener)
  } catch (cause) {
    if ((cause as Error).name !== 'DataCloneError') throw cause
    const reason = (cause as Error).message
    const expected = 'what can be cloned for another thread'
    throw new CoppiceError('INVALID_OPTION', `parallel, option data: expected ${expected}: ${reason}`, {
      expected,
      cause,
    })
  }
}

/** Runs it on `snapshot`, which the caller closes at the end. `begun` gets what can be failed. */
export async function runParallel(
  snapshot: Snapshot,
  plan: ParallelPlan,
  pool: WorkerPool,
  begun: (run: ParallelRun) => void,
): Promise<unknown> {
  const { combine, initial, onProgress, signal } = plan
  if (signal?.aborted === true) throw abortedBy(signal)
  // Refuses at once what no worker could read.
  snapshot.share()
  const entries = countEntries(snapshot, plan)
  if (entries === 0) {
    onProgress?.({ done: 0, total: 0 })
    return combine === undefined ? [] : initial
  }
  const run = new ParallelRun(snapshot, plan, entries, pool)
  begun(run)
  try {
    return await run.result
  } catch (error) {
    // A worker that attaches too late hears that the snapshot is closed; here one knows why.
    if (isCoppiceError(error, 'TRANSACTION_CLOSED')) snapshot.share()
    throw error
  }
}

interface Countable {
  count(range: RangeOptions<unknown> | undefined): number
}

/** @throws CoppiceError INVALID_DEFINITION, INVALID_RANGE, INVALID_KEY, TABLE_TYPE_MISMATCH */
function countEntries(snapshot: Snapshot, { table, by, range }: ParallelPlan): number {
  const handle = snapshot.table(table as never) as Countable & { by?(name: string): Countable; name: string }
  if (by === undefined) return handle.count(range)
  if (handle.by !== undefined) return handle.by(by).count(range)
  throw new CoppiceError('INVALID_DEFINITION', `table '${handle.name}' has no indexes, given by: '${by}'`, {
    table: handle.name,
    index: by,
  })
}

function abortedBy(signal: AbortSignal): CoppiceError {
  return new CoppiceError('ABORTED', 'the operation was aborted', { cause: signal.reason })
}

function notImported({ preload }: ParallelPlan, { what, reason }: NotImported): CoppiceError {
  const message =
    what === 'preload'
      ? `parallel, option preload: ${preload} cannot be imported: ${reason}`
      : `parallel: a worker cannot import ${TASK_MODULE}: ${reason}. (TypeScript needs a loader in workers, too: option preload. A bundle must leave Coppice out.)`
  return new CoppiceError('INVALID_OPTION', message, { given: what === 'preload' ? preload! : TASK_MODULE })
}
