/**
 * The kernel: finding a key in a tree whose pages are in memory, in WebAssembly, over the pool's own memory.
 *
 * ```
 *  the area of a thread, in the pool's memory
 *   0  u32 leaf          offset of the leaf that the key belongs to
 *   4  i32 index         of the key in it, or ~index where it would be
 *   8  u32 value         offset of its value, or of the reference to its extent
 *  12  u32 length        of that, in bytes
 *  16  u32              what was loaded ahead of its use
 *  20  u32 keys, u32 values: how many bytes were collected of each
 *  28  u16[18] way      by level, from 1 on: which child of its branch leads to the leaf
 *  64  u8[] key          what is looked for; the kernel puts four zeros behind it
 *  64  u32[] addresses   or of packed entries (page/packed.ts)
 *  64  u32[] lengths     or of collected entries: of the key, and above it of the value, 16 bits each;
 *      from 1024 on their keys, from 11264 on their values, each at a multiple of eight
 *  11008 u32[64] places  while values are gathered, which need fewer keys: of each key its leaf, and the index there
 *  64  u8[] image        or a leaf that is rewritten, and behind it one of its keys
 * ```
 * It is an optional part: where WebAssembly or its vector instructions are missing, where the swip table does not fit
 * into the pages' memory, and while workers are attached, `TreeReader` goes the same way in TypeScript. In debug mode it
 * goes both and compares.
 *
 * Measured beside the way in TypeScript on a million random keys, in ns: 475 to 535 for finding one, 145 to 190 for one of a
 * thousand hot ones. A get is 20 to 25 percent faster by it, and does not depend on what V8 makes of the code around it.
 */

import type { PageMemory } from '../../page/memory.ts'
import { maxKeyLength } from '../../page/node.ts'
import type { LeafRewriter } from '../../page/scratch.ts'
import { MAIN_SLOT } from '../../pool/control.ts'
import { AREA_BYTES, type PoolShare, type WasmMemory } from '../../pool/share.ts'
import { SWIP_COOL, SWIP_HOT } from '../../pool/swip.ts'
import type { CollectedEntries } from '../api.ts'
import { KERNEL_BASE64 } from './bytes.ts'

/** What `find` says. */
export const Found = { absent: 0, value: 1, extent: 2, miss: 3 } as const

const WAY_AT = 28
const KEY_AT = 64
/** What may be written behind a key. */
const KEY_PADDING = 8
/** As much of the area as keys have; the longest of pages of 64 KiB has 16336 bytes. */
const MAX_KEY_BYTES = AREA_BYTES - KEY_AT - 64

const COLLECTED_KEYS_AT = 1024
const COLLECTED_VALUES_AT = 11_264
/** Entries that are collected at once, at most. */
export const COLLECT_MAX = (COLLECTED_KEYS_AT - KEY_AT) >>> 2

/** Where the keys end whose values are gathered. */
const GATHERED_KEYS_END = 11_008

/** In the place of the key's length: the key is not there. */
export const GATHERED_ABSENT = 1

/** What `collect` is wanted for. */
export const Collect = { keys: 1, values: 2, both: 3 } as const
export type Collect = (typeof Collect)[keyof typeof Collect]

/** Addresses that the area has room for: more than any leaf takes entries. */
export const FILL_MAX = MAX_KEY_BYTES >>> 2

interface KernelExports {
  init(swipsAt: number, areaAt: number, pageShift: number, pageCount: number): void
  find(rootId: number, height: number, keyLength: number, leafState: number): number
  fillLeaf(base: number, count: number, leavesRoom: boolean): number
  copyPage(from: number, to: number): void
  rewriteLeaf(base: number, from: number, to: number, prefixLength: number, capacity: number): number
  collect(base: number, from: number, count: number, what: number, before: number): number
  gather(rootId: number, height: number, count: number): number
}

/** As much of WebAssembly as is used here; the ECMAScript library of the compiler lacks it. */
interface WasmNamespace {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: KernelExports }
  validate(bytes: Uint8Array): boolean
}
declare const WebAssembly: WasmNamespace | undefined

/** Compiled once in a process; null where it cannot be. */
let compiled: object | null | undefined
/**
 * The main slot's, by memories that a process uses again when it opens one database after the other: one takes 20 µs to make.
 * Other slots have instances of their own: each instance knows one area.
 */
const instances = new WeakMap<WasmMemory, KernelExports>()

function compile(): object | null {
  if (typeof WebAssembly === 'undefined') return null
  const bytes = Buffer.from(KERNEL_BASE64, 'base64')
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null
}

function instanceFor(module: object, memory: WasmMemory, slot: number): KernelExports {
  const known = slot === MAIN_SLOT ? instances.get(memory) : undefined
  if (known !== undefined) return known
  const { exports } = new WebAssembly!.Instance(module, { env: { memory } })
  if (slot === MAIN_SLOT) instances.set(memory, exports)
  return exports
}

/** The kernel of the thread with this slot of the pool, or undefined where there can be none. */
export function makeKernel(share: PoolShare, memory: PageMemory, slot: number): Kernel | undefined {
  if (share.swips !== share.pages.buffer) return undefined
  compiled ??= compile()
  if (compiled === null) return undefined
  const exports = instanceFor(compiled, share.pages, slot)
  const areaAt = share.areasAt + slot * AREA_BYTES
  exports.init(share.swipsAt, areaAt, 31 - Math.clz32(share.pageSize), share.maxPageCount)
  return new Kernel(exports, memory, areaAt)
}

export class Kernel implements LeafRewriter {
  readonly memory: PageMemory
  private readonly findKey: KernelExports['find']
  private readonly fill: KernelExports['fillLeaf']
  private readonly collectEntries: KernelExports['collect']
  private readonly copy: KernelExports['copyPage']
  private readonly rewrite: KernelExports['rewriteLeaf']
  private readonly gatherValues: KernelExports['gather']
  private readonly u8: Uint8Array
  private readonly u16: Uint16Array
  private readonly u32: Uint32Array
  private readonly keyAt: number
  private readonly word: number
  private readonly entries: { -readonly [Name in keyof CollectedEntries]: CollectedEntries[Name] }

  /** From `makeKernel`. */
  constructor(exports: KernelExports, memory: PageMemory, areaAt: number) {
    this.findKey = exports.find
    this.fill = exports.fillLeaf
    this.collectEntries = exports.collect
    this.copy = exports.copyPage
    this.rewrite = exports.rewriteLeaf
    this.gatherValues = exports.gather
    this.memory = memory
    this.u8 = memory.u8
    this.u16 = memory.u16
    this.u32 = memory.u32
    this.keyAt = areaAt + KEY_AT
    this.word = areaAt >>> 2
    const { buffer, u32: words } = memory
    this.entries = {
      words,
      lengthsWord: this.keyAt >>> 2,
      keys: new Uint8Array(buffer, areaAt + COLLECTED_KEYS_AT, COLLECTED_VALUES_AT - COLLECTED_KEYS_AT),
      keysLength: 0,
      values: new Uint8Array(buffer, areaAt + COLLECTED_VALUES_AT, AREA_BYTES - COLLECTED_VALUES_AT),
      valuesLength: 0,
    }
  }

  /**
   * Looks a key up in the tree with this root, of at least one level; answers one of {@link Found}. After anything but
   * `miss` (a page on the way is not in memory, or not hot) `leaf` and `index` say where it is or would be.
   */
  find(rootId: number, height: number, key: Uint8Array, keyLength: number): number {
    return this.search(rootId, height, key, keyLength, SWIP_HOT)
  }

  /** The same for one of many leaves that are read in passing: it need only be in memory, as for `PageCache.fixScan`. */
  seek(rootId: number, height: number, key: Uint8Array, keyLength: number): number {
    return this.search(rootId, height, key, keyLength, SWIP_COOL)
  }

  private search(
    rootId: number,
    height: number,
    key: Uint8Array,
    keyLength: number,
    leafState: number,
  ): number {
    // No tree has such a key, but somebody may ask for it.
    if (keyLength > MAX_KEY_BYTES) return Found.miss
    const u8 = this.u8
    const at = this.keyAt
    let i = 0
    for (; i + 4 <= keyLength; i += 4) {
      u8[at + i] = key[i]
      u8[at + i + 1] = key[i + 1]
      u8[at + i + 2] = key[i + 2]
      u8[at + i + 3] = key[i + 3]
    }
    for (; i < keyLength; i++) u8[at + i] = key[i]
    return this.findKey(rootId, height, keyLength, leafState)
  }

  /** Copies the page image at `from` to `to`. */
  copyPage(from: number, to: number): void {
    this.copy(from, to)
  }

  /** The kernel itself, unless the area is too small for an image of this page size and a key of it. */
  get rewriter(): LeafRewriter | undefined {
    const { pageSize } = this.memory
    return KEY_AT + pageSize + maxKeyLength(pageSize) + KEY_PADDING <= AREA_BYTES ? this : undefined
  }

  get imageAt(): number {
    return this.keyAt
  }

  /** @see LeafRewriter */
  rewriteLeaf(base: number, from: number, to: number, prefixLength: number, capacity: number): boolean {
    return this.rewrite(base, from, to, prefixLength, capacity) !== 0
  }

  /** `fillLeaf` of page/packed.ts for `count` <= {@link FILL_MAX} of the addresses from `from` on. */
  fillLeaf(base: number, addresses: Uint32Array, from: number, count: number, leavesRoom: boolean): number {
    const { u32 } = this
    const at = this.keyAt >>> 2
    for (let i = 0; i < count; i++) u32[at + i] = addresses[from + i]
    return this.fill(base, count, leavesRoom)
  }

  /**
   * Copies up to `count` entries of the leaf, from entry `from` on, into the area, after `before` of other leaves that it
   * copied in the calls before; {@link COLLECT_MAX} in all. Returns how many of this leaf: fewer when the area is full, or
   * when one is kept in an extent. They stay until the kernel is used for something else.
   */
  collect(base: number, from: number, count: number, what: Collect, before: number): number {
    return this.collectEntries(base, from, count, what, before)
  }

  /**
   * Copies the values under up to `count` keys into the area, where `collected` has them. Key i lies in `keys`, from
   * `places[2 * i]` to `places[2 * i + 1]`. Returns for how many it did, in order: {@link COLLECT_MAX} at most, and fewer when
   * there is no more room, or when one is to be looked up by itself: its page is not hot, or it is kept in an extent. The
   * length of a key that is not there is {@link GATHERED_ABSENT}, of others 0.
   */
  gather(rootId: number, height: number, keys: Uint8Array, places: Uint32Array, count: number): number {
    const { u8, u32 } = this
    const lengths = this.keyAt >>> 2
    const end = this.keyAt - KEY_AT + GATHERED_KEYS_END
    let at = this.keyAt - KEY_AT + COLLECTED_KEYS_AT
    let given = 0
    for (; given < count && given < COLLECT_MAX; given++) {
      const from = places[2 * given]
      const length = places[2 * given + 1] - from
      const next = at + ((length + 11) & ~7)
      if (next > end) break
      for (let i = 0; i < length; i++) u8[at + i] = keys[from + i]
      // A head is zero padded at the key's end.
      for (let i = length; i < length + 4; i++) u8[at + i] = 0
      u32[lengths + given] = length
      at = next
    }
    return given === 0 ? 0 : this.gatherValues(rootId, height, given)
  }

  /** What `collect` or `gather` copied, as it is at present. One object, the kernel's own. */
  get collected(): CollectedEntries {
    const { entries, u32, word } = this
    entries.keysLength = u32[word + 5]
    entries.valuesLength = u32[word + 6]
    return entries
  }

  /** After `find` or `seek`: which child leads to the leaf from its branch at `level` >= 1. */
  childIndex(level: number): number {
    return this.u16[(this.word << 1) + WAY_AT / 2 - 1 + level]
  }

  get leaf(): number {
    return this.u32[this.word]
  }

  get index(): number {
    return this.u32[this.word + 1] | 0
  }

  /** Where the found value, or the reference to its extent, begins. */
  get valueOffset(): number {
    return this.u32[this.word + 2]
  }

  get valueLength(): number {
    return this.u32[this.word + 3]
  }
}
