/**
 * Starting the writer and ending it with SIGKILL.
 *
 * The program is compiled once: plain JavaScript starts three times as fast as TypeScript through a loader, and
 * hundreds of processes are started.
 */

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

/** Compiles the writer and the engine into `directory`; returns the program to run. Types are not checked. */
export function compileWriter(directory: string): string {
  mkdirSync(directory)
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
  const configuration = join(directory, 'tsconfig.json')
  writeFileSync(
    configuration,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        noCheck: true,
        rootDir: root,
        outDir: directory,
        typeRoots: [join(root, 'node_modules/@types')],
      },
      include: [],
      files: [join(root, 'test/kill/writer.ts')],
    }),
  )
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', configuration], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`compiling the writer failed:\n${stdout}`)
  return join(directory, 'test/kill/writer.js')
}

/** What a killed writer had said. */
export interface LastWords {
  /** Numbers of the transactions that it acknowledged, in the order in which it did. */
  readonly acknowledged: readonly number[]
  /** It was killed after it had begun to open the database and before it had finished. */
  readonly diedOpening: boolean
}

/** When to kill: so long after the process was started, began to open, or had opened the database. */
export interface KillTime {
  readonly after: 'start' | 'opening' | 'open'
  readonly delayMs: number
}

/** Runs a writer and kills it. @throws when it failed by itself */
export async function runAndKill(
  program: string,
  path: string,
  seed: number,
  time: KillTime,
): Promise<LastWords> {
  const child: ChildProcessByStdio<null, Readable, null> = spawn(
    process.execPath,
    [program, path, String(seed)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  const ended = Promise.all([once(child, 'close'), once(reader, 'close')])
  const saidAwaited = new Promise<void>(resolve => {
    if (time.after === 'start') resolve()
    reader.on('line', line => {
      lines.push(line)
      if (line === time.after) resolve()
    })
    reader.on('close', resolve)
  })
  await saidAwaited
  await sleep(time.delayMs)
  child.kill('SIGKILL')
  await ended
  const failure = lines.findIndex(line => line.startsWith('failed'))
  if (failure >= 0) throw new Error(`the writer ${lines.slice(failure).join('\n')}`)
  return {
    acknowledged: lines.filter(line => /^\d+$/.test(line)).map(Number),
    diedOpening: lines.includes('opening') && !lines.includes('open'),
  }
}
