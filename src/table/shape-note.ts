/**
 * Notes in the catalog that a table has an array of a shape that older versions do not know (`shaped-array.ts`), so that they
 * refuse the table. Asked each time such an array is written: a rollback to a savepoint takes the note back with the array.
 */

import { CoppiceError } from '../base/errors.ts'
import type { TreeSink } from '../store/api.ts'
import type { Catalog } from './catalog.ts'

/** Told by the handles of tables, each of itself, what they are about to write. */
export interface ShapeKeeper {
  /** @throws CoppiceError INVALID_VALUE: rows of its table have no such arrays */
  noteShapedRow(handle: object): void
  noteShapedEntry(handle: object): void
}

export function noteShape(sink: TreeSink, catalog: Catalog, table: string): void {
  const stored = catalog.read(sink, table)
  if (stored?.kind !== 'records' || stored.hasShapedArrays) return
  catalog.write(sink, table, { ...stored, hasShapedArrays: true })
}

/** Of a table that was made in TypeScript arrays are as its definition says. */
export function refuseShape(table: string): never {
  const expected = 'arrays of one dimension that begin at 1, as a table has them that was not made by SQL'
  throw new CoppiceError('INVALID_VALUE', `table '${table}': expected ${expected}`, { table, expected })
}
