/** What is told of the changes of a table: the event, and how it is made of a transaction's entries. */

import type { EntryChange } from '../../store/transaction-changes.ts'
import { ByteReader } from '../../table/bytes.ts'
import type { TableDefinition } from '../../table/definition.ts'
import type { KeyOf, RecordOf, ValueOf } from '../../table/handles.ts'
import { mapCodecOf, multimapCodecOf } from '../../table/map-codec.ts'
import type { StoredTable } from '../../table/stored-table.ts'
import { planOf } from '../../table/table-plan.ts'

/** What `put` tells: the record, or the value of a map or multimap. */
export type ChangedValueOf<D> = [RecordOf<D>] extends [never] ? ValueOf<D> : RecordOf<D>

/**
 * One entry that a transaction has changed, as it left it. For records the key is the primary key; a multimap tells the pair
 * that was added or removed.
 */
export type Change<D> =
  | { readonly type: 'put'; readonly key: KeyOf<D>; readonly value: ChangedValueOf<D> }
  | {
      readonly type: 'delete'
      readonly key: KeyOf<D>
      /** Of a multimap: the value that is gone. */
      readonly value?: ValueOf<D>
    }

/** What one transaction has changed in a table. */
export interface TableChanges<D> {
  /** The number of the transaction: they grow by the order of commits. */
  readonly lsn: number
  /** Each changed key once. Empty when `mustReload`. */
  readonly changes: readonly Change<D>[]
  /**
   * Set when the changes are not listed: the transaction was a bulk load or restored a savepoint, the table was dropped or
   * rebuilt, or whoever listens was too slow. Then the table is to be read again.
   */
  readonly mustReload: boolean
}

/** What goes on until it is closed. */
export interface Watch extends Disposable {
  close(): void
}

/** Changes before they are decoded. */
export interface RawTableChanges {
  readonly lsn: number
  /** The table as the transaction left it; undefined when it does not exist then. */
  readonly stored: StoredTable | undefined
  /** Undefined: the table is to be read again. */
  readonly entries: readonly EntryChange[] | undefined
  readonly byteCount: number
}

/** @throws CoppiceError TABLE_TYPE_MISMATCH, CORRUPT */
export function decodeChanges<D extends TableDefinition>(
  definition: D,
  { lsn, stored, entries }: RawTableChanges,
): TableChanges<D> {
  if (entries === undefined || stored === undefined) return { lsn, changes: [], mustReload: true }
  const decode = decoderOf(definition, stored)
  return { lsn, changes: entries.map(decode) as unknown as Change<D>[], mustReload: false }
}

interface DecodedChange {
  readonly type: 'put' | 'delete'
  readonly key: unknown
  readonly value?: unknown
}

function decoderOf(definition: TableDefinition, stored: StoredTable): (change: EntryChange) => DecodedChange {
  // For the mismatch that it finds.
  const { records } = planOf(definition, stored)
  const reader = new ByteReader()
  if (definition.kind === 'map') {
    const codec = mapCodecOf(definition)
    return ({ key, value }) => {
      const decoded = codec.key.decode(reader.over(key, 0, key.length))
      if (value === undefined) return { type: 'delete', key: decoded }
      return { type: 'put', key: decoded, value: codec.valueFrom(value, 0, value.length) }
    }
  }
  if (definition.kind === 'multimap') {
    const codec = multimapCodecOf(definition)
    return ({ key, value }) => {
      const [first, second] = codec.pair.decode(reader.over(key, 0, key.length)) as [unknown, unknown]
      return { type: value === undefined ? 'delete' : 'put', key: first, value: second }
    }
  }
  const { codec } = records!.binding
  return ({ key, value }) => {
    const decoded = codec.key.decode(reader.over(key, 0, key.length))
    if (value === undefined) return { type: 'delete', key: decoded }
    const row = codec.decodeRow(value, 0, value.length, reader.over(key, 0, key.length))
    return { type: 'put', key: decoded, value: row }
  }
}
