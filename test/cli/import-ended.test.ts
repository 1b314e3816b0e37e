/** Imports that are ended: in their middle, and while they commit. */

import { once } from 'node:events'
import { statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openSync } from '../../src/index.ts'
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

/** What changes when something is written: sizes and times of the database's files. */
function written(path: string): string {
  return ['', '-wal0', '-wal1']
    .map(end => statSync(`${path}${end}`, { bigint: true, throwIfNoEntry: false }))
    .map(file => (file === undefined ? '-' : `${file.size} ${file.mtimeNs}`))
    .join()
}

describe('by SIGKILL while it commits, all of it is there or nothing', () => {
  // Milliseconds from the first byte that the commit writes to the kill.
  const DELAYS_MS = [0, 1, 3, 8]

  test.each([
    { way: 'the log', rows: 2000 },
    { way: 'a checkpoint, because it is larger than the log may be', rows: 60_000 },
  ])('by $way', async ({ way, rows }) => {
    const lines = Array.from({ length: rows }, (_, i) => `${i},${'x'.repeat(200)}\n`)
    for (const delayMs of DELAYS_MS) {
      const path = coppice.path(`commit-${way.slice(0, 7).replaceAll(' ', '')}-${delayMs}.db`)
      coppice.output([path, '-q', '-c', 'create table there (a int primary key, b text)'])
      const child = coppice.start(['import', path, '-', '--format', 'csv', '--table', 'there'])
      const closed = once(child, 'close')
      child.stdin.on('error', () => {})
      child.stdin.write('a,b\n')
      for (let i = 0; i < rows; i += 1000) {
        await new Promise(resolve => child.stdin.write(lines.slice(i, i + 1000).join(''), resolve))
      }
      // All but the end has come, and what was written until now was not the commit's.
      const before = written(path)
      child.stdin.end()
      let firstMs: number | undefined
      while (firstMs === undefined || performance.now() < firstMs + delayMs) {
        if (firstMs === undefined && (child.exitCode !== null || written(path) !== before))
          firstMs = performance.now()
        await new Promise(resolve => setImmediate(resolve))
      }
      child.kill('SIGKILL')
      const [exitCode] = await closed
      const database = openSync(path)
      try {
        const [{ count }] = database.query<{ count: number }>('select count(*)::int as count from there')
        // What has said that it is done is there.
        expect(exitCode === 0 ? [rows] : [0, rows]).toContain(count)
        expect(await database.check()).toMatchObject({ ok: true, faults: [] })
      } finally {
        database.close()
      }
    }
  })
})
