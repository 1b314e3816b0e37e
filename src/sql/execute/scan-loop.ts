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

/** How far something has come: it is `paused` until it is asked again, or cannot be done this way. */
export type Progress = 'done' | 'paused' | 'impossible'

/** A stage that has something to prepare before rows come: the rows that they are joined with. */
export interface RunningStage extends Stage {
  /** Asked before anything is prepared; missing: it may be. */
  isPossible?(): boolean
  /** Impossible: which is found out only now. After a pause it is asked again. */
  prepare(): Progress
  close(): void
}

/** What a loop goes over. */
export interface LoopDriver {
  /** Whether so many rows are met that it pays. */
  generates(): boolean
  /** What its filter asks for is computed; false when it has paused. */
  prepare(): boolean
  /** Begins. Gives what code is made for: another object wants other code. Undefined: it cannot be done this way. */
  openLoop(): object | undefined
  /** Code over rows in place, where that can be, or over batches. */
  loopCode(isInPlace: boolean): LoopCode | undefined
  readonly filter: BoundExpression | undefined
  /** The next rows in place; undefined: they are at the end, or the rest comes by `nextBatch`. */
  nextLeaf(): object | undefined
  /** Undefined also where it has paused. */
  nextBatch(): object | undefined
  /** There is a pause: what was read in place is not looked at any more. */
  letGo(): void
  close(): void
}

/** So many rows a leaf or a batch is counted as. */
const UNITS = 64

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
  private isOpen = false
  /** Stages that are prepared. */
  private prepared = 0

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
   * Takes all rows in, or those until there is enough. Impossible: nothing was done.
   * @param isEnough asked after each leaf or batch, whether the rest is not wanted
   */
  run(shared: Shared, isEnough: () => boolean = () => false): Progress {
    if (!this.isOpen) {
      const opened = this.open()
      if (opened !== 'done') return opened
      this.isOpen = true
    }
    while (!isEnough() && this.advance(shared)) {}
    if (this.execution.pause.isPaused) return 'paused'
    this.close()
    return 'done'
  }

  /** Before `advance`. */
  open(): Progress {
    const { driver, stages } = this.source
    if (this.prepared === 0 && stages.some(stage => stage.isPossible?.() === false)) return 'impossible'
    for (; this.prepared < stages.length; this.prepared++) {
      const progress = stages[this.prepared].prepare()
      if (progress === 'paused') return progress
      if (progress === 'done') continue
      this.close()
      return progress
    }
    if (!driver.prepare()) return 'paused'
    this.prepared = 0
    const madeFor = driver.openLoop()
    if (madeFor === undefined) {
      for (const stage of stages) stage.close()
      return 'impossible'
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
    // A leaf is taken wholly: with joins in the loop that may be many pairs, of which others would wait for the end.
    const mayLeaveOff = stages.length > 0 && this.execution.pause.isAllowed
    this.isInPlace = this.steps.ofLeaf !== undefined && !mayLeaveOff
    return 'done'
  }

  /** Takes the rows of the next leaf or batch in; false when there is none, and when it has paused. */
  advance(shared: Shared): boolean {
    const { execution, source, steps } = this
    const { registers, context, pause } = execution
    if (pause.spend(UNITS)) {
      source.driver.letGo()
      return false
    }
    if (this.isInPlace) {
      const leaf = source.driver.nextLeaf()
      if (leaf !== undefined) {
        steps!.ofLeaf!(leaf, registers, context, shared)
        return true
      }
      this.isInPlace = false
    }
    const batch = source.driver.nextBatch()
    if (batch === undefined) {
      if (pause.isPaused) source.driver.letGo()
      return false
    }
    steps!.ofBatch(batch, registers, context, shared)
    return true
  }

  letGo(): void {
    this.source.driver.letGo()
  }

  close(): void {
    this.isOpen = false
    this.prepared = 0
    this.source.driver.close()
    for (const stage of this.source.stages) stage.close()
  }
}
