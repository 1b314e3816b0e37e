/**
 * Starting workers that are written in TypeScript. Each module is built into one file with all that it imports, once in a
 * process: a thread that reads three hundred modules through a loader takes seconds to begin, and most of these tests are
 * about its end.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

const built = new Map<string, URL>()
let directory: string | undefined

export function startWorker(module: URL, workerData: unknown): Worker {
  let file = built.get(module.href)
  if (file === undefined) {
    file = build(module)
    built.set(module.href, file)
  }
  return new Worker(file, { workerData })
}

function build(module: URL): URL {
  // Not an import: workers that start workers are built themselves, and would look for the package beside their file.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild')
  const [{ contents }] = buildSync({
    entryPoints: [fileURLToPath(module)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    // `using` is not known in Node 20 and 22.
    target: 'node20',
    // What modules find by their place, they find from the worker's own.
    define: { 'import.meta.url': JSON.stringify(module.href) },
    logLevel: 'error',
    write: false,
  }).outputFiles
  directory ??= newDirectory()
  const file = join(directory, `${built.size}-${basename(module.pathname, '.ts')}.mjs`)
  writeFileSync(file, contents)
  return pathToFileURL(file)
}

function newDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'coppice-workers-'))
  process.once('exit', () => rmSync(path, { recursive: true, force: true }))
  return path
}
