/**
 * Threads of this process: which one this is, how one learns that another has ended, and how one starts another.
 *
 * A thread can end between any two of its instructions (`worker.terminate()`), so nothing that it does itself can be
 * relied on. Its port can: when a thread is gone, its message ports are closed, and the other end hears of it.
 *
 * - A worker introduces itself to the thread whose database it reads, with a port, where the runtime can send a message to
 *   a thread by its id (`postMessageToThread`: Node 20.19, 22.5). Each of the two hears of the other's end.
 * - Elsewhere the thread that made a worker hears of its end. That misses workers made by other workers, or before this
 *   module was loaded; they are put away after when they end in good order.
 */

import { availableParallelism } from 'node:os'
import * as workerThreads from 'node:worker_threads'
import { MessageChannel, type MessagePort, type ResourceLimits, threadId, Worker } from 'node:worker_threads'

export { threadId }

/** What a worker introduces itself with. */
const GREETING = 'coppice: a thread that attaches'

type Listener = (threadId: number) => void

type PostToThread = (threadId: number, value: unknown, transfer: readonly MessagePort[]) => Promise<void>
const { postMessageToThread } = workerThreads as { readonly postMessageToThread?: PostToThread }

interface Greeting {
  readonly greeting: typeof GREETING
  readonly port: MessagePort
}

const listeners = new Set<Listener>()
let isWatching = false

function tell(ended: number): void {
  for (const listener of [...listeners]) listener(ended)
}

/** The ids are known as long as a worker lives; afterwards `threadId` says -1. */
function watchWorker(worker: Worker): void {
  const { threadId: id } = worker
  worker.once('exit', () => tell(id))
}
process.on('worker', watchWorker)

function isGreeting(value: unknown): value is Greeting {
  return typeof value === 'object' && value !== null && (value as Greeting).greeting === GREETING
}

/** Of the threads that have introduced themselves: kept, because one that is dropped is closed. */
const portsOfOthers = new Set<MessagePort>()

function hear(value: unknown, source: number): void {
  if (!isGreeting(value)) return
  const { port } = value
  portsOfOthers.add(port)
  port.once('close', () => {
    portsOfOthers.delete(port)
    tell(source)
  })
  // It keeps nobody alive.
  port.unref()
}

/** Calls `listener` with the id of each thread that has ended, as far as can be known. Returns how to stop that. */
export function onThreadEnd(listener: Listener): () => void {
  if (!isWatching) {
    isWatching = true
    ;(process as NodeJS.EventEmitter).on('workerMessage', hear)
  }
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Calls `task` when thread `id`, to which this one has introduced itself, has ended. Returns how to stop that. */
export function onEndOf(id: number, task: () => void): () => void {
  const listener = (ended: number): void => {
    if (ended === id) task()
  }
  listeners.add(listener)
  if (endedAcquaintances.has(id)) task()
  return () => listeners.delete(listener)
}

/** The ports by which others know that this thread lives; they are closed with it. */
const ports: MessagePort[] = []
const introducedTo = new Set<number>()
const endedAcquaintances = new Set<number>()

/** What `postMessageToThread` says of a thread that is gone, or has never listened. */
const NOT_THERE = 'ERR_WORKER_MESSAGING_FAILED'

/** Lets thread `id`, which listens as long as it lives, learn of this thread's end, and this thread of that one's. */
export function introduceTo(id: number): void {
  if (id === threadId || postMessageToThread === undefined || introducedTo.has(id)) return
  introducedTo.add(id)
  const { port1, port2 } = new MessageChannel()
  const hasEnded = (): void => {
    endedAcquaintances.add(id)
    tell(id)
  }
  port1.once('close', hasEnded)
  port1.unref()
  ports.push(port1)
  postMessageToThread(id, { greeting: GREETING, port: port2 }, [port2]).catch((error: { code?: unknown }) => {
    if (error.code === NOT_THERE) hasEnded()
  })
}

const endTasks = new Set<() => void>()

/** Calls `task` when this thread ends in good order: not when it is terminated. Returns how to stop that. */
export function beforeThreadEnd(task: () => void): () => void {
  process.off('exit', runEndTasks)
  process.once('exit', runEndTasks)
  endTasks.add(task)
  return () => endTasks.delete(task)
}

function runEndTasks(): void {
  for (const task of [...endTasks]) task()
}

/** How many threads can run at a time, as far as the system says. */
export function threadsAtATime(): number {
  return Math.max(1, availableParallelism())
}

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

/** What a thread runs. */
export interface ThreadTask {
  /** For people who look at the threads of the process. */
  readonly name: string
  /** A module that is imported before all others: it may teach the thread a language. */
  readonly preload: string | undefined
  /** A module whose default export is called with `data`, and a function that sends messages. */
  readonly entry: string
  /** Is cloned. */
  readonly data: unknown
  readonly limits: ThreadLimits
}

/** The default export of an entry. The thread ends when nothing keeps it alive any more. */
export type ThreadEntry<D> = (data: D, send: (message: unknown) => void) => unknown

/** Hears of a thread that was started. */
export interface ThreadListener {
  onMessage(message: unknown): void
  /** It is gone; its messages came before. `error`: what nobody in it caught, if that ended it. */
  onEnd(exitCode: number, error: unknown): void
}

/** A thread that was started. */
export interface StartedThread {
  /** Ends it wherever it is; resolves when it is gone. */
  terminate(): Promise<void>
  /** Lets it end by itself, for a moment (what it prints is lost otherwise), and terminates it then. */
  leave(): Promise<void>
}

/** How long a thread that has done its work may take to end by itself. */
const LEAVING_MS = 100

/**
 * What a thread begins with. Plain JavaScript, whatever language the modules are in, and neither a CommonJS nor an ES
 * module, because the process may have been told (`--input-type`) to take such text for either.
 */
const BEGINNING = `
import('node:worker_threads').then(async ({ parentPort, workerData }) => {
  let what = 'preload'
  let run
  try {
    if (workerData.preload !== undefined) await import(workerData.preload)
    what = 'entry'
    run = (await import(workerData.entry)).default
  } catch (error) {
    const reason = String(error?.message ?? error)
    parentPort.postMessage({ notImported: what, reason })
    return
  }
  await run(workerData.data, message => parentPort.postMessage(message))
})`

/** @throws DataCloneError when the data cannot be cloned */
export function startThread(task: ThreadTask, listener: ThreadListener): StartedThread {
  const { name, limits, ...workerData } = task
  const worker = new Worker(BEGINNING, {
    eval: true,
    name,
    workerData,
    resourceLimits: limits as ResourceLimits,
  })
  let error: unknown
  worker.on('message', (message: { readonly notImported?: NotImported['what']; readonly reason: string }) => {
    const what = message?.notImported
    listener.onMessage(what === undefined ? message : new NotImported(what, message.reason))
  })
  worker.on('error', thrown => {
    error = thrown
  })
  const ended = new Promise<void>(resolve => {
    worker.once('exit', exitCode => {
      listener.onEnd(exitCode, error)
      resolve()
    })
  })
  const terminate = async (): Promise<void> => {
    await worker.terminate()
    await ended
  }
  const leave = async (): Promise<void> => {
    const timer = setTimeout(() => void worker.terminate(), LEAVING_MS)
    await ended
    clearTimeout(timer)
  }
  return { terminate, leave }
}
