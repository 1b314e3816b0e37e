/**
 * Builds the command line: `cli.js` and the module of its thread, with the packages in them that only it needs, so that the
 * package has no further dependencies. The library itself is not built in a second time: they import `index.js`.
 */

import { join } from 'node:path'
import { build, type OutputFile, type Plugin } from 'esbuild'
import { noticesFile, REQUIRE } from './bundled-packages.ts'

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
    banner: { js: REQUIRE },
    chunkNames: 'coppice-cli-[hash]',
    legalComments: 'none',
    metafile: true,
    write: false,
  })
  const notices = noticesFile('cli-notices.txt', target, 'cli.js and the files that it imports', metafile)
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
