/** Visiting the pages of a tree without looking at its entries: to drop it, or to compare roots. */

import { CoppiceError } from '../base/errors.ts'
import { levelOf } from '../page/header.ts'
import * as node from '../page/node.ts'
import type { PageAllocator, TreeContext } from './context.ts'
import { dropExtentAt, extentAt, extentPages } from './extent.ts'
import type { TreeRoot } from './root.ts'

/** Drops a page and all below it. Leaves are not read unless extents may hang from them. */
export function dropSubtree(
  context: TreeContext,
  allocator: PageAllocator,
  pageId: number,
  birth: number,
  level: number,
  extents: boolean,
): void {
  const { pool, memory } = context
  if (level > 0 || extents) {
    let base = pool.fixScan(pageId, birth)
    const count = node.countOf(memory, base)
    for (let i = 0; i < count; i++) {
      if (level === 0) {
        dropExtentAt(memory, allocator, base, i)
        continue
      }
      const child = node.childOf(memory, base, i)
      const childBirth = node.childBirthOf(memory, base, i)
      const childExtents = node.childHasExtents(memory, base, i)
      if (level === 1 && !childExtents) {
        allocator.drop(child, childBirth)
        continue
      }
      dropSubtree(context, allocator, child, childBirth, level - 1, childExtents)
      base = pool.fixScan(pageId, birth)
    }
  }
  allocator.drop(pageId, birth)
}

/** Is told of each page and each extent's run of a walk. */
export interface PageVisitor {
  /** Returns false to leave out what is below. */
  page(pageId: number, birth: number, level: number): boolean
  run(pageId: number, count: number, birth: number): void
}

/** Visits every page of a tree, parents first. Leaves are read only when extents may hang from them. */
export function walkTree(context: TreeContext, root: TreeRoot, visitor: PageVisitor): void {
  if (root.height > 0) walkPage(context, root.pageId, root.birth, root.height - 1, root.extents, visitor)
}

function walkPage(
  context: TreeContext,
  pageId: number,
  birth: number,
  level: number,
  extents: boolean,
  visitor: PageVisitor,
): void {
  if (!visitor.page(pageId, birth, level)) return
  if (level === 0 && !extents) return
  const { pool, memory } = context
  let base = pool.fixScan(pageId, birth)
  if (levelOf(memory, base) !== level) {
    throw new CoppiceError('CORRUPT', `page ${pageId} is at level ${levelOf(memory, base)} of its tree`, {
      pageId,
      expected: `level ${level}`,
    })
  }
  const count = node.countOf(memory, base)
  for (let i = 0; i < count; i++) {
    if (level === 0) {
      if (!node.hasExtent(memory, base, i)) continue
      const extent = extentAt(memory, base, i)
      visitor.run(extent.pageId, extentPages(extent.length, context.pageSize), extent.birth)
      continue
    }
    const child = node.childOf(memory, base, i)
    const childBirth = node.childBirthOf(memory, base, i)
    walkPage(context, child, childBirth, level - 1, node.childHasExtents(memory, base, i), visitor)
    base = pool.fixScan(pageId, birth)
  }
}
