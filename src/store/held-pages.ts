/**
 * Which pages a persistent savepoint keeps that the newest state no longer has: found at open by comparing
 * trees, so that nothing about it has to be stored.
 *
 * Two roots share every subtree that did not change between them. Comparing level by level from the top:
 * a page of the older state that is at the same level of the newer one is shared with all below it; only
 * the others are read. So it costs what changed, not what there is.
 */

import type { TreeContext } from '../btree/context.ts'
import { extentAt, extentPages } from '../btree/extent.ts'
import { TreeReader } from '../btree/reader.ts'
import type { TreeRoot } from '../btree/root.ts'
import * as node from '../page/node.ts'
import { Runs } from '../space/runs.ts'
import type { DatabaseState } from './core.ts'
import { listRoots } from './directory.ts'
import type { SavepointRecord } from './savepoint-tree.ts'

export interface HeldPages {
  readonly txnId: number
  readonly runs: Runs
}

/** For each savepoint, from the newest to the oldest: the pages that no newer state has. */
export function heldPages(
  context: TreeContext,
  newest: DatabaseState,
  savepoints: readonly SavepointRecord[],
): HeldPages[] {
  const held: HeldPages[] = []
  let newer = newest.directory
  const ordered = [...savepoints].sort((a, b) => b.txnId - a.txnId)
  for (const [index, { txnId, directory }] of ordered.entries()) {
    // Two savepoints of one state: the second is a second reference to it.
    const repeated = index > 0 && ordered[index - 1].txnId === txnId
    held.push({ txnId, runs: repeated ? new Runs() : difference(context, directory, newer) })
    newer = directory
  }
  return held
}

/** Pages of the older directory and its trees that the newer one and its trees do not have. */
function difference(context: TreeContext, older: TreeRoot, newer: TreeRoot): Runs {
  const runs = new Runs()
  compareTrees(context, older, newer, runs)
  const newerRoots = new Map(listRoots(reader(context, newer)).map(({ treeId, root }) => [treeId, root]))
  for (const { treeId, root } of listRoots(reader(context, older))) {
    compareTrees(context, root, newerRoots.get(treeId), runs)
  }
  return runs
}

function reader(context: TreeContext, root: TreeRoot): TreeReader {
  return new TreeReader(context, root, false, () => {})
}

type PageSet = Map<number, { readonly birth: number; readonly extents: boolean }>

function compareTrees(context: TreeContext, older: TreeRoot, newer: TreeRoot | undefined, runs: Runs): void {
  if (older.height === 0) return
  let olderPages: PageSet = new Map([[older.pageId, { birth: older.birth, extents: older.extents }]])
  let newerPages: PageSet = new Map()
  const newerHeight = newer?.height ?? 0
  if (newer !== undefined && newerHeight > 0) {
    newerPages.set(newer.pageId, { birth: newer.birth, extents: newer.extents })
  }
  // A higher tree is first read down to the level where the other begins.
  let newerLevel = newerHeight - 1
  for (let level = older.height - 1; level >= 0; level--) {
    for (; newerLevel > level; newerLevel--) newerPages = children(context, newerPages)
    const shared = newerLevel === level ? newerPages : new Map()
    const onlyOlder: PageSet = new Map()
    for (const [pageId, page] of olderPages) {
      if (shared.delete(pageId)) continue
      onlyOlder.set(pageId, page)
      runs.push(pageId, 1, page.birth)
    }
    if (level === 0) {
      compareExtents(context, onlyOlder, shared, runs)
      return
    }
    olderPages = children(context, onlyOlder)
    if (newerLevel === level) {
      newerPages = children(context, newerPages)
      newerLevel--
    }
  }
}

function children(context: TreeContext, pages: PageSet): PageSet {
  const { pool, memory } = context
  const below: PageSet = new Map()
  for (const [pageId, { birth }] of pages) {
    const base = pool.fixScan(pageId, birth)
    for (let i = 0; i < node.countOf(memory, base); i++) {
      below.set(node.childOf(memory, base, i), {
        birth: node.childBirthOf(memory, base, i),
        extents: node.childHasExtents(memory, base, i),
      })
    }
  }
  return below
}

function compareExtents(context: TreeContext, older: PageSet, newer: PageSet, runs: Runs): void {
  const shared = new Set<number>()
  forEachExtent(context, newer, pageId => shared.add(pageId))
  forEachExtent(context, older, (pageId, count, birth) => {
    if (!shared.has(pageId)) runs.push(pageId, count, birth)
  })
}

function forEachExtent(
  context: TreeContext,
  leaves: PageSet,
  visit: (pageId: number, count: number, birth: number) => void,
): void {
  const { pool, memory, pageSize } = context
  for (const [pageId, { birth, extents }] of leaves) {
    if (!extents) continue
    const base = pool.fixScan(pageId, birth)
    for (let i = 0; i < node.countOf(memory, base); i++) {
      if (!node.hasExtent(memory, base, i)) continue
      const extent = extentAt(memory, base, i)
      visit(extent.pageId, extentPages(extent.length, pageSize), extent.birth)
    }
  }
}
