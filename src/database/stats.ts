/** What `db.stats` says. */

import type { Store, StoreStats } from '../store/store.ts'
import type { Catalog } from '../table/catalog.ts'
import { treeOwners } from './table-names.ts'

/** One tree: a table's rows, or an index. */
export interface TreeStats {
  readonly table: string
  /** Undefined: the rows. */
  readonly index: string | undefined
  readonly entries: number
  /** Levels; 0 when empty. */
  readonly height: number
  readonly leafPages: number
  readonly branchPages: number
  /** Pages of values too large for a leaf. */
  readonly extentPages: number
  /** Part of the leaves' room that is used, 0 to 1. */
  readonly fill: number
}

/** Pages in use, by what is in them. */
export interface PageKinds {
  readonly header: number
  readonly branch: number
  readonly leaf: number
  readonly extent: number
  readonly spaceMap: number
}

/** The database as numbers. */
export interface DatabaseStats extends StoreStats {
  readonly trees: readonly TreeStats[]
  readonly pagesByKind: PageKinds
}

const SAMPLED_LEAVES = 128
const HEADER_PAGES = 4

export function statsOf(store: Store, catalog: Catalog, exact: boolean): DatabaseStats {
  const snapshot = store.read()
  try {
    const owners = treeOwners(catalog, snapshot)
    const trees: TreeStats[] = []
    const kinds = { header: HEADER_PAGES, branch: 0, leaf: 0, extent: 0, spaceMap: 0 }
    for (const { treeId, height, count } of store.listTrees(snapshot)) {
      const measure = store.measureTree(snapshot, treeId, exact ? undefined : SAMPLED_LEAVES)
      if (measure === undefined) continue
      const owner = owners.get(treeId)
      trees.push({
        table: owner?.table ?? `(tree ${treeId})`,
        index: owner?.index,
        entries: count,
        height,
        ...measure,
      })
      kinds.branch += measure.branchPages
      kinds.leaf += measure.leafPages
      kinds.extent += measure.extentPages
    }
    const stats = store.stats()
    kinds.spaceMap = stats.spaceMapPages
    return { ...stats, snapshots: stats.snapshots.slice(0, -1), trees, pagesByKind: kinds }
  } finally {
    snapshot.close()
  }
}
