/** What a database can be opened with: every option, its default and its bounds, checked in one place. */

import { CoppiceError } from '../base/errors.ts'
import { didYouMean } from '../base/known-options.ts'

/** What a commit waits for: the disk, or nothing. */
export type Durability = 'sync' | 'none'

/**
 * Options of `open`. All sizes in bytes, all times in milliseconds. An option that is undefined is as if it were left
 * out.
 */
export interface StoreOptions {
  /**
   * Size of a page of a new database: a power of two from 4096 to 65536. An existing database keeps its own, and
   * asking for another one is an error. Larger pages hold longer keys (a quarter page) and make a commit's
   * pages larger. Default 4096.
   */
  readonly pageSizeBytes?: number | undefined
  /** Memory for pages, from 64 KiB to just under 4 GiB. Reserved at once, used only as data is. Default 256 MiB. */
  readonly cacheSizeBytes?: number | undefined
  /**
   * The most that the file may grow to; `DATABASE_FULL` beyond. Default 1 TiB (at most 2^28 pages). It costs
   * 4 bytes of address space a page, and memory only for pages in use.
   */
  readonly maxSizeBytes?: number | undefined
  /**
   * What a commit waits for. `'sync'`: the disk. `'none'`: nothing; a crash of the machine or the process may
   * take the newest commits away, always a tail of them and never half of one. Default `'sync'`; a
   * transaction can ask for the other.
   */
  readonly durability?: Durability | undefined
  /** A transaction that logs more than this commits by a checkpoint instead. Default 8 MiB. */
  readonly transactionLogBytes?: number | undefined
  /**
   * A checkpoint starts when the log has this size; or, while it would write more than the log has, at up to twice that,
   * and 16 MiB more at most. Default 16 MiB.
   */
  readonly checkpointLogBytes?: number | undefined
  /** A commit waits for the running checkpoint when the log has this size. Default 64 MiB. */
  readonly maxLogBytes?: number | undefined
  /** Pages that each commit writes for a running checkpoint: more ends it sooner, less delays commits less. Default 32. */
  readonly checkpointPagesPerCommit?: number | undefined
  /** Age at which a snapshot is ended, so that its pages can be reused. Default: none. */
  readonly maxSnapshotAgeMs?: number | undefined
  /** Opens an existing database for reading only; other read-only openers are welcome. Default false. */
  readonly readOnly?: boolean | undefined
  /** With `false`, a database that does not exist is not made: `NOT_FOUND`. Default true. */
  readonly create?: boolean | undefined
  /**
   * Opens a database whose newest file header may be lost, which is refused otherwise (`CORRUPT`): it may be an earlier
   * state, without the newest commits. Default false.
   */
  readonly acceptOldState?: boolean | undefined
  /**
   * Goes on where the machine offers no lock that is freed when a process dies. Two processes that write to
   * one database destroy it; then it is up to you that they don't. Default false.
   */
  readonly unsafeLock?: boolean | undefined
}

/** The same with defaults filled in. */
export interface ResolvedOptions {
  /** Undefined: 4096 for a new database, whatever it is for an existing one. */
  readonly pageSizeBytes: number | undefined
  readonly cacheSizeBytes: number
  readonly maxSizeBytes: number
  readonly durability: Durability
  readonly transactionLogBytes: number
  readonly checkpointLogBytes: number
  readonly maxLogBytes: number
  readonly checkpointPagesPerCommit: number
  readonly maxSnapshotAgeMs: number
  readonly readOnly: boolean
  readonly create: boolean
  readonly acceptOldState: boolean
}

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB
export const DEFAULT_PAGE_SIZE_BYTES = 4 * KIB
export const MAX_PAGE_COUNT = 2 ** 28

/** Page sizes below 4 KiB are for tests, which exercise deep trees with little data. */
const PAGE_SIZES_IN_TESTS = [512, 1024, 2048]
const PAGE_SIZES = [4, 8, 16, 32, 64].map(kib => kib * KIB)

const KNOWN = new Set([
  'pageSizeBytes',
  'cacheSizeBytes',
  'maxSizeBytes',
  'durability',
  'transactionLogBytes',
  'checkpointLogBytes',
  'maxLogBytes',
  'checkpointPagesPerCommit',
  'maxSnapshotAgeMs',
  'readOnly',
  'create',
  'acceptOldState',
  'unsafeLock',
])

function invalid(name: string, expected: string, given: unknown): CoppiceError {
  const shown = typeof given === 'string' ? `'${given}'` : String(given)
  return new CoppiceError('INVALID_OPTION', `option ${name}: expected ${expected}, got ${shown}`, {
    expected,
    given: shown,
  })
}

function unknownOption(name: string): CoppiceError {
  const known = [...KNOWN].join(', ')
  return new CoppiceError(
    'INVALID_OPTION',
    `option ${name} is an unknown option${didYouMean(name, KNOWN)} (known are ${known})`,
    {
      expected: `one of ${known}`,
      given: name,
    },
  )
}

function integer(
  options: StoreOptions,
  name: keyof StoreOptions,
  fallback: number,
  min: number,
  max: number,
): number {
  const given: unknown = options[name]
  if (given === undefined) return fallback
  if (typeof given !== 'number' || !Number.isInteger(given) || given < min || given > max) {
    throw invalid(name, `an integer from ${min} to ${max}`, given)
  }
  return given
}

function boolean(options: StoreOptions, name: keyof StoreOptions, fallback: boolean): boolean {
  const given: unknown = options[name]
  if (given === undefined) return fallback
  if (typeof given !== 'boolean') throw invalid(name, 'true or false', given)
  return given
}

/** Whether a page size may occur in a file. `small`: also the sizes that only tests use. */
export function isPageSize(bytes: number, small: boolean): boolean {
  return PAGE_SIZES.includes(bytes) || (small && PAGE_SIZES_IN_TESTS.includes(bytes))
}

/** All page sizes, the usual ones first: where to look for a header when the first one is damaged. */
export function allPageSizes(): readonly number[] {
  return [...PAGE_SIZES, ...PAGE_SIZES_IN_TESTS]
}

/** @throws CoppiceError INVALID_OPTION naming the option, what was expected and what was given */
export function resolveOptions(options: StoreOptions, smallPages = false): ResolvedOptions {
  if (typeof options !== 'object' || options === null) throw invalid('(all)', 'an object', options)
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name)) throw unknownOption(name)
  }
  const pageSizeBytes = options.pageSizeBytes
  if (pageSizeBytes !== undefined && !isPageSize(pageSizeBytes, smallPages)) {
    throw invalid('pageSizeBytes', 'a power of two from 4096 to 65536', pageSizeBytes)
  }
  const durability: unknown = options.durability === undefined ? 'sync' : options.durability
  if (durability !== 'sync' && durability !== 'none')
    throw invalid('durability', "'sync' or 'none'", durability)
  const checkpointLogBytes = integer(options, 'checkpointLogBytes', 16 * MIB, 64 * KIB, GIB)
  const age: unknown =
    options.maxSnapshotAgeMs === undefined ? Number.POSITIVE_INFINITY : options.maxSnapshotAgeMs
  if (typeof age !== 'number' || !(age > 0)) throw invalid('maxSnapshotAgeMs', 'a number above 0', age)
  boolean(options, 'unsafeLock', false)
  return {
    pageSizeBytes,
    cacheSizeBytes: integer(
      options,
      'cacheSizeBytes',
      256 * MIB,
      smallPages ? 8 * KIB : 64 * KIB,
      4 * GIB - 8 * MIB,
    ),
    maxSizeBytes: integer(options, 'maxSizeBytes', 1024 * GIB, 64 * KIB, 2 ** 44),
    durability,
    transactionLogBytes: integer(options, 'transactionLogBytes', 8 * MIB, 0, GIB / 2),
    checkpointLogBytes,
    maxLogBytes: integer(
      options,
      'maxLogBytes',
      Math.max(64 * MIB, 2 * checkpointLogBytes),
      checkpointLogBytes,
      4 * GIB,
    ),
    checkpointPagesPerCommit: integer(options, 'checkpointPagesPerCommit', 32, 1, 65_536),
    maxSnapshotAgeMs: age,
    readOnly: boolean(options, 'readOnly', false),
    create: boolean(options, 'create', true),
    acceptOldState: boolean(options, 'acceptOldState', false),
  }
}
