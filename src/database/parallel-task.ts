/**
 * What a worker thread of `db.parallel` does for one call: imports the caller's module, takes a part, opens the snapshot, and
 * works on one part after the other until there are none.
 *
 * The snapshot is opened after a part was taken: whoever is too late for a part does not touch it (PA2).
 *
 * It knows nothing of the other workers, nor of what becomes of the results, nor of other calls.
 */

import { CoppiceError } from '../base/errors.ts'
import type { ThreadEntry } from '../io/job-thread.ts'
import type { RangeOptions } from '../table/range.ts'
import { attach } from './attach.ts'
import { type BoardShare, PartBoard } from './parallel-board.ts'
import type { ParallelPart } from './parallel-options.ts'
import type { SnapshotShare } from './share.ts'
import type { Snapshot } from './snapshot.ts'
import { packError, plainError, type SentError } from './thread-error.ts'

/** What a worker is told when it begins. */
export interface ParallelTask {
  readonly snapshot: SnapshotShare
  readonly module: string
  readonly functionName: string
  /** Of all parts together. */
  readonly range: RangeOptions<unknown> | undefined
  readonly data: unknown
  readonly board: BoardShare
  /** Which of the workers this is, from 0 on. */
  readonly worker: number
}

/** What a worker says. After `failed` and `finished` it says nothing more. */
export type ParallelMessage =
  | { readonly kind: 'result'; readonly index: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: SentError }
  | { readonly kind: 'finished' }

type Part = ParallelPart<unknown>
type PartFunction = (part: Part, data: unknown) => unknown
type Send = (message: ParallelMessage) => void

async function run(task: ParallelTask, send: Send): Promise<void> {
  try {
    const fn = await importFunction(task)
    const board = new PartBoard(task.board)
    const first = board.take(task.worker)
    if (first !== undefined) {
      const snapshot = attach(task.snapshot)
      try {
        await workOn(task, fn, snapshot, board, first, send)
      } finally {
        snapshot.close()
      }
    }
    send({ kind: 'finished' })
  } catch (thrown) {
    const error = packError(thrown)
    try {
      send({ kind: 'failed', error })
    } catch {
      send({ kind: 'failed', error: plainError(error) })
    }
  }
}

export default run satisfies ThreadEntry<ParallelTask>

/** @throws CoppiceError INVALID_OPTION */
async function importFunction({ module, functionName }: ParallelTask): Promise<PartFunction> {
  let exported: Readonly<Record<string, unknown>>
  try {
    exported = await import(module)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CoppiceError('INVALID_OPTION', `parallel: ${module} cannot be imported: ${reason}`, {
      given: module,
      cause,
    })
  }
  const fn = exported[functionName]
  if (typeof fn === 'function') return fn as PartFunction
  const known = Object.keys(exported).filter(name => typeof exported[name] === 'function')
  const wanted = functionName === 'default' ? 'no default export' : `no export '${functionName}'`
  throw new CoppiceError(
    'INVALID_OPTION',
    `parallel: ${module} has ${wanted} that is a function (it has: ${known.join(', ') || 'none'})`,
    { expected: functionName, given: known.join(', ') },
  )
}

async function workOn(
  task: ParallelTask,
  fn: PartFunction,
  snapshot: Snapshot,
  board: PartBoard,
  first: number,
  send: Send,
): Promise<void> {
  const { data, worker } = task
  for (let index: number | undefined = first; index !== undefined; index = board.take(worker)) {
    const result = await fn(partOf(task, board, snapshot, index), data)
    board.finish(worker)
    try {
      send({ kind: 'result', index, result })
    } catch (cause) {
      throw new Error(`the result of part ${index} cannot be sent to another thread`, { cause })
    }
  }
}

function partOf({ range, worker }: ParallelTask, board: PartBoard, snapshot: Snapshot, index: number): Part {
  const { start, entries } = board.place(index)
  return {
    snapshot,
    range: { ...range, offset: (range?.offset ?? 0) + start, limit: entries } as Part['range'],
    index,
    count: board.share.count,
    entries,
    report: done => board.report(worker, done),
  }
}
