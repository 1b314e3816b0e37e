/**
 * Computes what indexes over expressions and partial indexes have, and those over what keys do not hold (order-key.ts), for the typed table that keeps them (`IndexComputer`): the
 * columns that are needed are read from the bytes of key and row, as a scan reads them, and the expressions evaluated.
 *
 * Such expressions are immutable (CREATE INDEX sees to it), so that a row's old entry is found by computing it again.
 */

import { assert } from '../../base/assert.ts'
import type { IndexCodec } from '../../table/index-codec.ts'
import type { IndexComputer } from '../../table/index-computer.ts'
import type { RecordCodec } from '../../table/record-codec.ts'
import { bindTableExpressions } from '../bind/binder.ts'
import type { TableExpressions } from '../bind/bound.ts'
import { columnsIn } from '../bind/walk.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import type { TableSchema } from '../catalog/schema.ts'
import { compile, compileCondition, type Evaluate } from '../execute/expression.ts'
import type { RegisterFile } from '../execute/registers.ts'
import { RowScope } from '../execute/table-writer.ts'
import type { EvaluationContext, FunctionRegistry, Value } from '../functions/registry.ts'
import { EntryReader } from '../storage/column-reader.ts'
import { columnStorage } from '../storage/column-storage.ts'
import { orderKeyOf } from '../storage/order-key.ts'

/** How the entries of one index are computed. */
interface Computation {
  readonly reader: EntryReader
  readonly parts: readonly {
    readonly number: number
    readonly evaluate: Evaluate
    readonly toStored: ((value: Value) => Value) | undefined
  }[]
  readonly isCovered: Evaluate | undefined
}

export class TableIndexComputer implements IndexComputer {
  private readonly table: TableSchema
  private readonly codec: RecordCodec
  private readonly expressions: TableExpressions
  private readonly scope: RowScope
  private readonly computations = new Map<string, Computation>()

  constructor(
    storedName: string,
    codec: RecordCodec,
    state: CatalogState,
    functions: FunctionRegistry,
    context: EvaluationContext,
  ) {
    const table = [...state.allRelations()].find(
      (one): one is TableSchema => one.kind === 'table' && one.storedName === storedName,
    )
    assert(table !== undefined, 'SQL knows the tables whose indexes it has made')
    this.table = table
    this.codec = codec
    this.expressions = bindTableExpressions(table, state, functions)
    this.scope = new RowScope(context)
  }

  compute(
    codec: IndexCodec,
    key: Buffer,
    keyLength: number,
    row: Buffer,
    offset: number,
    length: number,
  ): void {
    let computation = this.computations.get(codec.name)
    if (computation === undefined) {
      computation = this.prepare(codec.name)
      this.computations.set(codec.name, computation)
    }
    const { file } = this.scope
    const { reader, parts, isCovered } = computation
    reader.read(key, keyLength, row, offset, length, file)
    codec.isCovered = isCovered === undefined || isCovered(file)
    if (!codec.isCovered) return
    for (const { number, evaluate, toStored } of parts) {
      const value = evaluate(file)
      codec.computed[number] = value === null || toStored === undefined ? value : toStored(value)
    }
  }

  private prepare(storedName: string): Computation {
    const { table, scope } = this
    const number = table.indexes.findIndex(index => index.storedName === storedName)
    assert(number >= 0, 'SQL knows the indexes that it has made')
    const expressions = this.expressions.indexExpressions[number]
    const predicate = this.expressions.indexPredicates[number]
    const relation = this.expressions.row.id
    const columns = new Set(columnsIn([...expressions, predicate], relation))
    const parts = table.indexes[number].columns.flatMap(({ column }, part) => {
      const e = expressions[part]
      const type = e?.type ?? table.columns[column].type
      const orderKey = orderKeyOf(type)
      if (e !== undefined) {
        const toStored = orderKey ?? columnStorage(type).toStored
        return [{ number: part, evaluate: compile(e, scope), toStored }]
      }
      if (orderKey === undefined) return []
      columns.add(column)
      const register = scope.registers.of(relation, column)
      return [{ number: part, evaluate: (file: RegisterFile) => file[register], toStored: orderKey }]
    })
    const isCovered = predicate && compileCondition(predicate, scope)
    const wanted = [...columns].map(column => {
      const { storedName, type, modifier, storedNode } = table.columns[column]
      return { storedName, type, modifier, storedNode, register: scope.registers.of(relation, column) }
    })
    scope.prepare()
    return { reader: new EntryReader(this.codec, wanted), parts, isCovered }
  }
}
