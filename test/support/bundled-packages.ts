/** Packages that are built into what is published, so that it has no further dependencies: their code and their licences. */

import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build, type Metafile, type OutputFile, type Plugin } from 'esbuild'

/** CommonJS packages ask for modules of Node by `require`. */
export const REQUIRE =
  "import { createRequire as coppiceRequire } from 'node:module'; const require = coppiceRequire(import.meta.url);"

const PROMETHEUS = 'prom-client'

/** prom-client is a file beside the server, which loads it to show figures. */
export const prometheusBeside: Plugin = {
  name: 'prom-client beside',
  setup(context) {
    context.onResolve({ filter: new RegExp(`^${PROMETHEUS}$`) }, () => ({
      path: `./${PROMETHEUS}.js`,
      external: true,
    }))
  },
}

export async function bundlePrometheus(target: string): Promise<OutputFile[]> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `export { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '${PROMETHEUS}'`,
      resolveDir: '.',
    },
    outfile: join(target, `${PROMETHEUS}.js`),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    banner: { js: REQUIRE },
    legalComments: 'none',
    metafile: true,
    write: false,
  })
  return [...outputFiles, noticesFile('server-notices.txt', target, `${PROMETHEUS}.js`, metafile)]
}

/** The licences of the packages that `what` is made of. */
export function noticesFile(name: string, target: string, what: string, { inputs }: Metafile): OutputFile {
  const path = resolve(target, name)
  const text = `These packages are in ${what}:\n${noticesOf(packagesIn(Object.keys(inputs)))}`
  return { path, contents: new TextEncoder().encode(text), text, hash: '' }
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
  return `${rule}${parts.join(rule)}`
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
