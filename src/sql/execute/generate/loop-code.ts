/**
 * A loop over rows in the making. Columns are read where they are first needed: those of the filter before it, the others
 * behind it; stages of the loop (joins) stand one inside the other, and what an outer one has read the inner ones have.
 */

import type { BoundExpression } from '../../bind/bound.ts'
import { conjunctsOf } from '../../bind/walk.ts'
import type { ExpressionScope } from '../expression.ts'
import { Code, joined, type Operand } from './code.ts'
import { type CodeScope, emit, isTrue } from './expression-code.ts'

/**
 * What stands between the rows of the loop and what is done with them: writes its code around that of `next`, which may
 * `continue` with the next row.
 */
export interface Stage {
  write(loop: LoopCode, next: () => void): void
}

/** A loop with joins in it leaves off after so many pairs, in front of its next row, and is gone on with: so others have a turn. */
export const PAIRS_AT_ONCE = 4096

export abstract class LoopCode implements CodeScope {
  readonly code = new Code()
  readonly expressions: ExpressionScope
  /** Rows are read where they lie in their leaf, not from a batch of copies. */
  readonly isInPlace: boolean
  stages: readonly Stage[] = []
  /** About as many rows pass the filter as do not, and it is nothing but a filter of stored rows. */
  isFilterUncertain = false
  /** By register: writes what reads it. */
  private readonly readers = new Map<number, () => Operand>()
  private readonly operands = new Map<number, Operand>()
  private reads: string[] = []

  protected constructor(expressions: ExpressionScope, isInPlace: boolean) {
    this.expressions = expressions
    this.isInPlace = isInPlace
  }

  /** At the beginning of the loop, of one that goes on where it has left off. */
  protected leaveOff(): void {
    if (this.stages.length > 0) this.code.line(`if (ticks >= ${PAIRS_AT_ONCE}) break`)
  }

  /** Opens the loop. */
  protected abstract begin(): void

  /** Comes behind the loop. */
  protected end(): void {}

  /**
   * Writes the loop; `steps`: what is done with each row that passes the filter. What a step asks for is read before it, so
   * that one may `continue` before the next has columns read.
   */
  write(filter: BoundExpression | undefined, ...steps: readonly (() => void)[]): void {
    // Stages count by it what they meet, of all rows together.
    if (this.stages.length > 0) this.code.line('let ticks = 0')
    this.begin()
    this.pass(filter)
    this.writeStage(0, steps)
    this.code.line('}')
    this.end()
  }

  private writeStage(at: number, steps: readonly (() => void)[]): void {
    if (at < this.stages.length) this.stages[at].write(this, () => this.writeStage(at + 1, steps))
    else for (const step of steps) this.withReads(step)
  }

  /** Goes on with the next row unless the condition holds. */
  pass(condition: BoundExpression | undefined): void {
    if (condition === undefined) return
    // What stands behind one that is false, or null, is not evaluated.
    for (const conjunct of conjunctsOf(condition)) {
      this.withReads(() => this.code.line(`if (!(${isTrue(emit(conjunct, this))})) continue`))
    }
  }

  /** From here on the column is there. */
  define(register: number, read: () => Operand): void {
    this.readers.set(register, read)
    this.operands.delete(register)
  }

  /** The column is not there any more. */
  forget(register: number): void {
    this.readers.delete(register)
    this.operands.delete(register)
  }

  /** What `write` asks for is read before it. */
  withReads(write: () => void): void {
    const outer = this.reads
    this.reads = []
    const text = this.code.apart(write)
    for (const read of this.reads) this.code.line(read)
    this.reads = outer
    this.code.line(text)
  }

  /** What `write` reads is known inside of it alone: it is a block of its own. */
  apart(write: () => void): void {
    const before = new Map(this.operands)
    this.withReads(write)
    this.operands.clear()
    for (const [register, operand] of before) this.operands.set(register, operand)
  }

  column(register: number): Operand | undefined {
    const known = this.operands.get(register)
    if (known !== undefined) return known
    const reader = this.readers.get(register)
    if (reader === undefined) return undefined
    let operand: Operand | undefined
    const read = this.code.apart(() => {
      operand = reader()
    })
    this.reads.push(read)
    this.operands.set(register, operand!)
    return operand
  }

  spill(): void {
    for (const register of this.readers.keys()) {
      if (register < 0) continue
      this.code.line(`registers[${register}] = ${joined(this.column(register)!)}`)
    }
  }
}
