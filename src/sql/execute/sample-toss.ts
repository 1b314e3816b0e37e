/** TABLESAMPLE: which rows of a scan are taken. With REPEATABLE those are the same for one seed while the table is the same. */

import type { BoundExpression } from '../bind/bound.ts'
import { SqlError } from '../errors.ts'
import { compile, type Evaluate } from './expression.ts'
import type { Program } from './program.ts'
import type { RegisterFile } from './registers.ts'
import { seededNumbers } from './sample.ts'

export class SampleToss {
  private readonly program: Program
  private readonly percent: Evaluate
  private readonly seed: Evaluate | undefined
  private limit = 0
  private next: () => number = () => 1

  constructor(
    program: Program,
    { percent, seed }: { readonly percent: BoundExpression; readonly seed: BoundExpression | undefined },
  ) {
    this.program = program
    this.percent = compile(percent, program)
    this.seed = seed && compile(seed, program)
  }

  /** A scan begins. @throws SqlError 2202G, 2202H */
  begin(registers: RegisterFile): void {
    const percent = this.percent(registers)
    if (percent === null) throw new SqlError('2202H', 'TABLESAMPLE parameter cannot be null')
    if (!(percent >= 0 && percent <= 100)) {
      throw new SqlError('2202H', 'sample percentage must be between 0 and 100')
    }
    this.limit = percent / 100
    if (this.seed === undefined) {
      const { execution } = this.program
      this.next = () => execution.context.random()
      return
    }
    const seed = this.seed(registers)
    if (seed === null) throw new SqlError('2202G', 'TABLESAMPLE REPEATABLE parameter cannot be null')
    this.next = seededNumbers(bitsOf(seed))
  }

  /** Whether the next row is taken. */
  takes(): boolean {
    return this.next() < this.limit
  }
}

/** -0 and 0 are one seed. */
function bitsOf(seed: number): number {
  const [low, high] = new Uint32Array(new Float64Array([seed + 0]).buffer)
  return Math.imul(low ^ 0x9e37_79b9, 0x85eb_ca6b) ^ high
}
