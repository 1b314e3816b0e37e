/**
 * From what the survey of a damaged database reached into the trees of a new one: entry by entry, with large values
 * checked before they are written, and then the log over it.
 *
 * Trees keep their ids. They may be filled in any order: the tree writer sorts what is put.
 */

import { PutMode, type WriteTree } from '../../btree/api.ts'
import {
  EXTENT_REFERENCE_BYTES,
  type ExtentReference,
  extentAt,
  extentPages,
  readExtentWhole,
} from '../../btree/extent.ts'
import * as node from '../../page/node.ts'
import { Bitmap } from '../../space/bitmap.ts'
import { CATALOG_TREE_ID } from '../api.ts'
import { type OperationVisitor, replayOperations } from '../operations.ts'
import type { Progress } from '../steps.ts'
import type { WriteTransaction } from '../transaction.ts'
import { type DamagedFile, type SubtreeRef, walkDamaged } from './damaged-file.ts'
import { type LostKeys, TreeLosses } from './losses.ts'
import { isTreeId, type TreeSurvey } from './survey.ts'

/** Values above this are streamed. */
const STREAMED_BYTES = 1 << 20
const PIECE_BYTES = 1 << 18

export class SalvageCopy implements OperationVisitor {
  /** By tree id. A tree that is not here has lost nothing. */
  readonly losses = new Map<number, TreeLosses>()
  /** The trees that there are now, without the catalog. */
  readonly treeIds = new Set<number>()
  readonly #file: DamagedFile
  readonly #transaction: WriteTransaction
  readonly #entered = new Bitmap()
  #pages = 0

  constructor(file: DamagedFile, transaction: WriteTransaction) {
    this.#file = file
    this.#transaction = transaction
    this.#entered.reserve(file.pageCount)
  }

  lossesOf(treeId: number): TreeLosses {
    let losses = this.losses.get(treeId)
    if (losses === undefined) {
      losses = new TreeLosses()
      this.losses.set(treeId, losses)
    }
    return losses
  }

  /** Makes the tree and, unless it is left `empty`, fills it with all entries that can be read. */
  *copyTree(survey: TreeSurvey, empty: boolean): Generator<Progress | undefined, void> {
    const { treeId } = survey
    if (treeId !== CATALOG_TREE_ID) this.#create(treeId)
    if (!empty) yield* this.#fill(treeId, survey)
  }

  /** Copies a tree that nothing names into one of its own, and returns that one's id. */
  *copyStray(survey: TreeSurvey): Generator<Progress | undefined, number> {
    const treeId = this.#transaction.createTree()
    this.treeIds.add(treeId)
    yield* this.#fill(treeId, survey)
    return treeId
  }

  *#fill(treeId: number, { root, lost, isPartial }: TreeSurvey): Generator<Progress | undefined, void> {
    const tree = this.#transaction.tree(treeId)!
    const losses = this.lossesOf(treeId)
    for (const part of lost) {
      const found = part.found.reduce((sum, { readableCount }) => sum + readableCount, 0)
      losses.addRange(part.fromKey, part.toKey, Math.max(0, part.count - found))
    }
    if (isPartial) losses.addRange(undefined, undefined, undefined)
    if (root !== undefined) yield* this.#copySubtree(root, tree, losses)
    for (const part of lost) for (const found of part.found) yield* this.#copySubtree(found, tree, losses)
  }

  /** What is lost of a tree: all, if it is not there. */
  lostOf(treeId: number): LostKeys[] {
    const isThere = treeId === CATALOG_TREE_ID || this.treeIds.has(treeId)
    if (!isThere) return [{ fromKey: undefined, toKey: undefined, atLeast: 0, atMost: undefined }]
    return this.losses.get(treeId)?.list() ?? []
  }

  #create(treeId: number): void {
    this.#transaction.createTreeWithId(treeId)
    this.treeIds.add(treeId)
  }

  *#copySubtree(
    root: SubtreeRef,
    tree: WriteTree,
    losses: TreeLosses,
  ): Generator<Progress | undefined, void> {
    const file = this.#file
    const steps = walkDamaged(file, root, {
      enter: pageId => {
        this.#pages++
        if (pageId >= file.pageCount) return true
        if (this.#entered.has(pageId)) return false
        this.#entered.set(pageId)
        return true
      },
      leaf: () => this.#copyLeaf(tree, losses),
      // The survey has told.
      lost: () => {},
    })
    for (const _ of steps) {
      yield { phase: 'copy', done: this.#pages, total: Math.max(this.#pages, file.pageCount) }
    }
  }

  #copyLeaf(tree: WriteTree, losses: TreeLosses): void {
    const { memory, key } = this.#file
    for (let i = 0; i < node.countOf(memory, 0); i++) {
      const keyLength = node.loadKey(memory, 0, i, key)
      // No tree takes such a key: only a forged page has it.
      if (keyLength > tree.maxKeyLength) continue
      if (node.hasExtent(memory, 0, i)) {
        if (!this.#copyLarge(tree, keyLength, i)) losses.addValue(this.#file.keyAt(i))
        continue
      }
      const at = node.valueOffsetOf(memory, 0, i)
      tree.put(key, keyLength, memory.bytes, at, node.valueLengthOf(memory, 0, i), PutMode.upsert)
    }
  }

  /** Copies a value that lies outside of its leaf; false when it is damaged. */
  #copyLarge(tree: WriteTree, keyLength: number, index: number): boolean {
    const file = this.#file
    const extent = intactExtentAt(file, index)
    if (extent === undefined || !this.#enterExtent(extent)) return false
    if (extent.length > STREAMED_BYTES) {
      tree.putStream(file.key, keyLength, extent.length, piecesOf(file, extent))
    } else {
      const value = readExtentWhole(file, extent)
      tree.put(file.key, keyLength, value, 0, value.length, PutMode.upsert)
    }
    return true
  }

  /** False when some of its pages hold something else: only then could a small file become a large one. */
  #enterExtent({ pageId, length }: ExtentReference): boolean {
    const end = pageId + extentPages(length, this.#file.pageSize)
    for (let page = pageId; page < end; page++) if (this.#entered.has(page)) return false
    this.#entered.reserve(end)
    for (let page = pageId; page < end; page++) this.#entered.set(page)
    return true
  }

  // The log

  /** Applies one logged transaction. @throws CoppiceError WAL_CORRUPT when its bytes are no transaction */
  replay(bytes: Uint8Array): void {
    replayOperations(bytes, this)
  }

  put(treeId: number, key: Uint8Array, value: Uint8Array): void {
    const tree = this.#treeForChange(treeId)
    if (tree === undefined || key.length > tree.maxKeyLength) return
    this.losses.get(treeId)?.touch(key)
    tree.put(key, key.length, value, 0, value.length, PutMode.upsert)
  }

  remove(treeId: number, key: Uint8Array): void {
    this.losses.get(treeId)?.touch(key)
    this.#treeForChange(treeId)?.remove(key, key.length)
  }

  deleteRange(treeId: number, from: Uint8Array | undefined, to: Uint8Array | undefined): void {
    this.losses.get(treeId)?.touchRange(from, to)
    this.#treeForChange(treeId)?.deleteRange(from, from?.length ?? 0, to, to?.length ?? 0)
  }

  createTree(treeId: number): void {
    if (isTreeId(treeId) && treeId !== CATALOG_TREE_ID && !this.treeIds.has(treeId)) this.#create(treeId)
  }

  dropTree(treeId: number): void {
    this.losses.delete(treeId)
    if (this.treeIds.delete(treeId)) this.#transaction.dropTree(treeId)
  }

  /** A tree that was found nowhere begins with what the log puts into it. */
  #treeForChange(treeId: number): WriteTree | undefined {
    if (!isTreeId(treeId)) return undefined
    const tree = this.#transaction.tree(treeId)
    if (tree !== undefined) return tree
    this.#create(treeId)
    this.lossesOf(treeId).addRange(undefined, undefined, undefined)
    return this.#transaction.tree(treeId)
  }
}

/** The large value of entry `index` of the leaf in memory, if all of it is right. */
export function intactExtentAt(file: DamagedFile, index: number): ExtentReference | undefined {
  if (node.valueLengthOf(file.memory, 0, index) !== EXTENT_REFERENCE_BYTES) return undefined
  const extent = extentAt(file.memory, 0, index)
  return file.isIntactExtent(extent) ? extent : undefined
}

/** A copy of the whole value of entry `index` of the leaf in memory; undefined when it is damaged. */
export function intactValueAt(file: DamagedFile, index: number): Buffer | undefined {
  const { memory } = file
  if (node.hasExtent(memory, 0, index)) {
    const extent = intactExtentAt(file, index)
    return extent && readExtentWhole(file, extent)
  }
  const at = node.valueOffsetOf(memory, 0, index)
  return Buffer.from(memory.bytes.subarray(at, at + node.valueLengthOf(memory, 0, index)))
}

/** A large value, a piece at a time. */
export function* piecesOf(file: DamagedFile, { pageId, length }: ExtentReference): Generator<Uint8Array> {
  const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, length))
  for (let at = 0; at < length; at += piece.length) {
    const size = Math.min(piece.length, length - at)
    file.readExtent(pageId, at, piece, 0, size)
    yield piece.subarray(0, size)
  }
}
