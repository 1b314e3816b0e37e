/** Writes large values to fresh runs of pages, before their tree is touched: what fails leaves the tree as it was. */

import { CoppiceError } from '../base/errors.ts'
import { crc32 } from '../io/checksum.ts'
import type { PageAllocator, TreeContext } from './context.ts'
import { EXTENT_REFERENCE_BYTES, encodeExtent, extentPages } from './extent.ts'

export class ExtentWriter {
  readonly #context: TreeContext
  readonly #allocator: PageAllocator
  readonly #assertChangeable: () => void
  readonly #reference: Buffer = Buffer.alloc(EXTENT_REFERENCE_BYTES)

  /** @param assertChangeable throws when the tree takes no changes */
  constructor(context: TreeContext, allocator: PageAllocator, assertChangeable: () => void) {
    this.#context = context
    this.#allocator = allocator
    this.#assertChangeable = assertChangeable
  }

  /**
   * Writes a value and returns the reference to it, valid until the next one. The pieces may come from the caller's code,
   * which may have dropped the tree or ended the transaction whenever it has had its turn.
   * @throws CoppiceError INVALID_VALUE the pieces have not the length that was said; NO_SPACE, DATABASE_FULL, IO_ERROR
   */
  write(length: number, pieces: Iterable<Uint8Array>): Buffer {
    const { pageSize, extents } = this.#context
    const allocator = this.#allocator
    const pages = extentPages(length, pageSize)
    const birth = allocator.birth
    const pageId = allocator.allocateRun(pages)
    let at = 0
    let crc = 0
    let complete = false
    allocator.runsBeingFilled++
    try {
      for (const piece of pieces) {
        this.#assertChangeable()
        if (at + piece.length > length) throw wrongStreamLength(length, at + piece.length)
        extents.writeExtent(pageId, at, piece, 0, piece.length)
        crc = crc32(piece, crc)
        at += piece.length
      }
      this.#assertChangeable()
      if (at !== length) throw wrongStreamLength(length, at)
      complete = true
    } finally {
      allocator.runsBeingFilled--
      // A transaction that was rolled back has given them back, and somebody else may have them.
      if (!complete && allocator.isOpen) allocator.dropRun(pageId, pages, birth)
    }
    encodeExtent({ pageId, length, crc, birth }, this.#reference)
    return this.#reference
  }
}

export function wrongStreamLength(expected: number, given: number): CoppiceError {
  return new CoppiceError('INVALID_VALUE', 'the stream does not have the length that was announced', {
    expected: `${expected} bytes`,
    given: given > expected ? `at least ${given} bytes` : `${given} bytes`,
  })
}
