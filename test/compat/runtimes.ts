/** The runtimes that the package is meant for, as npm installs them. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const RUNTIMES = ['node@20', 'node@22', 'node@24', 'node@26', 'bun', 'deno'] as const
export type Runtime = (typeof RUNTIMES)[number]

/** What makes a runtime run a program of Node's. */
const ARGUMENTS = { node: [], bun: ['--bun'], deno: ['run', '-A'] } as const

export function argumentsOf(runtime: Runtime): readonly string[] {
  return ARGUMENTS[runtime.split('@')[0] as keyof typeof ARGUMENTS]
}

/** The program of a runtime; installed into a folder of `cache` when it is not there. */
export function programOf(runtime: Runtime, cache: string): string {
  const directory = join(cache, runtime)
  const [name] = runtime.split('@')
  const program = join(directory, 'node_modules/.bin', name)
  if (existsSync(program)) return program
  mkdirSync(directory, { recursive: true })
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({ private: true, allowScripts: { [name]: true } }),
  )
  const args = ['install', '--prefix', directory, '--no-save', '--no-audit', '--no-fund']
  execFileSync('npm', [...args, '--foreground-scripts', runtime], { stdio: ['ignore', 'ignore', 'inherit'] })
  return program
}

/** As the table calls it: `Node 20.20`. */
export function titleOf(runtime: Runtime, program: string): string {
  const text = execFileSync(program, ['--version'], { encoding: 'utf8' })
  const version = /\d+\.\d+/.exec(text)?.[0] ?? text.trim()
  const name = runtime.split('@')[0]
  const full = /\d+\.\d+\.\d+/.exec(text)?.[0] ?? version
  return `${name[0].toUpperCase()}${name.slice(1)} ${name === 'node' ? version : full}`
}
