/**
 * Moving the pages of a tree that lie at or beyond a limit to lower places, so that the file can be cut there.
 * Only branches, and leaves that move or may refer to extents, are read.
 */

import { crc32 } from '../io/checksum.ts'
import { PAGE_ID_AT, setBirth } from '../page/header.ts'
import * as node from '../page/node.ts'
import type { PageAllocator, TreeContext } from './context.ts'
import {
  damagedExtent,
  EXTENT_REFERENCE_BYTES,
  type ExtentReference,
  encodeExtent,
  extentAt,
  extentPages,
} from './extent.ts'
import type { TreeRoot } from './root.ts'
import { STEP_FRAMES } from './write-path.ts'

const PIECE_BYTES = 1 << 20

interface Place {
  readonly pageId: number
  readonly birth: number
}

/** Moves what lies at or beyond page `limit`; returns the tree's root, which is the same if nothing moved. */
export function relocateTree(
  context: TreeContext,
  allocator: PageAllocator,
  root: TreeRoot,
  limit: number,
): TreeRoot {
  if (root.height === 0) return root
  const relocation = new Relocation(context, allocator, limit)
  const place = relocation.movePage(root, root.height - 1, root.extents)
  return { ...root, pageId: place.pageId, birth: place.birth }
}

class Relocation {
  readonly #context: TreeContext
  readonly #allocator: PageAllocator
  readonly #limit: number
  readonly #reference = Buffer.alloc(EXTENT_REFERENCE_BYTES)

  constructor(context: TreeContext, allocator: PageAllocator, limit: number) {
    this.#context = context
    this.#allocator = allocator
    this.#limit = limit
  }

  movePage(page: Place, level: number, extents: boolean): Place {
    let place = page
    if (level > 0) place = this.#moveChildren(page, level)
    else if (extents) place = this.#moveExtents(page)
    return place.pageId === page.pageId && place.pageId >= this.#limit ? this.#lower(place) : place
  }

  #moveChildren(page: Place, level: number): Place {
    const { pool, memory: m } = this.#context
    let place = page
    const count = node.countOf(m, pool.fixScan(page.pageId, page.birth))
    for (let i = 0; i < count; i++) {
      const base = pool.fixScan(place.pageId, place.birth)
      const child = { pageId: node.childOf(m, base, i), birth: node.childBirthOf(m, base, i) }
      const extents = node.childHasExtents(m, base, i)
      if (level === 1 && child.pageId < this.#limit && !extents) continue
      const moved = this.movePage(child, level - 1, extents)
      if (moved.pageId === child.pageId) continue
      place = this.#writable(place)
      const parent = pool.fix(place.pageId, place.birth)
      node.setChildPage(m, parent, i, moved.pageId, moved.birth)
    }
    return place
  }

  #moveExtents(page: Place): Place {
    const { pool, memory: m, pageSize } = this.#context
    let place = page
    const count = node.countOf(m, pool.fixScan(page.pageId, page.birth))
    for (let i = 0; i < count; i++) {
      let base = pool.fixScan(place.pageId, place.birth)
      if (!node.hasExtent(m, base, i)) continue
      const old = extentAt(m, base, i)
      const pages = extentPages(old.length, pageSize)
      if (old.pageId + pages <= this.#limit) continue
      const moved = this.#copyExtent(old, pages)
      if (moved === undefined) continue
      place = this.#writable(place)
      base = pool.fix(place.pageId, place.birth)
      encodeExtent(moved, this.#reference)
      m.u8.set(this.#reference, node.valueOffsetOf(m, base, i))
    }
    return place
  }

  /** Undefined: there is no lower place for it. */
  #copyExtent(old: ExtentReference, pages: number): ExtentReference | undefined {
    const { extents } = this.#context
    const birth = this.#allocator.birth
    const pageId = this.#allocator.allocateRun(pages)
    if (pageId >= old.pageId) {
      this.#allocator.dropRun(pageId, pages, birth)
      return undefined
    }
    const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, old.length))
    let crc = 0
    for (let at = 0; at < old.length; at += piece.length) {
      const length = Math.min(piece.length, old.length - at)
      extents.readExtent(old.pageId, at, piece, 0, length)
      crc = crc32(piece.subarray(0, length), crc)
      extents.writeExtent(pageId, at, piece, 0, length)
    }
    // What was read wrong once would be wrong for good, and the right bytes given up.
    if (crc !== old.crc) throw damagedExtent(old)
    this.#allocator.dropRun(old.pageId, pages, old.birth)
    return { ...old, pageId, birth }
  }

  /** Moves the page down, or leaves it where it is when there is no lower place. */
  #lower(place: Place): Place {
    const birth = this.#allocator.birth
    const pageId = this.#allocator.allocate()
    this.#allocator.drop(pageId, birth)
    return pageId < place.pageId ? this.#copy(place) : place
  }

  /** What has the present birth was never written, and is in memory. */
  #writable(place: Place): Place {
    return place.birth === this.#allocator.birth ? place : this.#copy(place)
  }

  #copy(place: Place): Place {
    const { pool, memory: m } = this.#context
    pool.reserve(STEP_FRAMES)
    const birth = this.#allocator.birth
    const pageId = this.#allocator.allocate()
    const from = pool.fix(place.pageId, place.birth)
    const base = pool.create(pageId)
    m.u8.copyWithin(base, from, from + m.pageSize)
    m.u32[(base + PAGE_ID_AT) >>> 2] = pageId
    setBirth(m, base, birth)
    this.#allocator.drop(place.pageId, place.birth)
    return { pageId, birth }
  }
}
