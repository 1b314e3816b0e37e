/**
 * Another Node to run the contenders under: npm's package `node` has its programs for the common systems. It is
 * installed beside the results, once for each version. What was built for this Node's own interface
 * (better-sqlite3) takes no part there; what uses Node-API does.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface NodeProgram {
  readonly path: string
  readonly version: string
}

/** Undefined: the Node that runs this. @throws Error when there is no such version. */
export function nodeOf(version: string | undefined): NodeProgram {
  if (version === undefined) return { path: process.execPath, version: process.versions.node }
  if (!/^[\w.-]+$/.test(version)) throw new Error(`--node takes a version, not '${version}'`)
  const directory = fileURLToPath(new URL(`./results/node-${version}/`, import.meta.url))
  const path = `${directory}node_modules/node/bin/node`
  if (!existsSync(path)) {
    mkdirSync(directory, { recursive: true })
    const args = ['install', '--prefix', directory, '--no-save', '--foreground-scripts', `node@${version}`]
    execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  return { path, version: execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim() }
}
