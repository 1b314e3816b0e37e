/**
 * `npm run dropped-code`: which functions lose their optimized code when V8 collects all garbage between two runs of a workload of
 * `npm run sql`, because no object of a shape was there that they were compiled for. The next run begins in the interpreter.
 *
 * Each workload has a process of its own, which collects before each run and has V8 say what it drops (`--trace-deopt`).
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { openCoppice } from './sql/coppice.ts'
import { WORKLOADS } from './sql/workloads.ts'

const ROWS = 100_000
/** Runs until V8 has compiled what is hot, and runs that begin with a collection. */
const WARM_RUNS = 4
const RUNS = 4
const MARK = '=== collected'

async function run(id: string, directory: string): Promise<void> {
  const engine = await openCoppice(directory)
  await engine.load(ROWS)
  const workload = WORKLOADS.find(one => one.id === id)!
  for (let round = 0; round < WARM_RUNS + RUNS; round++) {
    if (round >= WARM_RUNS) {
      globalThis.gc!()
      console.log(MARK)
    }
    await workload.run(engine, { count: ROWS, round }, 1)
  }
  await engine.close()
}

function report(id: string): void {
  const flags = ['--expose-gc', '--trace-deopt', '--import', 'tsx']
  const { stdout } = spawnSync(process.execPath, [...flags, fileURLToPath(import.meta.url), id], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  // What the first collection drops is of the loading and the first runs.
  const later = stdout.split(MARK).slice(2).join('')
  const dropped = new Map<string, number>()
  for (const [, name = ''] of later.matchAll(/SharedFunctionInfo ?([^>]*)>.*reason: weak objects/g)) {
    dropped.set(name, (dropped.get(name) ?? 0) + 1)
  }
  const names = [...dropped].map(([name, count]) => `${name || '(anonymous)'} ${count}x`)
  console.log(`${id.padEnd(12)} ${names.length === 0 ? 'nothing' : names.join(', ')}`)
}

const [id] = process.argv.slice(2)
if (id === undefined) for (const workload of WORKLOADS) report(workload.id)
else {
  const directory = mkdtempSync(`${tmpdir()}/coppice-dropped-`)
  try {
    await run(id, directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
