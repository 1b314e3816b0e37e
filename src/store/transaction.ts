/**
 * One write transaction: the trees it changes, the operations for the log, nested savepoints.
 *
 * It builds on the tip and is seen by nobody until the committer takes it. Rolling back is forgetting: its
 * pages are given back, and nothing else knows of it.
 */

import { assert } from '../base/assert.ts'
import { CoppiceError } from '../base/errors.ts'
import type { Journal } from '../btree/context.ts'
import { EMPTY_ROOT, sameRoot, type TreeRoot } from '../btree/root.ts'
import { TreeWriter } from '../btree/writer.ts'
import { type Mark, TransactionSpace } from '../space/transaction-space.ts'
import {
  CATALOG_TREE_ID,
  FIRST_USER_TREE_ID,
  type PageCounts,
  TREE_ID_MAX,
  type TreeSink,
  type TreeSource,
} from './api.ts'
import type { Core, DatabaseState } from './core.ts'
import { findRoot, removeRoot, storeRoot, versionOfRoot } from './directory.ts'
import type { OperationLog } from './operations.ts'
import { StateTrees } from './state-trees.ts'

/** The directory is not logged: replay makes its entries again. */
export const SILENT_JOURNAL: Journal = {
  put() {},
  putUnlogged() {},
  remove() {},
  deleteRange() {},
}

/** Of the trees that a transaction has not changed, so many are known to the next one. */
const ROOTS_HANDED_ON = 16

interface OpenTree {
  readonly writer: TreeWriter
  /** The root that the directory has for it. */
  stored: TreeRoot
}

/** A nested savepoint of a write transaction. */
export interface NestedSavepoint {
  readonly mark: Mark
  readonly directory: TreeRoot
  readonly operations: { readonly length: number; readonly count: number }
  readonly savepoints: TreeRoot
}

type Status = 'open' | 'committed' | 'rolled back'

export class WriteTransaction implements TreeSink {
  readonly base: DatabaseState
  readonly space: TransactionSpace
  readonly operations: OperationLog
  /** The tree of persistent savepoints as this transaction leaves it. */
  savepoints: TreeRoot
  /** Set when it puts another state in the place of the newest: what it changes is not known. */
  replacesContent = false
  readonly #core: Core
  readonly #onEnd: () => void
  readonly #directory: TreeWriter
  readonly #trees = new Map<number, OpenTree>()
  readonly #nested: NestedSavepoint[] = []
  readonly #assertReadable = () => this.assertReadable()
  #baseTrees: StateTrees | undefined = undefined
  #status: Status = 'open'
  #mustCheckpoint = false
  #dropsTrees = false

  constructor(core: Core, operations: OperationLog, onEnd: () => void) {
    this.#core = core
    this.#onEnd = onEnd
    this.base = core.tip
    this.operations = operations
    operations.reset()
    this.space = new TransactionSpace(core.space, core.nextTxnId)
    core.transactionSpace = this.space
    this.savepoints = this.base.savepoints
    this.#directory = this.#writer(0, this.base.directory, SILENT_JOURNAL)
  }

  /** The id that the transaction has now, and commits under if nothing else happens. Writing its pages moves it on. */
  get txnId(): number {
    return this.space.birth
  }

  get status(): Status {
    return this.#status
  }

  get hasChanges(): boolean {
    return this.operations.count > 0 || this.#mustCheckpoint
  }

  /** The state before this transaction, for reading while it is open. */
  get baseSource(): TreeSource {
    const { base } = this
    this.#baseTrees ??= new StateTrees(this.#core.context, base.directory, base.roots, this.#assertReadable)
    return this.#sourceOver(this.#baseTrees, base.txnId)
  }

  /** The state at a savepoint, for reading while that is live. */
  sourceAt({ directory, mark }: NestedSavepoint): TreeSource {
    const trees = new StateTrees(this.#core.context, directory, new Map(), this.#assertReadable)
    return this.#sourceOver(trees, mark.root)
  }

  #sourceOver(trees: StateTrees, txnId: number): TreeSource {
    return {
      txnId,
      versionOf: treeId => trees.versionOf(treeId),
      tree: treeId => trees.find(treeId),
      assertReadable: this.#assertReadable,
      assertStillReadable: () => this.assertStillReadable(),
      endReading: () => this.endReading(),
      pageCounts: () => this.pageCounts(),
    }
  }

  /** Whether it commits by a checkpoint rather than by the log. */
  get mustCheckpoint(): boolean {
    return this.#mustCheckpoint || this.operations.isUnlogged
  }

  /** For changes that the log does not know: compaction, persistent savepoints. */
  requireCheckpoint(): void {
    this.#mustCheckpoint = true
  }

  /** The directory of this transaction, for the store's own changes. */
  get directory(): TreeWriter {
    return this.#directory
  }

  /** @throws CoppiceError TRANSACTION_CLOSED, CLOSED */
  assertReadable(): void {
    this.assertStillReadable()
    this.#core.pool.begin()
  }

  assertStillReadable(): void {
    this.#core.assertOpen()
    if (this.#status === 'open') return
    throw new CoppiceError('TRANSACTION_CLOSED', `the transaction is ${this.#status}`)
  }

  /** @throws CoppiceError TRANSACTION_CLOSED, CLOSED, POISONED */
  assertWritable(): void {
    if (this.#status !== 'open') this.assertReadable()
    this.#core.assertWritable()
    this.#core.pool.begin()
  }

  pageCounts(): PageCounts {
    return this.#core.pool.pageCounts()
  }

  endReading(): void {
    this.#core.pool.end()
  }

  tree(treeId: number): TreeWriter | undefined {
    this.assertReadable()
    const open = this.#trees.get(treeId)
    if (open !== undefined) return open.writer
    const root = this.#rootOf(treeId)
    return root && this.#open(treeId, root)
  }

  /** The catalog needs no making: without an entry it is empty. */
  #rootOf(treeId: number): TreeRoot | undefined {
    // As long as the directory is that of the state before.
    const roots = this.#directory.state.edits === 0 ? this.base.roots : undefined
    const known = roots?.get(treeId)
    if (known !== undefined) return known
    const root = findRoot(this.#directory, treeId) ?? (treeId === CATALOG_TREE_ID ? EMPTY_ROOT : undefined)
    if (root !== undefined) roots?.set(treeId, root)
    return root
  }

  /** Known as long as nothing has touched the tree, which may then have another content under the same root. */
  versionOf(treeId: number): number | undefined {
    if (this.#trees.has(treeId)) return undefined
    this.assertReadable()
    return versionOfRoot(this.#rootOf(treeId))
  }

  createTree(): number {
    this.assertWritable()
    const treeId = Math.max(this.#core.nextTreeId, FIRST_USER_TREE_ID)
    if (treeId > TREE_ID_MAX) {
      throw new CoppiceError('DATABASE_FULL', 'all numbers for tables and indexes were used', {
        expected: `tree ids up to ${TREE_ID_MAX}`,
      })
    }
    this.createTreeWithId(treeId)
    return treeId
  }

  /** For replay and copies: makes the empty tree `treeId`. */
  createTreeWithId(treeId: number): void {
    if (this.#core.nextTreeId <= treeId) this.#core.nextTreeId = treeId + 1
    this.operations.createTree(treeId)
    storeRoot(this.#directory, treeId, EMPTY_ROOT)
    this.#open(treeId, EMPTY_ROOT)
  }

  dropTree(treeId: number): void {
    this.assertWritable()
    const tree = this.tree(treeId)
    assert(tree !== undefined, 'a dropped tree exists')
    this.#dropsTrees = true
    this.operations.dropTree(treeId)
    tree.dropEverything()
    this.#trees.delete(treeId)
    removeRoot(this.#directory, treeId)
  }

  /** For compaction: puts another root in the place of a tree's. */
  replaceRoot(treeId: number, root: TreeRoot): void {
    this.#trees.delete(treeId)
    storeRoot(this.#directory, treeId, root)
    this.#mustCheckpoint = true
  }

  /** A tree writer of this transaction that no directory entry refers to yet. */
  looseTree(root: TreeRoot): TreeWriter {
    return this.#writer(0, root, SILENT_JOURNAL)
  }

  /** A writer of the tree of persistent savepoints, whose root the caller puts back into `savepoints`. */
  savepointTree(): TreeWriter {
    return new TreeWriter(
      this.#core.context,
      0,
      this.savepoints,
      this.space.unkept,
      SILENT_JOURNAL,
      this.#assertReadable,
    )
  }

  // Nested savepoints

  /** @throws CoppiceError TRANSACTION_FAILED: what failed half way cannot be gone back to. BUSY while a stream is stored. */
  setSavepoint(): NestedSavepoint {
    this.assertWritable()
    this.#assertNoStream()
    this.#assertWhole()
    this.#storeRoots()
    const savepoint: NestedSavepoint = {
      directory: this.#directory.root,
      operations: this.operations.mark(),
      savepoints: this.savepoints,
      mark: this.space.mark(),
    }
    this.#nested.push(savepoint)
    return savepoint
  }

  /** Undoes everything since the savepoint; it stays, those set after it are gone. */
  rollbackTo(savepoint: NestedSavepoint): void {
    this.assertWritable()
    this.#assertNoStream()
    const index = this.#indexOf(savepoint)
    this.#nested.length = index + 1
    this.#directory.restore(savepoint.directory)
    this.operations.truncate(savepoint.operations)
    this.savepoints = savepoint.savepoints
    for (const [treeId, tree] of this.#trees) {
      const root = this.#rootOf(treeId)
      if (root === undefined) {
        // A range or a walk that was begun in it must not follow its root into pages that hold something else now.
        tree.writer.restore(EMPTY_ROOT)
        tree.writer.giveUp()
        this.#trees.delete(treeId)
        continue
      }
      tree.stored = root
      tree.writer.restore(root)
    }
    this.space.rollbackTo(savepoint.mark)
  }

  /** Forgets the savepoint and those set after it; the changes stay. */
  releaseSavepoint(savepoint: NestedSavepoint): void {
    this.assertReadable()
    this.#assertNoStream()
    const index = this.#indexOf(savepoint)
    this.#nested.length = index
    this.space.release(savepoint.mark)
  }

  isLiveSavepoint(savepoint: NestedSavepoint): boolean {
    return this.#status === 'open' && this.#nested.includes(savepoint)
  }

  #indexOf(savepoint: NestedSavepoint): number {
    const index = this.#nested.indexOf(savepoint)
    if (index < 0) {
      throw new CoppiceError(
        'SAVEPOINT_INVALID',
        'the savepoint was released, or an earlier one was rolled back to',
      )
    }
    return index
  }

  // The end

  /**
   * Brings the directory up to date and returns the state that this transaction makes. Called once, just before
   * it is settled. @throws CoppiceError TRANSACTION_FAILED when a change failed half way; BUSY while a stream is stored.
   */
  finish(lsn: number): DatabaseState {
    this.assertWritable()
    this.#assertNoStream()
    this.#assertWhole()
    this.#storeRoots()
    const { txnId, savepoints } = this
    return { txnId, lsn, directory: this.#directory.root, savepoints, roots: this.#knownRoots() }
  }

  /** For the state that this transaction makes: most go on with the trees of the one before. */
  #knownRoots(): Map<number, TreeRoot> {
    const roots = new Map<number, TreeRoot>()
    // A savepoint that is restored puts another directory in the place of what these trees have stored.
    if (this.#mustCheckpoint) return roots
    // A tree that this one drops may stand among those of before.
    if (!this.#dropsTrees) {
      for (const [treeId, root] of this.base.roots) {
        if (roots.size === ROOTS_HANDED_ON) break
        roots.set(treeId, root)
      }
    }
    for (const [treeId, { stored }] of this.#trees) roots.set(treeId, stored)
    return roots
  }

  /** @throws CoppiceError TRANSACTION_FAILED when a change failed half way */
  #assertWhole(): void {
    if (this.#directory.broken) throw failedHalfWay('the list of trees')
    for (const [treeId, { writer }] of this.#trees) if (writer.broken) throw failedHalfWay(`tree ${treeId}`)
  }

  /** The pieces of a stream come from the caller's code, and the value is in no tree yet. @throws CoppiceError BUSY */
  #assertNoStream(): void {
    if (this.space.runsBeingFilled === 0) return
    throw new CoppiceError(
      'BUSY',
      'a stream is being stored: its pieces cannot commit the transaction, nor set or end savepoints',
      { expected: 'the stream to end first' },
    )
  }

  /** The committer took it. */
  markCommitted(): void {
    this.#end('committed')
  }

  /** A commit of nothing: pages that it used meanwhile are given back. */
  commitUnchanged(): void {
    this.space.rollback()
    this.#end('committed')
  }

  rollback(): void {
    if (this.#status !== 'open') return
    this.space.rollback()
    this.#end('rolled back')
  }

  #end(status: Status): void {
    for (const { writer } of this.#trees.values()) writer.giveUp()
    this.#directory.giveUp()
    this.#core.nextTxnId = this.txnId + 1
    this.#core.transactionSpace = undefined
    this.#status = status
    this.operations.reset()
    this.#onEnd()
  }

  #storeRoots(): void {
    for (const [treeId, tree] of this.#trees) {
      const root = tree.writer.root
      if (sameRoot(root, tree.stored)) continue
      storeRoot(this.#directory, treeId, root)
      tree.stored = root
    }
    // Now, for this may write pages, which ends births.
    this.#directory.settle()
  }

  #open(treeId: number, root: TreeRoot): TreeWriter {
    const writer = this.#writer(treeId, root, this.operations)
    this.#trees.set(treeId, { writer, stored: root })
    return writer
  }

  #writer(treeId: number, root: TreeRoot, journal: Journal): TreeWriter {
    return new TreeWriter(this.#core.context, treeId, root, this.space, journal, this.#assertReadable)
  }
}

function failedHalfWay(what: string): CoppiceError {
  return new CoppiceError(
    'TRANSACTION_FAILED',
    `a change of ${what} failed half way: the transaction can only be rolled back`,
  )
}
