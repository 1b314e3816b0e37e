/** What `db.parallel` takes and gives: the types that its callers and their modules see, and the checks at run time. */

import { CoppiceError } from '../base/errors.ts'
import { keepsThreadLimits, type ThreadLimits } from '../io/job-thread.ts'
import { moduleUrlOf } from '../io/module-url.ts'
import { threadsAtATime } from '../io/threads.ts'
import type { KeyOver, RecordDefinition, TableDefinition } from '../table/definition.ts'
import type { KeyOf } from '../table/handles.ts'
import { preview } from '../table/place.ts'
import type { RangeOptions } from '../table/range.ts'
import type { Snapshot } from './snapshot.ts'

type KeyOfIndex<D, By> =
  D extends RecordDefinition<infer C, infer _P, infer I>
    ? By extends keyof I
      ? KeyOver<C, I[By]['on']>
      : never
    : never

/** The range of a table of definition `D`, or of its index `By`. */
type PlaceRange<D, By> = RangeOptions<By extends string ? KeyOfIndex<D, By> : KeyOf<D>>

/**
 * What a function that `db.parallel` runs gets: one part of what is to be read, in a worker thread. `D` is the type of the
 * table's definition, `By` the name of the index that it is read by.
 * @example
 * export default function area({ snapshot, range }: ParallelPart<typeof fields>): number {
 *   return snapshot.table(fields).range(range).reduce((sum, field) => sum + field.area, 0)
 * }
 */
export interface ParallelPart<D, By extends string | undefined = undefined> {
  /** The state that all parts are read from. It is closed when the work is done. */
  readonly snapshot: Snapshot
  /**
   * Of this part, for `snapshot.table(definition).range(range)`, `values` or `keys`; with an index, for those of
   * `snapshot.table(definition).by(name)`. (Not for `keys` of a multimap, which counts keys, and a part is so many pairs.)
   */
  readonly range: PlaceRange<D, By>
  /** Which part, from 0 on, in the order of the range. */
  readonly index: number
  /** Of parts, in all. */
  readonly count: number
  /** In this part; at least 1. */
  readonly entries: number
  /**
   * For `onProgress`: so many entries of this part are done. It costs some ten nanoseconds; a part that never calls it
   * counts when it is done.
   */
  readonly report: (done: number) => void
}

/** How far `db.parallel` is, in entries. */
export interface ParallelProgress {
  readonly done: number
  readonly total: number
}

/** Options of `db.parallel` that are the same for all functions. */
export interface ParallelSettings {
  /** Threads, 1 to 127. Default: as many as the machine runs at a time; never more than there are parts. */
  readonly workers?: number | undefined
  /**
   * Parts, of equal numbers of entries. Default: four times `workers`, so that one who is slower does fewer; never more than
   * there are entries.
   */
  readonly partitions?: number | undefined
  /** Called when a part is done, and ten times a second. */
  readonly onProgress?: ((progress: ParallelProgress) => void) | undefined
  /** Aborts it: the workers are terminated, and the promise is rejected with ABORTED. */
  readonly signal?: AbortSignal | undefined
  /**
   * A module that each worker imports before all others, as one that teaches it TypeScript. A URL, or an absolute path.
   * @example preload: new URL('./typescript.mjs', import.meta.url)
   */
  readonly preload?: URL | string | undefined
  /**
   * Limits of each worker's memory, as `node:worker_threads` takes them. Default: V8's, and 24 MB for young objects where the old
   * ones are limited. A worker that needs more than it may have rejects the promise with ERR_WORKER_OUT_OF_MEMORY; one that asks
   * for more than 16 MB at once when it has none left is beyond Node's help, and ends the process. Refused with INVALID_OPTION in
   * Bun and Deno, which keep no limits.
   * @example resourceLimits: { maxOldGenerationSizeMb: 512 }
   */
  readonly resourceLimits?: ThreadLimits | undefined
  /**
   * For how long workers that have done their work wait for the next call, which need not start them then: one with the same
   * `preload` and `resourceLimits`, whatever its module. Default: 10000. 0 ends them at once. They do not keep the process alive,
   * and end with the database.
   */
  readonly keepWorkersMs?: number | undefined
}

type AnyFunction = (part: never, data: never) => unknown

/** What `db.parallel` is about when its caller does not say: a function of which nothing is known. */
export type AnyParallelModule = { readonly default: (part: unknown, data: unknown) => unknown }

/** The function that `M` stands for: itself, or the default export of a module. */
type FunctionOf<M> = M extends AnyFunction
  ? M
  : M extends { readonly default: infer F extends AnyFunction }
    ? F
    : never

/** What the function of `M`, the type of a module or of a function, resolves to. */
export type ParallelResult<M> = Awaited<ReturnType<FunctionOf<M>>>

type PartOf<M> = Parameters<FunctionOf<M>>[0]
type DataOf<M> = Parameters<FunctionOf<M>>[1]

/** A range of a table of which nothing is known. It is checked at run time, as all are. */
type AnyRange = Omit<RangeOptions<unknown>, 'prefix'> & { readonly prefix?: readonly unknown[] | undefined }

interface AnyPlace {
  /** The definition of the table. */
  readonly table: Pick<TableDefinition, 'kind' | 'name'>
  /** The name of an index of the table: the parts are then parts of that index. */
  readonly by?: string | undefined
  /** What to read of the table, or of the index. Default: all of it. */
  readonly range?: AnyRange | undefined
}

interface TablePlace<D> {
  /** The definition of the table. */
  readonly table: D
  readonly by?: undefined
  /** What to read of the table. Default: all of it. */
  readonly range?: PlaceRange<D, undefined> | undefined
}

interface IndexPlace<D, By> {
  /** The definition of the table. */
  readonly table: D
  /** The name of the index that the parts are parts of. */
  readonly by: By
  /** What to read of the index. Default: all of it. */
  readonly range?: PlaceRange<D, By> | undefined
}

type PlaceOptions<P> = unknown extends P
  ? AnyPlace
  : P extends ParallelPart<infer D, infer By>
    ? By extends string
      ? IndexPlace<D, By>
      : TablePlace<D>
    : 'the function does not take a ParallelPart'

interface OptionalData<T> {
  /** What the function gets as its second argument. A clone goes to each worker; shared memory is shared. */
  readonly data?: T | undefined
}

interface RequiredData<T> {
  /** What the function gets as its second argument. A clone goes to each worker; shared memory is shared. */
  readonly data: T
}

type DataOptions<T> = undefined extends T ? OptionalData<T> : RequiredData<T>

interface DefaultFunction {
  readonly function?: 'default' | undefined
}

interface NamedFunction {
  /** The name under which the module exports the function. Default: its default export. */
  readonly function?: string | undefined
}

type NameOptions<M> = M extends AnyFunction
  ? NamedFunction
  : AnyParallelModule extends M
    ? NamedFunction
    : DefaultFunction

/** Options of `db.parallel` for `M`, the type of a module, or of one of its functions. */
export type ParallelOptions<M = AnyParallelModule> = [FunctionOf<M>] extends [never]
  ? 'the module has no default export that is a function: give the type of one of its functions'
  : ParallelSettings & PlaceOptions<PartOf<M>> & DataOptions<DataOf<M>> & NameOptions<M>

/** What was asked for, with defaults filled in. */
export interface ParallelPlan {
  readonly module: string
  readonly functionName: string
  readonly table: unknown
  readonly by: string | undefined
  readonly range: RangeOptions<unknown> | undefined
  readonly data: unknown
  readonly workers: number
  readonly partitions: number
  readonly preload: string | undefined
  readonly limits: ThreadLimits
  readonly keepWorkersMs: number
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: ParallelProgress) => void) | undefined
  readonly combine: ((sum: unknown, result: unknown) => unknown) | undefined
  readonly initial: unknown
}

const KNOWN = [
  'table',
  'by',
  'range',
  'function',
  'data',
  'combine',
  'initial',
  'workers',
  'partitions',
  'onProgress',
  'signal',
  'preload',
  'resourceLimits',
  'keepWorkersMs',
]
const LIMITS = [
  'maxYoungGenerationSizeMb',
  'maxOldGenerationSizeMb',
  'codeRangeSizeMb',
  'stackSizeMb',
] as const
const PARTS_PER_WORKER = 4
/** As many threads as can attach. */
const WORKERS_MAX = 127
const PARTITIONS_MAX = 1_000_000
/** Long enough for what a program does between two calls; then the memory of the workers is worth more. */
const KEEP_WORKERS_MS = 10_000
/** As long as timers can be. */
const KEEP_WORKERS_MAX_MS = 2 ** 31 - 1

/** @throws CoppiceError INVALID_OPTION */
export function planParallel(module: unknown, options: unknown): ParallelPlan {
  if (typeof options !== 'object' || options === null) refuse('(all)', 'an object', options)
  for (const name in options) if (!KNOWN.includes(name)) refuse(name, `one of ${KNOWN.join(', ')}`, name)
  const given = options as Readonly<Record<string, unknown>>
  const { data, initial, range, table } = given
  const workers = count(given, 'workers', Math.min(threadsAtATime(), WORKERS_MAX), WORKERS_MAX)
  const { signal } = given
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse('signal', 'an AbortSignal', signal)
  return {
    module: moduleUrl('module', module),
    functionName: name(given, 'function') ?? 'default',
    table,
    by: name(given, 'by'),
    // The table checks it.
    range: range as RangeOptions<unknown> | undefined,
    data,
    workers,
    partitions: count(given, 'partitions', PARTS_PER_WORKER * workers, PARTITIONS_MAX),
    preload: given.preload === undefined ? undefined : moduleUrl('preload', given.preload),
    limits: threadLimits(given.resourceLimits),
    keepWorkersMs: milliseconds(given, 'keepWorkersMs', KEEP_WORKERS_MS, KEEP_WORKERS_MAX_MS),
    signal,
    onProgress: callback(given, 'onProgress'),
    combine: callback(given, 'combine'),
    initial,
  }
}

function count(given: Readonly<Record<string, unknown>>, option: string, fallback: number, max: number) {
  const value = given[option]
  if (value === undefined) return fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value
  refuse(option, `an integer from 1 to ${max}`, value)
}

function milliseconds(
  given: Readonly<Record<string, unknown>>,
  option: string,
  fallback: number,
  max: number,
): number {
  const value = given[option]
  if (value === undefined) return fallback
  if (typeof value === 'number' && value >= 0 && value <= max) return value
  refuse(option, `milliseconds from 0 to ${max}`, value)
}

/**
 * Node ends a worker at its limit by giving it 16 MB more until it notices. What survives one collection of the young generation must
 * not be more, or V8 ends the process: up to a third of that generation. V8's own choice is 48 to 192 MB.
 */
const YOUNG_OF_LIMITED_MB = 24

function threadLimits(value: unknown): ThreadLimits {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null) refuse('resourceLimits', 'an object', value)
  for (const limit in value) {
    if (!LIMITS.some(known => known === limit))
      refuse('resourceLimits', `some of ${LIMITS.join(', ')}`, limit)
  }
  const given = value as ThreadLimits
  for (const limit of LIMITS) {
    const megabytes: unknown = given[limit]
    if (megabytes === undefined || (Number.isFinite(megabytes) && (megabytes as number) > 0)) continue
    refuse(`resourceLimits.${limit}`, 'a number of megabytes above 0', megabytes)
  }
  // A worker that nothing stops takes the memory of the whole machine.
  if (!keepsThreadLimits && LIMITS.some(limit => given[limit] !== undefined)) {
    refuse('resourceLimits', 'nothing, because this runtime does not limit the memory of threads', value)
  }
  const isYoungLeftOpen =
    given.maxOldGenerationSizeMb !== undefined && given.maxYoungGenerationSizeMb === undefined
  return isYoungLeftOpen ? { ...given, maxYoungGenerationSizeMb: YOUNG_OF_LIMITED_MB } : given
}

function name(given: Readonly<Record<string, unknown>>, option: string): string | undefined {
  const value = given[option]
  if (value === undefined || typeof value === 'string') return value
  refuse(option, 'a name', value)
}

function callback<F>(given: Readonly<Record<string, unknown>>, option: string): F | undefined {
  const value = given[option]
  if (value === undefined || typeof value === 'function') return value as F | undefined
  refuse(option, 'a function', value)
}

function moduleUrl(option: string, value: unknown): string {
  const expected =
    "the URL of a module, as new URL('./module.js', import.meta.url) or import.meta.resolve('package'), or an absolute path"
  return moduleUrlOf(value) ?? refuse(option, expected, value instanceof URL ? value.href : value)
}

function refuse(option: string, expected: string, value: unknown): never {
  const given = preview(value)
  throw new CoppiceError(
    'INVALID_OPTION',
    `parallel, option ${option}: expected ${expected}; given ${given}`,
    {
      expected,
      given,
    },
  )
}
