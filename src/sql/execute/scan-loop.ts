/**
 * All rows of a scan through one generated loop: in place, leaf by leaf, as far as that can be, else in batches. Who makes
 * it says what is done with a row; what is shared between rows is handed in. Stages between the scan and that (joins) are
 * part of the loop.
 */

import type { BoundExpression } from '../bind/bound.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import type { LoopCode, Stage } from './generate/loop-code.ts'
import type { Execution, Operator } from './operator.ts'
import type { RegisterFile } from './registers.ts'

/** Takes in all rows of a leaf or of a batch. */
export type LoopStep<Shared> = (
  rows: object,
  registers: RegisterFile,
  context: EvaluationContext,
  shared: Shared,
) => void

/** Undefined: the code may ask the database for something, so its rows cannot be read in place. */
export type GenerateStep<Shared> = (
  loop: LoopCode,
  filter: BoundExpression | undefined,
) => LoopStep<Shared> | undefined

/** A stage that has something to prepare before rows come: the rows that they are joined with. */
export interface RunningStage extends Stage {
  /** False: it cannot be done this way, which is found out only now. */
  prepare(): boolean
  close(): void
}

/** What a loop goes over. */
export interface LoopDriver {
  /** Whether so many rows are met that it pays. */
  generates(): boolean
  /** Begins. Gives what code is made for: another object wants other code. Undefined: it cannot be done this way. */
  openLoop(): object | undefined
  /** Code over rows in place, where that can be, or over batches. */
  loopCode(isInPlace: boolean): LoopCode | undefined
  readonly filter: BoundExpression | undefined
  /** The next rows in place; undefined: they are at the end, or the rest comes by `nextBatch`. */
  nextLeaf(): object | undefined
  nextBatch(): object | undefined
  close(): void
}

/** Where the rows of a loop come from, and what stands between that and them. */
export interface LoopSource {
  readonly driver: LoopDriver
  readonly stages: readonly RunningStage[]
}

/** An operator whose rows a generated loop can take without it. */
export interface LoopOperator extends Operator {
  loopSource(): LoopSource | undefined
}

export function loopSourceOf(operator: Operator): LoopSource | undefined {
  return 'loopSource' in operator ? (operator as LoopOperator).loopSource() : undefined
}

export class ScanLoop<Shared> {
  private readonly execution: Execution
  private readonly source: LoopSource
  private readonly generate: GenerateStep<Shared>
  private steps:
    | {
        readonly madeFor: object
        readonly ofLeaf: LoopStep<Shared> | undefined
        readonly ofBatch: LoopStep<Shared>
      }
    | undefined
  private isInPlace = false

  constructor(execution: Execution, source: LoopSource, generate: GenerateStep<Shared>) {
    this.execution = execution
    this.source = source
    this.generate = generate
  }

  /** Over an operator's rows; undefined: they come one by one. */
  static over<Shared>(
    execution: Execution,
    operator: Operator,
    generate: GenerateStep<Shared>,
  ): ScanLoop<Shared> | undefined {
    const source = loopSourceOf(operator)
    return source && new ScanLoop(execution, source, generate)
  }

  /** Whether so many rows are met that it pays. */
  get pays(): boolean {
    return this.source.driver.generates()
  }

  /**
   * False: it cannot be done this way, and nothing was done.
   * @param isEnough asked after each leaf or batch, whether the rest is not wanted
   */
  run(shared: Shared, isEnough: () => boolean = () => false): boolean {
    if (!this.open()) return false
    while (!isEnough() && this.advance(shared)) {}
    this.close()
    return true
  }

  /** Before `advance`. False: it cannot be done this way. */
  open(): boolean {
    const { driver, stages } = this.source
    for (const stage of stages) {
      if (stage.prepare()) continue
      this.close()
      return false
    }
    const madeFor = driver.openLoop()
    if (madeFor === undefined) {
      for (const stage of stages) stage.close()
      return false
    }
    if (this.steps?.madeFor !== madeFor) {
      const stepFor = (isInPlace: boolean) => {
        const loop = driver.loopCode(isInPlace)
        if (loop === undefined) return undefined
        loop.stages = stages
        return this.generate(loop, driver.filter)
      }
      this.steps = { madeFor, ofLeaf: stepFor(true), ofBatch: stepFor(false)! }
    }
    this.isInPlace = this.steps.ofLeaf !== undefined
    return true
  }

  /** Takes the rows of the next leaf or batch in; false when there is none. */
  advance(shared: Shared): boolean {
    const { execution, source, steps } = this
    const { registers, context } = execution
    if (this.isInPlace) {
      const leaf = source.driver.nextLeaf()
      if (leaf !== undefined) {
        steps!.ofLeaf!(leaf, registers, context, shared)
        return true
      }
      this.isInPlace = false
    }
    const batch = source.driver.nextBatch()
    if (batch === undefined) return false
    steps!.ofBatch(batch, registers, context, shared)
    return true
  }

  close(): void {
    this.source.driver.close()
    for (const stage of this.source.stages) stage.close()
  }
}
