/** A sequence in FROM: one row that says where it stands. */

import type { SequenceSchema, VirtualTable } from '../catalog/schema.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { BOOL, INT8, makeType, NO_MODIFIER } from '../types/type.ts'

const COLUMNS = [
  { name: 'last_value', type: INT8 },
  { name: 'log_cnt', type: INT8 },
  { name: 'is_called', type: BOOL },
].map(column => ({ ...column, modifier: NO_MODIFIER, isNotNull: true }))

const tables = new WeakMap<SequenceSchema, VirtualTable>()

export function sequenceTable(sequence: SequenceSchema): VirtualTable {
  let table = tables.get(sequence)
  if (table === undefined) {
    table = makeTable(sequence)
    tables.set(sequence, table)
  }
  return table
}

function makeTable({ oid, schema, name }: SequenceSchema): VirtualTable {
  return {
    kind: 'virtual',
    oid,
    schema,
    name,
    isView: false,
    columns: COLUMNS,
    // PostgreSQL gives sequences no row type of their own, either.
    rowType: makeType({
      oid: 0,
      name,
      schema,
      displayName: name,
      kind: 'composite',
      category: 'C',
      fields: COLUMNS,
    }),
    rowsExpected: 1,
    rows: (context: EvaluationContext) => {
      const state = context.catalog.sequence(oid)
      // No value is written to the log ahead of time.
      return state === undefined ? [] : [[state.last, 0, state.isCalled, oid]]
    },
  }
}
