/** `coppice stats`: what is in the file, as numbers, as bars, and as a picture. */

import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { DatabaseStats, TreeStats } from '../../index.ts'
import type { ExitCode } from '../exit-codes.ts'
import { bytesText, countText } from '../output/quantities.ts'
import { pad } from '../output/width.ts'
import { statsPicture } from './stats-picture.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface StatsOptions extends TaskOptions {
  readonly exact?: true
  readonly svg?: string
  readonly all?: true
}

const EXAMPLES = `
What is half full or less gets smaller by coppice compact.

Examples:
  coppice stats app.db
  coppice stats app.db --exact --svg app.svg   a picture, of all pages
  coppice stats app.db --json | jq '.trees[] | {table, index, entries}'

Exit status: 0 fine; 1 it failed; 2 the database cannot be opened.`

export function addStats(program: Command, done: (code: ExitCode) => void): void {
  withTaskOptions(
    program
      .command('stats')
      .summary('sizes and fill of tables and indexes')
      .description('Shows how large the tables and indexes of a database are, and how full their pages.')
      .argument('<database>')
      .option('--exact', 'look at all leaves, not at a sample')
      .option('--svg <file>', 'draw a picture')
      .option('-a, --all', "Coppice's own trees, too"),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: StatsOptions) =>
      done(await runTask(options, task => run(task, path, options), { leavesCtrlC: true })),
    )
}

async function run(task: Task, path: string, options: StatsOptions): Promise<undefined> {
  await using database = await task.open(path, { readOnly: true })
  const stats = database.stats({
    exact: options.exact ?? false,
    onProgress: task.onProgress('stats', 'pages'),
  })
  const parts = partsOf(stats, options.all ?? false)
  if (options.svg !== undefined) writeFileSync(options.svg, statsPicture(path, stats, parts))
  task.result(stats, statsText(path, stats, parts, task))
}

/** A table's rows, or an index, with its size. */
export interface TreePart {
  readonly name: string
  readonly isIndex: boolean
  readonly entries: number
  readonly bytes: number
  readonly fill: number
  readonly height: number
}

/** The largest tables first, each with its indexes. */
export function partsOf(stats: DatabaseStats, withOwn: boolean): TreePart[] {
  const trees = stats.trees.filter(tree => withOwn || !isOwn(tree))
  const bytes = (tree: TreeStats): number =>
    (tree.leafPages + tree.branchPages + tree.extentPages) * stats.pageSizeBytes
  const sums = new Map<string, number>()
  for (const tree of trees) sums.set(tree.table, (sums.get(tree.table) ?? 0) + bytes(tree))
  return trees
    .map(tree => ({
      table: tree.table,
      name: tree.index === undefined ? tree.table : tree.index,
      isIndex: tree.index !== undefined,
      entries: tree.entries,
      bytes: bytes(tree),
      fill: tree.fill,
      height: tree.height,
    }))
    .sort(
      (a, b) =>
        sums.get(b.table)! - sums.get(a.table)! ||
        (a.table < b.table ? -1 : a.table > b.table ? 1 : 0) ||
        Number(a.isIndex) - Number(b.isIndex) ||
        b.bytes - a.bytes,
    )
}

function isOwn({ table }: TreeStats): boolean {
  return table.startsWith('(') || table.startsWith('coppice.')
}

const BAR_COLUMNS = 20
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

function statsText(
  path: string,
  stats: DatabaseStats,
  parts: readonly TreePart[],
  { colours }: Task,
): string {
  const { fileBytes, freePages, pageSizeBytes } = stats
  const head = [
    `${colours.strong(path)}  ${bytesText(fileBytes)}: ${countText(stats.filePages)} pages of ${bytesText(pageSizeBytes)}, ${countText(freePages)} free`,
    '',
  ]
  if (parts.length === 0) return [...head, 'There are no tables.'].join('\n')
  const largest = Math.max(...parts.map(part => part.bytes), 1)
  const rows = parts.map(part => [
    part.isIndex ? `  ${part.name}` : part.name,
    countText(part.entries),
    bytesText(part.bytes),
    part.entries === 0 ? '' : `${Math.round(part.fill * 100)}%`,
    bar(part.bytes / largest),
  ])
  const titles = ['Table, index', 'Entries', 'Size', 'Full', '']
  const widths = titles.map((title, i) =>
    Math.max(title.length, ...rows.map(row => (i === 4 ? 0 : row[i].length))),
  )
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 4 ? cell : pad(cell, widths[i], i === 0 ? 'left' : 'right'))).join('  ')
  return [
    ...head,
    colours.strong(line(titles).trimEnd()),
    ...rows.map(([name, entries, size, full, drawn]) =>
      line([name, entries, size, full, colours.accent(drawn)]),
    ),
  ].join('\n')
}

function bar(part: number): string {
  const eighths = Math.max(1, Math.round(part * BAR_COLUMNS * 8))
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]
}
