/**
 * A tree without a database around it: pages in a pool that never evicts, page ids counted up, nothing logged.
 * What is left is the cost of the tree itself.
 */

import { TreeContext } from '../dist/btree/context.js'
import type { ExtentFile } from '../dist/btree/extent.js'
import { EMPTY_ROOT } from '../dist/btree/root.js'
import { TreeWriter } from '../dist/btree/writer.js'
import { Pool } from '../dist/pool/pool.js'

const PAGE_BYTES = 4096
const POOL_BYTES = 768 << 20
const MAX_PAGES = 1 << 20
/** Pages 0 to 3 are a file's headers. */
const FIRST_PAGE = 4
const TREE_ID = 16

const refuse = (): never => {
  throw new Error('a detached tree has no file')
}

/** Pools are large and cannot be given back at will, so all trees of a process share one. */
const context = new TreeContext(
  new Pool({
    pageSize: PAGE_BYTES,
    cacheSizeBytes: POOL_BYTES,
    maxPageCount: MAX_PAGES,
    io: { readPage: refuse, writePages: refuse },
  }),
  { readExtent: refuse } as unknown as ExtentFile,
)
let nextPage = FIRST_PAGE

export const pool: Pool = context.pool

/** An empty tree that can be written to. Pages of earlier trees are forgotten: use one tree at a time. */
export function makeTree(): TreeWriter {
  for (let pageId = FIRST_PAGE; pageId < nextPage; pageId++) context.pool.discard(pageId)
  nextPage = FIRST_PAGE
  const allocator = {
    birth: 1,
    ownFrom: 1,
    isOpen: true,
    runsBeingFilled: 0,
    allocate: () => nextPage++,
    allocateRun: refuse,
    drop: (pageId: number) => context.pool.discard(pageId),
    dropRun: refuse,
  }
  const journal = { put() {}, putUnlogged() {}, remove() {}, deleteRange() {} }
  return new TreeWriter(context, TREE_ID, EMPTY_ROOT, allocator, journal, () => {})
}
