/**
 * Programs of this folder as one file of JavaScript each, for processes that run for long. What runs TypeScript as it is
 * gives each function its name whenever one is made; without that the trials go through a fifth more.
 */

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Beside the packages, so that they are found. */
const FOLDER = join('node_modules', '.cache', `coppice-props-${process.pid}`)

/** Bundles the program at `path`, from the root of the repository, and returns the file. It is gone when this process ends. */
export async function bundle(path: string): Promise<string> {
  mkdirSync(FOLDER, { recursive: true })
  process.once('exit', () => rmSync(FOLDER, { recursive: true, force: true }))
  const file = join(FOLDER, 'program.mjs')
  await build({
    entryPoints: [path],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  })
  return file
}
