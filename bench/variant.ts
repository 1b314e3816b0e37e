/**
 * Variants of the engine, made for benchmarks alone: other ways to do what it does, to see what its own way is worth.
 *
 * Each is a copy of `src/` in which some text is replaced, compiled as the engine is, its kernel too when the kernel's
 * source is replaced. Nothing of it is in `src/`. When the engine has moved on, so that a text is not where it is
 * expected, the variant says so and is not made.
 */

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compileKernel, sourceOf } from '../test/support/compile-kernel.ts'

export interface Edit {
  /** In `src/`. */
  readonly file: string
  readonly text: string
  readonly replacement: string
  /** How often the text occurs: once, unless told. */
  readonly times?: number
}

export interface Variant {
  /** A file of the benchmark that is added, and where it goes in `src/`. */
  readonly added?: { readonly file: URL; readonly to: string }
  readonly edits: readonly Edit[]
}

const SOURCE = new URL('../src/', import.meta.url)
const BUILT = new URL('./dist/variants/', import.meta.url)
const COMPILER = new URL('../node_modules/.bin/tsc', import.meta.url)

export const KERNEL_SOURCE = 'btree/kernel/assembly/kernel.ts'
const KERNEL_BYTES = 'btree/kernel/bytes.ts'

/** The build of the engine itself, which the pre-steps make. */
export const ENGINE_BUILD = new URL('./dist/', import.meta.url).href

/** Compiles a variant. @returns where its JavaScript is, as a URL @throws Error when the engine is not as the edits expect it */
export async function buildVariant(name: string, { added, edits }: Variant): Promise<string> {
  const root = new URL(`${name}/`, BUILT)
  const source = new URL('src/', root)
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root, { recursive: true })
  cpSync(SOURCE, source, { recursive: true })
  if (added !== undefined) cpSync(added.file, new URL(added.to, source))
  for (const edit of edits) apply(edit, name, new URL(edit.file, source))
  if (edits.some(({ file }) => file === KERNEL_SOURCE)) {
    const kernel = await compileKernel(fileURLToPath(new URL(KERNEL_SOURCE, source)))
    writeFileSync(new URL(KERNEL_BYTES, source), sourceOf(kernel))
  }
  writeFileSync(new URL('tsconfig.json', root), JSON.stringify(compilerOptions()))
  try {
    execFileSync(fileURLToPath(COMPILER), ['-p', fileURLToPath(root)], { encoding: 'utf8' })
  } catch (error) {
    throw new Error(`variant ${name} does not compile:\n${(error as { stdout?: string }).stdout}`)
  }
  return new URL('dist/', root).href
}

/** Without making it. @throws Error when the engine is not as the edits expect it */
export function checkVariant(name: string, { edits }: Variant): void {
  const texts = new Map<string, string>()
  for (const edit of edits) {
    const file = new URL(edit.file, SOURCE)
    const text = texts.get(edit.file) ?? readFileSync(file, 'utf8')
    texts.set(edit.file, edited(edit, name, file, text))
  }
}

function apply(edit: Edit, name: string, file: URL): void {
  writeFileSync(file, edited(edit, name, file, readFileSync(file, 'utf8')))
}

function edited({ text, replacement, times = 1 }: Edit, name: string, file: URL, before: string): string {
  const parts = before.split(text)
  if (parts.length !== times + 1) {
    throw new Error(
      `variant ${name}: its text occurs ${parts.length - 1} times in ${fileURLToPath(file)}, not ${times}:\n${text}`,
    )
  }
  return parts.join(replacement)
}

/** As the engine's, but types are not checked: the engine's own build does that, and an edit may leave things without a use. */
function compilerOptions(): object {
  return {
    extends: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
    compilerOptions: {
      noEmit: false,
      rootDir: 'src',
      outDir: 'dist',
      noCheck: true,
      typeRoots: [fileURLToPath(new URL('../node_modules/@types', import.meta.url))],
    },
    include: ['src'],
    exclude: ['src/btree/kernel/assembly'],
  }
}
