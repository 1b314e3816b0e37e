/**
 * Changes of the definitions, in one write transaction: entries of `coppice.sql`, and the typed tables behind them. Each
 * change makes the version grow, so that what was bound before is bound anew.
 */

import type { WritableMapTable } from '../../table/map-table.ts'
import type { TransactionTables } from '../../table/tables.ts'
import { FIRST_USER_OID, type StoredKind, type StoredMeta, type StoredObjects, sqlCatalog } from './stored.ts'

export class CatalogEditor {
  readonly tables: TransactionTables
  private readonly entries: WritableMapTable<readonly [string, number], unknown>

  constructor(tables: TransactionTables) {
    this.tables = tables
    this.entries = tables.table(sqlCatalog) as unknown as WritableMapTable<readonly [string, number], unknown>
  }

  private get meta(): StoredMeta {
    return (
      (this.entries.get(['meta', 0]) as StoredMeta | undefined) ?? { version: 0, nextOid: FIRST_USER_OID }
    )
  }

  /** An oid of its own for a new object; `count` of them in a row. */
  newOid(count = 1): number {
    const { meta } = this
    this.entries.put(['meta', 0], { ...meta, nextOid: meta.nextOid + count })
    return meta.nextOid
  }

  get<K extends StoredKind>(kind: K, oid: number): StoredObjects[K] | undefined {
    return this.entries.get([kind, oid]) as StoredObjects[K] | undefined
  }

  /** Stores an object, new or changed. */
  put<K extends StoredKind>(kind: K, oid: number, value: StoredObjects[K]): void {
    this.entries.put([kind, oid], value)
    this.changed()
  }

  /** The same for what changes without changing a definition: where a sequence stands. */
  putQuietly<K extends StoredKind>(kind: K, oid: number, value: StoredObjects[K]): void {
    this.entries.put([kind, oid], value)
  }

  remove(kind: StoredKind, oid: number): void {
    this.entries.delete([kind, oid])
    this.changed()
  }

  private changed(): void {
    const { version, nextOid } = this.meta
    this.entries.put(['meta', 0], { version: version + 1, nextOid, changedBy: this.tables.txnId })
    this.tables.noteSqlChange()
  }
}
