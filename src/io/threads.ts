/**
 * Threads of this process: which one this is, and how one learns that another has ended. Starting them is job-thread.ts's.
 *
 * A thread can end between any two of its instructions (`worker.terminate()`), so nothing that it does itself can be
 * relied on. Its port can: when a thread is gone, its message ports are closed, and the other end hears of it.
 *
 * - A worker introduces itself to the thread whose database it reads, with a port, where the runtime can send a message to
 *   a thread by its id (`postMessageToThread`: Node 20.19, 22.5). Each of the two hears of the other's end.
 * - Elsewhere the thread that made a worker hears of its end. That misses workers made by other workers, or before this
 *   module was loaded; they are put away after when they end in good order.
 *
 * Deno tells all this before it is true: 'exit' is emitted when a thread has been asked to end, and some loops go on for ever
 * after that; and a port of a thread that was terminated is closed for nobody. So what is heard there only says that a thread
 * is to end (`endsAreCertain`), and the system is asked whether it still has that thread (`hasCertainlyEnded`).
 */

import { lstatSync, readlinkSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import * as workerThreads from 'node:worker_threads'
import { isMainThread, MessageChannel, type MessagePort, threadId, type Worker } from 'node:worker_threads'

export { threadId }

/** Whether a thread that is heard to have ended runs no more. In Deno it may. */
export const endsAreCertain = process.versions.deno === undefined

/** Where the ends of threads are not certain: how often one looks whether those that matter are still there. */
export const LOOK_AT_THREADS_MS = 50

/** The threads of this process, as Linux shows them. */
const SYSTEM_THREADS = '/proc/self/task'
const SYSTEM_THREAD_UNKNOWN = 0

/**
 * The system's number of this thread, for `hasCertainlyEnded`; 0 where it cannot be known or nobody needs it: the main thread
 * ends with the process.
 */
export const systemThreadId = endsAreCertain || isMainThread ? SYSTEM_THREAD_UNKNOWN : readSystemThreadId()

function readSystemThreadId(): number {
  try {
    // `<process>/task/<thread>`
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || SYSTEM_THREAD_UNKNOWN
  } catch {
    // Not Linux, or nobody may look.
    return SYSTEM_THREAD_UNKNOWN
  }
}

/** Whether the system has no such thread in this process any more. False of one that is not known. */
export function hasCertainlyEnded(systemThread: number): boolean {
  if (systemThread <= SYSTEM_THREAD_UNKNOWN) return false
  try {
    lstatSync(`${SYSTEM_THREADS}/${systemThread}`)
    return false
  } catch (error) {
    return (error as { code?: unknown }).code === 'ENOENT'
  }
}

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

/**
 * Calls `listener` with the id of each thread that has ended, as far as can be known; of each that is to end, where that is
 * not certain (`endsAreCertain`). Returns how to stop that.
 */
export function onThreadEnd(listener: Listener): () => void {
  if (!isWatching) {
    isWatching = true
    ;(process as NodeJS.EventEmitter).on('workerMessage', hear)
  }
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Calls `task` when thread `id`, to which this one has introduced itself, has ended, or is to end. Returns how to stop that. */
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
  if (id === threadId || postMessageToThread === undefined || !endsAreCertain || introducedTo.has(id)) return
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
