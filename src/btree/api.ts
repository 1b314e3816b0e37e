/**
 * A tree as the layers above see it: an ordered map from byte strings to byte strings.
 *
 * Keys compare as unsigned bytes, a prefix before its extensions (memcmp order). To keep the hot path
 * free of allocation, a key is passed as (buffer, length) from offset 0, and a value that was found is
 * described by three fields instead of being copied:
 *
 * - `valueBytes`, `valueOffset`, `valueLength` hold from a call that returned true until the next call on
 *   *any* tree or cursor of the same database. Decode or copy at once. Only a value that is all of `valueBytes` lies in
 *   memory of its own, which begins with it and which the caller may keep.
 */

import type { Collect } from './kernel/kernel.ts'

/** Of the layout, what reading {@link LeafEntries} takes. */
export { HEAD_BYTES, PREFIX_AT, VALUE_LENGTH_BYTES } from '../page/node.ts'
export { GATHERED_ABSENT } from './kernel/kernel.ts'

/** What `put` does when the key is present or absent. */
export const PutMode = {
  /** Insert or replace. */
  upsert: 0,
  /** Insert; leave a present key alone and return false. */
  insert: 1,
  /** Replace; leave an absent key alone and return false. */
  update: 2,
} as const
export type PutMode = (typeof PutMode)[keyof typeof PutMode]

/** Where the value found last lies. See the head of this file for how long it holds. */
export interface ValueLocation {
  readonly valueBytes: Buffer
  readonly valueOffset: number
  /** Length in bytes. */
  readonly valueLength: number
}

/**
 * Random access to one value without reading it whole. Valid while its snapshot or transaction is open; in a
 * transaction, until the value is replaced or removed (VALUE_CHANGED).
 */
export interface ValueReader {
  /** Length of the value in bytes. */
  readonly length: number
  /** Reads up to `length` bytes from `position` of the value into `target` at `offset`; returns the bytes read. */
  read(target: Uint8Array, offset: number, length: number, position: number): number
  /** Reads the rest of the checksum's range when needed and throws CORRUPT unless the whole value is intact. */
  verify(): void
}

/** Entries that were copied together, one after the other, in memory that the next call on any tree overwrites. */
export interface CollectedEntries {
  /** Word `lengthsWord + i` of `words`: the length of key `i`, and 16 bits above it that of its value. */
  readonly words: Uint32Array
  readonly lengthsWord: number
  /** The first key is at the beginning; each other begins at the next multiple of eight. */
  readonly keys: Uint8Array
  /** Bytes that they take up, with what lies between them. */
  readonly keysLength: number
  /** As the keys. */
  readonly values: Uint8Array
  readonly valuesLength: number
}

/**
 * Entries of a leaf where they lie: entry `i` has its head in word `headsWord + i` and its slot in word `slotsWord + i` (the
 * layout is page/node.ts's). They hold until the next call on any tree or cursor of the same database.
 */
export interface LeafEntries {
  /** Of all pages. */
  readonly u32: Uint32Array
  readonly bytes: Buffer
  /** Where the leaf begins in them. */
  base: number
  headsWord: number
  slotsWord: number
  count: number
  prefixLength: number
}

/** Reads one tree of a snapshot or of a write transaction. */
export interface ReadTree extends ValueLocation {
  /** Entries in the tree; kept in the branches, so it costs nothing to ask. */
  readonly count: number
  /** Levels of the tree; 0 when empty, 1 when it is a single leaf. */
  readonly height: number
  /** Whether it may change while somebody reads it: a write transaction's. */
  readonly mutable: boolean
  /** Grows with every change: what was copied out of the tree is what it holds as long as this is the same. */
  readonly edits: number
  /** Looks `key` up; when true the value location is set. */
  find(key: Uint8Array, keyLength: number): boolean
  /**
   * Copies the values under several keys at once, which takes a fraction of the time that one after the other takes. Key i lies
   * in `keys`, from `places[2 * i]` to `places[2 * i + 1]`. Returns for how many of `count` it did, in their order: 0 where
   * the first is to be found by itself. Missing where it never can.
   */
  gather?(keys: Uint8Array, places: Uint32Array, count: number): number
  /** Whether `gather` does more than return 0, and what it copies stays right: the tree does not change, and there is a kernel. */
  readonly canGather?: boolean
  /** What `gather` copied: values without keys. The key of one that is not there has the length GATHERED_ABSENT. */
  readonly gathered?: CollectedEntries | undefined
  /** Presence alone; never reads a large value. */
  has(key: Uint8Array, keyLength: number): boolean
  /** The number of keys below `key`, in O(height). */
  rank(key: Uint8Array, keyLength: number): number
  /** Opens the value under `key` for reading in parts; undefined when absent. */
  openValue(key: Uint8Array, keyLength: number): ValueReader | undefined
  /** A new cursor, standing nowhere. */
  cursor(): TreeCursor
}

/**
 * Walks a tree in key order. Positioning calls return false when there is no such entry; the cursor then
 * stands nowhere. A cursor needs no closing and pins nothing. In a write transaction it may be used
 * across changes of its tree: it finds its place again by its key (`next` goes to the first key after
 * the one it stood on, even when that one was deleted).
 */
export interface TreeCursor extends ValueLocation {
  first(): boolean
  last(): boolean
  /** To the first key >= `key`. */
  seek(key: Uint8Array, keyLength: number): boolean
  /** To the last key < `key`. */
  seekBefore(key: Uint8Array, keyLength: number): boolean
  /** To the entry with `rank` keys below it, in O(height). */
  seekRank(rank: number): boolean
  next(): boolean
  prev(): boolean
  /** Assembles the current key in `keyBytes` and returns its length. `keyBytes` is the cursor's own. */
  loadKey(): number
  /** Holds the current key after `loadKey`, from offset 0. May be a different buffer after each `loadKey`. */
  readonly keyBytes: Buffer
  /**
   * Copies up to `count` entries from the current one on to one place, and moves to the last of them; returns how many, or
   * 0 and stays when that cannot be done here: then read the entry by itself. Missing where it never can. In a write
   * transaction whoever uses the copies looks at `ReadTree.edits` first.
   */
  collect?(count: number, what: Collect): number
  /** What `collect` copied. */
  readonly collected?: CollectedEntries | undefined
  /**
   * The entries from the current one on to the end of its leaf, or to the last below `to`; moves to the last of the leaf.
   * Undefined where they cannot be read so: the tree has values outside of its leaves, or has changed since the cursor came here.
   */
  readLeaf?(to: Uint8Array | undefined): LeafEntries | undefined
  /** Finds the current value and sets the value location (apart from positioning: a scan of keys skips it). */
  loadValue(): void
}

/** Changes one tree inside a write transaction. @throws CoppiceError KEY_TOO_LONG, VALUE_TOO_LARGE, NO_SPACE */
export interface WriteTree extends ReadTree {
  /**
   * Whether a row of puts is best continued by putting, in whatever order: they are being collected, or the tree is
   * empty. (Asking anything else of the tree ends the collecting.)
   */
  readonly isCollecting: boolean
  /** Longest key in bytes for this page size. */
  readonly maxKeyLength: number
  /** Stores a value; returns whether anything was stored (see {@link PutMode}). */
  put(
    key: Uint8Array,
    keyLength: number,
    value: Uint8Array,
    valueOffset: number,
    valueLength: number,
    mode: PutMode,
  ): boolean
  /** Stores a value of `length` bytes that arrives in pieces; never holds it whole. */
  putStream(key: Uint8Array, keyLength: number, length: number, pieces: Iterable<Uint8Array>): void
  /** Removes `key`; false when absent. */
  remove(key: Uint8Array, keyLength: number): boolean
  /**
   * Stores an entry of a key that is not there, of which nothing is asked: it may wait for others, so that all are stored in the
   * order of their keys.
   * @param refuse throws for who finds out later that the key was there, or that one given to `removeBlind` was not; the same for all calls
   */
  putBlind(
    key: Uint8Array,
    keyLength: number,
    value: Uint8Array,
    valueOffset: number,
    valueLength: number,
    refuse: () => never,
  ): void
  /** Removes a key that is there; otherwise as `putBlind`. */
  removeBlind(key: Uint8Array, keyLength: number, refuse: () => never): void
  /** Removes all keys k with from <= k < to (undefined: no bound); whole subtrees at a time. Returns how many. */
  deleteRange(
    from: Uint8Array | undefined,
    fromLength: number,
    to: Uint8Array | undefined,
    toLength: number,
  ): number
  /** Removes everything. Returns how many entries there were. */
  clear(): number
  /**
   * Appends in strictly ascending order above the tree's last key, filling pages densely. Between `append`
   * calls no other change to this tree is allowed; `finish` makes it whole again.
   */
  appender(): TreeAppender
  /** Several trees were found not to fit together half way through a change: the transaction can only be rolled back. */
  markBroken(): void
}

export interface TreeAppender {
  /** @throws AssertionError when the key is not above the last one (callers check first, see `accepts`). */
  append(
    key: Uint8Array,
    keyLength: number,
    value: Uint8Array,
    valueOffset: number,
    valueLength: number,
  ): void
  /** Whether `key` is above the last key in the tree. */
  accepts(key: Uint8Array, keyLength: number): boolean
  finish(): void
}
