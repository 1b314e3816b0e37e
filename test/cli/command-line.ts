/** The command line as its users get it: built, run as a process, with a pseudo-terminal where one is needed. */

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll } from 'vitest'
import { bundleCommandLine } from '../support/bundle-cli.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Outcome {
  readonly output: string
  readonly errors: string
  readonly exitCode: number | null
}

export interface RunOptions {
  readonly input?: string | Uint8Array
  readonly environment?: Readonly<Record<string, string>>
  /** Where it runs; otherwise in the folder of the tests. */
  readonly folder?: string
}

/** What a person does at a terminal: waits until something is seen, and types. */
export type Step = { readonly see: string } | { readonly type: string } | { readonly waitMs: number }

/** Builds the command line for the tests of a file, and gives them a folder to work in. */
export class CommandLine {
  private built = ''
  private folder = ''

  constructor() {
    beforeAll(async () => {
      // Inside of the project, so that its packages are found.
      mkdirSync(join(ROOT, 'coverage'), { recursive: true })
      this.built = mkdtempSync(join(ROOT, 'coverage', 'cli-'))
      this.folder = join(this.built, 'work')
      mkdirSync(this.folder)
      await buildInto(this.built)
    })
    afterAll(() => rmSync(this.built, { recursive: true, force: true }))
  }

  /** The program that was built. */
  get script(): string {
    return join(this.built, 'cli.js')
  }

  /** The path of a file in the folder where commands run. */
  path(name: string): string {
    return join(this.folder, name)
  }

  write(name: string, contents: string | Uint8Array): string {
    writeFileSync(this.path(name), contents)
    return this.path(name)
  }

  run(
    words: readonly string[],
    { input = '', environment = {}, folder = this.folder }: RunOptions = {},
  ): Outcome {
    const { stdout, stderr, status } = spawnSync(process.execPath, [this.script, ...words], {
      cwd: folder,
      encoding: 'utf8',
      input,
      env: { ...this.environment, ...environment },
      maxBuffer: 1 << 28,
    })
    return { output: stdout, errors: stderr, exitCode: status }
  }

  /** What it prints when it succeeds. @throws when it fails */
  output(words: readonly string[], options: RunOptions = {}): string {
    const outcome = this.run(words, options)
    if (outcome.exitCode !== 0) throw new Error(`${words.join(' ')}: ${JSON.stringify(outcome)}`)
    return outcome.output
  }

  /** A process that goes on. */
  start(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    return spawn(process.execPath, [this.script, ...words], {
      cwd: this.folder,
      env: { ...this.environment, ...environment },
    })
  }

  /** What is seen on a terminal of 100 columns and 40 lines; colours and the like are taken out. */
  onTerminal(
    words: readonly string[],
    steps: readonly Step[],
    environment: Readonly<Record<string, string>> = {},
  ): string {
    const script = fileURLToPath(new URL('./terminal.py', import.meta.url))
    const command = JSON.stringify([process.execPath, this.script, ...words])
    const seen = execFileSync('python3', [script, command, JSON.stringify(steps)], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...this.environment, TERM: 'xterm', LANG: 'C.UTF-8', PAGER: 'cat', ...environment },
    })
    return plainText(seen)
  }

  /** What its processes have for an environment. */
  get environment(): NodeJS.ProcessEnv {
    const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, ...rest } = process.env
    return { ...rest, COPPICE_HISTORY: this.path('history'), LANG: 'C', LC_ALL: '' }
  }
}

async function buildInto(folder: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      index: 'src/index.ts',
      worker: 'src/worker.ts',
      server: 'src/server/index.ts',
      migrate: 'src/integrations/migrate.ts',
      'parallel-task': 'src/database/parallel-task.ts',
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
  })
  for (const { path, contents } of await bundleCommandLine('src/cli', folder)) writeFileSync(path, contents)
}

/** Without what a terminal obeys instead of showing it. */
export function plainText(seen: string): string {
  return (
    seen
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of a terminal
      .replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, '')
      .replaceAll('\r\n', '\n')
      .replaceAll('\r', '')
  )
}

/** Whether there is a Python to make pseudo-terminals with. */
export const hasTerminal = spawnSync('python3', ['-c', 'import pty']).status === 0
