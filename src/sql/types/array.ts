/**
 * Arrays as values: any number of dimensions, each with a lower bound, elements in row-major order; their text, and the
 * subscripts and slices that expressions ask for.
 *
 * Invariants:
 * 1. `elements.length` is the product of `dimensions`; an empty array has no dimensions at all.
 * 2. An array is never changed after it was made: values share them.
 */

import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import { arrayTooLarge, checkElementCount } from './value-limits.ts'

export const DIMENSIONS_MAX = 6
/** Upper bounds are less, so that an element may be behind them. */
const UPPER_BOUND_LIMIT = 2147483647

/** @throws SqlError 54000 */
export function checkBounds(dimensions: readonly number[], lowerBounds: readonly number[]): void {
  for (let i = 0; i < dimensions.length; i++) {
    if (dimensions[i] + lowerBounds[i] <= UPPER_BOUND_LIMIT) continue
    throw new SqlError('54000', `array lower bound is too large: ${lowerBounds[i]}`)
  }
}

export class SqlArray {
  readonly elements: readonly Value[]
  /** Lengths, outermost first. */
  readonly dimensions: readonly number[]
  readonly lowerBounds: readonly number[]

  constructor(elements: readonly Value[], dimensions: readonly number[], lowerBounds: readonly number[]) {
    this.elements = elements
    this.dimensions = dimensions
    this.lowerBounds = lowerBounds
  }

  static readonly EMPTY = new SqlArray([], [], [])

  /** Of one dimension, from 1 on. */
  static of(elements: readonly Value[]): SqlArray {
    return elements.length === 0 ? SqlArray.EMPTY : new SqlArray(elements, [elements.length], [1])
  }

  get length(): number {
    return this.elements.length
  }
  get dimensionCount(): number {
    return this.dimensions.length
  }

  /** The same shape with other elements; nulls stay. */
  map(change: (value: Value) => Value): SqlArray {
    return new SqlArray(
      this.elements.map(element => (element === null ? null : change(element))),
      this.dimensions,
      this.lowerBounds,
    )
  }
}

/** `ARRAY[a, b]` over arrays: one more dimension. Null or empty parts beside others are refused as PostgreSQL does. */
export function arrayOfArrays(parts: readonly (SqlArray | null)[]): SqlArray {
  const first = parts.find(part => part !== null && part.length > 0)
  if (first === undefined || first === null) return SqlArray.EMPTY
  const elements: Value[] = []
  for (const part of parts) {
    if (part === null || !haveSameShape(part, first)) {
      throw new SqlError(
        '2202E',
        'multidimensional arrays must have array expressions with matching dimensions',
      )
    }
    checkElementCount(elements.length + part.length)
    for (const element of part.elements) elements.push(element)
  }
  if (first.dimensions.length >= DIMENSIONS_MAX) throw tooManyDimensions(first.dimensions.length + 1)
  return new SqlArray(
    elements,
    [parts.length, ...first.dimensions],
    [1, ...first.dimensions.map((_, at) => first.lowerBounds[at])],
  )
}

/**
 * An array of those that `array_agg` and `ARRAY(SELECT …)` gather, beside the first of them; undefined: it is the first.
 * @throws SqlError 22004, 2202E, 54000
 */
export function accumulated(part: SqlArray | null, first: SqlArray | undefined): SqlArray {
  if (part === null) throw new SqlError('22004', 'cannot accumulate null arrays')
  if (first === undefined) {
    if (part.length === 0) throw new SqlError('2202E', 'cannot accumulate empty arrays')
    if (part.dimensionCount >= DIMENSIONS_MAX) throw tooManyDimensions(part.dimensionCount + 1)
  } else if (!haveSameShape(part, first)) {
    throw new SqlError('2202E', 'cannot accumulate arrays of different dimensionality')
  }
  return part
}

/** One more dimension. */
export function arrayOfAccumulated(parts: readonly SqlArray[]): SqlArray {
  if (parts.length === 0) return SqlArray.EMPTY
  const { dimensions, lowerBounds } = parts[0]
  const elements = parts.flatMap(part => part.elements)
  return new SqlArray(elements, [parts.length, ...dimensions], [1, ...lowerBounds])
}

/** Whether lengths and lower bounds are the same. */
function haveSameShape(left: SqlArray, right: SqlArray): boolean {
  return sameNumbers(left.dimensions, right.dimensions) && sameNumbers(left.lowerBounds, right.lowerBounds)
}

function sameNumbers(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((one, at) => one === right[at])
}

export function tooManyDimensions(count?: number): SqlError {
  const given = count === undefined ? '' : ` (${count})`
  return new SqlError(
    '54000',
    `number of array dimensions${given} exceeds the maximum allowed (${DIMENSIONS_MAX})`,
  )
}

/** `a[i][j]`: null outside, and for fewer or more subscripts than dimensions. */
export function elementAt(array: SqlArray, subscripts: readonly number[]): Value {
  const { dimensions, lowerBounds } = array
  if (subscripts.length !== dimensions.length) return null
  let index = 0
  for (let at = 0; at < dimensions.length; at++) {
    const offset = subscripts[at] - lowerBounds[at]
    if (offset < 0 || offset >= dimensions[at]) return null
    index = index * dimensions[at] + offset
  }
  return array.elements[index]
}

/** One subscript of a slice; undefined: left out. A plain subscript among slices is `1:n`, said by the caller. */
export interface SliceBounds {
  readonly lower: number | undefined
  readonly upper: number | undefined
}

/** `a[1:2][2:3]`: lower bounds of the result are 1. Outside everything: the empty array. */
export function sliceOf(array: SqlArray, bounds: readonly SliceBounds[]): SqlArray {
  const { dimensions, lowerBounds } = array
  if (dimensions.length === 0 || bounds.length > dimensions.length) return SqlArray.EMPTY
  const from: number[] = []
  const lengths: number[] = []
  for (let at = 0; at < dimensions.length; at++) {
    const first = lowerBounds[at]
    const last = first + dimensions[at] - 1
    const lower = Math.max(bounds[at]?.lower ?? first, first)
    const upper = Math.min(bounds[at]?.upper ?? last, last)
    if (lower > upper) return SqlArray.EMPTY
    from.push(lower - first)
    lengths.push(upper - lower + 1)
  }
  const elements: Value[] = []
  const walk = (depth: number, base: number): void => {
    for (let at = 0; at < lengths[depth]; at++) {
      const index = base * dimensions[depth] + from[depth] + at
      if (depth === dimensions.length - 1) elements.push(array.elements[index])
      else walk(depth + 1, index)
    }
  }
  walk(0, 0)
  return new SqlArray(
    elements,
    lengths,
    lengths.map(() => 1),
  )
}

/** `SET a[i] = value`: grows a one-dimensional array and fills gaps with null. */
export function withElementAt(array: SqlArray | null, subscripts: readonly number[], value: Value): SqlArray {
  if (array === null || array.dimensions.length === 0) {
    const dimensions = subscripts.map(() => 1)
    checkBounds(dimensions, subscripts)
    return new SqlArray([value], dimensions, [...subscripts])
  }
  const { dimensions, lowerBounds } = array
  if (subscripts.length !== dimensions.length) throw new SqlError('2202E', 'wrong number of array subscripts')
  if (dimensions.length === 1) {
    const grown = grownTo(array, subscripts[0], subscripts[0])
    const elements = [...grown.elements]
    elements[subscripts[0] - grown.lowerBounds[0]] = value
    return new SqlArray(elements, grown.dimensions, grown.lowerBounds)
  }
  let index = 0
  for (let at = 0; at < dimensions.length; at++) {
    const offset = subscripts[at] - lowerBounds[at]
    if (offset < 0 || offset >= dimensions[at]) throw new SqlError('2202E', 'array subscript out of range')
    index = index * dimensions[at] + offset
  }
  const elements = [...array.elements]
  elements[index] = value
  return new SqlArray(elements, dimensions, lowerBounds)
}

/**
 * `SET a[2:3][1:2] = values`, whose elements are taken in their order, however they are nested. An array of one dimension grows,
 * gaps filled with null; one of several does not.
 */
export function withSlice(
  array: SqlArray | null,
  bounds: readonly SliceBounds[],
  values: SqlArray,
): SqlArray {
  if (array === null || array.dimensions.length === 0) return newSlice(bounds, values)
  const { dimensions, lowerBounds } = array
  if (dimensions.length < bounds.length) throw new SqlError('2202E', 'wrong number of array subscripts')
  const from: number[] = []
  const lengths: number[] = []
  for (let at = 0; at < dimensions.length; at++) {
    const first = lowerBounds[at]
    const last = first + dimensions[at] - 1
    const lower = bounds[at]?.lower ?? first
    const upper = bounds[at]?.upper ?? last
    if (lower > upper) throw new SqlError('2202E', 'upper bound cannot be less than lower bound')
    if (dimensions.length > 1 && (lower < first || upper > last)) {
      throw new SqlError('2202E', 'array subscript out of range')
    }
    from.push(lower)
    lengths.push(upper - lower + 1)
  }
  if (values.length < elementCount(lengths)) throw new SqlError('2202E', 'source array too small')
  const grown = dimensions.length > 1 ? array : grownTo(array, from[0], from[0] + lengths[0] - 1)
  const elements = [...grown.elements]
  let next = 0
  const walk = (depth: number, base: number): void => {
    for (let at = 0; at < lengths[depth]; at++) {
      const index = base * grown.dimensions[depth] + from[depth] - grown.lowerBounds[depth] + at
      if (depth === lengths.length - 1) elements[index] = values.elements[next++]
      else walk(depth + 1, index)
    }
  }
  walk(0, 0)
  return new SqlArray(elements, grown.dimensions, grown.lowerBounds)
}

/** A slice of an array that has nothing yet. */
function newSlice(bounds: readonly SliceBounds[], values: SqlArray): SqlArray {
  const from: number[] = []
  const lengths: number[] = []
  for (const { lower, upper } of bounds) {
    if (lower === undefined || upper === undefined) {
      throw new SqlError('2202E', 'array slice subscript must provide both boundaries', {
        detail:
          'When assigning to a slice of an empty array value, slice boundaries must be fully specified.',
      })
    }
    from.push(lower)
    lengths.push(upper - lower + 1)
  }
  const count = elementCount(lengths)
  if (values.length < count) throw new SqlError('2202E', 'source array too small')
  checkBounds(lengths, from)
  return count === 0 ? SqlArray.EMPTY : new SqlArray(values.elements.slice(0, count), lengths, from)
}

function elementCount(lengths: readonly number[]): number {
  const count = lengths.reduce((product, length) => product * length, 1)
  if (lengths.some(length => length < 0)) throw arrayTooLarge()
  checkElementCount(count)
  return count
}

/** An array of one dimension that has at least the places from `least` to `greatest`. */
function grownTo(array: SqlArray, least: number, greatest: number): SqlArray {
  const first = array.lowerBounds[0]
  const lower = Math.min(first, least)
  const size = Math.max(first + array.dimensions[0] - 1, greatest) - lower + 1
  if (size === array.dimensions[0]) return array
  checkElementCount(size)
  checkBounds([size], [lower])
  const elements: Value[] = new Array(size).fill(null)
  for (let index = 0; index < array.dimensions[0]; index++) {
    elements[first - lower + index] = array.elements[index]
  }
  return new SqlArray(elements, [size], [lower])
}

/** `[0:1]={1,2}`, `{{1,2},{3,4}}`. `print` is the output function of the elements. */
export function arrayText(array: SqlArray, print: (value: Value) => string, delimiter = ','): string {
  const { dimensions, lowerBounds, elements } = array
  if (dimensions.length === 0) return '{}'
  let text = ''
  if (lowerBounds.some(bound => bound !== 1)) {
    for (let at = 0; at < dimensions.length; at++) {
      text += `[${lowerBounds[at]}:${lowerBounds[at] + dimensions[at] - 1}]`
    }
    text += '='
  }
  let next = 0
  const walk = (depth: number): string => {
    const parts: string[] = []
    for (let at = 0; at < dimensions[depth]; at++) {
      if (depth < dimensions.length - 1) parts.push(walk(depth + 1))
      else {
        const element = elements[next++]
        parts.push(element === null ? 'NULL' : quotedElement(print(element), delimiter))
      }
    }
    return `{${parts.join(delimiter)}}`
  }
  return text + walk(0)
}

function quotedElement(text: string, delimiter: string): string {
  const mustQuote =
    text === '' || /[{}"\\\s]/.test(text) || text.includes(delimiter) || text.toUpperCase() === 'NULL'
  return mustQuote ? `"${text.replace(/(["\\])/g, '\\$1')}"` : text
}

/** From text; `read` is the input function of the elements. */
export function arrayFromText(text: string, read: (text: string) => Value, delimiter = ','): SqlArray {
  const malformed = (detail: string): SqlError =>
    new SqlError('22P02', `malformed array literal: "${text}"`, { detail })
  let at = 0
  const skipBlanks = (): void => {
    while (at < text.length && isBlank(text.charCodeAt(at))) at++
  }
  const integer = (): number | undefined => {
    const match = /^[+-]?\d+/.exec(text.slice(at, at + 12))
    if (match === null) return undefined
    at += match[0].length
    const value = Number(match[0])
    if (value > 2147483647 || value < -2147483648) {
      throw new SqlError('54000', 'array bound is out of integer range')
    }
    return value
  }
  const givenLengths: number[] = []
  const lowerBounds: number[] = []
  for (;;) {
    skipBlanks()
    if (text[at] !== '[') break
    at++
    if (givenLengths.length >= DIMENSIONS_MAX) throw tooManyDimensions()
    let lower = 1
    let upper = integer()
    if (upper === undefined) throw malformed('"[" must introduce explicitly-specified array dimensions.')
    if (text[at] === ':') {
      at++
      lower = upper
      upper = integer()
      if (upper === undefined) throw malformed('Missing array dimension value.')
    }
    if (text[at] !== ']') throw malformed('Missing "]" after array dimensions.')
    at++
    if (upper < lower) throw new SqlError('2202E', 'upper bound cannot be less than lower bound')
    if (upper === UPPER_BOUND_LIMIT) throw new SqlError('54000', `array upper bound is too large: ${upper}`)
    checkElementCount(upper - lower + 1)
    givenLengths.push(upper - lower + 1)
    lowerBounds.push(lower)
  }
  if (givenLengths.length > 0) {
    if (text[at] !== '=') throw malformed('Missing "=" after array dimensions.')
    at++
    skipBlanks()
    if (text[at] !== '{') throw malformed('Array contents must start with "{".')
  } else if (text[at] !== '{') {
    throw malformed('Array value must start with "{" or dimension information.')
  }
  const elements: Value[] = []
  const lengths: number[] = []
  /** The depth at which elements lie, once the first was seen. */
  let leafDepth = -1
  const differing = (): SqlError =>
    malformed('Multidimensional arrays must have sub-arrays with matching dimensions.')
  const level = (depth: number): void => {
    if (depth >= DIMENSIONS_MAX) throw tooManyDimensions()
    at++
    let count = 0
    skipBlanks()
    if (text[at] === '}') {
      at++
      if (depth > 0 && (leafDepth >= 0 || lengths[depth] !== undefined)) {
        if (lengths[depth] !== 0) throw differing()
      }
      lengths[depth] ??= 0
      return
    }
    for (;;) {
      skipBlanks()
      if (at >= text.length) throw malformed('Unexpected end of input.')
      if (text[at] === '{') {
        if (leafDepth >= 0 && depth >= leafDepth) throw differing()
        level(depth + 1)
      } else {
        if (leafDepth < 0) leafDepth = depth
        else if (leafDepth !== depth) throw differing()
        elements.push(element())
        checkElementCount(elements.length)
      }
      count++
      skipBlanks()
      const next = text[at]
      if (next === delimiter) {
        at++
        skipBlanks()
        if (text[at] === '}') throw malformed('Unexpected "}" character.')
        continue
      }
      if (next === '}') {
        at++
        break
      }
      if (at >= text.length) throw malformed('Unexpected end of input.')
      if (next === '{') throw malformed('Unexpected "{" character.')
      throw malformed(next === '"' ? 'Unexpected array element.' : 'Incorrectly quoted array element.')
    }
    if (lengths[depth] === undefined) lengths[depth] = count
    else if (lengths[depth] !== count) throw differing()
  }
  const element = (): Value => {
    if (text[at] === '"') {
      at++
      let raw = ''
      for (;;) {
        if (at >= text.length) throw malformed('Unexpected end of input.')
        const character = text[at]
        if (character === '"') break
        if (character === '\\') {
          at++
          if (at >= text.length) throw malformed('Unexpected end of input.')
        }
        raw += text[at]
        at++
      }
      at++
      return read(raw)
    }
    let raw = ''
    let lengthWithoutBlanks = 0
    let hasEscape = false
    for (;;) {
      if (at >= text.length) throw malformed('Unexpected end of input.')
      const character = text[at]
      if (character === delimiter || character === '}') break
      if (character === '{') throw malformed('Unexpected "{" character.')
      if (character === '"') throw malformed('Incorrectly quoted array element.')
      if (character === '\\') {
        hasEscape = true
        at++
        if (at >= text.length) throw malformed('Unexpected end of input.')
        raw += text[at]
        lengthWithoutBlanks = raw.length
      } else {
        raw += character
        if (!isBlank(character.charCodeAt(0))) lengthWithoutBlanks = raw.length
      }
      at++
    }
    raw = raw.slice(0, lengthWithoutBlanks)
    if (raw === '') throw malformed(`Unexpected "${text[at]}" character.`)
    return !hasEscape && raw.toUpperCase() === 'NULL' ? null : read(raw)
  }
  level(0)
  skipBlanks()
  if (at < text.length) throw malformed('Junk after closing right brace.')
  if (elements.length === 0) {
    if (givenLengths.length > 0) throw malformed('Specified array dimensions do not match array contents.')
    return SqlArray.EMPTY
  }
  const dimensions = lengths.slice(0, leafDepth + 1)
  if (givenLengths.length > 0 && !sameNumbers(givenLengths, dimensions)) {
    throw malformed('Specified array dimensions do not match array contents.')
  }
  return new SqlArray(elements, dimensions, lowerBounds.length > 0 ? lowerBounds : dimensions.map(() => 1))
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}
