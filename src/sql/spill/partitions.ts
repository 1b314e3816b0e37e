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
