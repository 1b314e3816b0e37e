/**
 * Variants of the engine, made for the benchmark alone: other ways to do what it does, to see what its own way is worth.
 *
 * Each is a copy of `src/` in which some text is replaced, compiled as the engine is. Nothing of it is in `src/`. They
 * are for one thread: a pool of such a variant must not be shared.
 */

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface Edit {
  /** In `src/`. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly text: string
  readonly replacement: string
}

interface Variant {
  /** File in `variants/` that is added, and where it goes in `src/`. */
  readonly added?: { readonly file: string; readonly to: string }
  readonly edits: readonly Edit[]
}

const PAGE_CACHE = 'pool/page-cache.ts'
const SWIP = 'pool/swip.ts'
const CLOCK = 'pool/clock.ts'

/** The kernel knows nothing but swips, so the ways to find a page are compared without it. */
const WITHOUT_KERNEL: readonly Edit[] = [
  {
    file: 'btree/context.ts',
    text: 'this.kernel = makeKernel(pool.shared, pool.memory, pool.slot)',
    replacement: 'this.kernel = undefined',
  },
  {
    file: 'btree/context.ts',
    text: "import { type Kernel, makeKernel } from './kernel/kernel.ts'",
    replacement: "import type { Kernel } from './kernel/kernel.ts'",
  },
]

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

const VARIANTS = {
  'without-kernel': { edits: WITHOUT_KERNEL },
  'hash-table': {
    added: { file: 'hash-table.ts', to: 'pool/page-words.ts' },
    edits: [...WITHOUT_KERNEL, ...PAGE_WORDS],
  },
  'js-map': {
    added: { file: 'js-map.ts', to: 'pool/page-words.ts' },
    edits: [...WITHOUT_KERNEL, ...PAGE_WORDS],
  },
  'random-eviction': {
    added: { file: 'random-frames.ts', to: 'pool/random-frames.ts' },
    edits: RANDOM_EVICTION,
  },
} satisfies Record<string, Variant>
export type VariantName = keyof typeof VARIANTS

const SOURCE = new URL('../../src/', import.meta.url)
const ADDED = new URL('./variants/', import.meta.url)
const BUILT = new URL('../dist/variants/', import.meta.url)
const COMPILER = new URL('../../node_modules/.bin/tsc', import.meta.url)

/** The build of the engine itself, which the pre-step of `npm run threads` makes. */
export const ENGINE_BUILD = new URL('../dist/', import.meta.url).href

/** Compiles a variant. @returns where its JavaScript is, as a URL @throws Error when the engine is not as the edits expect it */
export function buildVariant(name: VariantName): string {
  const variant: Variant = VARIANTS[name]
  const root = new URL(`${name}/`, BUILT)
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root, { recursive: true })
  cpSync(SOURCE, new URL('src/', root), { recursive: true })
  if (variant.added !== undefined) {
    cpSync(new URL(variant.added.file, ADDED), new URL(`src/${variant.added.to}`, root))
  }
  for (const edit of variant.edits) apply(edit, name, new URL(`src/${edit.file}`, root))
  writeFileSync(new URL('tsconfig.json', root), JSON.stringify(compilerOptions()))
  try {
    execFileSync(fileURLToPath(COMPILER), ['-p', fileURLToPath(root)], { encoding: 'utf8' })
  } catch (error) {
    throw new Error(`variant ${name} does not compile:\n${(error as { stdout?: string }).stdout}`)
  }
  return new URL('dist/', root).href
}

function apply({ text, replacement }: Edit, name: string, file: URL): void {
  const parts = readFileSync(file, 'utf8').split(text)
  if (parts.length !== 2) {
    throw new Error(
      `variant ${name}: its text occurs ${parts.length - 1} times in ${fileURLToPath(file)}, not once:\n${text}`,
    )
  }
  writeFileSync(file, parts.join(replacement))
}

/** As the engine's, but what an edit has left without a use is no error. */
function compilerOptions(): object {
  return {
    extends: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
    compilerOptions: {
      noEmit: false,
      rootDir: 'src',
      outDir: 'dist',
      noUnusedLocals: false,
      noUnusedParameters: false,
      typeRoots: [fileURLToPath(new URL('../../node_modules/@types', import.meta.url))],
    },
    include: ['src'],
    exclude: ['src/btree/kernel/assembly'],
  }
}
