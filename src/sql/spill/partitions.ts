/**
 * Rows apart by the hashes of their keys, so that rows with equal keys are in one part (the partitioning of Grace hash joins:
 * Kitsuregawa, Tanaka, Moto-oka, 1983).
 */

import type { Value } from '../functions/registry.ts'
import { SpilledRows, type SpillFile } from './spilled-rows.ts'

const PART_BITS = 5
const PART_COUNT = 1 << PART_BITS

export class Partitions {
  readonly parts: readonly SpilledRows[]
  readonly level: number

  /** @param level how often the rows were parted before: other bits of their hashes are looked at */
  constructor(file: SpillFile, width: number, level: number) {
    this.parts = Array.from({ length: PART_COUNT }, () => new SpilledRows(file, width))
    this.level = level
  }

  add(hash: number, values: readonly Value[]): void {
    const mixed = Math.imul(hash ^ Math.imul(this.level + 1, 0x9e3779b1), 0x85ebca6b)
    this.parts[(mixed ^ (mixed >>> 15)) >>> (32 - PART_BITS)].add(values)
  }
}

/** Rows that were put aside together, and how often. */
export interface Part {
  readonly rows: SpilledRows
  readonly level: number
}

/** Parts that wait for their turn: those of a part before its neighbours, so that few are open at a time. */
export class PendingParts {
  private readonly parts: Part[] = []

  /** What is left of rows that were put aside; undefined: none were. */
  add(aside: Partitions | undefined): void {
    if (aside === undefined) return
    for (const rows of aside.parts) if (rows.length > 0) this.parts.push({ rows, level: aside.level + 1 })
  }

  /** Undefined: there is none. */
  next(): Part | undefined {
    return this.parts.pop()
  }

  clear(): void {
    this.parts.length = 0
  }
}
