/** Rows of a batch one by one: to the next that passes the filter, with its columns in their registers. */

import type { BoundExpression } from '../../bind/bound.ts'
import type { EvaluationContext } from '../../functions/registry.ts'
import type { RowBatches } from '../../storage/row-batches.ts'
import type { RegisterFile } from '../registers.ts'
import type { RowLoop } from './row-loop.ts'

/** False: the batch has no more. */
export type NextInBatch = (batch: RowBatches, registers: RegisterFile, context: EvaluationContext) => boolean

export function generateNext(loop: RowLoop, filter: BoundExpression | undefined): NextInBatch {
  const { code } = loop
  loop.write(filter, () => {
    loop.spill()
    code.line('batch.position = position; batch.keyAt = nextKeyAt; batch.valueAt = nextValueAt')
    code.line('return true')
  })
  code.line('batch.position = count')
  code.line('return false')
  return code.build<NextInBatch>('nextInBatch', 'batch, registers, context')
}
