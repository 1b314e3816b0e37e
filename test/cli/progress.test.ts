/** What is seen of work that takes long: how far it is, how fast, and how long it will take. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { coloursFor, NO_COLOURS } from '../../src/cli/output/colours.ts'
import { ProgressLine } from '../../src/cli/output/progress.ts'
import { textWidth } from '../../src/cli/output/width.ts'

let nowMs: number
beforeEach(() => {
  nowMs = 5000
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
})
afterEach(() => vi.restoreAllMocks())

const CLEARED = '\r\x1b[K'

class Terminal {
  readonly isTTY: boolean
  readonly columns: number | undefined
  /** Everything that was written. */
  text = ''

  constructor(columns?: number, isTTY = true) {
    this.isTTY = isTTY
    this.columns = columns
  }
  write(text: string): boolean {
    this.text += text
    return true
  }
  /** What stands in the line now. */
  get line(): string {
    return this.text.slice(this.text.lastIndexOf(CLEARED) + CLEARED.length)
  }
}

function after(ms: number, progress: ProgressLine, ...update: Parameters<ProgressLine['update']>): void {
  nowMs += ms
  progress.update(...update)
}

test('says the part, the rate and the time that is left, and is gone at the end', () => {
  const terminal = new Terminal(100)
  const progress = new ProgressLine(terminal, NO_COLOURS)
  after(1000, progress, 'people.csv', 1024 * 1024, 4 * 1024 * 1024, 'bytes')
  expect(terminal.line).toBe('people.csv ██████░░░░░░░░░░░░░░░░░░ 25%  1.0 MiB/s  3.0 s left')
  after(1000, progress, 'people.csv', 3 * 1024 * 1024, 4 * 1024 * 1024, 'bytes')
  expect(terminal.line).toBe('people.csv ██████████████████░░░░░░ 75%  2.0 MiB/s  500 ms left')
  progress.clear()
  expect(terminal.line).toBe('')
  const before = terminal.text
  progress.clear()
  expect(terminal.text).toBe(before)
})

test('says the rate where nobody knows how much there is, and begins again with each part of the work', () => {
  const terminal = new Terminal(100)
  const progress = new ProgressLine(terminal, NO_COLOURS)
  after(2000, progress, 'rows', 5000, undefined, 'rows')
  expect(terminal.line).toBe('rows  5,000  2,500 rows/s')
  after(1000, progress, 'index', 0, 100, 'pages')
  expect(terminal.line).toContain('  0%  0 pages/s  ? left')
  after(1000, progress, 'index', 50, 100, 'pages')
  expect(terminal.line).toContain(' 50%  50 pages/s  1.0 s left')
})

test('the rate is that of the last seconds', () => {
  const terminal = new Terminal(100)
  const progress = new ProgressLine(terminal, NO_COLOURS)
  for (let second = 1; second <= 20; second++) after(1000, progress, 'x', second * 10, 10_000, 'rows')
  for (let second = 1; second <= 20; second++) after(1000, progress, 'x', 200 + second * 100, 10_000, 'rows')
  expect(terminal.line).toContain('100 rows/s  1 min 18 s left')
})

test('nothing is seen of what is done within a second, and a line is drawn ten times a second at most', () => {
  const terminal = new Terminal(100)
  const progress = new ProgressLine(terminal, NO_COLOURS)
  for (let i = 0; i < 99; i++) after(10, progress, 'x', i, 1000, 'rows')
  expect(terminal.text).toBe('')
  for (let i = 0; i < 100; i++) after(10, progress, 'x', i, 1000, 'rows')
  expect(terminal.text.split(CLEARED).length - 1).toBe(10)
})

test('is there before work in whose middle nothing can be drawn, and has the rate of all such pieces', () => {
  const terminal = new Terminal(100)
  const progress = new ProgressLine(terminal, NO_COLOURS)
  progress.announce('migrate: 1.sql', 0, 4, 'migrations')
  expect(terminal.line).toContain('  0%  0 migrations/s  ? left')
  nowMs += 4000
  progress.announce('migrate: 2.sql', 1, 4, 'migrations')
  expect(terminal.line).toBe('migrate: 2.sql ██████░░░░░░░░░░░░░░░░░░ 25%  0.3 migrations/s  12 s left')
})

test('nothing is written where there is no terminal', () => {
  const file = new Terminal(undefined, false)
  const progress = new ProgressLine(file, coloursFor(file, {}))
  for (let i = 0; i < 50; i++) after(1000, progress, 'x', i, 100, 'rows')
  progress.announce('y', 1, 2, 'migrations')
  progress.clear()
  expect(file.text).toBe('')
})

test.each([100, 80, 60, 40, 20, 10])(
  'a line of %i columns is not filled, so that it can be taken away',
  columns => {
    const terminal = new Terminal(columns)
    const progress = new ProgressLine(terminal, NO_COLOURS)
    for (const label of ['日本の大きなファイル.csv', 'a file']) {
      for (const total of [undefined, 12_345_678]) {
        after(5000, progress, `${label} ${total}`, 1_234_567, total, 'rows')
        expect(textWidth(terminal.line)).toBeLessThan(columns)
        expect(textWidth(terminal.line)).toBeGreaterThan(Math.min(columns, 30) / 2)
      }
    }
  },
)

test('colours are for terminals that have them, unless somebody says otherwise', () => {
  const terminal = { isTTY: true }
  const file = { isTTY: false }
  expect(coloursFor(terminal, { TERM: 'xterm' }).areOn).toBe(true)
  expect(coloursFor(file, { TERM: 'xterm' }).areOn).toBe(false)
  expect(coloursFor({}, {}).areOn).toBe(false)
  expect(coloursFor(terminal, { TERM: 'dumb' }).areOn).toBe(false)
  expect(coloursFor(terminal, { TERM: 'xterm', NO_COLOR: '1' }).areOn).toBe(false)
  expect(coloursFor(terminal, { TERM: 'xterm', NO_COLOR: '' }).areOn).toBe(true)
  expect(coloursFor(file, { FORCE_COLOR: '1' }).areOn).toBe(true)
  expect(coloursFor(file, { FORCE_COLOR: '0' }).areOn).toBe(false)
  expect(coloursFor(file, { FORCE_COLOR: '1', NO_COLOR: '1' }).areOn).toBe(false)
})
