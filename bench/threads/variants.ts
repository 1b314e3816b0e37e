/**
 * The variants of the engine that `npm run threads` compares it with: other ways to find a page in memory, to choose the
 * one that goes, and to keep a page in its frame while it is read.
 *
 * The kernel knows nothing but swips, so the ways to find a page are compared without it. Only the variants that keep a page
 * in its frame may be shared with workers, and only while nothing is evicted.
 */

import { WITHOUT_KERNEL } from '../ablation/variants.ts'
import { buildVariant, type Edit, KERNEL_SOURCE, type Variant } from '../variant.ts'

const PAGE_CACHE = 'pool/page-cache.ts'
const SWIP = 'pool/swip.ts'
const CLOCK = 'pool/clock.ts'

/** `PageWords` of an added file instead of a flat table of words. */
const PAGE_WORDS: readonly Edit[] = [
  {
    file: SWIP,
    text: "import { assert } from '../base/assert.ts'",
    replacement: "import { assert } from '../base/assert.ts'\nimport { PageWords } from './page-words.ts'",
  },
  { file: SWIP, text: 'readonly words: Int32Array', replacement: 'readonly words: PageWords' },
  {
    file: SWIP,
    text: 'this.words = new Int32Array(buffer, byteOffset, pageCount)',
    replacement: 'this.words = new PageWords()',
  },
  {
    file: SWIP,
    text: 'return Atomics.load(this.words, pageId)',
    replacement: 'return this.words.get(pageId)',
  },
  {
    file: SWIP,
    text: 'return Atomics.compareExchange(this.words, pageId, from, to) === from',
    replacement:
      'if (this.words.get(pageId) !== from) return false\n    this.words.set(pageId, to)\n    return true',
  },
  { file: SWIP, text: 'Atomics.notify(this.words, pageId)', replacement: '' },
  {
    file: SWIP,
    text: 'if (word !== awaited && Atomics.compareExchange(this.words, pageId, word, awaited) !== word) continue',
    replacement: '',
  },
  { file: SWIP, text: 'Atomics.wait(this.words, pageId, awaited, LOADING_WAIT_MS)', replacement: '' },
  {
    file: PAGE_CACHE,
    text: 'protected readonly swipWords: Int32Array',
    replacement: "protected readonly swipWords: SwipTable['words']",
  },
  {
    file: PAGE_CACHE,
    text: 'return this.fixSlowly(pageId, birth, false)\n    const word = this.swipWords[pageId]',
    replacement: 'return this.fixSlowly(pageId, birth, false)\n    const word = this.swipWords.get(pageId)',
  },
  {
    file: PAGE_CACHE,
    text: 'return -1\n    const word = this.swipWords[pageId]',
    replacement: 'return -1\n    const word = this.swipWords.get(pageId)',
  },
  {
    file: PAGE_CACHE,
    text: 'return this.fixSlowly(pageId, birth, true)\n    const word = this.swipWords[pageId]',
    replacement: 'return this.fixSlowly(pageId, birth, true)\n    const word = this.swipWords.get(pageId)',
  },
  {
    file: PAGE_CACHE,
    text: 'return this.swipWords[pageId]',
    replacement: 'return this.swipWords.get(pageId)',
  },
]

const RANDOM_EVICTION: readonly Edit[] = [
  {
    file: CLOCK,
    text: "import type { Frames } from './frames.ts'",
    replacement:
      "import type { Frames } from './frames.ts'\nimport { randomFrame } from './random-frames.ts'",
  },
  {
    file: CLOCK,
    text: 'while (this.lead <= this.distance) this.advanceFront()\n    const isEvicted = this.frames.evict(this.back, isImpolite)',
    replacement: 'return this.frames.evict(randomFrame(this.frameCount), true)',
  },
  {
    file: CLOCK,
    text: '    this.back = this.after(this.back)\n    this.lead--\n    return isEvicted\n',
    replacement: '',
  },
]

/** Nobody says what it reads. Only sound while no page is evicted: it shows what saying so costs. */
const WITHOUT_EPOCHS: readonly Edit[] = [
  {
    file: PAGE_CACHE,
    text: 'if (this.frames.isShared && !this.isClosed) this.announce()',
    replacement: '',
  },
  {
    file: PAGE_CACHE,
    text: 'if (this.announced !== OUTSIDE || !this.frames.isShared) return\n    this.announce()',
    replacement: 'return',
  },
]

/** Instead, every node on the way is pinned while it is searched: a word in its header is counted up, and down again. */
const PINS: readonly Edit[] = [
  ...WITHOUT_EPOCHS,
  {
    file: KERNEL_SOURCE,
    text: 'if (node == NOT_THERE) return NO_PAGE\n',
    replacement: 'if (node == NOT_THERE) return NO_PAGE\n    atomic.add<u32>(node + DEAD_BYTES, 1)\n',
  },
  {
    file: KERNEL_SOURCE,
    text: 'const found = searchNode(node, 0, key, keyLength, 1)\n',
    replacement:
      'const found = searchNode(node, 0, key, keyLength, 1)\n    atomic.sub<u32>(node + DEAD_BYTES, 1)\n',
  },
  {
    file: KERNEL_SOURCE,
    text: 'const index = searchNode(leaf, VALUE_LENGTH_BYTES, key, keyLength, 0)\n',
    replacement:
      'atomic.add<u32>(leaf + DEAD_BYTES, 1)\n  const index = searchNode(leaf, VALUE_LENGTH_BYTES, key, keyLength, 0)\n  atomic.sub<u32>(leaf + DEAD_BYTES, 1)\n',
  },
]

export const VARIANTS = {
  'without-kernel': { edits: WITHOUT_KERNEL },
  'hash-table': {
    added: { file: added('hash-table.ts'), to: 'pool/page-words.ts' },
    edits: [...WITHOUT_KERNEL, ...PAGE_WORDS],
  },
  'js-map': {
    added: { file: added('js-map.ts'), to: 'pool/page-words.ts' },
    edits: [...WITHOUT_KERNEL, ...PAGE_WORDS],
  },
  'random-eviction': {
    added: { file: added('random-frames.ts'), to: 'pool/random-frames.ts' },
    edits: RANDOM_EVICTION,
  },
  'without-epochs': { edits: WITHOUT_EPOCHS },
  pins: { edits: PINS },
} satisfies Record<string, Variant>
export type VariantName = keyof typeof VARIANTS

function added(file: string): URL {
  return new URL(`./variants/${file}`, import.meta.url)
}

/** Compiles it. @returns where its JavaScript is, as a URL @throws Error when the engine is not as the edits expect it */
export function buildVariantOf(name: VariantName): Promise<string> {
  return buildVariant(name, VARIANTS[name])
}
