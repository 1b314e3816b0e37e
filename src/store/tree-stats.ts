/** Measuring one tree. All its branches are read; of its leaves a sample, or all. */

import type { TreeContext } from '../btree/context.ts'
import type { TreeRoot } from '../btree/root.ts'
import { walkTree } from '../btree/walk.ts'
import * as node from '../page/node.ts'

export interface TreeMeasure {
  readonly leafPages: number
  readonly branchPages: number
  /** Pages of large values. */
  readonly extentPages: number
  /** Part of the leaves' room that is used, 0 to 1. */
  readonly fill: number
}

/**
 * @param sampledLeaves how many leaves to look into for `fill`, spread evenly
 * @param onPages called with pages that have been done since it was called last
 */
export function measureTree(
  context: TreeContext,
  root: TreeRoot,
  sampledLeaves = Number.POSITIVE_INFINITY,
  onPages: (count: number) => void = () => {},
): TreeMeasure {
  const { pool, memory, pageSize } = context
  const leaves: number[] = []
  const births: number[] = []
  let branchPages = 0
  let extentPages = 0
  walkTree(context, root, {
    page: (pageId, birth, level) => {
      if (level > 0) {
        branchPages++
        onPages(1)
      } else {
        leaves.push(pageId)
        births.push(birth)
      }
      return true
    },
    run: (_pageId, count) => {
      extentPages += count
      onPages(count)
    },
  })
  const step = Math.max(1, leaves.length / sampledLeaves)
  let used = 0
  let sampled = 0
  for (let at = 0; at < leaves.length; at += step) {
    const index = Math.floor(at)
    used += node.usedBytes(memory, pool.fixScan(leaves[index], births[index]))
    sampled++
    onPages(step)
  }
  const fill = sampled === 0 ? 1 : used / (sampled * node.nodeRoom(pageSize))
  return { leafPages: leaves.length, branchPages, extentPages, fill }
}
