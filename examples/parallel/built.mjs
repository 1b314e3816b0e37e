/**
 * `npm run demo:parallel`: makes JavaScript of the example and of the library, and runs that. A program in production is
 * built, too. From the sources each worker would compile three hundred files before it reads anything: a second or more.
 *
 * Workers import modules by themselves, so each that they run is an entry: `parallel`'s own, which lies beside the code that
 * starts it, and those of the example.
 */

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))
// Beside the packages, so that they are found.
const folder = join(root, 'node_modules', '.cache', `coppice-demo-${process.pid}`)
mkdirSync(folder, { recursive: true })
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

await build({
  absWorkingDir: root,
  entryPoints: {
    program: 'examples/parallel.ts',
    'parallel/by-country': 'examples/parallel/by-country.ts',
    'parallel/by-sensor': 'examples/parallel/by-sensor.ts',
    'parallel-task': 'src/database/parallel-task.ts',
  },
  outdir: folder,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'error',
})
await import(pathToFileURL(join(folder, 'program.js')).href)
