/**
 * `npm run mutants:threads`: proves the models of `test/concurrency`. Runs them on each mutant of what threads share, until
 * a model fails; prints which, and after how many schedules, and ends with 1 if a mutant survives.
 *
 * `-- --only name[,name]`; `COPPICE_PREEMPTIONS=1` explores further.
 * `--report file`, `--markdown file`: as for `npm run mutants`; with `--only ''` nothing is judged before.
 */

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Verdict } from './judge.ts'
import { putTable, type TableStyle } from './markdown.ts'
import { mergeVerdicts } from './report.ts'
import { findMutant } from './table.ts'
import { THREAD_MUTANTS, type ThreadMutant } from './thread-mutants.ts'

const MODELS: TableStyle = {
  command: 'npm run mutants:threads',
  trial: 'what the model that kills it says',
  seed: 'schedules before',
}

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, report: { type: 'string' }, markdown: { type: 'string' } },
})
const only = options.only?.split(',').filter(name => name !== '')
for (const name of only ?? []) findMutant(name)

interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

function judge({ name, foundBy }: ThreadMutant): Verdict {
  const started = performance.now()
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      'unit',
      '--bail',
      '1',
      '--maxWorkers=1',
      '--reporter=json',
      `test/concurrency/${foundBy}.test.ts`,
    ],
    { env: { ...process.env, COPPICE_MUTANT: name }, encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  return { name, seconds: (performance.now() - started) / 1000, ...outcomeOf(status, stdout) }
}

function outcomeOf(status: number | null, stdout: string): Omit<Verdict, 'name' | 'seconds'> {
  const start = stdout.indexOf('{"numTotal')
  if (start >= 0) {
    const { testResults } = JSON.parse(stdout.slice(start, stdout.lastIndexOf('}') + 1)) as Results
    const failed = testResults.flatMap(file => file.assertionResults).find(test => test.status === 'failed')
    if (failed !== undefined) {
      const [message] = failed.failureMessages
      const [fault] = message.split('\n')
      const seed = Number(/ after (\d+) others/.exec(message)?.[1])
      return { fate: 'killed', trial: failed.fullName, seed, details: fault.slice(0, 110) }
    }
  }
  return { fate: status === 0 ? 'survives' : 'broken', details: '' }
}

const verdicts: Verdict[] = []
for (const mutant of THREAD_MUTANTS.filter(({ name }) => only?.includes(name) ?? true)) {
  const verdict = judge(mutant)
  verdicts.push(verdict)
  const { name, fate, trial, seed, seconds, details } = verdict
  const shown =
    fate === 'killed'
      ? `${trial}, after ${seed} schedules: ${details}`
      : fate === 'broken'
        ? 'DOES NOT RUN'
        : 'SURVIVES'
  console.log(`${name.padEnd(34)} ${shown} (${seconds.toFixed(1)} s)`)
}

if (options.report !== undefined) {
  writeFileSync(options.report, JSON.stringify(mergeVerdicts(options.report, verdicts), undefined, 2))
}
if (options.markdown !== undefined) {
  const all = mergeVerdicts(options.report, verdicts)
  writeFileSync(
    options.markdown,
    putTable(readFileSync(options.markdown, 'utf8'), THREAD_MUTANTS, all, MODELS),
  )
}
const survivors = verdicts.filter(({ fate }) => fate !== 'killed')
console.log(`\n${verdicts.length - survivors.length} of ${verdicts.length} mutants are found`)
if (survivors.length > 0) {
  console.log(`survivors: ${survivors.map(({ name }) => name).join(', ')}`)
  process.exitCode = 1
}
