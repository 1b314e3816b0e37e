/**
 * What the `source` of functions may name: the code generator puts these in the scope of what it makes, under these
 * names. Each is so small that V8 inlines it.
 */

import { SqlError } from '../errors.ts'
import { addFloat4, addFloat8 } from '../types/float.ts'
import { outOfRange } from '../types/integer.ts'

export const SOURCE_HELPERS = {
  /** The result of arithmetic on two int4 as an int4. */
  $int4(value: number): number {
    const integer = value | 0
    if (integer !== value) throw outOfRange('integer')
    return integer
  },
  /** A divisor that is not zero. */
  $divisor(value: number): number {
    if (value === 0) throw new SqlError('22012', 'division by zero')
    return value
  },
  $addFloat4: addFloat4,
  $addFloat8: addFloat8,
  /** Nothing to add, and the value at hand. */
  $choice: new Float64Array([-0, 0]),
} as const
