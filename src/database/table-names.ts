/** Which table or index a tree belongs to. */

import type { TreeSource } from '../store/api.ts'
import { CATALOG_TREE_ID, SAVEPOINT_TREE_ID } from '../store/api.ts'
import type { Catalog } from '../table/catalog.ts'

export interface TreeOwner {
  readonly table: string
  /** Undefined: the table's rows. */
  readonly index: string | undefined
}

/**
 * From tree ids to tables and indexes; the store's own trees have names in parentheses. Fills `owners`, so that
 * what was found before an error is not lost. @throws CoppiceError CORRUPT
 */
export function treeOwners(
  catalog: Catalog,
  source: TreeSource,
  owners = new Map<number, TreeOwner>(),
): Map<number, TreeOwner> {
  owners.set(0, { table: '(directory)', index: undefined })
  owners.set(CATALOG_TREE_ID, { table: '(catalog)', index: undefined })
  owners.set(SAVEPOINT_TREE_ID, { table: '(savepoints)', index: undefined })
  for (const { name } of catalog.list(source)) {
    const stored = catalog.read(source, name)
    if (stored === undefined) continue
    owners.set(stored.tree, { table: name, index: undefined })
    if (stored.kind !== 'records') continue
    if (stored.counter !== undefined) owners.set(stored.counter, { table: name, index: '(counter)' })
    for (const index of stored.indexes) owners.set(index.tree, { table: name, index: index.name })
  }
  return owners
}
