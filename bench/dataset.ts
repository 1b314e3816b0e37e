/**
 * The bytes that every contender stores and the questions that it is asked: a function of the seed and the
 * sizes alone, so that each process makes the same ones by itself.
 *
 * 1. Keys are random bytes and all different; the first `count` are loaded, the rest are put later, by the
 *    measures that commit. When `sorted`, each of the two parts is in key order. When `alike`, they share beginnings.
 * 2. Values are random (no contender gains by compressing them) windows into one pool of bytes. The value of
 *    a key follows from its number, so an answer can be checked without keeping a copy.
 * 3. What was read is checked by a digest that depends on the order. It is folded while the clock runs, at
 *    the same few nanoseconds for everybody, and it keeps an answer from being optimised away.
 *
 * Knows nothing of databases and clocks.
 */

export const KEY_BYTES = 24
export const VALUE_BYTES = 150
/** Entries that one range read returns. */
export const RANGE_LENGTH = 10
/** Keys that the hot lookups go round. */
export const HOT_KEY_COUNT = 1000
const BEGINNING_BYTES = 16
const BEGINNING_COUNT = 16
const VALUE_POOL_BYTES = 1 << 16
const SEED = 0x9e3779b9

/** The answer's digest after `bytes` was read next; begin with 0. Looks at the length and both ends. */
export function fold(digest: number, bytes: Uint8Array): number {
  const length = bytes.length
  return (Math.imul(digest, 31) + length + bytes[0]! + (bytes[length - 1]! << 8)) | 0
}

/** Marsaglia's xorshift with 32 bits of state: fast, good enough to spread keys, the same everywhere. */
export class RandomNumbers {
  private state: number

  constructor(seed: number) {
    this.state = seed
  }

  next(): number {
    let x = this.state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.state = x
    return x >>> 0
  }

  fill(bytes: Buffer): Buffer {
    let at = 0
    for (; at + 4 <= bytes.length; at += 4) bytes.writeUInt32LE(this.next(), at)
    for (; at < bytes.length; at++) bytes[at] = this.next()
    return bytes
  }
}

/** Numbers of keys, in the order in which they are asked for. */
export type Order = Uint32Array

/**
 * The questions of one measure. The keys are copies that lie in memory in the order in which they are asked
 * for, as keys do that a caller has just made; else every lookup would first pay for fetching its own key.
 */
export interface Questions {
  readonly order: Order
  readonly keys: readonly Buffer[]
}

export interface DatasetSizes {
  /** How many keys are loaded. */
  readonly count: number
  /** Keys that are not loaded but put by measures afterwards. */
  readonly laterCount: number
  readonly valueBytes?: number
  readonly sorted?: boolean
  readonly alike?: boolean
}

export class Dataset {
  /** How many keys are loaded. */
  readonly count: number
  /** All keys, loaded ones first. */
  readonly keys: readonly Buffer[]
  /** As many as there are loaded keys, at random, with repetitions. */
  readonly random: Questions
  /** As many, but of few keys. */
  readonly hot: Questions
  /** Where ranges begin: a tenth as many. */
  readonly ranges: Questions
  readonly valueBytes: number
  /** What values are windows of, for a program that is handed the data. */
  readonly poolBytes: Buffer
  private readonly valuePool: readonly Buffer[]
  private sortedOrder: Order | undefined

  constructor({ count, laterCount, valueBytes = VALUE_BYTES, sorted = false, alike = false }: DatasetSizes) {
    this.count = count
    this.valueBytes = valueBytes
    const random = new RandomNumbers(SEED)
    this.poolBytes = random.fill(Buffer.allocUnsafe(VALUE_POOL_BYTES + valueBytes))
    this.valuePool = windows(this.poolBytes, VALUE_POOL_BYTES, 1, valueBytes)
    const total = count + laterCount
    const keyBytes = random.fill(Buffer.allocUnsafe(total * KEY_BYTES))
    if (alike) beginAlike(keyBytes)
    this.keys = windows(keyBytes, total, KEY_BYTES, KEY_BYTES)
    if (sorted) {
      const inOrder = [...sortedKeys(this.keys.slice(0, count)), ...sortedKeys(this.keys.slice(count))]
      // Copies, so that they also lie in memory in the order in which they are put.
      this.keys = windows(Buffer.concat(inOrder), total, KEY_BYTES, KEY_BYTES)
    }
    const randomOrder = Uint32Array.from({ length: count }, () => random.next() % count)
    const rangeOrder = Uint32Array.from({ length: Math.ceil(count / 10) }, () => random.next() % count)
    this.random = this.questions(randomOrder)
    this.hot = this.questions(randomOrder.map((_, i) => randomOrder[i % HOT_KEY_COUNT]!))
    this.ranges = this.questions(rangeOrder)
  }

  /** Questions for the keys with these numbers. */
  questions(order: Order): Questions {
    const bytes = Buffer.allocUnsafe(order.length * KEY_BYTES)
    order.forEach((keyNumber, i) => {
      bytes.set(this.keys[keyNumber]!, i * KEY_BYTES)
    })
    return { order, keys: windows(bytes, order.length, KEY_BYTES, KEY_BYTES) }
  }

  /** The value of the key with this number. */
  valueOf(keyNumber: number): Buffer {
    return this.valuePool[Math.imul(keyNumber, 40503) & (VALUE_POOL_BYTES - 1)]!
  }

  /** The digest of the values read by looking these keys up. */
  digestOfValues(order: Order): number {
    let digest = 0
    for (const keyNumber of order) digest = fold(digest, this.valueOf(keyNumber))
    return digest
  }

  /** The digest of these entries, each key followed by its value. */
  digestOfEntries(order: Order): number {
    let digest = 0
    for (const keyNumber of order) digest = this.foldEntry(digest, keyNumber)
    return digest
  }

  /** The digest of all loaded entries in key order, each key followed by its value. */
  digestOfScan(): number {
    return this.digestOfEntries(this.sorted())
  }

  /** The digest of all ranges of `ranges`, one after the other, each key followed by its value. */
  digestOfRanges(): number {
    const sorted = this.sorted()
    const rankOf = new Uint32Array(this.count)
    sorted.forEach((keyNumber, rank) => {
      rankOf[keyNumber] = rank
    })
    let digest = 0
    for (const keyNumber of this.ranges.order) {
      const first = rankOf[keyNumber]!
      const end = Math.min(first + RANGE_LENGTH, this.count)
      for (let rank = first; rank < end; rank++) digest = this.foldEntry(digest, sorted[rank]!)
    }
    return digest
  }

  /** The numbers of every second loaded key (keys are random, so in random order): what a removal of half removes. */
  half(): Order {
    return Uint32Array.from({ length: this.count >> 1 }, (_, i) => 2 * i)
  }

  /** The digest of what a removal of half leaves, as of a scan. */
  digestOfOtherHalf(): number {
    let digest = 0
    for (const keyNumber of this.sorted()) {
      const isRemoved = keyNumber % 2 === 0 && keyNumber < this.count - (this.count % 2)
      if (!isRemoved) digest = this.foldEntry(digest, keyNumber)
    }
    return digest
  }

  private foldEntry(digest: number, keyNumber: number): number {
    return fold(fold(digest, this.keys[keyNumber]!), this.valueOf(keyNumber))
  }

  /** The loaded keys' numbers in key order, made when first asked for. */
  sorted(): Order {
    if (this.sortedOrder === undefined) {
      const { keys, count } = this
      // Six bytes fit a number exactly and decide nearly always; comparing buffers alone takes ten times as long.
      const heads = Float64Array.from({ length: count }, (_, i) => keys[i]!.readUIntBE(0, 6))
      this.sortedOrder = Uint32Array.from({ length: count }, (_, i) => i).sort(
        (a, b) => heads[a]! - heads[b]! || keys[a]!.compare(keys[b]!),
      )
    }
    return this.sortedOrder
  }
}

/** Gives each key one of a few beginnings: that of the last keys. */
function beginAlike(keyBytes: Buffer): void {
  const beginningsAt = keyBytes.length - BEGINNING_COUNT * KEY_BYTES
  const beginnings = Buffer.from(keyBytes.subarray(Math.max(0, beginningsAt)))
  for (let at = 0, i = 0; at < keyBytes.length; at += KEY_BYTES, i++) {
    const from = (i % BEGINNING_COUNT) * KEY_BYTES
    keyBytes.set(beginnings.subarray(from, from + BEGINNING_BYTES), at)
  }
}

function sortedKeys(keys: readonly Buffer[]): Buffer[] {
  return keys.toSorted((a, b) => a.compare(b))
}

/** `windowCount` views of `length` bytes, `stride` apart. Plain loop: a million of them. */
function windows(bytes: Buffer, windowCount: number, stride: number, length: number): Buffer[] {
  const result: Buffer[] = new Array(windowCount)
  for (let i = 0; i < windowCount; i++) result[i] = bytes.subarray(i * stride, i * stride + length)
  return result
}
