/**
 * Compiles the kernel: `npm run build:kernel`. Writes its bytes into src, from where they are published;
 * test/btree/kernel.test.ts holds them to the source.
 */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

const OPTIONS = [
  ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
  [
    '--enable',
    'threads',
    '--enable',
    'simd',
    '--enable',
    'bulk-memory',
    '--runtime',
    'stub',
    '--noAssert',
    '-O3',
  ],
].flat()

/** The module that the file `source` becomes. */
export async function compileKernel(source: string): Promise<Uint8Array> {
  const outputs = new Map<string, Uint8Array>()
  const { error, stderr } = await main([source, '--outFile', 'kernel.wasm', ...OPTIONS], {
    writeFile: (name: string, contents: string | Uint8Array) => {
      outputs.set(name, typeof contents === 'string' ? Buffer.from(contents) : contents)
    },
  })
  const module = outputs.get('kernel.wasm')
  if (error !== null || module === undefined) throw new Error(`the kernel does not compile: ${stderr}`)
  return module
}

export function sourceOf(module: Uint8Array): string {
  const lines =
    Buffer.from(module)
      .toString('base64')
      .match(/.{1,96}/g) ?? []
  return [
    '/** The compiled kernel. Made by `npm run build:kernel` from `assembly/`; not to be edited. */',
    'export const KERNEL_BASE64 =',
    ...lines.map((line, i) => `  '${line}'${i < lines.length - 1 ? ' +' : ''}`),
    '',
  ].join('\n')
}

export const KERNEL_SOURCE = fileURLToPath(
  new URL('../../src/btree/kernel/assembly/kernel.ts', import.meta.url),
)
const KERNEL_BYTES = fileURLToPath(new URL('../../src/btree/kernel/bytes.ts', import.meta.url))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const module = await compileKernel(KERNEL_SOURCE)
  writeFileSync(KERNEL_BYTES, sourceOf(module))
  console.log(`${KERNEL_BYTES}: ${module.length} bytes of WebAssembly`)
}
