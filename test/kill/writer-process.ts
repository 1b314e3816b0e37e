/** Starting the writer and ending it with SIGKILL. */

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

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
