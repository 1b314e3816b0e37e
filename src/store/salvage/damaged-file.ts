/**
 * A damaged database file as it is read for salvage: one page at a time, without pool and space map, nothing trusted,
 * nothing written.
 *
 * S1  What `load` accepts is the page that its reference means (checksum, id, birth, level) and a valid node: no later
 *     access to its fields leaves the page, and its keys ascend.
 * S2  `walkDamaged` visits each page once, whatever the pages say, so it ends: `enter` remembers them, and levels fall.
 *
 * It does not know which trees there are.
 */

import { assert } from '../../base/assert.ts'
import { isCoppiceError } from '../../base/errors.ts'
import { type ExtentFile, type ExtentReference, verifyExtent } from '../../btree/extent.ts'
import { MAX_HEIGHT, type TreeRoot } from '../../btree/root.ts'
import { crc32 } from '../../io/checksum.ts'
import type { StorageFile } from '../../io/storage.ts'
import { compareKeys, findNodeFault } from '../../page/edit.ts'
import { birthOf, kindOf, levelOf, PageKind, verifyPage } from '../../page/header.ts'
import { PageMemory } from '../../page/memory.ts'
import * as node from '../../page/node.ts'
import { Scratch } from '../../page/scratch.ts'

/** A page and all below it, as what refers to it says. */
export interface SubtreeRef {
  readonly pageId: number
  readonly birth: number
  readonly level: number
  /** Entries below it. */
  readonly count: number
  /** Its keys are from this one on (undefined: from the first) ... */
  readonly fromKey: Buffer | undefined
  /** ... up to this one, exclusive (undefined: to the last). */
  readonly toKey: Buffer | undefined
}

/** The whole tree of a root that is not empty. */
export function subtreeOf({ pageId, birth, height, count }: TreeRoot): SubtreeRef {
  return { pageId, birth, level: height - 1, count, fromKey: undefined, toKey: undefined }
}

/** The root of a tree whose topmost page is known. (Whether large values are below is asked by nobody who salvages.) */
export function rootOver({ pageId, birth, level, count }: SubtreeRef): TreeRoot {
  return { pageId, birth, height: level + 1, count, extents: true }
}

export class DamagedFile implements ExtentFile {
  readonly file: StorageFile
  readonly pageSize: number
  readonly checksumSeed: number
  readonly sizeBytes: number
  /** Whole pages in the file. */
  readonly pageCount: number
  /** The image that was loaded last, at offset 0. */
  readonly memory: PageMemory
  /** Holds one key. */
  readonly key: Buffer
  readonly #scratch: Scratch

  constructor(file: StorageFile, pageSize: number, checksumSeed: number) {
    this.file = file
    this.pageSize = pageSize
    this.checksumSeed = checksumSeed
    this.sizeBytes = file.size()
    this.pageCount = Math.floor(this.sizeBytes / pageSize)
    this.memory = new PageMemory(new ArrayBuffer(pageSize), pageSize)
    this.key = Buffer.alloc(pageSize)
    this.#scratch = new Scratch(pageSize)
  }

  /** Loads the node that a reference means. Returns what is wrong with it; undefined: it is in `memory` (S1). */
  load({ pageId, birth, level }: Pick<SubtreeRef, 'pageId' | 'birth' | 'level'>): string | undefined {
    const unreadable = this.#read(pageId)
    if (unreadable !== undefined) return unreadable
    const fault = verifyPage(this.memory, 0, this.checksumSeed, pageId, birth)
    if (fault === 'checksum') return 'its checksum does not match'
    if (fault !== undefined) return `its ${fault} is not the one that its parent refers to`
    if (levelOf(this.memory, 0) !== level) return `it says level ${levelOf(this.memory, 0)}, not ${level}`
    return this.#nodeFault()
  }

  /** Loads whatever node stands at a place of the file; false when there is none that is intact. */
  loadNodeAt(pageId: number): boolean {
    if (this.#read(pageId) !== undefined) return false
    const birth = birthOf(this.memory, 0)
    return (
      verifyPage(this.memory, 0, this.checksumSeed, pageId, birth) === undefined &&
      this.#nodeFault() === undefined
    )
  }

  /** Loads a page of the space map; false when it is not the one that is meant. */
  loadMapPage(pageId: number, birth: number): boolean {
    return (
      this.#read(pageId) === undefined &&
      verifyPage(this.memory, 0, this.checksumSeed, pageId, birth) === undefined
    )
  }

  /** Whether what was read there last is an intact page of the space map. */
  isMapPageAt(pageId: number): boolean {
    const kind = kindOf(this.memory, 0)
    return (
      (kind === PageKind.spaceLeaf || kind === PageKind.spaceBranch) &&
      verifyPage(this.memory, 0, this.checksumSeed, pageId, birthOf(this.memory, 0)) === undefined
    )
  }

  #read(pageId: number): string | undefined {
    if (pageId >= this.pageCount) return 'the file ends before it'
    try {
      const read = this.file.read(this.memory.u8, 0, this.pageSize, pageId * this.pageSize)
      return read < this.pageSize ? 'the file ends before it' : undefined
    } catch (error) {
      if (!isCoppiceError(error, 'IO_ERROR')) throw error
      return `it cannot be read: ${error.message}`
    }
  }

  #nodeFault(): string | undefined {
    const kind = kindOf(this.memory, 0)
    if (kind !== PageKind.leaf && kind !== PageKind.branch) return `kind ${kind} is no node of a tree`
    if (levelOf(this.memory, 0) >= MAX_HEIGHT) return `level ${levelOf(this.memory, 0)} is impossible`
    if (!node.staysInPage(this.memory, 0)) return 'its fields point out of the page'
    return findNodeFault(this.memory, 0, this.#scratch)
  }

  /** A copy of the key of entry `index` of the node in `memory`. */
  keyAt(index: number): Buffer {
    return Buffer.from(this.key.subarray(0, node.loadKey(this.memory, 0, index, this.key)))
  }

  /** Whether a large value is all there. Never holds more than a piece of it, whatever its reference claims. */
  isIntactExtent(extent: ExtentReference): boolean {
    if (extent.pageId * this.pageSize + extent.length > this.sizeBytes) return false
    try {
      verifyExtent(this, extent)
      return true
    } catch (error) {
      if (!isCoppiceError(error, 'CORRUPT') && !isCoppiceError(error, 'IO_ERROR')) throw error
      return false
    }
  }

  /** @throws CoppiceError IO_ERROR */
  readExtent(pageId: number, byteOffset: number, target: Uint8Array, at: number, length: number): void {
    const read = this.file.read(target, at, length, pageId * this.pageSize + byteOffset)
    // What is missing is found by the checksum of the value.
    target.fill(0, at + read, at + length)
  }

  writeExtent(): void {
    assert(false, 'a damaged file is only read')
  }
}

/** Entries below the node in memory, as it says itself. */
export function entriesBelow({ memory }: DamagedFile, level: number): number {
  const count = node.countOf(memory, 0)
  if (level === 0) return count
  let sum = 0
  for (let i = 0; i < count; i++) sum += node.childCountOf(memory, 0, i)
  return sum
}

/** What seeds the checksums of a database's pages. */
export function checksumSeedOf(databaseId: Uint8Array): number {
  return crc32(databaseId)
}

/** Why a page is lost that another reference has already led to. */
export const REFERRED_TWICE = 'it is referred to twice'

/** Is told what a walk meets, in the order of the keys. */
export interface DamagedTreeVisitor {
  /** False: the page was met before, in this tree or in another one. */
  enter(pageId: number): boolean
  /** The leaf is in `file.memory`. */
  leaf(leaf: SubtreeRef): void
  /** Nothing below this page can be reached. */
  lost(part: SubtreeRef, reason: string): void
}

/** Visits what can be reached from `root`; yields after each page. Children of a damaged page are not looked for. */
export function* walkDamaged(
  file: DamagedFile,
  root: SubtreeRef,
  visitor: DamagedTreeVisitor,
): Generator<undefined, void> {
  const stack: SubtreeRef[] = [root]
  for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) {
    const fault = enterFault(visitor, ref) ?? file.load(ref) ?? boundsFault(file, ref)
    if (fault !== undefined) visitor.lost(ref, fault)
    else if (ref.level === 0) visitor.leaf(ref)
    else pushChildren(file, ref, stack)
    yield
  }
}

function enterFault(visitor: DamagedTreeVisitor, { pageId }: SubtreeRef): string | undefined {
  return visitor.enter(pageId) ? undefined : REFERRED_TWICE
}

/** The first child on top. */
function pushChildren(file: DamagedFile, { level, fromKey, toKey }: SubtreeRef, stack: SubtreeRef[]): void {
  const m = file.memory
  let end = toKey
  for (let i = node.countOf(m, 0) - 1; i >= 0; i--) {
    const start = i === 0 ? fromKey : file.keyAt(i)
    stack.push({
      pageId: node.childOf(m, 0, i),
      birth: node.childBirthOf(m, 0, i),
      level: level - 1,
      count: node.childCountOf(m, 0, i),
      fromKey: start,
      toKey: end,
    })
    end = start
  }
}

function boundsFault(file: DamagedFile, { level, fromKey, toKey }: SubtreeRef): string | undefined {
  const m = file.memory
  const first = level === 0 ? 0 : 1
  const last = node.countOf(m, 0) - 1
  if (last < first) return undefined
  const isWithin =
    (fromKey === undefined || isAtOrAbove(file, first, fromKey)) &&
    (toKey === undefined || !isAtOrAbove(file, last, toKey))
  return isWithin ? undefined : 'its keys are not those that its parent says'
}

function isAtOrAbove(file: DamagedFile, index: number, key: Buffer): boolean {
  const length = node.loadKey(file.memory, 0, index, file.key)
  return compareKeys(file.key, length, key, key.length) >= 0
}
