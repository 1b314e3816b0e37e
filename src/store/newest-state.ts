/**
 * The newest published state, for reading while nobody writes: an operation that runs to its end at once needs no snapshot.
 * That state is a live root as long as it is the newest (C1 in core.ts), so it is retained for nobody, opening it costs
 * nothing, and the same object serves until the next commit.
 *
 * Invariant: it is read only while its state is the newest one. Who reads runs none of the caller's code in between, which
 * could commit; to read it later all the same is a bug, and an assertion fails.
 */

import { assert } from '../base/assert.ts'
import type { ReadTree } from '../btree/api.ts'
import type { PageCounts, TreeSource } from './api.ts'
import type { Core, DatabaseState } from './core.ts'
import { StateTrees } from './state-trees.ts'

export class NewestState implements TreeSource {
  readonly state: DatabaseState
  readonly #core: Core
  readonly #trees: StateTrees

  constructor(core: Core) {
    this.#core = core
    this.state = core.published
    this.#trees = new StateTrees(core.context, this.state.directory, this.state.roots, () =>
      this.assertReadable(),
    )
  }

  get txnId(): number {
    return this.state.txnId
  }

  assertReadable(): void {
    this.assertStillReadable()
    this.#core.pool.begin()
  }

  assertStillReadable(): void {
    if (this.#core.isClosed) this.#core.assertOpen()
    assert(this.#core.published === this.state, 'what is read without a snapshot is the newest state')
  }

  endReading(): void {
    this.#core.pool.end()
  }

  tree(treeId: number): ReadTree | undefined {
    this.assertReadable()
    return this.#trees.find(treeId)
  }

  versionOf(treeId: number): number {
    this.assertReadable()
    return this.#trees.versionOf(treeId)
  }

  pageCounts(): PageCounts {
    return this.#core.pool.pageCounts()
  }
}
