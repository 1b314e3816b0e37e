/** The examples run, and say what they are meant to show. */

import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryDirectory, temporaryDirectory } from './io/temporary-directory.ts'

const examples = new URL('../examples/', import.meta.url)
const loader = import.meta.resolve('tsx')

describe('the examples', () => {
  let directory: TemporaryDirectory

  beforeEach(() => {
    directory = temporaryDirectory()
  })
  afterEach(() => directory.remove())

  /** What an example prints, run in a directory of its own. */
  async function run(name: string, ...args: string[]): Promise<string> {
    const program = fileURLToPath(new URL(name, examples))
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', loader, program, ...args], {
      cwd: directory.path,
      env: { ...process.env, TMPDIR: directory.path, NO_COLOR: '1' },
    })
    return stdout
  }

  /** Files in the directory, but for the loader's cache. */
  function leftBehind(): string[] {
    return readdirSync(directory.path).filter(name => !name.startsWith('tsx-'))
  }

  it('quick-start: writes, reads, and is refused a second user with the same address', async () => {
    expect((await run('quick-start.ts')).split('\n')).toEqual([
      'dark',
      '36',
      'alan@example.org 41',
      'ada@example.org 36',
      expect.stringContaining('unique index \'byEmail\' has another record with "ada@example.org"'),
      '',
    ])
    expect(leftBehind()).toEqual(['users.db'])
  })

  it('prices: answers ranges over parts of a key, and commits alone and together', async () => {
    const output = await run('prices.ts')
    expect(output).toContain('1095 prices of 3 shares')
    expect(output).toContain('  2025-12-31  97.18\n  2025-12-30  96.98\n  2025-12-29  96.78')
    expect(output).toContain('97.42 over 31 days')
    expect(output).toContain('GLOBEX began on 2025-01-01 at 110.25')
    expect(output).toMatch(/200 durable commits: \d+ ms alone, \d+ ms together/)
    expect(leftBehind()).toEqual([])
  })

  it('time-travel: goes back to each of the states that it kept', async () => {
    const kept = 'hazel 12, hazel (ordered) 1, sweet chestnut 7, sweet chestnut (ordered) 1'
    expect((await run('time-travel.ts')).split('\n')).toEqual([
      expect.stringContaining('given -3'),
      `Planted:   ${kept}`,
      'Cut down:  (nothing grows here)',
      `Snapshot:  ${kept}`,
      'Summer:    ash 30, bramble 1000',
      'Restored:  ash 30',
      'Backup:    ash 30',
      'Now:       ash 30, oak 1',
      '',
    ])
    expect(leftBehind()).toEqual([])
  })

  it('parallel: counts the same in workers as in the main thread, and takes its database away', async () => {
    const output = await run('parallel.ts', '--rows', '20000', '--cities', '5000', '--workers', '2')
    expect(output).toContain('Loaded 5,000 cities')
    expect(output).toContain('All counted 5,000, with the same sums.')
    expect(output).toContain('Most are in United States: 507, at 38.49 degrees')
    expect(output).toContain('Wrote 20,000 readings')
    expect(output).toContain('All counted 20,000, with the same sums.')
    expect(output.match(/2 workers: .* a second\)/g)).toHaveLength(2)
    expect(output.match(/once more: .* a second\), of which .* until the first had begun/g)).toHaveLength(2)
    expect(output.match(/main thread: .* a second\)/g)).toHaveLength(2)
    expect(leftBehind()).toEqual([])
  })

  it('cities: tells the whole story of the demo, and takes its database away', async () => {
    const output = await run('cities.ts', '--limit=5000')
    expect(output).toContain('Loaded 5,000 cities')
    for (const line of [
      'By key: number 2,700',
      'By country: Switzerland',
      "By name: beginning with 'Winter'",
      'By bounding box: around Lake Geneva',
      'it did not move',
      'is killed with SIGKILL, 3 times',
      'no faults',
      'The database is gone again.',
    ]) {
      expect(output).toContain(line)
    }
    expect(output.match(/acknowledged, .* there/g)).toHaveLength(3)
    expect(leftBehind()).toEqual([])
  })
})
