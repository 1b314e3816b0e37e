/** How full the leaves of a harness's tree are. */

import type { TreeRoot } from '../../src/btree/root.ts'
import { verifyTree } from '../../src/btree/verify.ts'
import { nodeRoom } from '../../src/page/node.ts'
import type { TreeHarness } from './tree-harness.ts'

export function measure(harness: TreeHarness, root: TreeRoot): { readonly fill: number } {
  let used = 0
  let leaves = 0
  const steps = verifyTree(harness.context, root, {
    page: (_pageId, _birth, level, usedBytes) => {
      if (level > 0) return
      used += usedBytes
      leaves++
    },
    run: () => {},
    fault: () => {},
  })
  for (const _ of steps);
  return { fill: used / (leaves * nodeRoom(harness.context.pageSize)) }
}
