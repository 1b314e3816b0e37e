/**
 * `npm run mutants:threads`: proves the models of `test/concurrency`. Runs them on each mutant of what threads share, until
 * a model fails; prints which, and ends with 1 if a mutant survives.
 *
 * `-- --only name[,name]`; `COPPICE_PREEMPTIONS=1` explores further.
 */

import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { THREAD_MUTANTS } from './thread-mutants.ts'

const { values: options } = parseArgs({ options: { only: { type: 'string' } } })
const only = options.only?.split(',')
const mutants = THREAD_MUTANTS.filter(({ name }) => only?.includes(name) ?? true)
const survivors: string[] = []

for (const { name, foundBy } of mutants) {
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
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${name.padEnd(34)} ${verdictOf(name, status, stdout)} (${seconds} s)`)
}

interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

function verdictOf(name: string, status: number | null, stdout: string): string {
  const start = stdout.indexOf('{"numTotal')
  if (start >= 0) {
    const { testResults } = JSON.parse(stdout.slice(start, stdout.lastIndexOf('}') + 1)) as Results
    const failed = testResults.flatMap(file => file.assertionResults).find(test => test.status === 'failed')
    if (failed !== undefined) {
      const [fault] = failed.failureMessages[0].split('\n')
      return `${failed.fullName}: ${fault.slice(0, 110)}`
    }
  }
  survivors.push(name)
  return status === 0 ? 'SURVIVES' : 'DOES NOT RUN'
}

console.log(`\n${mutants.length - survivors.length} of ${mutants.length} mutants are found`)
if (survivors.length > 0) {
  console.log(`survivors: ${survivors.join(', ')}`)
  process.exitCode = 1
}
