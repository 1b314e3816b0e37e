/**
 * The second half of `npm run build`: the compiler has left a file for each module in dist; they become a few, so that a
 * program that imports the package opens three files instead of three hundred. Declarations stay as they are.
 *
 * Each entry is a file of its own, because others name it: users all but the last, which is `parallel`'s (its URL is relative to
 * the file that it is built into, which is why all lie side by side). What entries share is shared by them, so there is one
 * of each class, whatever is imported.
 */

import { chmodSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundleCommandLine } from './bundle-cli.ts'
import { bundlePrometheus, prometheusBeside } from './bundled-packages.ts'

const DIST = 'dist'
const ENTRIES = {
  index: `${DIST}/index.js`,
  worker: `${DIST}/worker.js`,
  server: `${DIST}/server/index.js`,
  'parallel-task': `${DIST}/database/parallel-task.js`,
  kysely: `${DIST}/integrations/kysely.js`,
  drizzle: `${DIST}/integrations/drizzle.js`,
  migrate: `${DIST}/integrations/migrate.js`,
}

const modules = filesIn(DIST).filter(file => file.endsWith('.js'))
const { outputFiles } = await build({
  entryPoints: ENTRIES,
  outdir: DIST,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  plugins: [prometheusBeside],
  chunkNames: 'coppice-[hash]',
  legalComments: 'none',
  write: false,
})
const commandLine = await bundleCommandLine(`${DIST}/cli`, DIST)
const prometheus = await bundlePrometheus(DIST)
for (const file of modules) rmSync(file)
for (const { path, contents } of [...outputFiles, ...commandLine, ...prometheus])
  writeFileSync(path, contents)
chmodSync(join(DIST, 'cli.js'), 0o755)
// What the command line is made of is nobody's to import.
rmSync(join(DIST, 'cli'), { recursive: true })
removeEmptyFolders(DIST)

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : [path]
  })
}

function removeEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name))
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder)
}
