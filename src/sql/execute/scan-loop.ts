/**
 * All rows of a scan through one generated loop: in place, leaf by leaf, as far as that can be, else in batches. Who makes
 * it says what is done with a row; what is shared between rows is handed in.
 */

import type { BoundExpression } from '../bind/bound.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import type { RowBatches } from '../storage/row-batches.ts'
import type { BatchScanOperator } from './batch-scan.ts'
import type { RowLoop } from './generate/row-loop.ts'
import type { Execution } from './operator.ts'
import type { RegisterFile } from './registers.ts'

/** Takes in all rows of a leaf or of a batch. */
export type LoopStep<Shared> = (
  rows: RowBatches,
  registers: RegisterFile,
  context: EvaluationContext,
  shared: Shared,
) => void

/** Undefined: the code may ask the database for something, so its rows cannot be read in place. */
export type GenerateStep<Shared> = (
  loop: RowLoop,
  filter: BoundExpression | undefined,
) => LoopStep<Shared> | undefined

export class ScanLoop<Shared> {
  private readonly execution: Execution
  private readonly scan: BatchScanOperator
  private readonly generate: GenerateStep<Shared>
  /** For one layout of the table's rows. */
  private steps:
    | {
        readonly codec: object
        readonly ofLeaf: LoopStep<Shared> | undefined
        readonly ofBatch: LoopStep<Shared>
      }
    | undefined

  constructor(execution: Execution, scan: BatchScanOperator, generate: GenerateStep<Shared>) {
    this.execution = execution
    this.scan = scan
    this.generate = generate
  }

  /** Whether so many rows are met that it pays. */
  get pays(): boolean {
    return this.scan.generates()
  }

  /** `isEnough`: asked after each leaf or batch, whether the rest is not wanted. */
  run(shared: Shared, isEnough: () => boolean = () => false): void {
    const { scan } = this
    const { registers, context } = this.execution
    const records = scan.openBatches()
    const { codec } = records
    if (this.steps?.codec !== codec) {
      const stepFor = (isInPlace: boolean) => {
        const loop = scan.rowLoop(records, isInPlace)
        return loop && this.generate(loop, scan.filter)
      }
      this.steps = { codec, ofLeaf: stepFor(true), ofBatch: stepFor(false)! }
    }
    const { ofLeaf, ofBatch } = this.steps
    if (ofLeaf !== undefined) {
      for (let rows = scan.nextLeaf(); rows !== undefined && !isEnough(); rows = scan.nextLeaf()) {
        ofLeaf(rows, registers, context, shared)
      }
    }
    if (!isEnough()) {
      for (let rows = scan.nextBatch(); rows !== undefined && !isEnough(); rows = scan.nextBatch()) {
        ofBatch(rows, registers, context, shared)
      }
    }
    scan.close()
  }
}
