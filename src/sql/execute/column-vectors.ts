/**
 * Rows column by column: some thousand at a time, filled by the loop that brings them. For what walks over two inputs at once,
 * neither of which may stay where it lies while the other is read.
 *
 * Numbers that are never null lie in a Float64Array; anything else is an array of values.
 */

import type { BoundExpression } from '../bind/bound.ts'
import type { Value } from '../functions/registry.ts'
import { DATE, FLOAT4, FLOAT8, INT2, INT4, type SqlType, withoutDomain } from '../types/type.ts'
import { joined } from './generate/code.ts'
import type { LoopCode } from './generate/loop-code.ts'
import type { Execution, Operator } from './operator.ts'
import { type LoopStep, ScanLoop } from './scan-loop.ts'

const FIRST_ROWS = 2048
/** A filling goes on with the next leaf until it has so many. */
const ROWS_WANTED = 1024

const NUMBERS: ReadonlySet<SqlType> = new Set([INT2, INT4, FLOAT4, FLOAT8, DATE])

export interface VectorColumn {
  readonly register: number
  /** Undefined: it is none of a table, but computed on the way. */
  readonly type: SqlType | undefined
}

function isNumber({ type }: VectorColumn): boolean {
  return type !== undefined && NUMBERS.has(withoutDomain(type))
}

export class ColumnVectors {
  count = 0
  capacity = FIRST_ROWS
  readonly columns: (Float64Array | Value[])[]

  constructor(isNumber: readonly boolean[]) {
    this.columns = isNumber.map(one => (one ? new Float64Array(FIRST_ROWS) : []))
  }

  /** For twice as many rows. */
  grow(): void {
    this.capacity *= 2
    for (const [i, column] of this.columns.entries()) {
      if (!(column instanceof Float64Array)) continue
      const larger = new Float64Array(this.capacity)
      larger.set(column)
      this.columns[i] = larger
    }
  }
}

/** An operator's rows as vectors. */
export class VectorScan {
  readonly columns: readonly VectorColumn[]
  private readonly loop: ScanLoop<ColumnVectors> | undefined
  /** By column, once the code is made: it says which are never null. */
  private isNumber: readonly boolean[] = []
  vectors = new ColumnVectors([])
  private readonly execution: Execution
  /** It has paused before there were enough rows. */
  isFilling = false

  constructor(execution: Execution, input: Operator, columns: readonly VectorColumn[]) {
    this.execution = execution
    this.columns = columns
    this.loop = ScanLoop.over(execution, input, (loop, filter) => this.generate(loop, filter))
  }

  /** Whether the rows come by a loop at all. */
  get isThere(): boolean {
    return this.loop !== undefined
  }

  get pays(): boolean {
    return this.loop!.pays
  }

  /** The vectors are other ones when their kinds have changed. False: it cannot be done this way. */
  open(): boolean {
    if (!this.openWholly()) return false
    this.isFilling = false
    const { vectors, isNumber } = this
    const isSame =
      vectors.columns.length === isNumber.length && isNumber.every((one, i) => this.hasNumbers(i) === one)
    if (!isSame) this.vectors = new ColumnVectors(isNumber)
    this.vectors.count = 0
    return true
  }

  /** What stands between it and its rows may have much to prepare. */
  private openWholly(): boolean {
    const { pause } = this.execution
    pause.hold()
    try {
      return this.loop!.open() === 'done'
    } finally {
      pause.release()
    }
  }

  hasNumbers(column: number): boolean {
    return this.vectors.columns[column] instanceof Float64Array
  }

  /** The next rows, in the place of those before; false at the end, and when it has paused. */
  next(): boolean {
    const { vectors, loop, execution } = this
    if (!this.isFilling) vectors.count = 0
    while (vectors.count < ROWS_WANTED && loop!.advance(vectors)) {}
    this.isFilling = execution.pause.isPaused
    return !this.isFilling && vectors.count > 0
  }

  letGo(): void {
    this.loop!.letGo()
  }

  close(): void {
    this.loop!.close()
    this.isFilling = false
    this.vectors.count = 0
    for (const column of this.vectors.columns) if (!(column instanceof Float64Array)) column.length = 0
  }

  private generate(loop: LoopCode, filter: BoundExpression | undefined): LoopStep<ColumnVectors> | undefined {
    const { code } = loop
    const names = this.columns.map(() => code.fresh('column'))
    const take = names.map((name, i) => `${name} = shared.columns[${i}]`).join('; ')
    // Loops have names of their own, and this one may be over another merge's pairs.
    const at = code.fresh('at')
    const capacity = code.fresh('capacity')
    code.line(`let ${at} = shared.count, ${capacity} = shared.capacity`)
    if (names.length > 0) code.line(`let ${names.join(', ')}; ${take}`)
    loop.write(filter, () => {
      const operands = this.columns.map(({ register }) => loop.column(register))
      // The code for leaves and that for batches agree: what is never null is said by the table.
      this.isNumber = operands.map(
        (operand, i) => operand !== undefined && operand.isNull === undefined && isNumber(this.columns[i]),
      )
      code.line(`if (${at} === ${capacity}) { shared.grow(); ${capacity} = shared.capacity; ${take} }`)
      for (const [i, operand] of operands.entries()) {
        const value = operand === undefined ? `registers[${this.columns[i].register}]` : joined(operand)
        code.line(`${names[i]}[${at}] = ${value}`)
      }
      code.line(`${at}++`)
    })
    code.line(`shared.count = ${at}`)
    if (loop.isInPlace && code.mayReenter) return undefined
    return code.build<LoopStep<ColumnVectors>>('fillVectors', 'batch, registers, context, shared')
  }
}
