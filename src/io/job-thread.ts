/**
 * A thread that does one job after the other, all with the same function.
 *
 * ```
 *  working ── its jobs are done, and nothing keeps its event loop alive ──> at rest ── run ──> working
 *     └────── it ends: process.exit, an error, terminate, or it waits for nothing ──────┴──────────> gone
 * ```
 * JT1 At rest nothing of a job runs any more: no timer, no open handle, nothing printed that has not arrived. The event loop
 *     of the thread itself says so (`beforeExit`), and none of our timers.
 * JT2 A thread that is given a job keeps the process alive until it is at rest, or released.
 * JT3 A thread at work that waits for what never comes ends: our port does not keep it alive.
 * JT4 What is heard of a job that is not the newest is ignored.
 *
 * Where the runtime has no `beforeExit` in threads (Deno), a thread is never at rest: it ends after its first job. Where a
 * thread may run on when its end is heard of (threads.ts; Deno, too), it is taken for gone when the system has it no more, or
 * after a while: a loop that Deno does not end may go on.
 */

import {
  MessageChannel,
  type MessagePort,
  type ResourceLimits,
  receiveMessageOnPort,
  Worker,
} from 'node:worker_threads'
import { endsAreCertain, hasCertainlyEnded, LOOK_AT_THREADS_MS } from './threads.ts'

/** A module that a started thread could not import: the first message, and the last one. */
export class NotImported {
  /** Which one: what was to be imported first, or the entry. */
  readonly what: 'preload' | 'entry'
  readonly reason: string

  constructor(what: 'preload' | 'entry', reason: string) {
    this.what = what
    this.reason = reason
  }
}

/** Whether limits of a thread's memory are kept: Bun and Deno take them, and heed them not. */
export const keepsThreadLimits = process.versions.bun === undefined && process.versions.deno === undefined

/** Limits of a thread's memory, in the words of `node:worker_threads`. What is left out is as V8 has it. */
export interface ThreadLimits {
  /** For new objects, in megabytes. V8 takes what fits this into three: two halves and as much again. */
  readonly maxYoungGenerationSizeMb?: number | undefined
  /** For all other objects, in megabytes. A thread that needs more is ended with ERR_WORKER_OUT_OF_MEMORY. */
  readonly maxOldGenerationSizeMb?: number | undefined
  /** For compiled code, in megabytes. */
  readonly codeRangeSizeMb?: number | undefined
  /** Of the stack, in megabytes. */
  readonly stackSizeMb?: number | undefined
}

/** What a thread is made with. One can do another's jobs when this is equal. */
export interface ThreadKind {
  /** For people who look at the threads of the process. */
  readonly name: string
  /** A module that is imported before all others: it may teach the thread a language. */
  readonly preload: string | undefined
  /** A module whose default export is called with a job, and a function that sends messages. */
  readonly entry: string
  readonly limits: ThreadLimits
}

/** The default export of an entry. What it returns is awaited; it must not fail. */
export type ThreadEntry<J> = (job: J, send: (message: unknown) => void) => unknown

/** Hears of a thread from when it is given a job until it is given the next one, or released. */
export interface JobListener {
  /** It has begun the job. */
  onBegin?(): void
  onMessage(message: unknown): void
  /** It is gone; its messages came before. `error`: what nobody in it caught, if that ended it. */
  onEnd(exitCode: number, error: unknown): void
}

const NOBODY: JobListener = { onMessage() {}, onEnd() {} }

/** What a thread says. Its jobs are counted from 1 on. */
type Said =
  | { readonly kind: 'not imported'; readonly what: NotImported['what']; readonly reason: string }
  | { readonly kind: 'begun' | 'at rest'; readonly job: number }
  | { readonly kind: 'message'; readonly job: number; readonly message: unknown }

/** How long a thread that has done its job may take to come to rest. */
const RESTING_MS = 100

/** How often one looks for a thread that is to end, and may be in a loop that goes on. */
const LOOKS_AT_END_MAX = 60

/**
 * The word by which a thread whose end is not certain says how it is: 0 until it has begun, then the system's number of it, and
 * this when it has none to tell, or has ended in good order, or is not to begin.
 */
const NOTHING_TO_WAIT_FOR = -1

/**
 * What a thread begins with. Plain JavaScript, whatever language the modules are in, and neither a CommonJS nor an ES
 * module, because the process may have been told (`--input-type`) to take such text for either. It talks through a port of
 * its own: `parentPort` is left to the modules that it runs.
 */
const BEGINNING = `
import('node:worker_threads').then(async ({ workerData: { preload, entry, port, life } }) => {
  if (life !== undefined) {
    let number = ${NOTHING_TO_WAIT_FOR}
    try {
      const { readlinkSync } = await import('node:fs')
      number = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    } catch {}
    if (Atomics.compareExchange(life, 0, 0, number) !== 0) return
    process.on('exit', () => Atomics.store(life, 0, ${NOTHING_TO_WAIT_FOR}))
  }
  let what = 'preload'
  let run
  try {
    if (preload !== undefined) await import(preload)
    what = 'entry'
    run = (await import(entry)).default
  } catch (error) {
    port.postMessage({ kind: 'not imported', what, reason: String(error?.message ?? error) })
    return
  }
  let given = 0
  let done = 0
  let last = Promise.resolve()
  process.on('beforeExit', () => {
    if (done < given) return
    port.ref()
    port.postMessage({ kind: 'at rest', job: done })
  })
  port.on('message', data => {
    const job = ++given
    port.unref()
    last = last.then(async () => {
      port.postMessage({ kind: 'begun', job })
      await run(data, message => port.postMessage({ kind: 'message', job, message }))
      done = job
    })
  })
})`

export class JobThread {
  readonly kind: ThreadKind
  /** Resolves when it is gone. */
  readonly ended: Promise<void>
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #life = endsAreCertain ? undefined : new Int32Array(new SharedArrayBuffer(4))
  #listener: JobListener
  #job = 1
  #isAtRest = false
  #isGone = false
  #error: unknown
  #tellRest: () => void = () => {}

  /** Starts it, with its first job. @throws DataCloneError when the job cannot be cloned: then nothing is started */
  constructor(kind: ThreadKind, job: unknown, listener: JobListener) {
    this.kind = kind
    this.#listener = listener
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    try {
      port1.postMessage(job)
      const { name, preload, entry, limits } = kind
      this.#worker = new Worker(BEGINNING, {
        eval: true,
        name,
        workerData: { preload, entry, port: port2, life: this.#life },
        transferList: [port2],
        resourceLimits: limits as ResourceLimits,
      })
    } catch (error) {
      port1.close()
      throw error
    }
    port1.on('message', (said: Said) => this.#hear(said))
    this.#worker.on('error', error => {
      this.#error = error
    })
    this.ended = new Promise(resolve => {
      this.#worker.once('exit', exitCode => {
        this.#whenGone(() => {
          this.#end(exitCode)
          resolve()
        })
      })
    })
  }

  #whenGone(end: () => void): void {
    const life = this.#life
    if (life === undefined) {
      end()
      return
    }
    let looks = 0
    const look = (): void => {
      const hasBegun = Atomics.compareExchange(life, 0, 0, NOTHING_TO_WAIT_FOR) !== 0
      const number = Atomics.load(life, 0)
      if (!hasBegun || number < 0 || hasCertainlyEnded(number) || ++looks === LOOKS_AT_END_MAX) end()
      else setTimeout(look, LOOK_AT_THREADS_MS)
    }
    // Not at once: its last messages, and its error, may come after.
    setTimeout(look)
  }

  get isAtRest(): boolean {
    return this.#isAtRest && !this.#isGone
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /**
   * Gives it another job, which comes after those that it has. It may be about to end for another reason, and then it does not
   * begin it. @throws DataCloneError
   */
  run(job: unknown, listener: JobListener): void {
    this.#port.postMessage(job)
    this.#job++
    this.#listener = listener
    this.#isAtRest = false
    this.#worker.ref()
    this.#port.ref()
  }

  /** Whatever it still does is nobody's business any more, and does not keep the process alive. */
  release(): void {
    this.#listener = NOBODY
    this.#worker.unref()
    this.#port.unref()
  }

  #hear(said: Said): void {
    if (said.kind === 'not imported') {
      this.#listener.onMessage(new NotImported(said.what, said.reason))
    } else if (said.job === this.#job) {
      if (said.kind === 'begun') this.#listener.onBegin?.()
      else if (said.kind === 'message') this.#listener.onMessage(said.message)
      else this.#atRest()
    }
  }

  #atRest(): void {
    this.#isAtRest = true
    this.#worker.unref()
    this.#port.unref()
    this.#tellRest()
  }

  #end(exitCode: number): void {
    // Its last messages may not have been delivered yet.
    for (;;) {
      const last = receiveMessageOnPort(this.#port)
      if (last === undefined) break
      this.#hear(last.message as Said)
    }
    this.#isGone = true
    this.#port.close()
    this.#listener.onEnd(exitCode, this.#error)
  }

  /** Resolves when it is at rest, or gone; it is terminated if that takes longer than a moment. */
  async rest(): Promise<void> {
    if (this.#isAtRest || this.#isGone) return
    const job = this.#job
    const terminate = (): void => {
      if (this.#job === job && !this.#isAtRest) void this.#worker.terminate()
    }
    // What it has said while this thread was busy is heard before.
    const timer = setTimeout(() => setImmediate(terminate), RESTING_MS)
    const rested = new Promise<void>(resolve => {
      this.#tellRest = resolve
    })
    await Promise.race([rested, this.ended])
    clearTimeout(timer)
  }

  /** Ends it wherever it is; resolves when it is gone. */
  async terminate(): Promise<void> {
    await this.#worker.terminate()
    await this.ended
  }
}

/** A clone of a value as it is now, made as sending it makes one. */
export class KeptClone {
  readonly #from: MessagePort
  readonly #to: MessagePort

  /** @throws DataCloneError */
  constructor(value: unknown) {
    const { port1, port2 } = new MessageChannel()
    this.#from = port1
    this.#to = port2
    try {
      port1.postMessage(value)
    } catch (error) {
      this.drop()
      throw error
    }
  }

  /** The clone; once. */
  take(): unknown {
    const kept = receiveMessageOnPort(this.#to)
    this.drop()
    return (kept as { readonly message: unknown }).message
  }

  drop(): void {
    this.#from.close()
  }
}
