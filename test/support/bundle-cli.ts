/**
 * Builds the command line: `cli.js` and the module of its thread, with the packages in them that only it needs, so that the
 * package has no further dependencies. The library itself is not built in a second time: they import `index.js`.
 */

import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build, type OutputFile, type Plugin } from 'esbuild'

/** What is found where the user has installed it, or loaded by the library. */
const EXTERNAL = ['libpg-query', 'apache-arrow', 'better-sqlite3', 'lmdb']

/** `folder` holds the modules of src/cli: as they are, or compiled. */
export async function bundleCommandLine(folder: string, target: string): Promise<OutputFile[]> {
  const extension = folder.startsWith('src') ? '.ts' : '.js'
  const { outputFiles, metafile } = await build({
    entryPoints: {
      cli: join(folder, `main${extension}`),
      'cli-session': join(folder, `session/session-thread${extension}`),
    },
    outdir: target,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: EXTERNAL,
    plugins: [libraryBeside],
    // CommonJS packages ask for modules of Node by `require`.
    banner: {
      js: "import { createRequire as coppiceRequire } from 'node:module'; const require = coppiceRequire(import.meta.url);",
    },
    chunkNames: 'coppice-cli-[hash]',
    legalComments: 'none',
    metafile: true,
    write: false,
  })
  const packages = packagesIn(Object.keys(metafile.inputs))
  const notices: OutputFile = textFile(resolve(target, 'cli-notices.txt'), noticesOf(packages))
  return [...outputFiles, notices]
}

/** The library, the server and migrations are files beside the command line. */
const libraryBeside: Plugin = {
  name: 'library beside',
  setup(context) {
    const filter = /^\.\.\/(?:\.\.\/)*(index|server\/index|integrations\/migrate)\.(?:ts|js)$/
    context.onResolve({ filter }, ({ path, importer }) => {
      if (!importer.includes('/cli/') || importer.includes('node_modules')) return undefined
      const [, entry] = filter.exec(path)!
      const names: Record<string, string> = { 'server/index': 'server', 'integrations/migrate': 'migrate' }
      return { path: `./${names[entry] ?? entry}.js`, external: true }
    })
  },
}

/** The folders of the packages that were built in. */
function packagesIn(files: readonly string[]): string[] {
  const folders = files.map(file => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1])
  return [...new Set(folders.filter(folder => folder !== undefined))].sort()
}

/** Their licences ask to be passed on. @throws when a package has none */
function noticesOf(folders: readonly string[]): string {
  const parts = folders.map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      readonly name: string
      readonly version: string
      readonly license: string
    }
    return `${name} ${version} (${license})\n\n${licenceText(folder).trim()}\n`
  })
  const rule = `\n${'-'.repeat(80)}\n\n`
  return `cli.js and the files that it imports contain these packages:\n${rule}${parts.join(rule)}`
}

function licenceText(folder: string): string {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE']) {
    try {
      return readFileSync(join(folder, name), 'utf8')
    } catch {
      // The next name.
    }
  }
  throw new Error(`${basename(folder)}: it has no licence to pass on`)
}

function textFile(path: string, text: string): OutputFile {
  const contents = new TextEncoder().encode(text)
  return { path, contents, text, hash: '' }
}
