/** Typed tables whose types nobody here knows: what the SQL layer holds. */

import type { MapTable, WritableMapTable } from '../../table/map-table.ts'
import type { MultimapTable, WritableMultimapTable } from '../../table/multimap-table.ts'
import type { RecordTrees } from '../../table/record-trees.ts'
import type { WritableRecordTable } from '../../table/writable-record-table.ts'

/** For reading; a writable table has all of this, too. */
export type AnyRecordTable = Pick<RecordTrees, 'name' | 'codec' | 'rows' | 'boundIndexes'>
export type AnyWritableRecordTable = WritableRecordTable<
  Record<string, unknown>,
  Record<string, unknown>,
  unknown,
  unknown
>
export type AnyMapTable = MapTable<unknown, unknown> | MultimapTable<unknown, unknown>
export type AnyWritableMapTable = WritableMapTable<unknown, unknown> | WritableMultimapTable<unknown, unknown>
