/**
 * Numbers below a count, some far more often than others: Zipf's law with exponent 0.99, as YCSB draws them
 * (the method is that of Gray and others, "Quickly generating billion-record synthetic databases", 1994).
 * The frequent ones are spread over all numbers, so that they do not lie side by side in a tree.
 */

import type { RandomNumbers } from '../dataset.ts'

const EXPONENT = 0.99

export class Zipfian {
  private readonly random: RandomNumbers
  private readonly count: number
  private readonly zeta: number
  private readonly alpha: number
  private readonly eta: number

  constructor(random: RandomNumbers, count: number) {
    this.random = random
    this.count = count
    this.zeta = zetaOf(count)
    this.alpha = 1 / (1 - EXPONENT)
    this.eta = (1 - (2 / count) ** (1 - EXPONENT)) / (1 - zetaOf(2) / this.zeta)
  }

  /** The rank of the next one: 0 is the most frequent. */
  nextRank(): number {
    const u = this.random.next() / 2 ** 32
    const uz = u * this.zeta
    if (uz < 1) return 0
    if (uz < 1 + 0.5 ** EXPONENT) return 1
    return Math.min(this.count - 1, Math.floor(this.count * (this.eta * u - this.eta + 1) ** this.alpha))
  }

  /** The same, spread by a hash. */
  next(): number {
    const hash = Math.imul(this.nextRank() + 1, 0x9e3779b1)
    return ((hash ^ (hash >>> 15)) >>> 0) % this.count
  }
}

function zetaOf(count: number): number {
  let sum = 0
  for (let i = 1; i <= count; i++) sum += 1 / i ** EXPONENT
  return sum
}
