/**
 * Writing past the system's page cache (O_DIRECT on Linux), for what is synced at once. Such a sync finds no page to
 * look for, lock and write: a commit of one block waits 15 to 30 µs less for the disk (docs/performance.md). Whoever reads the
 * file finds the same bytes in any case, for the system drops from its cache what was written past it.
 *
 * It takes whole blocks, in memory that begins at one. Where JavaScript's own memory begins nobody knows, but WebAssembly's
 * begins at a page, so what is written is copied there first.
 *
 * Invariant: `write` has written all, a part from the beginning, or nothing, and said how much; for the rest there is the
 * ordinary way. So this is never more than a hint.
 */

import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { isTransient, MAX_ATTEMPTS, systemErrorName } from './io-error.ts'

/** Positions and lengths are multiples of it: of what disks and file systems ask for, at most this, as a rule. */
const BLOCK_BYTES = 4096
/** What is longer has most of its time in the disk, and is written as ever. */
const AREA_BYTES = 65_536

/** As much of WebAssembly as is used here; the ECMAScript library of the compiler lacks it. */
interface WasmNamespace {
  readonly Memory: new (limits: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
}
declare const WebAssembly: WasmNamespace | undefined

const CLOSED = -1
const NOT_POSSIBLE: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'])

export class DirectWrites {
  #fd: number

  private constructor(fd: number) {
    this.#fd = fd
  }

  /** Over the file of a descriptor; undefined where it cannot be. */
  static over(fd: number): DirectWrites | undefined {
    if (process.platform !== 'linux' || constants.O_DIRECT === undefined || area() === undefined) {
      return undefined
    }
    try {
      // By its descriptor, for its name may be another file's by now.
      return new DirectWrites(openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_DIRECT))
    } catch {
      // A file system that has no such thing, no /proc, no descriptor left, a runtime that forbids it: whatever stands in the
      // way, the file itself does not suffer from it.
      return undefined
    }
  }

  /**
   * Writes `length` bytes of `source` from `offset` at `position`.
   * @returns how many it has written: fewer, also none, where the rest has to go the ordinary way
   * @throws what the system says
   */
  write(source: Uint8Array, offset: number, length: number, position: number): number {
    if (this.#fd === CLOSED || !isOfBlocks(length, position)) return 0
    const block = area()!
    block.set(source.subarray(offset, offset + length))
    for (let attempt = 1; ; attempt++) {
      try {
        return writeSync(this.#fd, block, 0, length, position)
      } catch (error) {
        if (NOT_POSSIBLE.has(systemErrorName(error))) {
          // The disk has larger blocks, or the file system does not do it after all. Nothing was written.
          this.close()
          return 0
        }
        if (attempt === MAX_ATTEMPTS || !isTransient(error)) throw error
      }
    }
  }

  close(): void {
    const fd = this.#fd
    if (fd === CLOSED) return
    this.#fd = CLOSED
    try {
      closeSync(fd)
    } catch {
      // What was written with it has been answered for, or is synced with the file.
    }
  }
}

function isOfBlocks(length: number, position: number): boolean {
  return length > 0 && length <= AREA_BYTES && length % BLOCK_BYTES === 0 && position % BLOCK_BYTES === 0
}

/** Undefined: not asked for yet; null: there can be none. One for all files of the thread: what is in it is written at once. */
let theArea: Uint8Array | null | undefined

function area(): Uint8Array | undefined {
  if (theArea === undefined) {
    try {
      theArea =
        typeof WebAssembly === 'undefined'
          ? null
          : new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1 }).buffer)
    } catch (error) {
      // The address space that a memory reserves is not to be had.
      if (!(error instanceof RangeError)) throw error
      theArea = null
    }
  }
  return theArea ?? undefined
}
