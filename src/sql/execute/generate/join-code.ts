/**
 * Hash joins as parts of a loop: the rows of the inner side are put into the table by one loop, and looked up there by the loop
 * over the outer side, so that no row goes through registers on its way to what is done with it.
 */

import type { BoundExpression } from '../../bind/bound.ts'
import { keyOf } from '../../types/compare.ts'
import { DATE, INT2, INT4, withoutDomain } from '../../types/type.ts'
import type { JoinTable } from '../join-table.ts'
import type { RowBuffer } from '../operator.ts'
import type { LoopStep } from '../scan-loop.ts'
import { anyNull, type Code, joined, type Operand } from './code.ts'
import { emit } from './expression-code.ts'
import type { LoopCode } from './loop-code.ts'

/** What is shared between the loops over both sides. */
export interface JoinSides {
  readonly table: JoinTable
  /** Columns of the inner rows. */
  readonly rows: RowBuffer
}

export type LoopJoinType = 'inner' | 'left' | 'semi' | 'anti'

/** One row may meet many, and those many more: after so many pairs it is asked whether the statement was cancelled. */
const CANCEL_MASK = 0xfff

const plainKey = keyOf(INT4)

/** Operands of a key, in the form in which the table tells them apart. */
function keyOperands(keys: readonly BoundExpression[], loop: LoopCode): Operand[] {
  return keys.map(key => {
    const operand = emit(key, loop)
    const toKey = keyOf(key.type)
    if (toKey === plainKey) return operand
    const value = loop.code.fresh('k')
    const text = `${loop.code.constant(toKey, 'keyOf')}(${operand.value})`
    const isNull = operand.isNull
    loop.code.line(`const ${value} = ${isNull === undefined ? text : `${isNull} ? undefined : ${text}`}`)
    return { value, isNull }
  })
}

/** One part, always a number that is no NaN. */
function isNumber(keys: readonly BoundExpression[]): boolean {
  if (keys.length !== 1) return false
  const type = withoutDomain(keys[0].type)
  return type === INT2 || type === INT4 || type === DATE
}

/** Writes what fills an array with the parts of a key; gives its name. */
function keyArray(operands: readonly Operand[], code: Code): string {
  const parts = code.constant(new Array(operands.length), 'parts')
  for (const [i, { value, isNull }] of operands.entries()) {
    code.line(`${parts}[${i}] = ${isNull === undefined ? value : `${isNull} ? undefined : ${value}`}`)
  }
  return parts
}

/** Takes rows of the inner side into the table. `keepsUnmatchable`: also those with a null in their key. */
export function generateBuild(
  loop: LoopCode,
  filter: BoundExpression | undefined,
  keys: readonly BoundExpression[],
  registers: readonly number[],
  keepsUnmatchable: boolean,
): LoopStep<JoinSides> | undefined {
  const { code } = loop
  code.line('const { table } = shared')
  code.line('const rows = shared.rows.flat')
  const add = (): void => {
    const operands = keyOperands(keys, loop)
    const isNull = anyNull(operands)
    if (isNull !== undefined && !keepsUnmatchable) code.line(`if (${isNull}) continue`)
    if (isNumber(keys) && (isNull === undefined || !keepsUnmatchable)) {
      code.line(`table.addNumber(${operands[0].value})`)
    } else code.line(`table.add(${keyArray(operands, code)})`)
  }
  const keep = (): void => {
    const values = registers.map(register => {
      const operand = loop.column(register)
      return operand === undefined ? `registers[${register}]` : joined(operand)
    })
    if (values.length > 0) code.line(`rows.push(${values.join(', ')})`)
  }
  loop.write(filter, () => {
    add()
    keep()
  })
  if (loop.isInPlace && code.mayReenter) return undefined
  return code.build<LoopStep<JoinSides>>('keepRows', 'batch, registers, context, shared')
}

/** The outer row's lookup, and around `next` the loop over the rows that it matches. */
export function writeProbe(
  loop: LoopCode,
  type: LoopJoinType,
  sides: JoinSides,
  keys: readonly BoundExpression[],
  condition: BoundExpression | undefined,
  registers: readonly number[],
  next: () => void,
): void {
  const { code } = loop
  const table = code.constant(sides.table, 'table')
  const row = code.fresh('row')
  let goOn = (_: string): string => ''
  loop.withReads(() => {
    const operands = keyOperands(keys, loop)
    const isNull = anyNull(operands)
    code.line('place = -1')
    let find: string
    if (isNumber(keys)) {
      const key = code.fresh('key')
      code.line(`const ${key} = ${operands[0].value}`)
      find = `${table}.findNumber(${key})`
      goOn = from => `${table}.nextNumber(${from}, ${key})`
    } else {
      find = `${table}.find(${keyArray(operands, code)})`
      goOn = from => `${table}.findNext(${from})`
    }
    code.line(`let ${row} = ${isNull === undefined ? find : `${isNull} ? -1 : ${find}`}`)
  })
  const probe = { loop, type, sides, condition, registers, row, goOn }
  if (type === 'semi' || type === 'anti') {
    writeTest(probe)
    next()
  } else {
    beginPairs(probe)
    next()
    code.line('}')
  }
}

interface Probe {
  readonly loop: LoopCode
  readonly type: LoopJoinType
  readonly sides: JoinSides
  readonly condition: BoundExpression | undefined
  readonly registers: readonly number[]
  /** The variable with the inner row at hand; below 0: there is none. */
  readonly row: string
  /** The inner row of the same key behind one. */
  readonly goOn: (from: string) => string
}

/** Columns of inner row `at` (its first value's place; -1: none). */
function defineInner(
  loop: LoopCode,
  sides: JoinSides,
  registers: readonly number[],
  at: string,
  mayBeNone: boolean,
) {
  const { code } = loop
  const rows = code.constant(sides.rows.flat, 'rows')
  for (const [i, register] of registers.entries()) {
    loop.define(register, () => {
      const value = code.fresh('v')
      code.line(`const ${value} = ${mayBeNone ? `${at} < 0 ? null : ` : ''}${rows}[${at} + ${i}]`)
      return { value, isNull: `${value} === null` }
    })
  }
}

/** The loop over pairs, and of a left join once over a row of nulls where there is none. */
function beginPairs({ loop, type, sides, condition, registers, row, goOn }: Probe): void {
  const { code } = loop
  const isLeft = type === 'left'
  const at = code.fresh('at')
  const isMatched = code.fresh('isMatched')
  const isNone = code.fresh('isNone')
  if (isLeft) code.line(`let ${isMatched} = false`)
  code.line(isLeft ? `for (;;) {` : `while (${row} >= 0) {`)
  if (isLeft) {
    code.line(`const ${isNone} = ${row} < 0`)
    code.line(`if (${isNone}) { if (${isMatched}) break; ${isMatched} = true }`)
  }
  const place = `${row} * ${registers.length}`
  code.line(`const ${at} = ${isLeft ? `${isNone} ? -1 : ` : ''}${place}`)
  const forward = `${row} = ${goOn(row)}`
  code.line(isLeft ? `if (!${isNone}) ${forward}` : forward)
  code.line(`if ((++ticks & ${CANCEL_MASK}) === 0) context.checkCancelled()`)
  defineInner(loop, sides, registers, at, isLeft)
  if (isLeft && condition !== undefined) {
    // The row of nulls passes without it.
    const passes = code.fresh('passes')
    code.line(`let ${passes} = ${isNone}`)
    code.line(`if (!${isNone}) do {`)
    loop.apart(() => {
      loop.pass(condition)
      code.line(`${passes} = true`)
    })
    code.line('} while (false)')
    code.line(`if (!${passes}) continue`)
  } else loop.pass(condition)
  if (isLeft) code.line(`${isMatched} = true`)
}

/** Goes on with the next outer row unless this one has a match, or none. */
function writeTest({ loop, type, sides, condition, registers, row, goOn }: Probe): void {
  const { code } = loop
  if (condition === undefined) {
    code.line(`if (${row} ${type === 'semi' ? '<' : '>='} 0) continue`)
    return
  }
  const at = code.fresh('at')
  const isMet = code.fresh('isMet')
  code.line(`let ${isMet} = false`)
  code.line(`while (${row} >= 0) {`)
  code.line(`const ${at} = ${row} * ${registers.length}`)
  code.line(`${row} = ${goOn(row)}`)
  code.line(`if ((++ticks & ${CANCEL_MASK}) === 0) context.checkCancelled()`)
  defineInner(loop, sides, registers, at, false)
  loop.apart(() => loop.pass(condition))
  for (const register of registers) loop.forget(register)
  code.line(`${isMet} = true; break`)
  code.line('}')
  code.line(`if (${type === 'semi' ? '!' : ''}${isMet}) continue`)
}
