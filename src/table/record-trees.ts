/**
 * A table of records as the SQL layer reads it: codecs and trees, without handles and decoders, which a statement that
 * reads one row would make for nothing. Valid while its snapshot is open.
 */

import type { ReadTree } from '../btree/api.ts'
import type { RecordCodec } from './record-codec.ts'
import type { BoundIndex } from './record-table.ts'
import type { RecordPlan } from './table-plan.ts'

export class RecordTrees {
  readonly name: string
  readonly codec: RecordCodec
  /** The tree of the rows. */
  readonly rows: ReadTree
  private readonly plan: RecordPlan
  private readonly treeOf: (treeId: number) => ReadTree
  private indexes: readonly BoundIndex[] | undefined

  constructor(plan: RecordPlan, rows: ReadTree, treeOf: (treeId: number) => ReadTree) {
    this.name = plan.binding.table
    this.codec = plan.binding.codec
    this.rows = rows
    this.plan = plan
    this.treeOf = treeOf
  }

  /** The indexes with their codecs and trees. */
  get boundIndexes(): readonly BoundIndex[] {
    this.indexes ??= this.plan.kept.map(({ codec, tree }) => ({ codec, tree: this.treeOf(tree) }))
    return this.indexes
  }
}
