/**
 * Ranges: from what the caller asks for (`gte`, `prefix`, …) to the bytes between which a cursor walks.
 */

import { CoppiceError } from '../base/errors.ts'
import type { ReadTree } from '../btree/api.ts'
import { ByteWriter, compareBytes, toSuccessor } from './bytes.ts'
import type { KeyCodec } from './key-codec.ts'
import { preview } from './place.ts'

/** The leading parts of a tuple, from none to all; nothing but the empty tuple for other keys. */
export type Leading<K> = K extends readonly [infer First, ...infer Rest]
  ? readonly [] | readonly [First, ...Leading<Rest>]
  : readonly []

/** A bound: a whole key, or the leading parts of a tuple key, which stand for all keys that begin with them. */
export type Bound<K> = K | Leading<K>

/** The bounds of a range. At most one of `gt` and `gte`, and one of `lt` and `lte`. */
export interface Bounds<K> {
  /** Above this. */
  readonly gt?: Bound<K>
  /** This and above. */
  readonly gte?: Bound<K>
  /** Below this. */
  readonly lt?: Bound<K>
  /** This and below. */
  readonly lte?: Bound<K>
  /** Tuples that begin with these parts, each compared as a whole. */
  readonly prefix?: Leading<K>
  /** Where the key, or the part after `prefix`, is text or bytes that begin with this. */
  readonly startsWith?: string | Uint8Array
}

/** Bounds for reading: one that is undefined is as if it were left out. */
export type BoundOptions<K> = { readonly [N in keyof Bounds<K>]?: Bounds<K>[N] | undefined }

/** What to walk over, and how. An option that is undefined is as if it were left out. */
export interface RangeOptions<K> extends BoundOptions<K> {
  /** From the last entry to the first. */
  readonly reverse?: boolean | undefined
  /** At most this many entries. */
  readonly limit?: number | undefined
  /** Skips this many entries first; costs no more than looking one key up. */
  readonly offset?: number | undefined
}

const BOUND_NAMES: ReadonlySet<string> = new Set(['gt', 'gte', 'lt', 'lte', 'prefix', 'startsWith'])
const WALK_NAMES: ReadonlySet<string> = new Set(['reverse', 'limit', 'offset'])

/** Keys k with from <= k < to; an absent bound is open. The bytes belong to the range. */
export interface ByteRange {
  readonly from: Buffer | undefined
  readonly to: Buffer | undefined
}

/** A range and how to walk over it. */
export interface Walk extends ByteRange {
  readonly isReverse: boolean
  readonly limit: number
  readonly offset: number
}

const EVERYTHING: Walk = { from: undefined, to: undefined, isReverse: false, limit: Infinity, offset: 0 }
const NOTHING: ByteRange = { from: Buffer.alloc(0), to: Buffer.alloc(0) }
const writer = new ByteWriter()

/** @throws CoppiceError INVALID_RANGE, INVALID_KEY */
export function resolveWalk(
  codec: KeyCodec,
  table: string,
  options: RangeOptions<unknown> | undefined,
): Walk {
  if (options === undefined) return EVERYTHING
  checkNames(table, options, true)
  const { from, to } = resolveBounds(codec, table, options)
  const isReverse = options.reverse ?? false
  if (typeof isReverse !== 'boolean') refuse(table, 'reverse is true or false', isReverse)
  return {
    from,
    to,
    isReverse,
    limit: options.limit === undefined ? Infinity : checkCount(table, 'limit', options.limit),
    offset: options.offset === undefined ? 0 : checkCount(table, 'offset', options.offset),
  }
}

/**
 * The same for what is to be removed: no direction, limit or offset. A bound that is undefined is most often a variable that was never set, and
 * ignoring it would remove everything.
 * @throws CoppiceError INVALID_RANGE, INVALID_KEY
 */
export function resolveDoomed(codec: KeyCodec, table: string, bounds: Bounds<unknown>): ByteRange {
  checkNames(table, bounds, false)
  for (const name in bounds) {
    if (bounds[name as keyof Bounds<unknown>] === undefined) {
      refuse(
        table,
        `${name} bounds what is deleted and needs a value (clear() removes everything)`,
        undefined,
      )
    }
  }
  return resolveBounds(codec, table, bounds)
}

function resolveBounds(codec: KeyCodec, table: string, bounds: BoundOptions<unknown>): ByteRange {
  let from: Buffer | undefined
  let to: Buffer | undefined
  if (bounds.gt !== undefined) {
    if (bounds.gte !== undefined) refuse(table, 'give gt or gte, not both', bounds.gt)
    const above = boundAbove(codec, bounds.gt)
    if (above === undefined) return NOTHING
    from = above
  } else if (bounds.gte !== undefined) {
    from = boundAt(codec, bounds.gte)
  }
  if (bounds.lt !== undefined) {
    if (bounds.lte !== undefined) refuse(table, 'give lt or lte, not both', bounds.lt)
    to = boundAt(codec, bounds.lt)
  } else if (bounds.lte !== undefined) {
    to = boundAbove(codec, bounds.lte)
  }
  if (bounds.prefix === undefined && bounds.startsWith === undefined) return { from, to }

  const beginning = beginningOf(codec, bounds)
  if (from === undefined || compare(from, beginning.from) < 0) from = beginning.from
  if (to === undefined || (beginning.to !== undefined && compare(beginning.to, to) < 0)) to = beginning.to
  return { from, to }
}

function compare(a: Buffer, b: Buffer): number {
  return compareBytes(a, a.length, b, b.length)
}

function boundAt(codec: KeyCodec, bound: unknown): Buffer {
  writer.begin()
  codec.writeBound(writer, bound)
  return writer.toBytes()
}

/** The first bytes above the bound; undefined when nothing is above. */
function boundAbove(codec: KeyCodec, bound: unknown): Buffer | undefined {
  writer.begin()
  if (codec.writeBound(writer, bound) === 'key') {
    writer.writeByte(0)
    return writer.toBytes()
  }
  return toSuccessor(writer) ? writer.toBytes() : undefined
}

/** The range of `prefix` and `startsWith`. */
function beginningOf(
  codec: KeyCodec,
  bounds: BoundOptions<unknown>,
): { from: Buffer; to: Buffer | undefined } {
  writer.begin()
  const extent = bounds.prefix === undefined ? 'prefix' : codec.writePrefix(writer, bounds.prefix)
  if (bounds.startsWith !== undefined) {
    codec.writeStartsWith(writer, codec.partCount(bounds.prefix), bounds.startsWith)
  } else if (extent === 'key') {
    const from = writer.toBytes()
    writer.writeByte(0)
    return { from, to: writer.toBytes() }
  }
  const from = writer.toBytes()
  return { from, to: toSuccessor(writer) ? writer.toBytes() : undefined }
}

/** Entries of the tree inside the range, in O(height). */
export function countRange(tree: ReadTree, range: ByteRange): number {
  const below = range.from === undefined ? 0 : tree.rank(range.from, range.from.length)
  const until = range.to === undefined ? tree.count : tree.rank(range.to, range.to.length)
  return until > below ? until - below : 0
}

/** Entries that the walk meets. */
export function countWalk(tree: ReadTree, walk: Walk): number {
  return Math.min(walk.limit, Math.max(0, countRange(tree, walk) - walk.offset))
}

function checkNames(table: string, options: object, allowWalk: boolean): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    refuse(table, 'a range is an object', options)
  for (const name in options) {
    if (BOUND_NAMES.has(name) || (allowWalk && WALK_NAMES.has(name))) continue
    const known = [...BOUND_NAMES, ...(allowWalk ? WALK_NAMES : [])].join(', ')
    throw new CoppiceError(
      'INVALID_RANGE',
      `table '${table}': '${name}' is not an option here (known: ${known})`,
      {
        table,
        given: name,
      },
    )
  }
}

function checkCount(table: string, name: string, count: number): number {
  if (!Number.isSafeInteger(count) || count < 0) refuse(table, `${name} is an integer of 0 or more`, count)
  return count
}

function refuse(table: string, reason: string, given: unknown): never {
  const shown = preview(given)
  throw new CoppiceError('INVALID_RANGE', `table '${table}': ${reason}, given ${shown}`, {
    table,
    given: shown,
  })
}
