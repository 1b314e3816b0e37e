/** The trees of one committed state, by number. */

import type { ReadTree } from '../btree/api.ts'
import type { ReadContext } from '../btree/context.ts'
import { TreeReader } from '../btree/reader.ts'
import { EMPTY_ROOT, type TreeRoot } from '../btree/root.ts'
import { CATALOG_TREE_ID } from './api.ts'
import { findRoot, versionOfRoot } from './directory.ts'

export class StateTrees {
  readonly #context: ReadContext
  readonly #directory: TreeRoot
  readonly #roots: Map<number, TreeRoot>
  readonly #trees = new Map<number, TreeReader | undefined>()
  readonly #assertReadable: () => void

  /** `roots`: what is known of the directory; what is learnt is added. */
  constructor(
    context: ReadContext,
    directory: TreeRoot,
    roots: Map<number, TreeRoot>,
    assertReadable: () => void,
  ) {
    this.#context = context
    this.#directory = directory
    this.#roots = roots
    this.#assertReadable = assertReadable
  }

  /** The tree, or undefined when the state has none of that number; the same object for the same number. */
  find(treeId: number): ReadTree | undefined {
    const known = this.#trees.get(treeId)
    if (known !== undefined || this.#trees.has(treeId)) return known
    const root = this.#rootOf(treeId)
    const tree = root && new TreeReader(this.#context, root, false, this.#assertReadable)
    this.#trees.set(treeId, tree)
    return tree
  }

  versionOf(treeId: number): number {
    return versionOfRoot(this.#rootOf(treeId))
  }

  #rootOf(treeId: number): TreeRoot | undefined {
    const known = this.#roots.get(treeId)
    if (known !== undefined) return known
    const directory = new TreeReader(this.#context, this.#directory, false, this.#assertReadable)
    const root = findRoot(directory, treeId) ?? (treeId === CATALOG_TREE_ID ? EMPTY_ROOT : undefined)
    if (root !== undefined) this.#roots.set(treeId, root)
    return root
  }
}
