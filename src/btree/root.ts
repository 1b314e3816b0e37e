/**
 * A reference to the root of a tree, as a directory entry holds it.
 *
 * ```
 *  0  u32  page id
 *  4  u32  birth, low 32 bits
 *  8  u16  birth, high 16 bits
 * 10  u8   height: 1 for a single leaf; 0 for an empty tree, whose other fields are 0
 * 11  u8   bit 0: an extent may be below
 * 12  u32  entries, low 32 bits
 * 16  u16  entries, high 16 bits
 * 18  u16  0
 * 20
 * ```
 */

import { CoppiceError } from '../base/errors.ts'

export interface TreeRoot {
  readonly pageId: number
  readonly birth: number
  /** Levels; 0 for the empty tree. */
  readonly height: number
  /** Entries in the whole tree. */
  readonly count: number
  /** False only when no value of the tree is in an extent. */
  readonly extents: boolean
}

export const TREE_ROOT_BYTES = 20
/** No tree that fits 2^32 pages is higher. */
export const MAX_HEIGHT = 24

export const EMPTY_ROOT: TreeRoot = Object.freeze({
  pageId: 0,
  birth: 0,
  height: 0,
  count: 0,
  extents: false,
})

export function sameRoot(a: TreeRoot, b: TreeRoot): boolean {
  return a.pageId === b.pageId && a.birth === b.birth && a.count === b.count && a.height === b.height
}

export function encodeRoot(root: TreeRoot, target: Buffer, at: number): void {
  target.writeUInt32LE(root.pageId, at)
  target.writeUIntLE(root.birth, at + 4, 6)
  target.writeUInt8(root.height, at + 10)
  target.writeUInt8(root.extents ? 1 : 0, at + 11)
  target.writeUIntLE(root.count, at + 12, 6)
  target.writeUInt16LE(0, at + 18)
}

/** @throws CoppiceError CORRUPT for a reference that no tree can have. */
export function decodeRoot(source: Buffer, at: number, length: number, what: string): TreeRoot {
  const height = length === TREE_ROOT_BYTES ? source.readUInt8(at + 10) : MAX_HEIGHT + 1
  if (height > MAX_HEIGHT) {
    throw new CoppiceError('CORRUPT', `${what}: the reference to its root is malformed`, {
      expected: `${TREE_ROOT_BYTES} bytes, at most ${MAX_HEIGHT} levels`,
      given: length === TREE_ROOT_BYTES ? `${height} levels` : `${length} bytes`,
    })
  }
  if (height === 0) return EMPTY_ROOT
  return {
    pageId: source.readUInt32LE(at),
    birth: source.readUIntLE(at + 4, 6),
    height,
    extents: (source.readUInt8(at + 11) & 1) === 1,
    count: source.readUIntLE(at + 12, 6),
  }
}
