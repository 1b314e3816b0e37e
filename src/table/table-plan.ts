/**
 * What a definition means for one stored table: how the two differ, and the codecs that fit. Remembered for each
 * pair, so that a transaction which opens a table that was open before pays for two lookups in weak maps.
 *
 * It relies on the catalog, which gives the same object as long as it says the same.
 */

import type { TableDefinition } from './definition.ts'
import { compareWithStored, type Evolution } from './evolution.ts'
import type { IndexCodec } from './index-codec.ts'
import { bindRecords, type RecordBinding } from './record-binding.ts'
import type { StoredTable } from './stored-table.ts'

/** For a table of records. */
export interface RecordPlan {
  readonly binding: RecordBinding
  /** The indexes that are stored and stay, with their trees. */
  readonly kept: readonly { readonly codec: IndexCodec; readonly tree: number }[]
  /** The indexes of the definition that are not stored yet. */
  readonly missing: readonly IndexCodec[]
}

/** For any table; `records` is set for a table of records. */
export interface TablePlan {
  readonly evolution: Evolution
  readonly records: RecordPlan | undefined
}

const plans = new WeakMap<TableDefinition, WeakMap<StoredTable, TablePlan>>()

/** @throws CoppiceError TABLE_TYPE_MISMATCH */
export function planOf(definition: TableDefinition, stored: StoredTable): TablePlan {
  let ofDefinition = plans.get(definition)
  if (ofDefinition === undefined) {
    ofDefinition = new WeakMap()
    plans.set(definition, ofDefinition)
  }
  let plan = ofDefinition.get(stored)
  if (plan === undefined) {
    const evolution = compareWithStored(definition, stored)
    plan = { evolution, records: recordPlan(definition, evolution) }
    ofDefinition.set(stored, plan)
  }
  return plan
}

function recordPlan(definition: TableDefinition, evolution: Evolution): RecordPlan | undefined {
  if (definition.kind !== 'records') return undefined
  const binding = bindRecords(definition, evolution.columns)
  return {
    binding,
    kept: evolution.keptIndexes.map(index => ({ codec: binding.index(index), tree: index.tree })),
    missing: evolution.addedIndexes.map(index => binding.index(index)),
  }
}

/** For a state that does not have the table yet. */
export function planOfAbsent(definition: TableDefinition): RecordPlan | undefined {
  if (definition.kind !== 'records') return undefined
  const binding = bindRecords(definition, definition.columns)
  return { binding, kept: [], missing: definition.indexes.map(index => binding.index(index)) }
}
