/**
 * Checking a whole tree: every page's checksum and identity (by loading it), its inner order, the bounds
 * that its parent gives, levels and counts, and the checksum of every extent.
 *
 * A fault does not stop the check. What lies below a damaged page cannot be reached and is reported as one
 * key range; the rest of the tree is checked.
 */

import { CoppiceError } from '../base/errors.ts'
import { compareKeys, findNodeFault } from '../page/edit.ts'
import { levelOf } from '../page/header.ts'
import * as node from '../page/node.ts'
import type { TreeContext } from './context.ts'
import { extentAt, extentPages, verifyExtent } from './extent.ts'
import type { TreeRoot } from './root.ts'

/** One thing that is wrong, and which keys it concerns. */
export interface TreeFault {
  readonly pageId: number
  readonly level: number
  readonly message: string
  /** First key that may be affected; undefined: from the beginning. */
  readonly fromKey: Buffer | undefined
  /** First key after the affected ones; undefined: to the end. */
  readonly toKey: Buffer | undefined
}

export interface TreeVerification {
  /** A page that could be loaded, and the range of keys that its parents give it. */
  page(
    pageId: number,
    birth: number,
    level: number,
    usedBytes: number,
    fromKey: Buffer | undefined,
    toKey: Buffer | undefined,
  ): void
  run(pageId: number, count: number, birth: number): void
  fault(fault: TreeFault): void
}

/** Walks and checks a tree; yields after every page, so that a caller can pause, report progress or stop. */
export function* verifyTree(
  context: TreeContext,
  root: TreeRoot,
  verification: TreeVerification,
  readExtents = true,
): Generator<void, void> {
  if (root.height === 0) return
  const verifier = new Verifier(context, verification, readExtents)
  const count = yield* verifier.verifyPage(root.pageId, root.birth, root.height - 1, undefined, undefined)
  if (count !== undefined && count !== root.count) {
    verification.fault({
      pageId: root.pageId,
      level: root.height - 1,
      message: `the tree has ${count} entries, its root says ${root.count}`,
      fromKey: undefined,
      toKey: undefined,
    })
  }
}

interface Child {
  readonly pageId: number
  readonly birth: number
  readonly count: number
  readonly fromKey: Buffer | undefined
}

class Verifier {
  readonly #context: TreeContext
  readonly #verification: TreeVerification
  readonly #readExtents: boolean

  constructor(context: TreeContext, verification: TreeVerification, readExtents: boolean) {
    this.#context = context
    this.#verification = verification
    this.#readExtents = readExtents
  }

  /** Returns the entries below the page; undefined when some could not be counted. */
  *verifyPage(
    pageId: number,
    birth: number,
    level: number,
    fromKey: Buffer | undefined,
    toKey: Buffer | undefined,
  ): Generator<void, number | undefined> {
    const m = this.#context.memory
    const fault = (message: string): undefined => {
      this.#verification.fault({ pageId, level, message, fromKey, toKey })
    }
    let base: number
    try {
      base = this.#context.pool.fixScan(pageId, birth)
    } catch (error) {
      if (!(error instanceof CoppiceError) || (error.code !== 'CORRUPT' && error.code !== 'IO_ERROR'))
        throw error
      return fault(error.message)
    }
    this.#verification.page(pageId, birth, level, node.usedBytes(m, base), fromKey, toKey)
    if (levelOf(m, base) !== level)
      return fault(`the page says level ${levelOf(m, base)}, its parent ${level}`)
    const inner = findNodeFault(m, base, this.#context.scratch)
    if (inner !== undefined) return fault(inner)
    const outside = this.#outOfBounds(base, fromKey, toKey)
    if (outside !== undefined) fault(outside)
    if (level === 0) {
      this.#verifyLeaf(base, fault)
      const count = node.countOf(m, base)
      yield
      return count
    }
    const children = this.#children(base, fromKey)
    yield
    return yield* this.#verifyChildren(children, level, toKey, fault)
  }

  *#verifyChildren(
    children: readonly Child[],
    level: number,
    toKey: Buffer | undefined,
    fault: (message: string) => undefined,
  ): Generator<void, number | undefined> {
    let total: number | undefined = 0
    for (let i = 0; i < children.length; i++) {
      const child = children[i]
      const end = i + 1 < children.length ? children[i + 1].fromKey : toKey
      const count: number | undefined = yield* this.verifyPage(
        child.pageId,
        child.birth,
        level - 1,
        child.fromKey,
        end,
      )
      if (count !== undefined && count !== child.count) {
        fault(`child ${i} (page ${child.pageId}) has ${count} entries, its parent says ${child.count}`)
      }
      total = total === undefined || count === undefined ? undefined : total + count
    }
    return total
  }

  #children(base: number, fromKey: Buffer | undefined): Child[] {
    const m = this.#context.memory
    const key = this.#context.scratch.key
    return Array.from({ length: node.countOf(m, base) }, (_, i) => ({
      pageId: node.childOf(m, base, i),
      birth: node.childBirthOf(m, base, i),
      count: node.childCountOf(m, base, i),
      fromKey: i === 0 ? fromKey : Buffer.from(key.subarray(0, node.loadKey(m, base, i, key))),
    }))
  }

  #outOfBounds(base: number, fromKey: Buffer | undefined, toKey: Buffer | undefined): string | undefined {
    const m = this.#context.memory
    const key = this.#context.scratch.key
    const first = node.isLeaf(m, base) ? 0 : 1
    const last = node.countOf(m, base) - 1
    if (last < first) return undefined
    const firstLength = node.loadKey(m, base, first, key)
    if (fromKey !== undefined && compareKeys(key, firstLength, fromKey, fromKey.length) < 0) {
      return 'the first key is below what the parent says'
    }
    const lastLength = node.loadKey(m, base, last, key)
    if (toKey !== undefined && compareKeys(key, lastLength, toKey, toKey.length) >= 0) {
      return 'the last key is above what the parent says'
    }
    return undefined
  }

  #verifyLeaf(base: number, fault: (message: string) => undefined): void {
    const m = this.#context.memory
    for (let i = 0; i < node.countOf(m, base); i++) {
      if (!node.hasExtent(m, base, i)) continue
      try {
        const extent = extentAt(m, base, i)
        this.#verification.run(
          extent.pageId,
          extentPages(extent.length, this.#context.pageSize),
          extent.birth,
        )
        if (this.#readExtents) verifyExtent(this.#context.extents, extent)
      } catch (error) {
        if (!(error instanceof CoppiceError) || (error.code !== 'CORRUPT' && error.code !== 'IO_ERROR'))
          throw error
        fault(error.message)
      }
    }
  }
}
