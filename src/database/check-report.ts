/** What `db.check` found, in terms of tables. */

import { isCoppiceError } from '../base/errors.ts'
import type { StoreCheck } from '../store/check.ts'
import type { Store } from '../store/store.ts'
import type { Catalog } from '../table/catalog.ts'
import { type TreeOwner, treeOwners } from './table-names.ts'

/** One thing that is wrong. */
export interface CheckFault {
  /** Undefined: not in a table, but in a header, the space map or a savepoint. */
  readonly table: string | undefined
  /** Set when it is in an index of the table. */
  readonly index: string | undefined
  readonly pageId: number
  readonly message: string
  /** Encoded key from which on keys may be affected; undefined: from the first. */
  readonly fromKey: Uint8Array | undefined
  /** Encoded key up to which (exclusive) keys may be affected; undefined: to the last. */
  readonly toKey: Uint8Array | undefined
}

/** What a check found. */
export interface CheckReport {
  /** True when nothing is wrong. */
  readonly ok: boolean
  readonly faults: readonly CheckFault[]
  /** Pages looked at. */
  readonly pages: number
  readonly trees: number
}

export function reportOf(store: Store, catalog: Catalog, check: StoreCheck): CheckReport {
  const owners = new Map<number, TreeOwner>()
  const snapshot = store.read()
  try {
    treeOwners(catalog, snapshot, owners)
  } catch (error) {
    // A damaged catalog is among the faults; what it says of the others is lost.
    if (!isCoppiceError(error, 'CORRUPT')) throw error
  } finally {
    snapshot.close()
  }
  const faults = check.faults.map(({ treeId, pageId, message, fromKey, toKey }): CheckFault => {
    const owner = treeId === undefined ? undefined : owners.get(treeId)
    const table = owner?.table ?? (treeId === undefined ? undefined : `(tree ${treeId})`)
    return { table, index: owner?.index, pageId, message, fromKey, toKey }
  })
  return { ok: faults.length === 0, faults, pages: check.pages, trees: check.trees }
}
