/** The runtimes that the package is meant for, as npm installs them. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const RUNTIMES = ['node@20', 'node@22', 'node@24', 'node@26', 'bun', 'deno'] as const
export type Runtime = (typeof RUNTIMES)[number]

/** A runtime that can be started. */
export interface InstalledRuntime {
  readonly runtime: Runtime
  readonly program: string
  /** `node@22.23.1`: what the tests must see themselves run by (`this-runtime.ts`). */
  readonly identity: string
  /** As the table calls it: `Node 22.23`. */
  readonly title: string
}

const INSTALL_MS_MAX = 10 * 60_000

/** What makes a runtime run a program of Node's. */
const ARGUMENTS = { node: [], bun: ['--bun'], deno: ['run', '-A'] } as const

export function argumentsOf(runtime: Runtime): readonly string[] {
  return ARGUMENTS[runtime.split('@')[0] as keyof typeof ARGUMENTS]
}

/** Installs a runtime into a folder of `cache`, when it is not there. @throws Error it cannot be had */
export function installed(runtime: Runtime, cache: string): InstalledRuntime {
  return identified(runtime, programOf(runtime, cache))
}

function programOf(runtime: Runtime, cache: string): string {
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
  execFileSync('npm', [...args, '--foreground-scripts', runtime], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: INSTALL_MS_MAX,
  })
  return program
}

/** What a program says that it is. */
export function identified(runtime: Runtime, program: string): InstalledRuntime {
  const text = execFileSync(program, ['--version'], { encoding: 'utf8', timeout: 60_000 })
  const version = /\d+\.\d+\.\d+/.exec(text)?.[0]
  if (version === undefined) throw new Error(`${program} --version says no version: ${text}`)
  const [name, major] = runtime.split('@')
  if (major !== undefined && version.split('.')[0] !== major) {
    throw new Error(
      `${program} is version ${version}, expected ${runtime}: remove it to have it installed again`,
    )
  }
  const shown = name === 'node' ? version.split('.').slice(0, 2).join('.') : version
  return {
    runtime,
    program,
    identity: `${name}@${version}`,
    title: `${name[0].toUpperCase()}${name.slice(1)} ${shown}`,
  }
}
