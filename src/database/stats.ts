/** What `db.stats` says. */

import type { Progress } from '../store/steps.ts'
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

/** Options of `db.stats`. */
export interface StatsOptions {
  /** Looks into all leaves, not at a sample of them. Default: false. */
  readonly exact?: boolean | undefined
  /** Called now and then, and at the end, with the pages that were looked at and those that are in use. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

const SAMPLED_LEAVES = 128
/** So many pages lie between two calls of `onProgress`. */
const PAGES_AT_ONCE = 256
const HEADER_PAGES = 4

export function statsOf(
  store: Store,
  catalog: Catalog,
  { exact = false, onProgress }: StatsOptions,
): DatabaseStats {
  const snapshot = store.read()
  const total = store.stats().usedPages
  let done = 0
  let toldOf = 0
  const tell = (isOver: boolean): void => {
    if (!isOver && done - toldOf < PAGES_AT_ONCE) return
    toldOf = done
    // Pages that only older snapshots have are in use, too, and in none of these trees.
    onProgress?.({ phase: 'pages', done: isOver ? total : Math.min(Math.floor(done), total), total })
  }
  try {
    const owners = treeOwners(catalog, snapshot)
    const trees: TreeStats[] = []
    const kinds = { header: HEADER_PAGES, branch: 0, leaf: 0, extent: 0, spaceMap: 0 }
    for (const { treeId, height, count } of store.listTrees(snapshot)) {
      const measure = store.measureTree(snapshot, treeId, exact ? undefined : SAMPLED_LEAVES, pages => {
        done += pages
        tell(false)
      })
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
    tell(true)
    const stats = store.stats()
    kinds.spaceMap = stats.spaceMapPages
    return { ...stats, snapshots: stats.snapshots.slice(0, -1), trees, pagesByKind: kinds }
  } finally {
    snapshot.close()
  }
}
