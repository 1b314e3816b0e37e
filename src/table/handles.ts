/**
 * The types of table handles, computed from definitions.
 */

import type {
  ColumnTypes,
  IndexTypes,
  KeyColumn,
  KeyOver,
  MapDefinition,
  MultimapDefinition,
  PutRowOf,
  RecordDefinition,
  RowOf,
} from './definition.ts'
import type { IndexTable, WritableIndexTable } from './index-table.ts'
import type { MapTable, WritableMapTable } from './map-table.ts'
import type { MultimapTable, WritableMultimapTable } from './multimap-table.ts'
import type { RecordTable } from './record-table.ts'
import type { WritableRecordTable } from './writable-record-table.ts'

type AnyKeyColumns<C extends ColumnTypes> = readonly KeyColumn<keyof C & string>[]

/** What `by(name)` gives in a snapshot for each index of a table. */
export type IndexesOf<C extends ColumnTypes, P extends readonly unknown[], I extends IndexTypes<C>> = {
  readonly [N in keyof I]: IndexTable<RowOf<C>, KeyOver<C, I[N]['on']>, KeyOver<C, P>>
}

/** What `by(name)` gives in a write transaction for each index of a table. */
export type WritableIndexesOf<
  C extends ColumnTypes,
  P extends readonly unknown[],
  I extends IndexTypes<C>,
> = {
  readonly [N in keyof I]: WritableIndexTable<RowOf<C>, KeyOver<C, I[N]['on']>, KeyOver<C, P>>
}

/** A definition's handle in a snapshot. */
export type TableOf<D> =
  D extends MapDefinition<infer K, infer V>
    ? MapTable<K, V>
    : D extends MultimapDefinition<infer K, infer V>
      ? MultimapTable<K, V>
      : D extends RecordDefinition<infer C, infer P, infer I>
        ? RecordTable<RowOf<C>, KeyOver<C, P>, IndexesOf<C, P, I>>
        : never

/** A definition's handle in a write transaction. */
export type WritableTableOf<D> =
  D extends MapDefinition<infer K, infer V>
    ? WritableMapTable<K, V>
    : D extends MultimapDefinition<infer K, infer V>
      ? WritableMultimapTable<K, V>
      : D extends RecordDefinition<infer C, infer P, infer I>
        ? WritableRecordTable<RowOf<C>, PutRowOf<C>, KeyOver<C, P>, WritableIndexesOf<C, P, I>>
        : never

/**
 * The records of a definition, as they are read: every column is there.
 * @example type User = RecordOf<typeof users>
 */
export type RecordOf<D> = D extends RecordDefinition<infer C, infer _P, infer _I> ? RowOf<C> : never

/**
 * The records of a definition, as they are written: columns that may be null may be left out.
 * @example function register(user: PutRecordOf<typeof users>) { db.write(tx => tx.table(users).insert(user)) }
 */
export type PutRecordOf<D> = D extends RecordDefinition<infer C, infer _P, infer _I> ? PutRowOf<C> : never

/**
 * The keys of a definition; for records the primary key: the value of one column, or the tuple of several.
 * @example type UserId = KeyOf<typeof users>
 */
export type KeyOf<D> =
  D extends MapDefinition<infer K, infer _V>
    ? K
    : D extends MultimapDefinition<infer K, infer _V>
      ? K
      : D extends RecordDefinition<infer C, infer P, infer _I>
        ? KeyOver<C, P>
        : never

/**
 * The values of a map or a multimap.
 * @example type Price = ValueOf<typeof prices>
 */
export type ValueOf<D> =
  D extends MapDefinition<infer _K, infer V> ? V : D extends MultimapDefinition<infer _K, infer V> ? V : never

/** `table(definition)` of a snapshot. */
export interface OpenTable {
  <K, V>(definition: MapDefinition<K, V>): MapTable<K, V>
  <K, V>(definition: MultimapDefinition<K, V>): MultimapTable<K, V>
  <C extends ColumnTypes, P extends AnyKeyColumns<C>, I extends IndexTypes<C>>(
    definition: RecordDefinition<C, P, I>,
  ): RecordTable<RowOf<C>, KeyOver<C, P>, IndexesOf<C, P, I>>
}

/** `table(definition)` of a write transaction. */
export interface OpenWritableTable {
  <K, V>(definition: MapDefinition<K, V>): WritableMapTable<K, V>
  <K, V>(definition: MultimapDefinition<K, V>): WritableMultimapTable<K, V>
  <C extends ColumnTypes, P extends AnyKeyColumns<C>, I extends IndexTypes<C>>(
    definition: RecordDefinition<C, P, I>,
  ): WritableRecordTable<RowOf<C>, PutRowOf<C>, KeyOver<C, P>, WritableIndexesOf<C, P, I>>
}
