import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { USAGE } from './usage.ts'

const program = fileURLToPath(new URL('./run.ts', import.meta.url))

function compat(...args: string[]) {
  return spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), program, ...args], {
    encoding: 'utf8',
  })
}

describe('npm run compat', () => {
  it('tells its options when it is asked for them, and runs nothing', () => {
    expect(compat('--help')).toMatchObject({ status: 0, stdout: `${USAGE}\n` })
  })

  it('names an option that it does not have, and tells those that it has', () => {
    const { status, stdout, stderr } = compat('--onyl', 'bun')
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^[^\n]*--onyl/)
    expect(stderr.endsWith(`\n\n${USAGE}\n`)).toBe(true)
  })
})
