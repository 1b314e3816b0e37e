/**
 * What sessions have in common: clock, checks and file sizes.
 *
 * Young garbage is collected before the clock starts; a full collection would also throw away compiled code,
 * and measure how fast it is compiled again.
 */

import { readdirSync, statSync } from 'node:fs'
import type { Sample } from '../workload.ts'

/** Milliseconds that `run` takes; by the store's own clock if it has one. */
export async function millisecondsOf(
  run: () => unknown,
  store?: { readonly ownElapsedMs?: number },
): Promise<number> {
  globalThis.gc!({ type: 'minor' })
  const start = performance.now()
  await run()
  const elapsedMs = performance.now() - start
  return store?.ownElapsedMs ?? elapsedMs
}

export function nanosecondsEach(rowId: string, elapsedMs: number, operations: number): Sample {
  return { rowId, value: (elapsedMs * 1e6) / operations }
}

/** @throws Error when they differ. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: wrong answers (${actual}, not ${expected})`)
}

/** The size of all files below a directory, as a directory listing shows it, in MB. */
export function megabytesIn(directory: string): number {
  return (
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .reduce((sum, file) => sum + statSync(`${file.parentPath}/${file.name}`).size, 0) / 1e6
  )
}
