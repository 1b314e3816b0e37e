/** `coppice bench`: what this machine does, in half a minute. The benchmarks of the project are in bench/. */

import { mkdtempSync, rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type Database, open, t, table } from '../../index.ts'
import type { ExitCode } from '../exit-codes.ts'
import { countText } from '../output/quantities.ts'
import { wholeNumber } from './arguments.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface BenchOptions extends TaskOptions {
  readonly rows: number
  readonly folder: string
}

interface Measure {
  readonly what: string
  readonly operations: number
  readonly elapsedMs: number
}

const EXAMPLES = `
The disk is the one of the folder where it runs; that of a container or of /tmp may be another one than that of your data.

Examples:
  coppice bench
  coppice bench --folder /var/lib/app --rows 1000000

Exit status: 0 fine; 1 it failed; 130 Ctrl-C.`

export function addBench(program: Command, done: (code: ExitCode) => void): void {
  withTaskOptions(
    program
      .command('bench')
      .summary('measure this machine')
      .description(
        'Measures, in a database of its own that it removes again, how fast Coppice is on this machine.',
      )
      .option('--rows <count>', 'how many', wholeNumber, 200_000)
      .option('--folder <path>', 'on which disk', '.'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (options: BenchOptions) => done(await runTask(options, task => run(task, options))))
}

async function run(task: Task, { folder, rows }: BenchOptions): Promise<undefined> {
  const place = mkdtempSync(join(folder, 'coppice-bench-'))
  const measures: Measure[] = []
  try {
    await using database = await open(join(place, 'bench.db'))
    for (const [what, measure] of STEPS) {
      task.signal.throwIfAborted()
      task.progress.update('bench', measures.length, STEPS.length, 'entries')
      // What was measured before has had its time to be collected.
      await new Promise(resolve => setTimeout(resolve, 50))
      const startedMs = performance.now()
      const operations = measure(database, rows)
      measures.push({ what, operations, elapsedMs: performance.now() - startedMs })
    }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
  const machine = { processor: cpus()[0]?.model.trim() ?? '', cores: cpus().length, node: process.version }
  task.result({ machine, rows, measures }, benchText(machine, rows, measures, task))
}

const numbers = table('numbers', { key: t.u32, value: t.text })
const COMMITS = 300
const SQL_STATEMENTS = 2000

/** The keys in an order that is not theirs: all of them, each once. */
function* shuffled(count: number): Generator<number> {
  // A step that has no factor in common with the count.
  let step = Math.floor(count * 0.618) | 1
  while (gcd(step, count) !== 1) step += 2
  for (let i = 0, key = 0; i < count; i++) {
    yield key
    key = (key + step) % count
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

const STEPS: readonly (readonly [string, (database: Database, rows: number) => number])[] = [
  [
    'put, in random order, one transaction',
    (database, rows) =>
      database.write(tx => {
        const target = tx.table(numbers)
        for (const key of shuffled(rows))
          target.put(key, `value ${key}, with as many letters as a short line has`)
        return rows
      }),
  ],
  [
    'get, in random order',
    (database, rows) =>
      database.read(snapshot => {
        const source = snapshot.table(numbers)
        for (const key of shuffled(rows)) source.get(key)
        return rows
      }),
  ],
  [
    'scan',
    (database, rows) =>
      database.read(snapshot => {
        let length = 0
        for (const [, value] of snapshot.table(numbers).range()) length += value.length
        return length > 0 ? rows : 0
      }),
  ],
  [
    'commit of one put, durable',
    database => {
      for (let i = 0; i < COMMITS; i++) database.write(tx => tx.table(numbers).put(i, 'changed'))
      return COMMITS
    },
  ],
  [
    'SQL: rows inserted by INSERT … SELECT',
    (database, rows) => {
      database.exec(`create table people (id int primary key, name text not null, age int);
        insert into people select g, 'name ' || g, g % 90 from generate_series(1, ${rows}) g`)
      return rows
    },
  ],
  [
    'SQL: select by primary key, prepared',
    (database, rows) => {
      const statement = database.prepare('select name from people where id = $1')
      for (let i = 0; i < SQL_STATEMENTS; i++) statement.get(1 + ((i * 7919) % rows))
      return SQL_STATEMENTS
    },
  ],
  [
    'SQL: rows grouped and counted',
    (database, rows) => {
      database.query('select age, count(*), avg(id) from people group by age')
      return rows
    },
  ],
]

function benchText(
  machine: { readonly processor: string; readonly cores: number; readonly node: string },
  rows: number,
  measures: readonly Measure[],
  { colours }: Task,
): string {
  const lines = measures.map(({ elapsedMs, operations, what }) => {
    const each = (elapsedMs * 1000) / operations
    const time =
      each >= 100
        ? `${Math.round(each)} µs`
        : each >= 1
          ? `${each.toFixed(1)} µs`
          : `${Math.round(each * 1000)} ns`
    const rate = `${countText((operations / elapsedMs) * 1000)}/s`
    return `  ${what.padEnd(40)} ${time.padStart(10)} ${rate.padStart(14)}`
  })
  const head = `${countText(rows)} rows · ${machine.processor} · ${machine.cores} cores · Node ${machine.node}`
  return [colours.strong(head), '', ...lines].join('\n')
}
