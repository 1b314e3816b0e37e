/**
 * Where the rows that a cursor has read are by now: its transaction may have given them other keys, or removed them and stored
 * others under theirs. WHERE CURRENT OF is about the row, and not about the key.
 *
 * Changes are told one after the other, as they were done, so that a key that a row moves to is nobody's then.
 */

import { keyColumnsOf } from '../catalog/row-key.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { Value } from '../functions/registry.ts'
import { joinedKeys, keyOf } from '../types/compare.ts'
import type { SqlType } from '../types/type.ts'

/** A row that had one key and has another; undefined: it is gone. */
export interface RowMove {
  readonly tableOid: number
  readonly from: readonly Value[]
  readonly to: readonly Value[] | undefined
}

/** What a change does to a row's key; undefined: nothing. */
export function moveOf(
  table: TableSchema,
  old: readonly Value[],
  row: readonly Value[] | undefined,
): RowMove | undefined {
  const columns = keyColumnsOf(table)
  const from = columns.map(column => old[column])
  const to = row && columns.map(column => row[column])
  const types = columns.map(column => table.columns[column].type)
  if (to !== undefined && keyText(types, from) === keyText(types, to)) return undefined
  return { tableOid: table.oid, from, to }
}

/** The same exactly for equal keys. */
function keyText(types: readonly SqlType[], key: readonly Value[]): string {
  return joinedKeys(key, at => keyOf(types[at]))
}

export class RowMoves {
  private readonly types: readonly SqlType[]
  /** By the key that a row was read under: the one that it has now, undefined: it is gone. Others are where they were. */
  private readonly places = new Map<string, readonly Value[] | undefined>()
  /** By key: under which one its row was read; undefined: the row was not there then. Others: under the same. */
  private readonly origins = new Map<string, string | undefined>()

  /** @param types of the parts of a key */
  constructor(types: readonly SqlType[]) {
    this.types = types
  }

  note({ from, to }: RowMove): void {
    const left = keyText(this.types, from)
    const origin = this.origins.has(left) ? this.origins.get(left) : left
    this.origins.set(left, undefined)
    if (origin === undefined) return
    this.places.set(origin, to)
    if (to !== undefined) this.origins.set(keyText(this.types, to), origin)
  }

  /** The key by now of a row that was read under `key`; undefined: it is gone. */
  placeOf(key: readonly Value[]): readonly Value[] | undefined {
    const text = keyText(this.types, key)
    return this.places.has(text) ? this.places.get(text) : key
  }

  /** @returns what forgets all that was told since */
  savepoint(): () => void {
    const before = { places: [...this.places], origins: [...this.origins] }
    return () => {
      this.places.clear()
      this.origins.clear()
      for (const [key, place] of before.places) this.places.set(key, place)
      for (const [key, origin] of before.origins) this.origins.set(key, origin)
    }
  }
}
