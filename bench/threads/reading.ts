/**
 * Reading at full speed for a given time, in one thread: the one loop that all measurements of `npm run threads` run.
 *
 * 1. The work is cut into chunks of some milliseconds; the thread goes round them until the time is over, so that threads
 *    that begin together also end together, and none is measured alone.
 * 2. The answers of each chunk are checked, every time; a wrong one throws.
 * 3. Threads with different seeds ask different questions, and scan beginning at different places.
 */

import { type Dataset, HOT_KEY_COUNT, type Order, RandomNumbers } from '../dataset.ts'
import type { Source } from './source.ts'

export const PATTERNS = ['random', 'hot', 'zipfian', 'scan'] as const
export type Pattern = (typeof PATTERNS)[number]

/** Of the zipfian pattern: the key of rank r is asked for in proportion to 1 / r^SKEW. */
export const SKEW = 0.99

const CHUNK_LENGTH = 10_000

interface Chunk {
  readonly operations: number
  readonly digest: number
  read(): number
}

export interface Pace {
  /** Gets, or entries of scans. */
  readonly operations: number
  readonly nsPerOperation: number
}

export class Reading {
  private readonly source: Source
  private readonly dataset: Dataset
  private readonly seed: number
  private pattern: Pattern | undefined
  private chunks: readonly Chunk[] = []
  private next = 0

  /** `seed` from 0: the number of the thread. */
  constructor(source: Source, dataset: Dataset, seed: number) {
    this.source = source
    this.dataset = dataset
    this.seed = seed
  }

  /** Makes the questions of a pattern, and what their answers must be. */
  prepare(pattern: Pattern): void {
    if (pattern === this.pattern) return
    this.pattern = pattern
    this.chunks = pattern === 'scan' ? this.scans() : this.gets(this.orderOf(pattern))
    this.next = pattern === 'scan' ? (this.seed * 7) % this.chunks.length : 0
  }

  /** Reads everything once, in key order: caches are warm then, as far as they are large enough. */
  readAll(): void {
    for (const chunk of this.scans()) this.check(chunk)
  }

  /** Reads for about so long. */
  run(milliseconds: number): Pace {
    const { chunks } = this
    globalThis.gc?.({ type: 'minor' })
    let operations = 0
    const start = performance.now()
    let elapsedMs = 0
    do {
      const chunk = chunks[this.next]!
      this.next = this.next + 1 === chunks.length ? 0 : this.next + 1
      this.check(chunk)
      operations += chunk.operations
      elapsedMs = performance.now() - start
    } while (elapsedMs < milliseconds)
    return { operations, nsPerOperation: (elapsedMs * 1e6) / operations }
  }

  private check(chunk: Chunk): void {
    if (chunk.read() !== chunk.digest) throw new Error(`wrong answers to '${this.pattern ?? 'everything'}'`)
  }

  private gets(order: Order): Chunk[] {
    const { dataset, source } = this
    return cut(order).map(part => {
      const { keys } = dataset.questions(part)
      return {
        operations: part.length,
        digest: dataset.digestOfValues(part),
        read: () => source.get(keys),
      }
    })
  }

  private scans(): Chunk[] {
    const { dataset, source } = this
    return cut(dataset.sorted()).map(part => {
      const first = dataset.keys[part[0]!]!
      return {
        operations: part.length,
        digest: dataset.digestOfEntries(part),
        read: () => source.scan(first, part.length),
      }
    })
  }

  private orderOf(pattern: Exclude<Pattern, 'scan'>): Order {
    const { count } = this.dataset
    const random = new RandomNumbers(0x2545f491 + this.seed * 0x1000193)
    const uniform = (): number => random.next() % count
    if (pattern === 'random') return Uint32Array.from({ length: count }, uniform)
    if (pattern === 'zipfian') return zipfian(count, random)
    const hot = Uint32Array.from({ length: Math.min(HOT_KEY_COUNT, count) }, uniform)
    return Uint32Array.from({ length: count }, (_, i) => hot[i % hot.length]!)
  }
}

/** Keys are random, so that those with the lowest numbers, the most wanted, lie all over the tree. */
function zipfian(count: number, random: RandomNumbers): Order {
  const sums = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1) ** SKEW
    sums[rank] = sum
  }
  return Uint32Array.from({ length: count }, () => firstAbove(sums, (random.next() / 2 ** 32) * sum))
}

/** The index of the first of the ascending sums that is above `value`. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sums[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}

function cut(order: Order): Order[] {
  const parts: Order[] = []
  for (let at = 0; at < order.length; at += CHUNK_LENGTH) parts.push(order.subarray(at, at + CHUNK_LENGTH))
  return parts
}
