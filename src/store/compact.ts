/**
 * Compaction: trees with much empty space are built anew, densely; then pages at the end of the file move into
 * the holes, and the file is cut. Each part is a transaction that commits by a checkpoint, so a crash or an
 * abort leaves a whole database. Snapshots stay readable; what they keep cannot be given back meanwhile.
 */

import { TreeReader } from '../btree/reader.ts'
import { relocateTree } from '../btree/relocate.ts'
import { EMPTY_ROOT } from '../btree/root.ts'
import type { Checkpointer } from './checkpointer.ts'
import type { Committer } from './committer.ts'
import { copyTree } from './copy-tree.ts'
import type { Core } from './core.ts'
import { listRoots } from './directory.ts'
import type { Progress } from './steps.ts'
import type { WriteTransaction } from './transaction.ts'
import { measureTree } from './tree-stats.ts'

/** What a compaction did. */
export interface CompactResult {
  /** Size of the file in pages. */
  readonly pagesBefore: number
  readonly pagesAfter: number
  /** Trees that were built anew. */
  readonly rebuiltTrees: number
}

/** A tree whose leaves are fuller than this stays as it is. */
const DENSE = 0.85
const SAMPLED_LEAVES = 256
/** Moving pages can free places for others; more rounds than this gain nothing. */
const RELOCATION_ROUNDS = 4

export function* compactSteps(
  core: Core,
  committer: Committer,
  checkpointer: Checkpointer,
): Generator<Progress | undefined, CompactResult> {
  const pagesBefore = core.space.pageCount
  let rebuiltTrees = 0
  const trees = listRoots(new TreeReader(core.context, core.tip.directory, false, () => {}))
  for (const [index, { treeId }] of trees.entries()) {
    if (yield* rebuild(core, committer, treeId)) rebuiltTrees++
    yield { phase: 'rebuild', done: index + 1, total: trees.length }
  }
  settleFreePages(core, committer, checkpointer)
  for (let round = 0; round < RELOCATION_ROUNDS; round++) {
    const before = core.space.pageCount
    yield* relocate(core, committer)
    settleFreePages(core, committer, checkpointer)
    yield { phase: 'move', done: round + 1, total: RELOCATION_ROUNDS }
    if (core.space.pageCount >= before) break
  }
  return { pagesBefore, pagesAfter: core.space.pageCount, rebuiltTrees }
}

function* rebuild(
  core: Core,
  committer: Committer,
  treeId: number,
): Generator<Progress | undefined, boolean> {
  const transaction = committer.begin()
  let finished = false
  try {
    const old = transaction.tree(treeId)?.root ?? EMPTY_ROOT
    if (old.height === 0 || measureTree(core.context, old, SAMPLED_LEAVES).fill >= DENSE) return false
    const fresh = transaction.looseTree(EMPTY_ROOT)
    const source = new TreeReader(core.context, old, false, () => {})
    yield* copyTree(source, fresh, 'rebuild')
    transaction.looseTree(old).dropEverything()
    transaction.replaceRoot(treeId, fresh.root)
    finished = true
    committer.commit(transaction, 'sync')
    return true
  } finally {
    if (!finished) transaction.rollback()
  }
}

/** Moves everything that lies beyond what the pages in use would fill. */
function* relocate(core: Core, committer: Committer): Generator<Progress | undefined, void> {
  const limit = core.space.durablePages
  const transaction = committer.begin()
  core.space.limitAllocation(limit)
  try {
    for (const { treeId, root } of listRoots(transaction.directory)) {
      const moved = relocateTree(core.context, transaction.space, root, limit)
      if (moved.pageId !== root.pageId) transaction.replaceRoot(treeId, moved)
      yield undefined
    }
    relocateOwn(core, transaction, limit)
    committer.commit(transaction, 'sync')
  } finally {
    // Does nothing after the commit.
    transaction.rollback()
    if (!core.isClosed) core.space.limitAllocation(0)
  }
}

/** The directory and the tree of savepoints have no entry in the directory. */
function relocateOwn(core: Core, transaction: WriteTransaction, limit: number): void {
  const directory = relocateTree(core.context, transaction.space, transaction.directory.root, limit)
  if (directory.pageId !== transaction.directory.root.pageId) {
    transaction.directory.restore(directory)
    transaction.requireCheckpoint()
  }
  const savepoints = relocateTree(core.context, transaction.space.unkept, transaction.savepoints, limit)
  if (savepoints.pageId !== transaction.savepoints.pageId) {
    transaction.savepoints = savepoints
    transaction.requireCheckpoint()
  }
}

/** Two checkpoints overwrite both header slots: then nothing keeps the old pages but snapshots. */
function settleFreePages(core: Core, committer: Committer, checkpointer: Checkpointer): void {
  if (core.storage.volatile) {
    checkpointer.truncateTail()
    return
  }
  for (let i = 0; i < 2; i++) {
    const transaction = committer.begin()
    transaction.requireCheckpoint()
    committer.commit(transaction, 'sync')
  }
  checkpointer.truncateTail()
}
