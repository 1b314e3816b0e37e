/** Imports that are ended in their middle: nothing of them is there afterwards. */

import { once } from 'node:events'
import { expect, test } from 'vitest'
import { CommandLine } from './command-line.ts'

const coppice = new CommandLine()

/** Rows that are read before the end comes; more than what is on its way in a pipe and in streams. */
const ROWS = 300_000

test.each([
  ['SIGINT', 'a table that is there', 130],
  ['SIGINT', 'a new table', 130],
  ['SIGKILL', 'a table that is there', null],
  ['SIGKILL', 'a new table', null],
] as const)('by %s, of %s', async (signal, into, expected) => {
  const path = coppice.path(`${signal}-${into}.db`)
  coppice.output([path, '-q'], {
    input: "create table there (a int primary key, b text); insert into there values (-1, 'before');",
  })
  const table = into === 'a new table' ? 'fresh' : 'there'
  const child = coppice.start(['import', path, '-', '--format', 'csv', '--table', table])
  const closed = once(child, 'close')
  let errors = ''
  child.stderr.on('data', piece => {
    errors += piece
  })
  child.stdin.on('error', () => {})
  child.stdin.write('a,b\n')
  for (let i = 0; i < ROWS; i += 1000) {
    const lines = Array.from({ length: 1000 }, (_, n) => `${i + n},row ${i + n} of many\n`).join('')
    await new Promise(resolve => child.stdin.write(lines, resolve))
  }
  // More would come, as from a line that is slow: it waits for that.
  child.kill(signal)
  const [exitCode] = await closed
  expect(exitCode).toBe(expected)
  expect(errors).toBe(signal === 'SIGINT' ? 'coppice: interrupted; nothing was changed\n' : '')
  expect(coppice.output([path, '-A', '-t', '-c', 'table there'])).toBe('-1|before\n')
  expect(coppice.output([path, '-A', '-t', '-c', "select to_regclass('fresh') is null"])).toBe('t\n')
  expect(coppice.output(['check', path])).toContain('Nothing is wrong')
})
