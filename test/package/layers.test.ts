/**
 * The layers of docs/architecture.md, held twice: the sources keep to them, and the linter would say so if
 * they did not.
 */

import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../io/temporary-directory.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What each layer may import from, besides itself. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  io: ['base'],
  page: ['base', 'io'],
  pool: ['base', 'io', 'page'],
  space: ['base', 'io', 'page', 'pool'],
  btree: ['base', 'io', 'page', 'pool', 'space'],
  wal: ['base', 'io'],
  store: ['base', 'io', 'page', 'pool', 'space', 'btree', 'wal'],
  table: ['base', 'io', 'page', 'pool', 'space', 'btree', 'wal', 'store'],
  sql: ['base', 'io', 'btree', 'store', 'table'],
  database: ['base', 'io', 'btree', 'store', 'table', 'sql'],
  server: ['base', 'io', 'table', 'sql', 'database'],
}
/** What stands on the public API, as users do: it reaches the machine itself, and a program may use the others. */
const ABOVE: Readonly<Record<string, readonly string[]>> = {
  integrations: [],
  cli: ['server', 'integrations'],
}
/** A server has sockets, encryption and time limits of its own. */
const SERVER_MODULES = ['node:crypto', 'node:http', 'node:net', 'node:stream', 'node:tls', 'node:util']
const layerNames = Object.keys(LAYERS)

describe('the sources', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(root, 'src', name))

  it('import from lower layers only', () => {
    const upward: string[] = []
    for (const file of files) {
      const layer = layerOf(file)
      if (layer === undefined) continue
      const allowed = LAYERS[layer] ?? ['index.ts', ...ABOVE[layer]]
      for (const specifier of importsOf(file).filter(name => name.startsWith('.'))) {
        const target = layerOf(resolve(dirname(file), specifier)) ?? 'index.ts'
        if (target !== layer && !allowed.includes(target)) {
          upward.push(`${relative(root, file)} imports ${specifier}: ${layer} may not import from ${target}`)
        }
      }
    }
    expect(upward).toEqual([])
  })

  it('live in a known layer, except the public API', () => {
    const strays = files
      .map(file => relative(join(root, 'src'), file))
      .filter(name => !layerNames.includes(name.split(sep)[0]))
    const known = ['index.ts', 'worker.ts', ...Object.keys(ABOVE)]
    expect(strays.filter(name => !known.includes(name.split(sep)[0]))).toEqual([])
  })

  it('reach the machine in src/io only', () => {
    const reaching = files.flatMap(file =>
      layerOf(file) === 'io' || (layerOf(file) ?? '') in ABOVE
        ? []
        : importsOf(file)
            .filter(name => name.startsWith('node:') && name !== 'node:buffer')
            .filter(name => layerOf(file) !== 'server' || !SERVER_MODULES.includes(name))
            .map(name => `${relative(root, file)} imports ${name}`),
    )
    expect(reaching).toEqual([])
  })
})

describe('the linter', () => {
  const directory = temporaryDirectory()
  let refused: ReadonlySet<string>

  beforeAll(() => {
    for (const name of ['biome.json', '.gitignore']) copyFileSync(join(root, name), directory.file(name))
    cpSync(join(root, 'lint'), directory.file('lint'), { recursive: true })
    for (const layer of layerNames) {
      mkdirSync(directory.file(`src/${layer}`), { recursive: true })
      // One file an import, so that a complaint about the file is one about the import.
      for (const target of layerNames) {
        writeProbe(
          layer,
          `imports-${target}`,
          `import { thing } from '../${target}/thing.ts'\nexport const it = thing\n`,
        )
      }
      writeProbe(layer, 'imports-type', "import type { Db } from '../index.ts'\nexport type It = Db\n")
      writeProbe(layer, 'imports-fs', "import { readSync } from 'node:fs'\nexport const it = readSync\n")
      writeProbe(
        layer,
        'imports-promises',
        "import { open } from 'node:fs/promises'\nexport const it = open\n",
      )
      writeProbe(layer, 'imports-zlib', "import { crc32 } from 'node:zlib'\nexport const it = crc32\n")
      writeProbe(layer, 'loads-lazily', "export const it = () => import('../index.ts')\n")
      writeProbe(layer, 'asks-date', 'export const it = Date.now()\n')
      writeProbe(layer, 'asks-today', 'export const it = new Date()\n')
      writeProbe(layer, 'asks-random', 'export const it = Math.random()\n')
      writeProbe(layer, 'sets-timeout', 'export const it = setTimeout\n')
      writeProbe(layer, 'asks-performance', 'export const it = performance.now()\n')
      writeProbe(layer, 'keeps-to-itself', 'export const it = new Date(5).getTime() + Math.max(1, 2)\n')
    }
    refused = new Set(lint(directory.path))
  })
  afterAll(() => directory.remove())

  function writeProbe(layer: string, name: string, text: string): void {
    writeFileSync(directory.file(`src/${layer}/${name}.ts`), text)
  }
  function isRefused(layer: string, name: string): boolean {
    return refused.has(`src/${layer}/${name}.ts`)
  }

  it.each(layerNames)('lets %s import from the layers below it and from no other', layer => {
    const accepted = layerNames.filter(target => !isRefused(layer, `imports-${target}`))
    expect(accepted).toEqual(layerNames.filter(target => target === layer || LAYERS[layer].includes(target)))
  })

  it.each(layerNames)('lets %s import the public API neither for types nor lazily', layer => {
    expect(isRefused(layer, 'imports-type')).toBe(true)
    expect(isRefused(layer, 'loads-lazily')).toBe(true)
  })

  it.each(['imports-fs', 'imports-promises', 'asks-date', 'asks-today', 'asks-random', 'asks-performance'])(
    'accepts a file that %s in src/io only',
    name => {
      expect(layerNames.filter(layer => !isRefused(layer, name))).toEqual(['io'])
    },
  )

  it('accepts timers in src/io and src/server only', () => {
    expect(layerNames.filter(layer => !isRefused(layer, 'sets-timeout'))).toEqual(['io', 'server'])
  })

  it('accepts node:zlib in no layer: it is for the checksum alone', () => {
    expect(layerNames.filter(layer => !isRefused(layer, 'imports-zlib'))).toEqual([])
  })

  it('has nothing against a file that does none of this', () => {
    expect(layerNames.filter(layer => isRefused(layer, 'keeps-to-itself'))).toEqual([])
  })
})

/** The files that the linter reports an error in; a file once for each. */
function lint(directory: string): readonly string[] {
  let output: string
  try {
    output = execFileSync(
      process.execPath,
      [
        join(root, 'node_modules/@biomejs/biome/bin/biome'),
        'lint',
        '--reporter=json',
        '--max-diagnostics=none',
        '--diagnostic-level=error',
        '.',
      ],
      { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 26 },
    )
  } catch (error) {
    // It exits with 1 when it has something to report, which is what these tests want.
    output = (error as { stdout: string }).stdout
  }
  const report = JSON.parse(output.slice(output.indexOf('{'))) as {
    diagnostics: { location: { path: string | { file: string } } }[]
  }
  return report.diagnostics.map(({ location: { path } }) =>
    (typeof path === 'string' ? path : path.file).split(sep).join('/'),
  )
}

/** The layer that a file in src/ belongs to; undefined for src/index.ts. */
function layerOf(file: string): string | undefined {
  const [first, ...rest] = relative(join(root, 'src'), file).split(sep)
  return rest.length === 0 ? undefined : first
}

/** Everything that `file` imports, exports from, or loads lazily. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8')
  const pattern =
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
  return [...text.matchAll(pattern)].map(match => match[1] ?? match[2] ?? match[3])
}
