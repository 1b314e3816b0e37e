/**
 * A definition bound to what is stored: the codecs for the rows and indexes of one table in one state of its
 * evolution. Codecs are shared between all databases and snapshots where the stored columns are the same.
 */

import { ByteReader, ByteWriter } from './bytes.ts'
import type { DeclaredColumn, IndexPart, TableDefinition } from './definition.ts'
import { IndexCodec } from './index-codec.ts'
import { RecordCodec } from './record-codec.ts'
import { rowColumns, type StoredColumn } from './stored-table.ts'

export type AnyRecordDefinition = Extract<TableDefinition, { kind: 'records' }>

/** Codecs and scratch space for one definition over one order of stored columns. */
export class RecordBinding {
  readonly table: string
  readonly codec: RecordCodec
  /** The primary key of the call at hand, and the one that it changes to. */
  readonly keyWriter = new ByteWriter()
  readonly nextKeyWriter = new ByteWriter()
  readonly rowWriter = new ByteWriter()
  readonly keyReader = new ByteReader()
  private readonly declared: readonly DeclaredColumn[]
  private readonly indexCodecs = new Map<string, IndexCodec>()

  constructor(definition: AnyRecordDefinition, columns: readonly StoredColumn[]) {
    this.table = definition.name
    this.declared = definition.columns
    this.codec = new RecordCodec(
      definition.name,
      definition.columns,
      definition.primaryKey,
      rowColumns(columns, definition.primaryKey),
      definition.validate,
    )
  }

  /** The codec of an index over this table's columns. */
  index(index: IndexPart): IndexCodec {
    const signature = JSON.stringify([
      index.name,
      index.on,
      index.isUnique,
      index.isPartial,
      index.isNullEqual,
    ])
    let codec = this.indexCodecs.get(signature)
    if (codec === undefined) {
      codec = new IndexCodec(this.table, this.declared, index, this.codec)
      this.indexCodecs.set(signature, codec)
    }
    return codec
  }
}

const bindings = new WeakMap<object, Map<string, RecordBinding>>()

/** The binding of a definition to `columns`, all of its columns in the order in which they came into being. */
export function bindRecords(
  definition: AnyRecordDefinition,
  columns: readonly StoredColumn[],
): RecordBinding {
  let known = bindings.get(definition)
  if (known === undefined) {
    known = new Map()
    bindings.set(definition, known)
  }
  const signature = JSON.stringify(columns.map(column => [column.name, column.missing]))
  let binding = known.get(signature)
  if (binding === undefined) {
    binding = new RecordBinding(definition, columns)
    known.set(signature, binding)
  }
  return binding
}
