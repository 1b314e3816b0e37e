/** `npm run compat` always ends, and says of each file what has become of it: the fixtures are what files can do to it. */

import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TemporaryDirectory, temporaryDirectory } from '../io/temporary-directory.ts'
import { type CoreTestsOptions, type FileOutcome, runCoreTests } from './core-tests.ts'
import type { InstalledRuntime } from './runtimes.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const fixture = (name: string) => `test/compat/fixtures/${name}.fixture.ts`
const here: InstalledRuntime = {
  runtime: 'node@20',
  program: process.execPath,
  identity: `node@${process.versions.node}`,
  title: 'this one',
}

let directory: TemporaryDirectory
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => directory.remove())

async function outcomes(
  names: readonly string[],
  limits: Partial<CoreTestsOptions> = {},
  runtime = here,
): Promise<Record<string, Omit<FileOutcome, 'seconds'>>> {
  const found: Record<string, Omit<FileOutcome, 'seconds'>> = {}
  await runCoreTests(runtime, names.map(fixture), {
    root,
    scratch: directory.path,
    startMs: 120_000,
    silenceMs: 120_000,
    fileMs: 120_000,
    ...limits,
    note: (file, { seconds, ...outcome }) => {
      expect(seconds).toBeGreaterThanOrEqual(0)
      found[file.replace(/^.*\/|\.fixture\.ts$/g, '')] = outcome
    },
  })
  return found
}

test('what passes, fails and is left out is counted and named', async () => {
  expect(await outcomes(['fails', 'passes'])).toEqual({
    passes: { passed: 1, skipped: ['is left out'], failures: [], hasHung: false },
    fails: {
      passed: 1,
      skipped: [],
      failures: [expect.stringMatching(/^test\/compat\/fixtures\/fails\.fixture\.ts: fails: .*expected 42/)],
      hasHung: false,
    },
  })
})

test('a test that says nothing any more is ended and named', async () => {
  const { hangs } = await outcomes(['hangs'], { silenceMs: 10_000 })
  expect(hangs).toEqual({
    passed: 1,
    skipped: [],
    failures: [`${fixture('hangs')}: hangs, in "never ends"`],
    hasHung: true,
  })
})

test('a file that talks and does not end is ended, too', async () => {
  const { talks } = await outcomes(['talks'], { fileMs: 15_000 })
  expect(talks.failures).toEqual([`${fixture('talks')}: hangs, in "never stops talking"`])
})

test('a file that ends the whole run is named, and the others are run in another', async () => {
  const { dies, passes } = await outcomes(['dies', 'passes'])
  expect(dies.failures).toEqual([expect.stringContaining(`${fixture('dies')}: the process ended (SIGKILL)`)])
  expect(passes).toMatchObject({ passed: 1, failures: [] })
})

test('tests that another runtime has run are no result', async () => {
  const { passes } = await outcomes(['passes'], {}, { ...here, identity: 'node@1.2.3' })
  expect(passes).toMatchObject({
    passed: 0,
    failures: [expect.stringContaining(`run by node@${process.versions.node}, expected node@1.2.3`)],
  })
})
