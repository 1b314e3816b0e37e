/**
 * A numeric straight from the text that a row keeps of it: most are a few digits with a point, which need no string and no
 * pattern. What is anything else is parsed as text.
 */

import { utf8At } from '../../table/text.ts'
import { Numeric } from '../types/numeric.ts'

/** So many digits are a safe integer, whatever they are. */
const SMALL_DIGITS_MAX = 15
const MINUS = 45
const POINT = 46
const ZERO = 48

export function numericAt(bytes: Buffer, start: number, end: number): Numeric {
  const first = bytes[start] === MINUS ? start + 1 : start
  // A sign, a point and the digits.
  if (end <= first || end - first > SMALL_DIGITS_MAX + 1) return parsed(bytes, start, end)
  let coefficient = 0
  let point = -1
  for (let at = first; at < end; at++) {
    const digit = bytes[at] - ZERO
    if (digit >= 0 && digit <= 9) coefficient = coefficient * 10 + digit
    else if (digit === POINT - ZERO && point < 0) point = at
    else return parsed(bytes, start, end)
  }
  if (point < 0) {
    if (end - first > SMALL_DIGITS_MAX) return parsed(bytes, start, end)
    point = end - 1
  } else if (end - first === 1) return parsed(bytes, start, end)
  // Zero has no sign.
  return new Numeric(first !== start && coefficient !== 0 ? -coefficient : coefficient, end - 1 - point)
}

function parsed(bytes: Buffer, start: number, end: number): Numeric {
  return Numeric.parse(utf8At(bytes, start, end))
}
