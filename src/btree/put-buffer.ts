/**
 * Puts that have not reached their tree yet. A bulk load collects its entries here, packed into frames borrowed from the
 * pool, and gives them to the tree in the order of their keys: a tree built in order is a third smaller, and
 * each of its pages is touched once.
 *
 * P1  Of equal keys the one that was added last counts.
 * P2  Every frame it has borrowed is given back by `clear`.
 * P3  An entry lies in one frame: at most half a page, so at least half of each frame is used.
 *
 * It does not know what a tree is.
 */

import type { PageMemory } from '../page/memory.ts'
import {
  comparePacked,
  comparePackedWith,
  packedHead,
  packedKeyAt,
  packedKeyLength,
  packedLength,
  packedValueAt,
  REMOVAL,
} from '../page/packed.ts'
import { headAt } from '../page/search.ts'
import type { Pool } from '../pool/pool.ts'
import { KeyIndex } from './key-index.ts'

const START_ENTRIES = 1024
/** So few entries are sorted by insertion. */
const FEW = 32
const HEAD_BYTES = 4
/** A digit of the radix sort: 2048 counters fit the first-level cache. */
const DIGIT_BITS = 11
const DIGITS = 1 << DIGIT_BITS
/** In the place of a depth to go on from. */
const SORTED = -1

export class PutBuffer {
  /** How many entries there are, those with equal keys counted each. */
  count = 0
  /** Whether the keys have ascended strictly so far. */
  isAscending = true
  readonly #pool: Pool
  readonly #memory: PageMemory
  readonly #frames: number[] = []
  /** Where the next entry goes, and where its frame ends. */
  #at = 0
  #end = 0
  #addresses = new Uint32Array(START_ENTRIES)
  /** The first four bytes of each key. */
  #heads = new Uint32Array(START_ENTRIES)
  /** So many bytes at the front are the same in all keys. */
  #commonLength = 0
  /** Made when it is first asked whether a key is there. */
  #keys: KeyIndex | undefined
  /** An empty one. */
  #spareKeys: KeyIndex | undefined
  // The arrays that keys and values arrived in last, as words: there are few, and asking for their memory is slow.
  // One over memory that the caller can resize may have another length by the next time.
  #keySource: Uint8Array | undefined
  #keyView = NO_VIEW
  #valueSource: Uint8Array | undefined
  #valueView = NO_VIEW
  #valueSourceLength = 0

  constructor(pool: Pool) {
    this.#pool = pool
    this.#memory = pool.memory
  }

  /** Frames that it has borrowed. */
  get frameCount(): number {
    return this.#frames.length
  }

  /** Whether there is room for an entry of these lengths in the frame that is being filled. */
  fits(keyLength: number, valueLength: number): boolean {
    return this.#at + packedLength(keyLength, valueLength) <= this.#end
  }

  /**
   * Makes sure that an entry of these lengths can be added; false when the pool lends no more. Ends the validity of
   * all bases. @throws CoppiceError NO_SPACE, IO_ERROR, POOL_EXHAUSTED
   */
  reserve(keyLength: number, valueLength: number): boolean {
    if (this.fits(keyLength, valueLength)) return true
    const base = this.#pool.borrow()
    if (base < 0) return false
    this.#frames.push(base)
    this.#at = base
    this.#end = base + this.#memory.pageSize
    return true
  }

  /** Adds a copy of an entry that room was made for. */
  add(key: Uint8Array, keyLength: number, value: Uint8Array, valueOffset: number, valueLength: number): void {
    const { u16, u32 } = this.#memory
    const at = this.#at
    this.#at = at + packedLength(keyLength, valueLength)
    u16[at >>> 1] = keyLength
    u16[(at >>> 1) + 1] = valueLength
    if (value !== this.#valueSource || value.length !== this.#valueSourceLength) {
      this.#valueView = new DataView(value.buffer, value.byteOffset, value.length)
      this.#valueSource = value
      this.#valueSourceLength = value.length
    }
    if (key !== this.#keySource) {
      this.#keyView = new DataView(key.buffer, key.byteOffset, key.length)
      this.#keySource = key
    }
    const keyAt = copyWords(this.#valueView, valueOffset, u32, (at + 4) >>> 2, valueLength)
    copyWords(this.#keyView, 0, u32, keyAt, keyLength)
    this.#note(at, headAt(key, 0, keyLength), key, keyLength)
  }

  /** Adds the removal of a key, for which room was made as for an entry without a value. */
  addRemoval(key: Uint8Array, keyLength: number): void {
    const at = this.#at
    this.add(key, keyLength, key, 0, 0)
    this.#memory.u16[(at >>> 1) + 1] = REMOVAL
  }

  #note(at: number, head: number, key: Uint8Array, keyLength: number): void {
    const entry = this.count
    if (entry === this.#addresses.length) this.#grow()
    this.#addresses[entry] = at
    this.#heads[entry] = head
    this.count = entry + 1
    this.#keys?.add(at)
    if (entry === 0) {
      this.#commonLength = keyLength
      this.isAscending = true
      return
    }
    if (this.#commonLength > 0) this.#commonLength = this.#sharedWithFirst(key, keyLength)
    if (!this.isAscending) return
    const before = this.#heads[entry - 1]
    if (head < before || (head === before && this.#compare(this.#addresses[entry - 1], at) >= 0)) {
      this.isAscending = false
    }
  }

  #sharedWithFirst(key: Uint8Array, keyLength: number): number {
    const m = this.#memory
    const first = packedKeyAt(m, this.#addresses[0])
    const limit = Math.min(this.#commonLength, keyLength)
    let shared = 0
    while (shared < limit && key[shared] === m.u8[first + shared]) shared++
    return shared
  }

  #compare(a: number, b: number): number {
    return comparePacked(this.#memory, a, b)
  }

  #grow(): void {
    const capacity = this.#addresses.length * 2
    const addresses = new Uint32Array(capacity)
    const heads = new Uint32Array(capacity)
    addresses.set(this.#addresses)
    heads.set(this.#heads)
    this.#addresses = addresses
    this.#heads = heads
  }

  /** Whether the keys have ascended and this one lies above all of them. */
  endsBelow(key: Uint8Array, keyLength: number): boolean {
    if (!this.isAscending || this.count === 0) return false
    const last = this.#addresses[this.count - 1]
    const head = headAt(key, 0, keyLength)
    const lastHead = this.#heads[this.count - 1]
    return head === lastHead ? comparePackedWith(this.#memory, last, key, keyLength) < 0 : head > lastHead
  }

  /** False: the key is not there. True: it is, or that cannot be told (K2 of {@link KeyIndex}). */
  mayHave(key: Uint8Array, keyLength: number): boolean {
    if (this.#keys === undefined) {
      this.#keys = this.#spareKeys ?? new KeyIndex(this.#memory)
      this.#spareKeys = undefined
      for (let entry = 0; entry < this.count; entry++) this.#keys.add(this.#addresses[entry])
    }
    return this.#keys.mayHave(key, keyLength)
  }

  /** Where the first `count` entries lie, in the order in which they came. Valid until entries are forgotten. */
  asTheyCame(count: number): Uint32Array {
    return this.#addresses.subarray(0, count)
  }

  /** Where the entries lie in the order of their keys, equal ones left out (P1). Valid until entries are forgotten. */
  sorted(): Uint32Array {
    const addresses = this.#addresses.subarray(0, this.count)
    if (this.isAscending) return addresses
    const heads = this.#heads.subarray(0, this.count)
    const depth = this.#commonLength
    if (depth > 0) this.#loadHeads(addresses, heads, depth)
    this.#sort(addresses, heads, depth)
    return addresses.subarray(0, this.#withoutEqual(addresses, heads))
  }

  #loadHeads(addresses: Uint32Array, heads: Uint32Array, depth: number): void {
    for (let i = 0; i < heads.length; i++) heads[i] = packedHead(this.#memory, addresses[i], depth)
  }

  /**
   * Sorts entries whose keys agree in their first `depth` bytes by the four that follow, which are in `heads`, and
   * where these agree by four later ones. Stable. Afterwards neighbours with equal keys have equal heads, too.
   */
  #sort(addresses: Uint32Array, heads: Uint32Array, depth: number): void {
    // Runs that agree so far, as start, end and depth. A list and not recursion: keys may be long.
    const waiting = [0, addresses.length, depth]
    while (waiting.length > 0) {
      const agreed = waiting.pop()!
      const last = waiting.pop()!
      const first = waiting.pop()!
      radixSort(heads.subarray(first, last), addresses.subarray(first, last))
      for (let start = first; start < last; ) {
        let end = start + 1
        while (end < last && heads[end] === heads[start]) end++
        const next = end - start > 1 ? this.#sortEqualHeads(addresses.subarray(start, end), agreed) : SORTED
        if (next !== SORTED) {
          this.#loadHeads(addresses.subarray(start, end), heads.subarray(start, end), next)
          waiting.push(start, end, next)
        }
        start = end
      }
    }
  }

  /**
   * Sorts entries whose keys agree in their first `depth` bytes and in the head that follows if they are few, or one of
   * them may end there. Otherwise returns how many bytes they all agree in, to go on from.
   */
  #sortEqualHeads(addresses: Uint32Array, depth: number): number {
    const m = this.#memory
    // A key that ends before had zeros in its head: it may agree with one that goes on, so it is compared whole.
    if (addresses.length > FEW) {
      const shared = sharedByAll(m, addresses, depth)
      if (shared >= depth + HEAD_BYTES) {
        return addresses.some(at => packedKeyLength(m, at) > shared) ? shared : SORTED
      }
      addresses.set(Array.from(addresses).sort((a, b) => this.#compare(a, b)))
      return SORTED
    }
    for (let i = 1; i < addresses.length; i++) {
      const address = addresses[i]
      let at = i
      for (; at > 0 && this.#compare(addresses[at - 1], address) > 0; at--) addresses[at] = addresses[at - 1]
      addresses[at] = address
    }
    return SORTED
  }

  /** Moves the last of each run of equal keys to the front; returns how many are left. */
  #withoutEqual(addresses: Uint32Array, heads: Uint32Array): number {
    let kept = 0
    for (let i = 0; i < addresses.length; i++) {
      const isFollowedByEqual =
        i + 1 < addresses.length &&
        heads[i] === heads[i + 1] &&
        this.#compare(addresses[i], addresses[i + 1]) === 0
      if (isFollowedByEqual) continue
      addresses[kept] = addresses[i]
      kept++
    }
    return kept
  }

  /** Copies the key at `address` to the front of `target`; returns its length. */
  loadKey(address: number, target: Uint8Array): number {
    const m = this.#memory
    const length = packedKeyLength(m, address)
    const at = packedKeyAt(m, address)
    for (let i = 0; i < length; i++) target[i] = m.u8[at + i]
    return length
  }

  valueOffset(address: number): number {
    return packedValueAt(address)
  }

  /** Forgets the first `count` entries, not all, and gives back the frames in which no others lie. */
  forgetFirst(count: number): void {
    if (count === 0) return
    const { pageSize } = this.#memory
    const next = this.#addresses[count]
    const frame = this.#frames.indexOf(next - (next % pageSize))
    for (const base of this.#frames.splice(0, frame)) this.#pool.returnBorrowed(base)
    this.#addresses.copyWithin(0, count, this.count)
    this.#heads.copyWithin(0, count, this.count)
    this.count -= count
    if (this.count === 1) this.isAscending = true
    // What the keys share is known of more of them than are left, which is no error.
    this.#keys = undefined
  }

  /** Forgets everything and gives the frames back. */
  clear(): void {
    for (const base of this.#frames) this.#pool.returnBorrowed(base)
    this.#frames.length = 0
    this.#at = 0
    this.#end = 0
    this.count = 0
    this.#keys?.clear()
    this.#spareKeys = this.#keys ?? this.#spareKeys
    this.#keys = undefined
    this.#keySource = undefined
    this.#valueSource = undefined
    // It may be kept for a while: `TreeContext.kept`.
    if (this.#addresses.length > START_ENTRIES) {
      this.#addresses = new Uint32Array(START_ENTRIES)
      this.#heads = new Uint32Array(START_ENTRIES)
    }
  }
}

const NO_VIEW: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0))

/** Copies bytes to the words from `to` on, the last of which is filled up with zeros; returns the word behind them. */
function copyWords(
  source: DataView<ArrayBufferLike>,
  from: number,
  target: Uint32Array,
  to: number,
  length: number,
): number {
  const whole = length >>> 2
  for (let i = 0; i < whole; i++) target[to + i] = source.getInt32(from + (i << 2), true)
  const rest = length & 3
  if (rest === 0) return to + whole
  let last = 0
  for (let i = 0; i < rest; i++) last |= source.getUint8(from + (whole << 2) + i) << (i << 3)
  target[to + whole] = last
  return to + whole + 1
}

/** Bytes at the front that all keys share, which are known to share `from`. */
function sharedByAll(m: PageMemory, addresses: Uint32Array, from: number): number {
  const { u8 } = m
  const first = packedKeyAt(m, addresses[0])
  let limit = packedKeyLength(m, addresses[0])
  for (let i = 1; i < addresses.length; i++) {
    const key = packedKeyAt(m, addresses[i])
    limit = Math.min(limit, packedKeyLength(m, addresses[i]))
    let shared = from
    while (shared < limit && u8[first + shared] === u8[key + shared]) shared++
    limit = shared
  }
  return limit
}

/** Sorts `keys` ascending, and `values` with them. Stable. Least significant digit first (Knuth, volume 3, 5.2.5). */
function radixSort(keys: Uint32Array, values: Uint32Array): void {
  const count = keys.length
  let fromKeys = keys
  let fromValues = values
  let toKeys: Uint32Array = new Uint32Array(count)
  let toValues: Uint32Array = new Uint32Array(count)
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    const places = new Uint32Array(DIGITS)
    for (let i = 0; i < count; i++) places[(fromKeys[i] >>> shift) & (DIGITS - 1)]++
    let place = 0
    for (let digit = 0; digit < DIGITS; digit++) {
      const here = places[digit]
      places[digit] = place
      place += here
    }
    for (let i = 0; i < count; i++) {
      const key = fromKeys[i]
      const digit = (key >>> shift) & (DIGITS - 1)
      const to = places[digit]
      places[digit] = to + 1
      toKeys[to] = key
      toValues[to] = fromValues[i]
    }
    const keysBefore = fromKeys
    const valuesBefore = fromValues
    fromKeys = toKeys
    fromValues = toValues
    toKeys = keysBefore
    toValues = valuesBefore
  }
  // Three passes: the result is in the arrays that were made here.
  keys.set(fromKeys)
  values.set(fromValues)
}
