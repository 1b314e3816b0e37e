/** Rows of a batch one by one: to the next that passes the filter, with its columns in their registers. */

import type { BoundExpression } from '../../bind/bound.ts'
import type { EvaluationContext } from '../../functions/registry.ts'
import type { AnyRecordTable } from '../../storage/any-table.ts'
import type { WantedColumn } from '../../storage/column-reader.ts'
import type { RowBatches } from '../../storage/row-batches.ts'
import type { ExpressionScope } from '../expression.ts'
import type { RegisterFile } from '../registers.ts'
import { RowLoop } from './row-loop.ts'

/** False: the batch has no more. */
export type NextInBatch = (batch: RowBatches, registers: RegisterFile, context: EvaluationContext) => boolean

export function generateNext(
  codec: AnyRecordTable['codec'],
  wanted: readonly WantedColumn[],
  filter: BoundExpression | undefined,
  scope: ExpressionScope,
): NextInBatch {
  const loop = new RowLoop(codec, wanted, scope)
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
