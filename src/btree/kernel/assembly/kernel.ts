/**
 * The way from a tree's root to one key, in WebAssembly: what `leafFor` in reader.ts and `searchNode` in
 * page/search.ts do, on the same pages; and copying many entries at once. Written in AssemblyScript, compiled by `npm run build:kernel`.
 *
 * Imported: the pool's memory. The layout of a node is drawn in page/node.ts, a swip's in pool/swip.ts, the area's in
 * kernel.ts. Swips are read by atomic loads; everything else is plain.
 *
 * Search: a branchless lower bound narrows the heads to 32, which then are compared all at once: of the steps that
 * halve, each waits for the one before.
 *
 * Reads may pass a node's end by up to 124 bytes, and a forged page may send them further: at most 64 KiB, and the areas
 * lie behind the last frame.
 */

// Of a node
const COUNT_AND_CAPACITY: usize = 16
const PREFIX_LENGTH: usize = 20
const PREFIX: usize = 32
const INLINE_PREFIX_BYTES: u32 = 32
const HEADS: usize = 64
const HEAD_BYTES: u32 = 4
const VALUE_LENGTH_BYTES: u32 = 2

// Of a swip
const STATE_MASK: u32 = 7
const HOT: u32 = 3
const FRAME_SHIFT: u32 = 3

// Of the area
const LEAF: usize = 0
const INDEX: usize = 4
const VALUE_AT: usize = 8
const VALUE_LENGTH: usize = 12
const TOUCHED: usize = 16
const WAY: usize = 28
/** Levels above the leaf that WAY has room for. */
const WAY_LEVELS: u32 = 18
const KEY: usize = 64

// Results of `find`
const ABSENT: i32 = 0
const FOUND: i32 = 1
const FOUND_EXTENT: i32 = 2
const MISS: i32 = 3

let swipsAt: u32 = 0
let areaAt: u32 = 0
let pageShift: u32 = 0
let pageCount: u32 = 0

/** Called once, before anything else. */
export function init(swips: u32, area: u32, shift: u32, pages: u32): void {
  swipsAt = swips
  areaAt = area
  pageShift = shift
  pageCount = pages
}

/** Copies the page at `from` to `to`. */
export function copyPage(from: u32, to: u32): void {
  memory.copy(to, from, <usize>1 << pageShift)
}

/**
 * Order of two runs of `length` bytes as memcmp has it. The last up to seven are compared at once, too, and what was loaded
 * behind them shifted out: a loop over bytes ends where no processor foresees it.
 */
// @ts-expect-error: a decorator of AssemblyScript
@inline
function compareBytes(a: u32, b: u32, length: u32): i32 {
  let i: u32 = 0
  for (; i + 8 <= length; i += 8) {
    const difference = load<u64>(a + i) ^ load<u64>(b + i)
    if (difference != 0) {
      i += <u32>(ctz(difference) >>> 3)
      return <i32>load<u8>(a + i) - <i32>load<u8>(b + i)
    }
  }
  if (i == length) return 0
  const shift = <u64>((8 - (length - i)) << 3)
  const difference = (load<u64>(a + i) ^ load<u64>(b + i)) << shift
  if (difference == 0) return 0
  i += <u32>((ctz(difference) - shift) >>> 3)
  return <i32>load<u8>(a + i) - <i32>load<u8>(b + i)
}

/** Below 0, 0 or above 0 as the key lies below the keys with this node's prefix, has it, or lies above. */
// @ts-expect-error: a decorator of AssemblyScript
@inline
function comparePrefix(node: u32, prefixLength: u32, key: u32, keyLength: u32): i32 {
  const shared = min(prefixLength, keyLength)
  const inline = min(shared, INLINE_PREFIX_BYTES)
  let order = compareBytes(key, node + PREFIX, inline)
  if (order == 0 && shared > inline) {
    const rest = node + (<u32>1 << pageShift) - prefixLength + inline
    order = compareBytes(key + inline, rest, shared - inline)
  }
  if (order == 0 && shared < prefixLength) order = -1
  return order
}

/** Among the entries from `low` on whose heads equal that of `low`: the index of the key, or `~i` where it would go. */
function searchEqualHeads(
  node: u32,
  tailSkip: u32,
  key: u32,
  keyLength: u32,
  low: u32,
): i32 {
  const count = <u32>load<u16>(node, COUNT_AND_CAPACITY)
  const prefixLength = <u32>load<u16>(node, PREFIX_LENGTH)
  const heads = node + HEADS
  const slots = heads + (<u32>load<u16>(node, COUNT_AND_CAPACITY + 2) << 2)
  const head = load<u32>(heads + (low << 2))
  const suffixLength = keyLength - prefixLength
  const tail = key + prefixLength + HEAD_BYTES
  let high = low + 1
  for (let step: u32 = 1; high < count && load<u32>(heads + (high << 2)) == head; step <<= 1) {
    high = min(high + step, count)
  }
  while (low < high) {
    const middle = (low + high) >>> 1
    let order: i32 = -1
    if (load<u32>(heads + (middle << 2)) == head) {
      const slot = load<u32>(slots + (middle << 2))
      const length = (slot >>> 16) & 0x7fff
      const shared = min(length, suffixLength)
      order = 0
      if (shared > HEAD_BYTES) {
        order = compareBytes(tail, node + (slot & 0xffff) + tailSkip, shared - HEAD_BYTES)
      }
      if (order == 0) order = <i32>suffixLength - <i32>length
      if (order == 0) return middle
    }
    if (order < 0) high = middle
    else low = middle + 1
  }
  return ~low
}

/** Of the 16 heads at `at`, a bit for each that is not below the one in the lanes of `wanted`. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function notBelow16(at: u32, wanted: v128): u32 {
  const first = i16x8.narrow_i32x4_s(
    i32x4.ge_u(v128.load(at, 0), wanted),
    i32x4.ge_u(v128.load(at, 16), wanted),
  )
  const second = i16x8.narrow_i32x4_s(
    i32x4.ge_u(v128.load(at, 32), wanted),
    i32x4.ge_u(v128.load(at, 48), wanted),
  )
  return i8x16.bitmask(i8x16.narrow_i16x8_s(first, second))
}

/** Heads that are compared at once, at most: four lines of memory, fetched together. */
const WINDOW: u32 = 64

// @ts-ignore: a decorator of AssemblyScript
@inline
function notBelow32(at: u32, wanted: v128): u64 {
  return <u64>notBelow16(at, wanted) | (<u64>notBelow16(at + 64, wanted) << 16)
}

/**
 * Where among `count` > WINDOW ascending heads the WINDOW of them begins that has the place of `head`, if they are spread
 * evenly, as those of numbers and of random keys are; 0 if they are not. Halving would wait for memory four times on its
 * way through a leaf of three hundred.
 */
// @ts-ignore: a decorator of AssemblyScript
@inline
function guessedWindow(heads: u32, slots: u32, count: u32, head: u32): u32 {
  const first = load<u32>(heads)
  const last = load<u32>(heads + ((count - 1) << 2))
  if (head <= first || head > last) return 0
  const guess = <u32>((<f64>(head - first) * <f64>(count - 1)) / <f64>(last - first))
  // Which the next step asks for.
  store<u32>(areaAt, load<u32>(slots + (guess << 2)), TOUCHED)
  const from = min(max(guess, WINDOW >>> 1) - (WINDOW >>> 1), count - WINDOW)
  const window = heads + (from << 2)
  if (from != 0 && load<u32>(window - 4) >= head) return 0
  return load<u32>(window + ((WINDOW - 1) << 2)) < head ? 0 : window
}

/** How many of the `count` ascending heads at `heads` are below `head`. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function headsBelow(heads: u32, slots: u32, count: u32, head: u32, isLeaf: bool): u32 {
  let at = heads
  let remaining = count
  if (isLeaf && count > WINDOW) {
    const window = guessedWindow(heads, slots, count, head)
    if (window != 0) {
      at = window
      remaining = WINDOW
    }
  }
  while (remaining > WINDOW) {
    const half = remaining >>> 1
    const next = at + (half << 2)
    at = select(next, at, load<u32>(next - 4) < head)
    remaining -= half
  }
  // All 32, whatever is behind the end, so that there is no branch to be mispredicted.
  const wanted = i32x4.splat(head)
  let mask = notBelow32(at, wanted)
  if (remaining > 32) mask |= notBelow32(at + 128, wanted) << 32
  else mask |= <u64>1 << 32
  return ((at - heads) >>> 2) + min(<u32>ctz(mask), remaining)
}

/**
 * Loads from the first lines of a leaf's cell, all at once: they are on their way from memory while the key is compared
 * and the caller prepares to copy the value (40 ns of a random get). The sum is stored so that the loads stay.
 */
// @ts-ignore: a decorator of AssemblyScript
@inline
function touch(node: u32, index: u32): void {
  const slots = node + HEADS + (<u32>load<u16>(node, COUNT_AND_CAPACITY + 2) << 2)
  const cell = node + (load<u32>(slots + (index << 2)) & 0xffff)
  store<u32>(areaAt, load<u32>(cell) + load<u32>(cell, 64) + load<u32>(cell, 128), TOUCHED)
}

/**
 * The first of entries `first` .. count - 1 that has the key's head, or `~i` where none has it and `i` is where the key would
 * go.
 */
// @ts-expect-error: a decorator of AssemblyScript
@inline
function searchHeads(node: u32, isLeaf: bool, key: u32, keyLength: u32, first: u32): i32 {
  const count = <u32>load<u16>(node, COUNT_AND_CAPACITY)
  const prefixLength = <u32>load<u16>(node, PREFIX_LENGTH)
  if (prefixLength != 0) {
    const order = comparePrefix(node, prefixLength, key, keyLength)
    if (order != 0) return order < 0 ? ~first : ~count
  }
  if (count <= first) return ~first
  const head = bswap<u32>(load<u32>(key + prefixLength))
  const heads = node + HEADS
  const slots = heads + (<u32>load<u16>(node, COUNT_AND_CAPACITY + 2) << 2)
  const at = first + headsBelow(heads + (first << 2), slots, count - first, head, isLeaf)
  return at == count || load<u32>(heads + (at << 2)) != head ? ~at : at
}

/** The index of the key among entries `first` .. count - 1, or `~i` when it is absent and `i` is where it would go. */
// @ts-expect-error: a decorator of AssemblyScript
@inline
function searchNode(node: u32, tailSkip: u32, key: u32, keyLength: u32, first: u32): i32 {
  const at = searchHeads(node, tailSkip != 0, key, keyLength, first)
  if (at < 0) return at
  if (tailSkip != 0) touch(node, at)
  return searchEqualHeads(node, tailSkip, key, keyLength, at)
}

const NO_PAGE: u32 = <u32>-1
const NOT_THERE: u32 = <u32>-1

/** Where the page lies; NOT_THERE: it is not in memory, or its swip's state is less than `leastState`. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function placeOf(pageId: u32, leastState: u32): u32 {
  // Only a forged page refers to one beyond the table; the reader says so.
  if (pageId >= pageCount) return NOT_THERE
  const swip = atomic.load<u32>(swipsAt + (pageId << 2))
  return (swip & STATE_MASK) < leastState ? NOT_THERE : (swip >>> FRAME_SHIFT) << pageShift
}

/**
 * The leaf that the key belongs to, in the tree with root `rootId` and `height` >= 1 levels; the area then has the way to
 * it. NO_PAGE: a branch on the way is not hot.
 */
function leafPageFor(rootId: u32, height: u32, key: u32, keyLength: u32): u32 {
  let pageId = rootId
  for (let level = height - 1; level > 0; level--) {
    const node = placeOf(pageId, HOT)
    if (node == NOT_THERE) return NO_PAGE
    const capacity = <u32>load<u16>(node, COUNT_AND_CAPACITY + 2)
    const found = searchNode(node, 0, key, keyLength, 1)
    const child = found >= 0 ? found : ~found - 1
    store<u16>(areaAt + (level << 1), <u16>child, WAY - 2)
    pageId = load<u32>(node + HEADS + ((2 * capacity + child) << 2))
  }
  return pageId
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function slotOf(leaf: u32, index: i32): u32 {
  const capacity = <u32>load<u16>(leaf, COUNT_AND_CAPACITY + 2)
  return load<u32>(leaf + HEADS + ((capacity + index) << 2))
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function valueIn(leaf: u32, slot: u32): u32 {
  return leaf + (slot & 0xffff) + VALUE_LENGTH_BYTES + tailLengthOf((slot >>> 16) & 0x7fff)
}

/**
 * Asks for header, heads and slots of a leaf of rows, side by side: else the heads wait for the header, and the slot for the heads.
 * The sum is stored so that the loads stay.
 */
// @ts-ignore: a decorator of AssemblyScript
@inline
function touchLeaf(leaf: u32): void {
  const a = load<u32>(leaf) + load<u32>(leaf, 64) + load<u32>(leaf, 128)
  const b = load<u32>(leaf, 192) + load<u32>(leaf, 256) + load<u32>(leaf, 320)
  const c = load<u32>(leaf, 384) + load<u32>(leaf, 448) + load<u32>(leaf, 512)
  store<u32>(areaAt, a + b + c, TOUCHED)
}

/**
 * Looks up the key in the area, `keyLength` bytes. MISS: a page on the way is not in memory, or not hot; of the leaf's swip
 * the state is at least `leafState`. Else the area has the leaf, the index there and the way to it, and if the key was
 * found, where its value lies.
 */
export function find(rootId: u32, height: u32, keyLength: u32, leafState: u32): i32 {
  if (height > WAY_LEVELS) return MISS
  const key = areaAt + KEY
  // A head is zero padded at the key's end.
  store<u32>(key + keyLength, 0)
  const leaf = placeOf(leafPageFor(rootId, height, key, keyLength), leafState)
  if (leaf == NOT_THERE) return MISS
  touchLeaf(leaf)
  const index = searchNode(leaf, VALUE_LENGTH_BYTES, key, keyLength, 0)
  store<u32>(areaAt, leaf, LEAF)
  store<i32>(areaAt, index, INDEX)
  if (index < 0) return ABSENT
  const slot = slotOf(leaf, index)
  store<u32>(areaAt, valueIn(leaf, slot), VALUE_AT)
  store<u32>(areaAt, load<u16>(leaf + (slot & 0xffff)), VALUE_LENGTH)
  return FOUND + <i32>(slot >>> 31)
}

// Collecting entries

const KEYS_BYTES: usize = 20
const VALUES_BYTES: usize = 24
const LENGTHS: usize = 64
const KEYS: usize = 1024
const VALUES: usize = 11264
/** A head is stored whole, so the last key may be followed by three bytes. */
const KEYS_ROOM: u32 = 10232
const VALUES_ROOM: u32 = 21440

/**
 * Copies entries `from` .. `from + count - 1` of a leaf into the area, as long as they fit and have no extent: keys and
 * values one after the other, each at a multiple of eight, and before them their lengths. `what`: 1 keys, 2 values, 3 both.
 * They come after `before` entries of other leaves that are there already. Returns how many there are of this leaf.
 */
export function collect(node: u32, from: u32, count: u32, what: u32, before: u32): u32 {
  const slots = node + HEADS + ((<u32>load<u16>(node, COUNT_AND_CAPACITY + 2) + from) << 2)
  const prefixLength = <u32>load<u16>(node, PREFIX_LENGTH)
  const lengths = areaAt + LENGTHS + (before << 2)
  const withKeys = (what & 1) != 0
  const withValues = (what & 2) != 0
  const keysBefore: u32 = before == 0 ? 0 : load<u32>(areaAt, KEYS_BYTES)
  const valuesBefore: u32 = before == 0 ? 0 : load<u32>(areaAt, VALUES_BYTES)
  let keys = keysBefore
  let values = valuesBefore
  let taken: u32 = 0
  let touched: u32 = 0
  // One look at each cell first: none of these loads waits for another.
  for (; taken < count; taken++) {
    const slot = load<u32>(slots + (taken << 2))
    if (slot >>> 31 != 0) break
    const keyLength = prefixLength + ((slot >>> 16) & 0x7fff)
    const cell = node + (slot & 0xffff)
    const valueLength = <u32>load<u16>(cell)
    touched += load<u32>(cell, 64) + load<u32>(cell, 128)
    const keysAfter = withKeys ? keys + ((keyLength + 7) & ~7) : 0
    const valuesAfter = withValues ? values + ((valueLength + 7) & ~7) : 0
    if (keysAfter > KEYS_ROOM || valuesAfter > VALUES_ROOM) break
    keys = keysAfter
    values = valuesAfter
    store<u32>(lengths + (taken << 2), keyLength | (valueLength << 16))
  }
  store<u32>(areaAt, touched, TOUCHED)
  store<u32>(areaAt, keys, KEYS_BYTES)
  store<u32>(areaAt, values, VALUES_BYTES)
  const heads = node + HEADS + (from << 2)
  const inline = min(prefixLength, INLINE_PREFIX_BYTES)
  const rest = prefixLength - inline
  let key = areaAt + KEYS + keysBefore
  let value = areaAt + VALUES + valuesBefore
  for (let i: u32 = 0; i < taken; i++) {
    const slot = load<u32>(slots + (i << 2))
    const both = load<u32>(lengths + (i << 2))
    const cell = node + (slot & 0xffff) + VALUE_LENGTH_BYTES
    const tail = tailLengthOf((slot >>> 16) & 0x7fff)
    if (withKeys) {
      if (inline != 0) copyBytes(key, node + PREFIX, inline)
      if (rest != 0) copyBytes(key + inline, node + (<u32>1 << pageShift) - rest, rest)
      store<u32>(key + prefixLength, bswap<u32>(load<u32>(heads + (i << 2))))
      copyBytes(key + prefixLength + HEAD_BYTES, cell, tail)
      key += ((both & 0xffff) + 7) & ~7
    }
    if (withValues) {
      copyBytes(value, cell + tail, both >>> 16)
      value += ((both >>> 16) + 7) & ~7
    }
  }
  return taken
}

// Getting many at once

/** Keys that are looked up side by side: their leaves' first lines fit into the first-level cache. */
const GROUP: u32 = 32
/** Of each key of a group: its leaf, and the index there. (Before that, the number of the leaf's page.) Behind the keys. */
const PLACES: usize = 11008
const IS_ABSENT: u32 = 1

/**
 * Copies the values under `count` keys into the area, as `collect` does. The keys are where it would put them, but each is
 * followed by four zeros at least, and the next begins at the next multiple of eight behind these. Returns for how many it did,
 * in order: the next one is kept in an extent, finds no room, or a page on its way is not hot. Of one that is not there the
 * length becomes IS_ABSENT.
 *
 * One after the other each key waits for its leaf, then for its cell. Here the leaves of a group are asked for together, and
 * then its cells, so that they come from memory side by side.
 */
export function gather(rootId: u32, height: u32, count: u32): u32 {
  store<u32>(areaAt, 0, KEYS_BYTES)
  store<u32>(areaAt, 0, VALUES_BYTES)
  if (height > WAY_LEVELS) return 0
  let keys = areaAt + KEYS
  let taken: u32 = 0
  while (taken < count) {
    const wanted = min(count - taken, GROUP)
    const lengths = areaAt + LENGTHS + (taken << 2)
    let keysAfter = keys
    for (let i: u32 = 0; i < wanted; i++) keysAfter += gatheredKeyBytes(load<u32>(lengths + (i << 2)))
    const found = findGroup(rootId, height, keys, lengths, wanted)
    const copied = copyGroup(keys, lengths, found)
    taken += copied
    if (copied < wanted) break
    keys = keysAfter
  }
  return taken
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function gatheredKeyBytes(keyLength: u32): u32 {
  return (keyLength + 11) & ~7
}

/**
 * Leaves the places of the keys, or of the first entries with their heads, up to the first whose way is not hot, and returns how
 * many these are. Loads that wait for memory have loops of their own: a processor looks some hundred instructions ahead.
 */
function findGroup(rootId: u32, height: u32, keys: u32, lengths: u32, count: u32): u32 {
  const places = areaAt + PLACES
  let key = keys
  for (let i: u32 = 0; i < count; i++) {
    const keyLength = load<u32>(lengths + (i << 2))
    store<u32>(places + (i << 3), leafPageFor(rootId, height, key, keyLength))
    key += gatheredKeyBytes(keyLength)
  }
  let found: u32 = 0
  for (; found < count; found++) {
    const leaf = placeOf(load<u32>(places + (found << 3)), HOT)
    if (leaf == NOT_THERE) break
    store<u32>(places + (found << 3), leaf)
  }
  touchLeaves(places, found)
  key = keys
  for (let i: u32 = 0; i < found; i++) {
    const keyLength = load<u32>(lengths + (i << 2))
    store<i32>(places + (i << 3), searchHeads(load<u32>(places + (i << 3)), true, key, keyLength, 0), 4)
    key += gatheredKeyBytes(keyLength)
  }
  touchCells(places, found)
  return found
}

/** Asks for header, heads and slots of leaves of rows. The sum is stored so that the loads stay. */
function touchLeaves(places: u32, count: u32): void {
  let touched: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const leaf = load<u32>(places + (i << 3))
    touched += load<u32>(leaf) + load<u32>(leaf, 64) + load<u32>(leaf, 128)
    touched += load<u32>(leaf, 192) + load<u32>(leaf, 256) + load<u32>(leaf, 320)
  }
  store<u32>(areaAt, touched, TOUCHED)
}

function touchCells(places: u32, count: u32): void {
  let touched: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const leaf = load<u32>(places + (i << 3))
    const at = load<i32>(places + (i << 3), 4)
    if (at < 0) continue
    const cell = leaf + (slotOf(leaf, at) & 0xffff)
    touched += load<u32>(cell) + load<u32>(cell, 64) + load<u32>(cell, 128)
  }
  store<u32>(areaAt, touched, TOUCHED)
}

/** Copies values behind those that are there, and puts their lengths in the place of the keys'. Returns how many. */
function copyGroup(keys: u32, lengths: u32, count: u32): u32 {
  const places = areaAt + PLACES
  let key = keys
  let values = load<u32>(areaAt, VALUES_BYTES)
  let copied: u32 = 0
  for (; copied < count; copied++) {
    const leaf = load<u32>(places + (copied << 3))
    const keyLength = load<u32>(lengths + (copied << 2))
    const at = load<i32>(places + (copied << 3), 4)
    const index = at < 0 ? at : searchEqualHeads(leaf, VALUE_LENGTH_BYTES, key, keyLength, at)
    key += gatheredKeyBytes(keyLength)
    if (index < 0) {
      store<u32>(lengths + (copied << 2), IS_ABSENT)
      continue
    }
    const slot = slotOf(leaf, index)
    if (slot >>> 31 != 0) break
    const length = <u32>load<u16>(leaf + (slot & 0xffff))
    const after = values + ((length + 7) & ~7)
    if (after > VALUES_ROOM) break
    copyBytes(areaAt + VALUES + values, valueIn(leaf, slot), length)
    store<u32>(lengths + (copied << 2), length << 16)
    values = after
  }
  store<u32>(areaAt, values, VALUES_BYTES)
  return copied
}

// Filling leaves

const LEAF_STRIDE: u32 = 8
const HEAP_START: usize = 24
const DEAD_BYTES: usize = 28
const PACKED_VALUE: u32 = 4
/** As in page/packed.ts. */
const SPARED_PART: u32 = 10

// @ts-ignore: a decorator of AssemblyScript
@inline
function packedKey(entry: u32): u32 {
  return entry + PACKED_VALUE + ((<u32>load<u16>(entry, 2) + 3) & ~3)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function tailLengthOf(suffixLength: u32): u32 {
  return suffixLength > HEAD_BYTES ? suffixLength - HEAD_BYTES : 0
}

/** Bytes at the front that two runs of `limit` bytes share. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function sharedBytes(a: u32, b: u32, limit: u32): u32 {
  let i: u32 = 0
  while (i < limit && load<u8>(a + i) == load<u8>(b + i)) i++
  return i
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function cellBytes(entry: u32, prefixLength: u32): u32 {
  const tail = tailLengthOf(<u32>load<u16>(entry) - prefixLength)
  return VALUE_LENGTH_BYTES + tail + <u32>load<u16>(entry, 2)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function prefixRest(prefixLength: u32): u32 {
  return prefixLength > INLINE_PREFIX_BYTES ? prefixLength - INLINE_PREFIX_BYTES : 0
}

/** Copies by the widest words, the last of which overlap: calling `memory.copy` costs more than 150 bytes do. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function copyBytes(to: u32, from: u32, length: u32): void {
  if (length >= 16) {
    const last = length - 16
    for (let i: u32 = 0; i < last; i += 16) v128.store(to + i, v128.load(from + i))
    v128.store(to + last, v128.load(from + last))
  } else if (length >= 8) {
    const last = length - 8
    const end = load<u64>(from + last)
    store<u64>(to, load<u64>(from))
    store<u64>(to + last, end)
  } else {
    for (let i: u32 = 0; i < length; i++) store<u8>(to + i, load<u8>(from + i))
  }
}

/** What `fillLeaf` in page/packed.ts does, with the addresses of `count` entries in the area in the place of the key. */
export function fillLeaf(node: u32, count: u32, leavesRoom: bool): u32 {
  const addresses = areaAt + KEY
  const pageSize = <u32>1 << pageShift
  const room = pageSize - HEADS
  const firstKey = packedKey(load<u32>(addresses))
  let prefixLength = <u32>load<u16>(load<u32>(addresses))
  let cells: u32 = 0
  let taken: u32 = 0
  for (; taken < count; taken++) {
    const entry = load<u32>(addresses + (taken << 2))
    const limit = min(prefixLength, <u32>load<u16>(entry))
    const shared = sharedBytes(firstKey, packedKey(entry), limit)
    let after = cells
    if (shared != prefixLength) {
      after = 0
      for (let i: u32 = 0; i < taken; i++) after += cellBytes(load<u32>(addresses + (i << 2)), shared)
    }
    after += cellBytes(entry, shared)
    if ((taken + 1) * LEAF_STRIDE + after + prefixRest(shared) > room) break
    prefixLength = shared
    cells = after
  }
  const capacity = taken
  if (leavesRoom && taken < count) taken -= taken / SPARED_PART
  writeLeaf(node, addresses, taken, capacity, prefixLength, firstKey)
  return taken
}

function writeLeaf(
  node: u32,
  addresses: u32,
  count: u32,
  capacity: u32,
  prefixLength: u32,
  firstKey: u32,
): void {
  const pageSize = <u32>1 << pageShift
  const inline = min(prefixLength, INLINE_PREFIX_BYTES)
  const rest = prefixRest(prefixLength)
  copyBytes(node + PREFIX, firstKey, inline)
  copyBytes(node + pageSize - rest, firstKey + inline, rest)
  let heap = pageSize - rest
  const heads = node + HEADS
  const slots = heads + (capacity << 2)
  for (let i: u32 = 0; i < count; i++) {
    const entry = load<u32>(addresses + (i << 2))
    const keyLength = <u32>load<u16>(entry)
    const valueLength = <u32>load<u16>(entry, 2)
    const key = packedKey(entry)
    const suffixLength = keyLength - prefixLength
    const tailLength = tailLengthOf(suffixLength)
    heap -= VALUE_LENGTH_BYTES + tailLength + valueLength
    // Beyond the key's end there may be bytes of the next entry: a head is zero padded.
    let head = bswap<u32>(load<u32>(key + prefixLength))
    if (suffixLength < HEAD_BYTES) head &= suffixLength == 0 ? 0 : <u32>-1 << ((HEAD_BYTES - suffixLength) << 3)
    store<u32>(heads + (i << 2), head)
    store<u32>(slots + (i << 2), (heap & 0xffff) | (suffixLength << 16))
    const cell = node + heap
    store<u16>(cell, <u16>valueLength)
    copyBytes(cell + VALUE_LENGTH_BYTES, key + prefixLength + HEAD_BYTES, tailLength)
    copyBytes(cell + VALUE_LENGTH_BYTES + tailLength, entry + PACKED_VALUE, valueLength)
  }
  store<u16>(node, <u16>count, COUNT_AND_CAPACITY)
  store<u16>(node, <u16>capacity, COUNT_AND_CAPACITY + 2)
  store<u32>(node, prefixLength, PREFIX_LENGTH)
  store<u32>(node, heap, HEAP_START)
  store<u32>(node, 0, DEAD_BYTES)
}

// Rewriting leaves

/**
 * Gives the leaf at `node` the entries `first` .. `end` - 1, at least one, of the leaf whose image is in the area, with the prefix of
 * `prefixLength` bytes that their keys share, and arrays for `capacity` entries: what `rewriteNode` in page/edit.ts does. False:
 * they do not fit, or lead out of the page, as those of a forged one may; nothing but the leaf is spoilt then.
 */
export function rewriteLeaf(node: u32, first: u32, end: u32, prefixLength: u32, capacity: u32): bool {
  const image = areaAt + KEY
  const pageSize = <u32>1 << pageShift
  const key = image + pageSize
  const oldPrefixLength = <u32>load<u16>(image, PREFIX_LENGTH)
  const samePrefix = prefixLength == oldPrefixLength
  const longestKey = pageSize >> 2
  if (oldPrefixLength > longestKey || prefixLength > longestKey) return false
  // The part of a key that all of them have.
  copyBytes(key, image + PREFIX, min(oldPrefixLength, INLINE_PREFIX_BYTES))
  const oldRest = prefixRest(oldPrefixLength)
  copyBytes(key + INLINE_PREFIX_BYTES, image + pageSize - oldRest, oldRest)
  const oldHeads = image + HEADS
  const oldSlots = oldHeads + (<u32>load<u16>(image, COUNT_AND_CAPACITY + 2) << 2)
  const heads = node + HEADS
  const slots = heads + (capacity << 2)
  const rest = prefixRest(prefixLength)
  const arraysEnd = <u32>HEADS + capacity * LEAF_STRIDE
  let heap = pageSize - rest
  if (heap < arraysEnd) return false
  for (let i = first; i < end; i++) {
    const slot = load<u32>(oldSlots + (i << 2))
    const oldHead = load<u32>(oldHeads + (i << 2))
    const oldCell = image + (slot & 0xffff)
    const oldSuffixLength = (slot >>> 16) & 0x7fff
    const oldTail = tailLengthOf(oldSuffixLength)
    const valueLength = <u32>load<u16>(oldCell)
    const at = (i - first) << 2
    const length = VALUE_LENGTH_BYTES + oldTail + valueLength
    const keyLength = oldPrefixLength + oldSuffixLength
    if ((slot & 0xffff) + length > pageSize || keyLength > longestKey || keyLength < prefixLength) return false
    if (samePrefix) {
      if (heap - arraysEnd < length) return false
      heap -= length
      store<u32>(heads + at, oldHead)
      store<u32>(slots + at, ((slot >>> 16) << 16) | (heap & 0xffff))
      copyBytes(node + heap, oldCell, length)
      if (i == first) writePrefix(node, key, prefixLength)
      continue
    }
    store<u32>(key + oldPrefixLength, bswap<u32>(oldHead))
    copyBytes(key + oldPrefixLength + HEAD_BYTES, oldCell + VALUE_LENGTH_BYTES, oldTail)
    if (i == first) writePrefix(node, key, prefixLength)
    const suffixLength = keyLength - prefixLength
    const tailLength = tailLengthOf(suffixLength)
    const newLength = VALUE_LENGTH_BYTES + tailLength + valueLength
    if (heap - arraysEnd < newLength) return false
    heap -= newLength
    // Behind the key's end there are zeros of its head, or bytes of the key before.
    let newHead = bswap<u32>(load<u32>(key + prefixLength))
    if (suffixLength < HEAD_BYTES) {
      newHead &= suffixLength == 0 ? 0 : <u32>-1 << ((HEAD_BYTES - suffixLength) << 3)
    }
    store<u32>(heads + at, newHead)
    store<u32>(slots + at, (heap & 0xffff) | (suffixLength << 16) | ((slot >>> 31) << 31))
    const cell = node + heap
    store<u16>(cell, <u16>valueLength)
    copyBytes(cell + VALUE_LENGTH_BYTES, key + prefixLength + HEAD_BYTES, tailLength)
    copyBytes(cell + VALUE_LENGTH_BYTES + tailLength, oldCell + VALUE_LENGTH_BYTES + oldTail, valueLength)
  }
  const count = end - first
  store<u32>(node, count | (capacity << 16), COUNT_AND_CAPACITY)
  // The run of appends ends with it.
  store<u32>(node, prefixLength, PREFIX_LENGTH)
  store<u32>(node, heap, HEAP_START)
  store<u32>(node, 0, DEAD_BYTES)
  return true
}

function writePrefix(node: u32, key: u32, prefixLength: u32): void {
  const inline = min(prefixLength, INLINE_PREFIX_BYTES)
  const rest = prefixRest(prefixLength)
  copyBytes(node + PREFIX, key, inline)
  copyBytes(node + (<u32>1 << pageShift) - rest, key + inline, rest)
}
