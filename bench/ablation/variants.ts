/**
 * The engine with one decision undone: what `npm run ablation` compares the engine with. Each is named after what it
 * lacks. They give the same answers (the workloads check them), but not all of them keep the engine's promises.
 */

import { type Edit, KERNEL_SOURCE, type Variant } from '../variant.ts'

const NODE = 'page/node.ts'
const SEARCH = 'page/search.ts'
const EDIT = 'page/edit.ts'
const SPLIT = 'page/split.ts'
const PACKED = 'page/packed.ts'
const CONTEXT = 'btree/context.ts'
const LOG = 'wal/log.ts'
const LOG_FILE = 'wal/log-file.ts'
const COMMITTER = 'store/committer.ts'
const LOG_WRITER = 'store/log-writer.ts'

/** All in TypeScript. */
export const WITHOUT_KERNEL: readonly Edit[] = [
  {
    file: CONTEXT,
    text: 'this.kernel = makeKernel(pool.shared, pool.memory, pool.slot)',
    replacement: 'this.kernel = undefined',
  },
  {
    file: CONTEXT,
    text: "import { type Kernel, makeKernel } from './kernel/kernel.ts'",
    replacement: "import type { Kernel } from './kernel/kernel.ts'",
  },
]

/** Heads are zero and cells hold whole keys after the prefix: a binary search that compares keys in their cells. */
const WITHOUT_HEADS: readonly Edit[] = [
  { file: NODE, text: 'export const HEAD_BYTES = 4', replacement: 'export const HEAD_BYTES: number = 0' },
  {
    file: SEARCH,
    text: 'const head = headAt(key, prefixLength, keyLength)',
    replacement: 'const head = 0',
    times: 2,
  },
  { file: SEARCH, text: 'let remaining = count - first', replacement: 'let remaining = 1' },
  { file: SEARCH, text: 'let high = low + 1', replacement: 'let high = count' },
  { file: EDIT, text: '= headAt(key, prefixLength, keyLength)', replacement: '= 0' },
  { file: EDIT, text: '= headAt(scratch.key, prefixLength, keyLength)', replacement: '= 0' },
  {
    file: PACKED,
    text: 'u32[heads + i] = packedHead(m, at, prefixLength)',
    replacement: 'u32[heads + i] = 0',
  },
  { file: KERNEL_SOURCE, text: 'const HEAD_BYTES: u32 = 4', replacement: 'const HEAD_BYTES: u32 = 0' },
  {
    file: KERNEL_SOURCE,
    text: 'const head = bswap<u32>(load<u32>(key + prefixLength))',
    replacement: 'const head: u32 = 0',
  },
  {
    file: KERNEL_SOURCE,
    text: 'const at = first + headsBelow(heads + (first << 2), slots, count - first, head, isLeaf)',
    replacement: 'const at = first',
  },
  { file: KERNEL_SOURCE, text: 'if (tailSkip != 0) touch(node, at)', replacement: '' },
  { file: KERNEL_SOURCE, text: 'let high = low + 1', replacement: 'let high = count' },
  {
    file: KERNEL_SOURCE,
    text: 'if (load<u32>(heads + (middle << 2)) == head) {',
    replacement: '{',
  },
  {
    file: KERNEL_SOURCE,
    text: 'let head = bswap<u32>(load<u32>(key + prefixLength))',
    replacement: 'let head: u32 = 0',
  },
  {
    file: KERNEL_SOURCE,
    text: 'let newHead = bswap<u32>(load<u32>(key + prefixLength))',
    replacement: 'let newHead: u32 = 0',
  },
]

/** Every node holds whole keys: heads are their first four bytes. */
const WITHOUT_PREFIXES: readonly Edit[] = [
  {
    file: SPLIT,
    text: 'return commonPrefixLength(scratch.key, scratch.separator, Math.min(firstLength, lastLength))',
    replacement: 'return 0',
  },
  {
    file: SPLIT,
    text: 'prefixLength = commonPrefixLength(scratch.key, scratch.separator, Math.min(firstLength, lastLength))',
    replacement: 'prefixLength = 0',
  },
  {
    file: EDIT,
    text: 'if (count <= first) return 0\n  const firstLength',
    replacement: 'if (count >= 0) return 0\n  const firstLength',
  },
  {
    file: PACKED,
    text: 'while (shared < limit && u8[aKey + shared] === u8[bKey + shared]) shared++',
    replacement: '',
  },
  {
    file: KERNEL_SOURCE,
    text: 'const shared = sharedBytes(firstKey, packedKey(entry), limit)',
    replacement: 'const shared: u32 = 0',
  },
]

/** The heads are halved by jumps, to the end, in the kernel and in TypeScript. */
const WITHOUT_BRANCHLESS: readonly Edit[] = [
  {
    file: KERNEL_SOURCE,
    text: '  let at = heads\n  let remaining = count\n',
    replacement: `  let low: u32 = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (load<u32>(heads + (middle << 2)) < head) low = middle + 1
    else high = middle
  }
  if (low <= count) return low
  let at = heads
  let remaining = count
`,
  },
  {
    file: SEARCH,
    text: '  while (remaining > 1) {\n    const half = remaining >>> 1\n',
    replacement: `  while (remaining > 1) {
    const half = remaining >>> 1
    if (u32[at + half - 1] < head) at += half
    remaining -= half
    if (remaining > 0) continue
`,
  },
]

/** A leaf's search begins with all of its heads, not with a window where the key is guessed to be. */
const WITHOUT_GUESSING: readonly Edit[] = [
  { file: KERNEL_SOURCE, text: 'if (isLeaf && count > WINDOW) {', replacement: 'if (count > 0xffff) {' },
]

/** Branchless halving to the end, without comparing many heads at once. */
const WITHOUT_LANES: readonly Edit[] = [
  ...WITHOUT_GUESSING,
  { file: KERNEL_SOURCE, text: 'while (remaining > WINDOW) {', replacement: 'while (remaining > 1) {' },
  {
    file: KERNEL_SOURCE,
    text: '  // All 32, whatever is behind the end',
    replacement: `  if (remaining <= 1) return ((at - heads) >>> 2) + <u32>(remaining == 1 && load<u32>(at) < head)
  // All 32, whatever is behind the end`,
  },
]

/** The log grows with each batch, instead of being filled ahead. */
const WITHOUT_PREALLOCATION: readonly Edit[] = [
  {
    file: LOG,
    text: 'if (this.#position + fileBytes > this.#current.allocatedBytes) this.#takeSpace(fileBytes)',
    replacement: '',
  },
  { file: LOG_FILE, text: 'stepBytesMin: 1024 * 1024', replacement: 'stepBytesMin: 4096' },
]

export const VARIANTS = {
  'without-kernel': { edits: WITHOUT_KERNEL },
  'without-heads': { edits: WITHOUT_HEADS },
  'without-prefixes': { edits: WITHOUT_PREFIXES },
  'without-branchless': { edits: WITHOUT_BRANCHLESS },
  'without-lanes': { edits: WITHOUT_LANES },
  'without-guessing': { edits: WITHOUT_GUESSING },
  'without-kernel-branchless': {
    edits: [...WITHOUT_KERNEL, ...WITHOUT_BRANCHLESS.filter(({ file }) => file === SEARCH)],
  },
  'without-touching': {
    edits: [{ file: KERNEL_SOURCE, text: 'if (tailSkip != 0) touch(node, at)', replacement: '' }],
  },
  'without-collecting': {
    edits: [
      {
        file: CONTEXT,
        text: 'const COLLECT_AFTER_PUTS = 500',
        replacement: 'const COLLECT_AFTER_PUTS = 1e9',
      },
    ],
  },
  'without-preallocation': { edits: WITHOUT_PREALLOCATION },
  // Each commit is a checkpoint: the pages it changed, the space map and the header, with three syncs.
  'without-log': {
    edits: [
      { file: COMMITTER, text: 'if (transaction.mustCheckpoint) {', replacement: 'if (1 + 1 === 2) {' },
    ],
  },
  // Each commit writes its batch itself.
  'without-gathering': {
    edits: [
      {
        file: LOG_WRITER,
        text: 'const UNSYNCED_BATCH_BYTES = 256 * 1024',
        replacement: 'const UNSYNCED_BATCH_BYTES = 0',
      },
    ],
  },
  // Each commit has a batch and a sync of its own.
  'without-groups': {
    edits: [{ file: COMMITTER, text: 'const GROUP_MAX = 1024', replacement: 'const GROUP_MAX = 1' }],
  },
} satisfies Record<`without-${string}`, Variant>

export type VariantName = keyof typeof VARIANTS
