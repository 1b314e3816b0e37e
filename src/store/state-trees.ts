/** The trees of one committed state, by number. */

import type { ReadTree } from '../btree/api.ts'
import type { ReadContext } from '../btree/context.ts'
import { TreeReader } from '../btree/reader.ts'
import { EMPTY_ROOT, type TreeRoot } from '../btree/root.ts'
import { CATALOG_TREE_ID } from './api.ts'
import { findRoot } from './directory.ts'

export class StateTrees {
  readonly #context: ReadContext
  readonly #directory: TreeReader
  readonly #trees = new Map<number, TreeReader | undefined>()
  readonly #assertReadable: () => void

  constructor(context: ReadContext, directory: TreeRoot, assertReadable: () => void) {
    this.#context = context
    this.#assertReadable = assertReadable
    this.#directory = new TreeReader(context, directory, false, assertReadable)
  }

  /** The tree, or undefined when the state has none of that number; the same object for the same number. */
  find(treeId: number): ReadTree | undefined {
    const known = this.#trees.get(treeId)
    if (known !== undefined || this.#trees.has(treeId)) return known
    const root = findRoot(this.#directory, treeId) ?? (treeId === CATALOG_TREE_ID ? EMPTY_ROOT : undefined)
    const tree = root && new TreeReader(this.#context, root, false, this.#assertReadable)
    this.#trees.set(treeId, tree)
    return tree
  }
}
