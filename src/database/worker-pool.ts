/**
 * The worker threads of `db.parallel`, which live on between calls: starting one takes longer than many a call.
 *
 * ```
 *  begin ──> at a job, in a worker that was kept and is of that kind, or in a new one
 *              ├── rest: nothing of the job runs any more ──> kept ── too long, or too many ──> gone
 *              ├── leave: it has nothing to do ────────────────^
 *              └── terminate; or spoilt, and at rest ─────────────────────────────────────────> gone
 * ```
 * WP1 A worker that has run a function is kept only when it is at rest (JT1), and nobody has called it spoilt: whose function
 *     failed, say, and who knows what it has left behind.
 * WP2 Workers that are kept do not keep the process alive (JT2), nor do the timers of their ends.
 * WP3 No more are kept than the last call had workers, or than the machine runs at a time, whichever is more; those that
 *     have waited longest go first.
 * WP4 A job that a kept worker does not begin, because the worker has just ended for some reason of its own, is begun by
 *     another one; nobody hears of it.
 *
 * It knows nothing of databases, nor of what the jobs are.
 */

import { type JobListener, JobThread, KeptClone, type ThreadKind } from '../io/job-thread.ts'
import type { CancelTask } from '../io/storage.ts'
import { systemScheduler } from '../io/system.ts'
import { threadsAtATime } from '../io/threads.ts'

interface Kept {
  readonly thread: JobThread
  readonly kind: string
  readonly cancelEnd: CancelTask
}

/** For how long the workers of a call are kept, and how many of them. */
export interface Keeping {
  readonly keepMs: number
  /** How many the call has. */
  readonly workers: number
}

export class WorkerPool {
  /** Those that wait, the one that has waited longest first. */
  readonly #kept = new Set<Kept>()
  #isClosed = false

  /** How many wait for a job. */
  get keptCount(): number {
    return this.#kept.size
  }

  /** @throws DataCloneError when the job cannot be cloned */
  begin(kind: ThreadKind, job: unknown, listener: JobListener): PoolWorker {
    return new PoolWorker(this, this.#take(kind), kind, job, listener)
  }

  #take(kind: ThreadKind): JobThread | undefined {
    const wanted = nameOf(kind)
    // The one that came last: its code is the warmest, and the others may go. Rather one at rest than one that still starts.
    const fitting = [...this.#kept].filter(kept => kept.kind === wanted && !kept.thread.isGone)
    const best = fitting.findLast(kept => kept.thread.isAtRest) ?? fitting.at(-1)
    if (best !== undefined) this.#forget(best)
    return best?.thread
  }

  /** @internal Keeps a worker that is at rest, or will be: it has no function to run. */
  keep(thread: JobThread, { keepMs, workers }: Keeping): void {
    thread.release()
    if (this.#isClosed || keepMs === 0) {
      void thread.terminate()
      return
    }
    const kept: Kept = {
      thread,
      kind: nameOf(thread.kind),
      cancelEnd: systemScheduler.delay(keepMs, () => this.#end(kept)),
    }
    this.#kept.add(kept)
    // What it fails with now is no call's business.
    void thread.ended.then(() => this.#forget(kept))
    const most = Math.max(workers, threadsAtATime())
    for (const oldest of this.#kept) {
      if (this.#kept.size <= most) break
      this.#end(oldest)
    }
  }

  #forget(kept: Kept): void {
    this.#kept.delete(kept)
    kept.cancelEnd()
  }

  #end(kept: Kept): void {
    this.#forget(kept)
    void kept.thread.terminate()
  }

  /** Ends the workers that wait, and those that come back later. Waits for nobody. */
  close(): void {
    this.#isClosed = true
    for (const kept of this.#kept) this.#end(kept)
  }
}

/** A worker at a job. */
export class PoolWorker {
  readonly #pool: WorkerPool
  readonly #kind: ThreadKind
  readonly #listener: JobListener
  #thread: JobThread
  #isSpoilt = false
  #isEnding = false
  #isGone = false

  /** @internal */
  constructor(
    pool: WorkerPool,
    kept: JobThread | undefined,
    kind: ThreadKind,
    job: unknown,
    listener: JobListener,
  ) {
    this.#pool = pool
    this.#kind = kind
    this.#listener = listener
    this.#thread = kept === undefined ? this.#start(job) : this.#goOn(kept, job)
  }

  #start(job: unknown): JobThread {
    return new JobThread(this.#kind, job, {
      onMessage: message => this.#listener.onMessage(message),
      onEnd: (exitCode, error) => this.#ended(exitCode, error),
    })
  }

  #goOn(thread: JobThread, job: unknown): JobThread {
    // For WP4. Another clone later would show what the caller has done to the data since, to one of the workers.
    let clone: KeptClone | undefined
    try {
      clone = new KeptClone(job)
      thread.run(job, {
        onBegin: () => {
          clone?.drop()
          clone = undefined
        },
        onMessage: message => this.#listener.onMessage(message),
        onEnd: (exitCode, error) => {
          if (clone !== undefined && !this.#isEnding) {
            this.#thread = this.#start(clone.take())
          } else {
            clone?.drop()
            this.#ended(exitCode, error)
          }
        },
      })
    } catch (error) {
      void thread.terminate()
      throw error
    }
    return thread
  }

  #ended(exitCode: number, error: unknown): void {
    this.#isGone = true
    this.#listener.onEnd(exitCode, error)
  }

  /** Whatever becomes of it, it gets no other job. */
  spoil(): void {
    this.#isSpoilt = true
  }

  /** It runs no function any more: waits, for a moment, until nothing of it runs, and keeps the worker or ends it. */
  async rest(keeping: Keeping): Promise<void> {
    this.#isEnding = true
    if (this.#isGone) return
    await this.#thread.rest()
    if (!this.#thread.isAtRest) return
    if (this.#isSpoilt) await this.#thread.terminate()
    else this.#pool.keep(this.#thread, keeping)
  }

  /** It has run no function, nor will it: it is kept, though it may not even have started. */
  leave(keeping: Keeping): void {
    this.#isEnding = true
    if (!this.#isGone) this.#pool.keep(this.#thread, keeping)
  }

  /** Ends it wherever it is; resolves when it is gone. */
  async terminate(): Promise<void> {
    this.#isEnding = true
    if (!this.#isGone) await this.#thread.terminate()
  }
}

/** Equal for kinds that are. */
function nameOf({ name, preload, entry, limits }: ThreadKind): string {
  const { maxYoungGenerationSizeMb, maxOldGenerationSizeMb, codeRangeSizeMb, stackSizeMb } = limits
  return JSON.stringify([
    name,
    preload,
    entry,
    maxYoungGenerationSizeMb,
    maxOldGenerationSizeMb,
    codeRangeSizeMb,
    stackSizeMb,
  ])
}
