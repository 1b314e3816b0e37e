/** Describes where a found value lies: in its leaf, or in a buffer that its extent was read into. */

import * as node from '../page/node.ts'
import type { ValueLocation } from './api.ts'
import type { ReadContext } from './context.ts'
import { extentAt, readExtentWhole } from './extent.ts'

export class ValueHolder implements ValueLocation {
  readonly context: ReadContext
  valueBytes: Buffer
  valueOffset = 0
  valueLength = 0

  constructor(context: ReadContext) {
    this.context = context
    this.valueBytes = context.memory.bytes
  }

  /** Points the fields at the value of leaf entry `index`. @throws CoppiceError CORRUPT, IO_ERROR (extents) */
  protected locateValue(base: number, index: number): void {
    const memory = this.context.memory
    const slot = node.slotOf(memory, base, index)
    const cell = base + (slot & 0xffff)
    const at = cell + node.VALUE_LENGTH_BYTES + node.tailLength(node.slotSuffixLength(slot))
    const length = memory.u8[cell] | (memory.u8[cell + 1] << 8)
    if (node.slotHasExtent(slot)) {
      const whole = readExtentWhole(this.context.extents, extentAt(memory, base, index))
      this.valueBytes = whole
      this.valueOffset = 0
      this.valueLength = whole.length
      return
    }
    this.setValue(at, length)
  }

  /** Points the fields at a value inside a leaf. */
  protected setValue(offset: number, length: number): void {
    this.valueBytes = this.context.memory.bytes
    this.valueOffset = offset
    this.valueLength = length
  }
}
