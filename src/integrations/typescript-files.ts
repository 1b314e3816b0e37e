/**
 * Files of TypeScript on a Node that does not read them (before 22.18): esbuild makes JavaScript of them, where the user has it,
 * by itself or with tsx. Nothing of the core needs it.
 */

// By its names: other runtimes lack some of them.
import * as nodeModule from 'node:module'
import { join } from 'node:path'

/**
 * Runs in the thread of Node's loader. Types are taken out file by file, and not in packages, as later Nodes do it; unlike there,
 * enums and the like are understood, too.
 */
const HOOKS = `
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
let esbuild
export function initialize({ path }) {
  esbuild = createRequire(path)(path)
}
export async function load(url, context, next) {
  const [file] = url.split('?')
  if (!/^file:.*\\.m?ts$/.test(file) || file.includes('/node_modules/')) return next(url, context)
  const sourcefile = fileURLToPath(file)
  const options = { loader: 'ts', format: 'esm', target: 'es2022', sourcemap: 'inline', sourcefile, logLevel: 'silent' }
  const { code } = esbuild.transformSync(readFileSync(sourcefile, 'utf8'), options)
  return { format: 'module', source: code, shortCircuit: true }
}
`

let isReading = false

/**
 * From now on this process can import files of TypeScript, as later Nodes can. False: there is no package that reads them.
 * @param folder where they are, and where the package is looked for first
 */
export function readTypeScript(folder: string): boolean {
  if (isReading) return true
  const path = esbuildFrom(folder) ?? esbuildFrom(process.cwd())
  if (path === undefined || typeof nodeModule.register !== 'function') return false
  nodeModule.register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, { data: { path } })
  isReading = true
  return true
}

/** The package itself, or that of tsx. Undefined: there is none. */
function esbuildFrom(folder: string): string | undefined {
  const { resolve } = nodeModule.createRequire(join(folder, '/'))
  try {
    return resolve('esbuild')
  } catch {
    // Package managers may hide it from all but its users.
  }
  try {
    return nodeModule.createRequire(resolve('tsx')).resolve('esbuild')
  } catch {
    return undefined
  }
}
