/**
 * What the threads that use one pool share: its geometry and its memory. A plain object of numbers and
 * shared memories, so it can be sent to a worker as it is.
 *
 * Everything is reserved at its full size when the database is opened and touched lazily: the operating
 * system gives a page of memory when it is first written. (Buffers that grow cost ten times a plain access.)
 */

import { CoppiceError } from '../base/errors.ts'
import { PageMemory } from '../page/memory.ts'
import { CONTROL_BYTES, type ControlBlock, initControl, MAX_ATTACHED_WORKERS } from './control.ts'

/** The pages and the areas of a share, as views. */
export function pageMemoryOf(share: PoolShare): PageMemory {
  return new PageMemory(share.pages.buffer, share.pageSize, endOfPages(share))
}

/** Where in `pages` the pages begin that the thread in `slot` reads for itself. */
export function apartAt(share: PoolShare, slot: number): number {
  return share.areasAt + AREAS_BYTES + slot * APART_PAGES * share.pageSize
}

function endOfPages({ areasAt, pageSize }: { areasAt: number; pageSize: number }): number {
  return areasAt + AREAS_BYTES + THREADS_MAX * APART_PAGES * pageSize
}

/** As much of `WebAssembly.Memory` as is used here; the ECMAScript library of the compiler lacks it. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer
}

interface WasmNamespace {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => WasmMemory
}

export interface PoolGeometry {
  /** Bytes of a page and of a frame. */
  readonly pageSize: number
  readonly frameCount: number
  /** Page ids are below it. */
  readonly maxPageCount: number
}

/**
 * ```
 *  pages:  frames, page image after page image
 *          from the next multiple of 64 KiB: an area of AREA_BYTES for each thread (main thread first)
 *          then APART_PAGES pages for each thread
 *          from swipsAt: the swip table, when it fits below 4 GiB
 * ```
 */
export interface PoolShare extends PoolGeometry {
  /** The page images and more. A WebAssembly memory, so that kernels can read them too. */
  readonly pages: WasmMemory
  /** Where in `pages` the areas for passing things between a thread and its kernel begin. */
  readonly areasAt: number
  /** The memory that holds the swip table: that of `pages` when it fits. */
  readonly swips: SharedArrayBuffer
  /** Where in it the table begins: 4 bytes a page id. */
  readonly swipsAt: number
  /** 4 bytes a frame: the page it holds or whose it is; then 4 bytes a frame: its latch. */
  readonly frames: SharedArrayBuffer
  readonly control: ControlBlock
}

/** Below this a tree cannot be changed at all levels at once. */
export const MIN_FRAME_COUNT = 16

const WASM_PAGE_BYTES = 65_536
const MAX_WASM_BYTES = 2 ** 32
/** What a thread and its kernel tell each other through: a key, a few words. */
export const AREA_BYTES = 32_768
const THREADS_MAX = 1 + MAX_ATTACHED_WORKERS
const AREAS_BYTES = THREADS_MAX * AREA_BYTES
/** Pages that a thread can read past the pool at a time: more than one step of a writer uses. */
export const APART_PAGES = 8
/** Just under 4 GiB: a byte offset in the memory is an unsigned 32-bit number. */
export const MAX_CACHE_BYTES = MAX_WASM_BYTES - AREAS_BYTES - THREADS_MAX * APART_PAGES * 65_536
const MIN_PAGE_SIZE = 512
const MAX_PAGE_SIZE = 65_536
/** Swips are signed 32-bit words in one buffer of at most 4 GiB. */
const MAX_PAGE_COUNT = 2 ** 30

/**
 * How many frames a cache of `cacheSizeBytes` has: as many as fit, but never fewer than {@link MIN_FRAME_COUNT}.
 * @throws CoppiceError INVALID_OPTION
 */
export function poolGeometry(pageSize: number, cacheSizeBytes: number, maxPageCount: number): PoolGeometry {
  const isPowerOfTwo = Number.isInteger(pageSize) && (pageSize & (pageSize - 1)) === 0
  if (!isPowerOfTwo || pageSize < MIN_PAGE_SIZE || pageSize > MAX_PAGE_SIZE) {
    throw invalidOption('pageSize', `a power of two from ${MIN_PAGE_SIZE} to ${MAX_PAGE_SIZE}`, pageSize)
  }
  if (!(cacheSizeBytes >= 0 && cacheSizeBytes <= MAX_CACHE_BYTES)) {
    throw invalidOption('cacheSizeBytes', `0 to ${MAX_CACHE_BYTES}`, cacheSizeBytes)
  }
  if (!Number.isInteger(maxPageCount) || maxPageCount < 1 || maxPageCount > MAX_PAGE_COUNT) {
    throw invalidOption('maxPageCount', `an integer from 1 to ${MAX_PAGE_COUNT}`, maxPageCount)
  }
  const frameCount = Math.max(MIN_FRAME_COUNT, Math.floor(cacheSizeBytes / pageSize))
  return { pageSize, frameCount, maxPageCount }
}

/** The memory of a closed pool. */
interface Leftover {
  readonly share: WeakRef<PoolShare>
  /** Frames from here on were never written. */
  readonly usedFrameCount: number
}

const LEFTOVERS_MAX = 16
const leftovers: Leftover[] = []

/**
 * Reserves the memory of a pool; all of it is zero.
 * @throws CoppiceError INVALID_OPTION when the machine refuses to reserve that much.
 */
export function reservePool(geometry: PoolGeometry): PoolShare {
  return reuseLeftover(geometry) ?? allocate(geometry)
}

/** Gives back the memory of a pool that was never shared and that nobody reads or writes any more. */
export function releasePool(share: PoolShare, usedFrameCount: number): void {
  if (leftovers.length === LEFTOVERS_MAX) leftovers.shift()
  leftovers.push({ share: new WeakRef(share), usedFrameCount })
}

function reuseLeftover(geometry: PoolGeometry): PoolShare | undefined {
  for (let i = leftovers.length - 1; i >= 0; i--) {
    const share = leftovers[i].share.deref()
    if (share !== undefined && !hasGeometry(share, geometry)) continue
    const [{ usedFrameCount }] = leftovers.splice(i, 1)
    if (share === undefined) continue
    clear(share, usedFrameCount)
    return share
  }
  return undefined
}

function hasGeometry(share: PoolShare, geometry: PoolGeometry): boolean {
  return (
    share.pageSize === geometry.pageSize &&
    share.frameCount === geometry.frameCount &&
    share.maxPageCount === geometry.maxPageCount
  )
}

/** Only what was used: the rest of the swip table, 1 GiB perhaps, must stay untouched. */
function clear(share: PoolShare, usedFrameCount: number): void {
  const swips = new Int32Array(share.swips, share.swipsAt, share.maxPageCount)
  const pageIds = new Int32Array(share.frames, 0, share.frameCount)
  for (let frame = 0; frame < usedFrameCount; frame++) {
    if (pageIds[frame] >= 0) swips[pageIds[frame]] = 0
  }
  clearBytes(share.frames, 0, share.frames.byteLength)
  clearBytes(share.control, 0, share.control.byteLength)
  initControl(share.control)
  clearBytes(share.pages.buffer, 0, usedFrameCount * share.pageSize)
  // A pool that was shared is not used again, so only the main thread had a kernel.
  clearBytes(share.pages.buffer, share.areasAt, AREA_BYTES)
}

/** Multiples of eight. Shared memory is filled element by element: bytes take eight times as long. */
function clearBytes(buffer: SharedArrayBuffer, offset: number, length: number): void {
  new Float64Array(buffer, offset, length >>> 3).fill(0)
}

function allocate({ pageSize, frameCount, maxPageCount }: PoolGeometry): PoolShare {
  const areasAt = Math.ceil((frameCount * pageSize) / WASM_PAGE_BYTES) * WASM_PAGE_BYTES
  const pagesEnd = endOfPages({ areasAt, pageSize })
  // Below 4 GiB it shares the pages' memory: kernels see one memory, and find pages by it.
  const fitsPages = pagesEnd + maxPageCount * 4 <= MAX_WASM_BYTES
  const wasmPages = Math.ceil((pagesEnd + (fitsPages ? maxPageCount * 4 : 0)) / WASM_PAGE_BYTES)
  const { Memory } = (globalThis as unknown as { WebAssembly: WasmNamespace }).WebAssembly
  try {
    const pages = new Memory({ initial: wasmPages, maximum: wasmPages, shared: true })
    const swips = fitsPages ? pages.buffer : new SharedArrayBuffer(maxPageCount * 4)
    const swipsAt = fitsPages ? pagesEnd : 0
    const frames = new SharedArrayBuffer(frameCount * 8)
    const control = new SharedArrayBuffer(CONTROL_BYTES)
    initControl(control)
    return { pageSize, frameCount, maxPageCount, pages, areasAt, swips, swipsAt, frames, control }
  } catch (cause) {
    const given = `${frameCount} frames of ${pageSize} bytes, ${maxPageCount} pages`
    const message = `cacheSizeBytes: the memory cannot be reserved (${given})`
    throw new CoppiceError('INVALID_OPTION', message, { given, cause })
  }
}

function invalidOption(name: string, expected: string, given: number): CoppiceError {
  const message = `${name}: expected ${expected}, given ${given}`
  return new CoppiceError('INVALID_OPTION', message, { expected, given: String(given) })
}
