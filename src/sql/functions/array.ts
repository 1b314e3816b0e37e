/** Functions and operators of arrays: parts, joining, searching, containment, shapes, and their elements as rows. */

import { SqlError } from '../errors.ts'
import { checkBounds, SqlArray } from '../types/array.ts'
import { comparator, equality, keyOf } from '../types/compare.ts'
import {
  ANYARRAY,
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
  ANYELEMENT,
  BOOL,
  INT4,
  type SqlType,
  TEXT,
} from '../types/type.ts'
import { arrayTooLarge, checkElementCount } from '../types/value-limits.ts'
import { polymorphic, scalar, setReturning } from './definitions.ts'
import type { CallTypes, EvaluationContext, ScalarFunction, SqlFunction, Value } from './registry.ts'

const OPTIONAL = { isStrict: false } as const

function oneDimensional(array: SqlArray, what: string): void {
  if (array.dimensionCount > 1) throw new SqlError('0A000', what)
}

const INT4_LEAST = -2147483648

function append(array: SqlArray | null, element: Value): SqlArray {
  if (array === null || array.length === 0) return SqlArray.of([element])
  if (array.dimensionCount !== 1)
    throw new SqlError('22000', 'argument must be empty or one-dimensional array')
  checkElementCount(array.length + 1)
  checkBounds([array.length + 1], array.lowerBounds)
  return new SqlArray([...array.elements, element], [array.length + 1], array.lowerBounds)
}
function prepend(element: Value, array: SqlArray | null): SqlArray {
  if (array === null || array.length === 0) return SqlArray.of([element])
  if (array.dimensionCount !== 1)
    throw new SqlError('22000', 'argument must be empty or one-dimensional array')
  checkElementCount(array.length + 1)
  // Its place is one less, and the whole keeps the bound that it had.
  if (array.lowerBounds[0] === INT4_LEAST) throw new SqlError('22003', 'integer out of range')
  checkBounds([array.length + 1], array.lowerBounds)
  return new SqlArray([element, ...array.elements], [array.length + 1], array.lowerBounds)
}

function incompatible(detail: string): SqlError {
  return new SqlError('2202E', 'cannot concatenate incompatible arrays', { detail })
}

function concatenate(left: SqlArray | null, right: SqlArray | null): SqlArray | null {
  if (left === null) return right
  if (right === null) return left
  if (left.length === 0) return right
  if (right.length === 0) return left
  const gap = left.dimensionCount - right.dimensionCount
  if (gap !== 0 && gap !== 1 && gap !== -1) {
    throw incompatible(
      `Arrays of ${left.dimensionCount} and ${right.dimensionCount} dimensions are not compatible for concatenation.`,
    )
  }
  checkElementCount(left.length + right.length)
  const elements = [...left.elements, ...right.elements]
  const inner = (array: SqlArray, from: number): string => String(array.dimensions.slice(from))
  if (gap === 0) {
    if (inner(left, 1) !== inner(right, 1)) {
      throw incompatible('Arrays with differing element dimensions are not compatible for concatenation.')
    }
    const dimensions = [left.dimensions[0] + right.dimensions[0], ...left.dimensions.slice(1)]
    checkBounds(dimensions, left.lowerBounds)
    return new SqlArray(elements, dimensions, left.lowerBounds)
  }
  const [outer, part] = gap > 0 ? [left, right] : [right, left]
  if (inner(outer, 1) !== inner(part, 0)) {
    throw incompatible('Arrays with differing dimensions are not compatible for concatenation.')
  }
  const dimensions = [outer.dimensions[0] + 1, ...outer.dimensions.slice(1)]
  checkBounds(dimensions, outer.lowerBounds)
  return new SqlArray(elements, dimensions, outer.lowerBounds)
}

/** `array = element` where a null is the same as a null. */
function sameOrNull(type: SqlType): (left: Value, right: Value) => boolean {
  const equals = equality(type)
  return (left, right) => (left === null || right === null ? left === right : equals(left, right))
}

function elementOf(call: CallTypes): SqlType {
  return call.argumentTypes[0].element!
}

function contains(call: CallTypes): (left: SqlArray, right: SqlArray) => boolean {
  const key = keyOf(elementOf(call))
  return (left, right) => {
    if (right.length === 0) return true
    const keys = new Set<unknown>()
    for (const element of left.elements) if (element !== null) keys.add(key(element))
    return right.elements.every(element => element !== null && keys.has(key(element)))
  }
}

function overlaps(call: CallTypes): (left: SqlArray, right: SqlArray) => boolean {
  const key = keyOf(elementOf(call))
  return (left, right) => {
    const keys = new Set<unknown>()
    for (const element of left.elements) if (element !== null) keys.add(key(element))
    return right.elements.some(element => element !== null && keys.has(key(element)))
  }
}

function fill(value: Value, lengths: SqlArray | null, bounds: SqlArray | null | undefined): SqlArray {
  if (lengths === null || bounds === null) {
    throw new SqlError('22004', 'dimension array or low bound array cannot be null')
  }
  const check = (array: SqlArray): void => {
    if (array.dimensionCount > 1) {
      throw new SqlError('2202E', 'wrong number of array subscripts', {
        detail: 'Dimension array must be one dimensional.',
      })
    }
    if (array.elements.includes(null)) throw new SqlError('22004', 'dimension values cannot be null')
  }
  check(lengths)
  if (bounds !== undefined) {
    check(bounds)
    if (bounds.length !== lengths.length) {
      throw new SqlError('2202E', 'wrong number of array subscripts', {
        detail: 'Low bound array has different size than dimensions array.',
      })
    }
  }
  const dimensions = lengths.elements as readonly number[]
  if (dimensions.length > 6) {
    throw new SqlError(
      '54000',
      `number of array dimensions (${dimensions.length}) exceeds the maximum allowed (6)`,
    )
  }
  const size = dimensions.reduce((product, length) => product * length, dimensions.length === 0 ? 0 : 1)
  if (dimensions.some(length => length < 0)) throw arrayTooLarge()
  checkElementCount(size)
  if (bounds !== undefined) checkBounds(dimensions, bounds.elements as readonly number[])
  if (size === 0) return SqlArray.EMPTY
  return new SqlArray(
    new Array(size).fill(value),
    dimensions,
    bounds === undefined ? dimensions.map(() => 1) : (bounds.elements as readonly number[]),
  )
}

function sorted(
  call: CallTypes,
): (array: SqlArray, isDescending?: unknown, nullsFirst?: unknown) => SqlArray {
  const element = elementOf(call)
  const compareElements = comparator(element)
  return (array, descending, first) => {
    if (array.length < 2) return array
    const isDescending = descending === true
    const nullsFirst = typeof first === 'boolean' ? first : isDescending
    const stride = array.length / array.dimensions[0]
    const sign = isDescending ? -1 : 1
    const compare = (left: number, right: number): number => {
      for (let at = 0; at < stride; at++) {
        const one = array.elements[left * stride + at]
        const two = array.elements[right * stride + at]
        if (one === null || two === null) {
          if (one === two) continue
          return (one === null) === nullsFirst ? -1 : 1
        }
        const order = compareElements(one, two)
        if (order !== 0) return order * sign
      }
      return 0
    }
    return rearranged(array, Array.from({ length: array.dimensions[0] }, (_, at) => at).sort(compare))
  }
}

/** The slices of the first dimension in another order, or some of them. */
function rearranged(array: SqlArray, order: readonly number[], lowerBound = array.lowerBounds[0]): SqlArray {
  if (order.length === 0) return SqlArray.EMPTY
  const stride = array.length / array.dimensions[0]
  return new SqlArray(
    order.flatMap(at => array.elements.slice(at * stride, (at + 1) * stride)),
    [order.length, ...array.dimensions.slice(1)],
    [lowerBound, ...array.lowerBounds.slice(1)],
  )
}

/** Fisher and Yates, as far as needed. */
function picked(array: SqlArray, count: number, context: EvaluationContext): number[] {
  const order = Array.from({ length: array.dimensions[0] }, (_, at) => at)
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor(context.random() * (order.length - at))
    ;[order[at], order[other]] = [order[other], order[at]]
  }
  return order.slice(0, count)
}

function positionIn(
  call: CallTypes,
): (array: SqlArray | null, element: Value, from?: Value) => number | null {
  const same = sameOrNull(elementOf(call))
  return (array, element, from) => {
    if (array === null) return null
    oneDimensional(array, 'searching for elements in multidimensional arrays is not supported')
    if (from === null) throw new SqlError('22004', 'initial position must not be null')
    if (array.length === 0) return null
    const bound = array.lowerBounds[0]
    const start = typeof from === 'number' ? Math.max(from - bound, 0) : 0
    for (let at = start; at < array.length; at++) if (same(array.elements[at], element)) return at + bound
    return null
  }
}

const VOLATILE = { volatility: 'volatile' } as const

export const ARRAY_FUNCTIONS: readonly SqlFunction[] = [
  scalar('array_append', [ANYCOMPATIBLEARRAY, ANYCOMPATIBLE], ANYCOMPATIBLEARRAY, append, OPTIONAL),
  scalar('array_prepend', [ANYCOMPATIBLE, ANYCOMPATIBLEARRAY], ANYCOMPATIBLEARRAY, prepend, OPTIONAL),
  scalar('array_cat', [ANYCOMPATIBLEARRAY, ANYCOMPATIBLEARRAY], ANYCOMPATIBLEARRAY, concatenate, OPTIONAL),
  polymorphic(
    'array_remove',
    [ANYCOMPATIBLEARRAY, ANYCOMPATIBLE],
    ANYCOMPATIBLEARRAY,
    call => {
      const same = sameOrNull(elementOf(call))
      return (array: SqlArray | null, element: Value) => {
        if (array === null) return null
        oneDimensional(array, 'removing elements from multidimensional arrays is not supported')
        const left = array.elements.filter(one => !same(one, element))
        if (left.length === array.length) return array
        return left.length === 0 ? SqlArray.EMPTY : new SqlArray(left, [left.length], array.lowerBounds)
      }
    },
    OPTIONAL,
  ),
  polymorphic(
    'array_replace',
    [ANYCOMPATIBLEARRAY, ANYCOMPATIBLE, ANYCOMPATIBLE],
    ANYCOMPATIBLEARRAY,
    call => {
      const same = sameOrNull(elementOf(call))
      return (array: SqlArray | null, from: Value, to: Value) =>
        array === null
          ? null
          : new SqlArray(
              array.elements.map(one => (same(one, from) ? to : one)),
              array.dimensions,
              array.lowerBounds,
            )
    },
    OPTIONAL,
  ),
  polymorphic(
    'array_position',
    [ANYCOMPATIBLEARRAY, ANYCOMPATIBLE],
    INT4,
    call => {
      const find = positionIn(call)
      return (array: SqlArray | null, element: Value) => find(array, element)
    },
    OPTIONAL,
  ),
  polymorphic(
    'array_position',
    [ANYCOMPATIBLEARRAY, ANYCOMPATIBLE, INT4],
    INT4,
    call => positionIn(call),
    OPTIONAL,
  ),
  polymorphic(
    'array_positions',
    [ANYCOMPATIBLEARRAY, ANYCOMPATIBLE],
    INT4.array!,
    call => {
      const same = sameOrNull(elementOf(call))
      return (array: SqlArray | null, element: Value) => {
        if (array === null) return null
        oneDimensional(array, 'searching for elements in multidimensional arrays is not supported')
        const places: number[] = []
        array.elements.forEach((one, at) => {
          if (same(one, element)) places.push(at + array.lowerBounds[0])
        })
        return SqlArray.of(places)
      }
    },
    OPTIONAL,
  ),
  scalar(
    'array_length',
    [ANYARRAY, INT4],
    INT4,
    (array: SqlArray, at: number) => array.dimensions[at - 1] ?? null,
  ),
  scalar(
    'array_lower',
    [ANYARRAY, INT4],
    INT4,
    (array: SqlArray, at: number) => array.lowerBounds[at - 1] ?? null,
  ),
  scalar('array_upper', [ANYARRAY, INT4], INT4, (array: SqlArray, at: number) =>
    at < 1 || at > array.dimensionCount ? null : array.lowerBounds[at - 1] + array.dimensions[at - 1] - 1,
  ),
  scalar('array_ndims', [ANYARRAY], INT4, (array: SqlArray) => array.dimensionCount || null),
  scalar('array_dims', [ANYARRAY], TEXT, (array: SqlArray) =>
    array.dimensionCount === 0
      ? null
      : array.dimensions
          .map((length, at) => `[${array.lowerBounds[at]}:${array.lowerBounds[at] + length - 1}]`)
          .join(''),
  ),
  scalar('cardinality', [ANYARRAY], INT4, (array: SqlArray) => array.length),
  scalar(
    'array_fill',
    [ANYELEMENT, INT4.array!],
    ANYARRAY,
    (value: Value, lengths: SqlArray | null) => fill(value, lengths, undefined),
    OPTIONAL,
  ),
  scalar('array_fill', [ANYELEMENT, INT4.array!, INT4.array!], ANYARRAY, fill, OPTIONAL),
  scalar('trim_array', [ANYARRAY, INT4], ANYARRAY, (array: SqlArray, count: number) => {
    const length = array.dimensions[0] ?? 0
    if (count < 0 || count > length) {
      throw new SqlError('2202E', `number of elements to trim must be between 0 and ${length}`)
    }
    if (count === length) return SqlArray.EMPTY
    return rearranged(
      array,
      Array.from({ length: length - count }, (_, at) => at),
      1,
    )
  }),
  scalar('array_reverse', [ANYARRAY], ANYARRAY, (array: SqlArray) =>
    array.length < 2
      ? array
      : rearranged(array, Array.from({ length: array.dimensions[0] }, (_, at) => at).reverse()),
  ),
  polymorphic('array_sort', [ANYARRAY], ANYARRAY, call => {
    const sort = sorted(call)
    return (array: SqlArray) => sort(array)
  }),
  polymorphic('array_sort', [ANYARRAY, BOOL], ANYARRAY, call => {
    const sort = sorted(call)
    return (array: SqlArray, isDescending: boolean) => sort(array, isDescending)
  }),
  polymorphic('array_sort', [ANYARRAY, BOOL, BOOL], ANYARRAY, call => sorted(call)),
  scalar(
    'array_shuffle',
    [ANYARRAY],
    ANYARRAY,
    (array: SqlArray, context: EvaluationContext) =>
      array.length < 2 ? array : rearranged(array, picked(array, array.dimensions[0], context)),
    VOLATILE,
  ),
  scalar(
    'array_sample',
    [ANYARRAY, INT4],
    ANYARRAY,
    (array: SqlArray, count: number, context: EvaluationContext) => {
      const length = array.dimensions[0] ?? 0
      if (count < 0 || count > length) {
        throw new SqlError('22023', `sample size must be between 0 and ${length}`)
      }
      return count === 0 ? SqlArray.EMPTY : rearranged(array, picked(array, count, context), 1)
    },
    VOLATILE,
  ),
  setReturning('unnest', [ANYARRAY], ANYELEMENT, () => (array: SqlArray) => array.elements, {
    rowsExpected: 10,
    rowsOf: (array: SqlArray | undefined) => array?.length,
  }),
  setReturning(
    'generate_subscripts',
    [ANYARRAY, INT4],
    INT4,
    () => (array: SqlArray, at: number) => subscripts(array, at, false),
  ),
  setReturning('generate_subscripts', [ANYARRAY, INT4, BOOL], INT4, () => subscripts),
]

function subscripts(array: SqlArray, at: number, isReverse: boolean): number[] {
  if (at < 1 || at > array.dimensionCount) return []
  const all = Array.from(
    { length: array.dimensions[at - 1] },
    (_, index) => index + array.lowerBounds[at - 1],
  )
  return isReverse ? all.reverse() : all
}

export const ARRAY_OPERATORS: readonly ScalarFunction[] = [
  scalar('||', [ANYCOMPATIBLEARRAY, ANYCOMPATIBLEARRAY], ANYCOMPATIBLEARRAY, concatenate, OPTIONAL),
  scalar('||', [ANYCOMPATIBLEARRAY, ANYCOMPATIBLE], ANYCOMPATIBLEARRAY, append, OPTIONAL),
  scalar('||', [ANYCOMPATIBLE, ANYCOMPATIBLEARRAY], ANYCOMPATIBLEARRAY, prepend, OPTIONAL),
  polymorphic('@>', [ANYARRAY, ANYARRAY], BOOL, call => contains(call)),
  polymorphic('<@', [ANYARRAY, ANYARRAY], BOOL, call => {
    const test = contains(call)
    return (left: SqlArray, right: SqlArray) => test(right, left)
  }),
  polymorphic('&&', [ANYARRAY, ANYARRAY], BOOL, call => overlaps(call)),
]
