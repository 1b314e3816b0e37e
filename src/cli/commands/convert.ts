/** `coppice convert`: databases of SQLite and LMDB into one of Coppice. */

import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import type { Database } from '../../index.ts'
import type { ExitCode } from '../exit-codes.ts'
import { countText, durationText } from '../output/quantities.ts'
import { convertLmdb } from '../transfer/convert-lmdb.ts'
import { type ConvertOptions, type ConvertReport, convertSqlite } from '../transfer/convert-sqlite.ts'
import { openLmdb, openSqlite } from '../transfer/foreign-modules.ts'
import { UsageError } from '../usage-error.ts'
import { repeatable } from './arguments.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface ConvertCommandOptions extends TaskOptions {
  readonly name?: readonly string[]
}

const EXAMPLES = `
Of SQLite: tables with their keys, unique constraints, indexes, foreign keys and rows; views and triggers are left out, as they
are written in its dialect. It is read by Node 22.13 and later, or where better-sqlite3 is installed.
Of LMDB: maps from bytes to bytes, where the package lmdb is installed; --name says which named databases.

Examples:
  coppice convert old.sqlite app.db
  coppice convert data.mdb app.db --name users --name sessions

Exit status: 0 fine; 1 it failed, and nothing was added to the database; 2 the database cannot be opened; 130 Ctrl-C.`

export function addConvert(program: Command, done: (code: ExitCode) => void): void {
  withTaskOptions(
    program
      .command('convert')
      .summary('make a database of one of SQLite or LMDB')
      .description('Reads a database of SQLite or LMDB into one of Coppice.')
      .argument('<source>')
      .argument('<database>', 'made when there is none')
      .option('--name <database>', 'of LMDB: a named database; may be said several times', repeatable),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (source: string, path: string, options: ConvertCommandOptions) =>
      done(await runTask(options, task => run(task, source, path, options))),
    )
}

const SQLITE_HEAD = 'SQLite format 3\0'

function isSqlite(path: string): boolean {
  if (statSync(path).isDirectory()) return false
  const head = Buffer.alloc(SQLITE_HEAD.length)
  const file = openSync(path, 'r')
  try {
    readSync(file, head, 0, head.length, 0)
  } finally {
    closeSync(file)
  }
  return head.toString('latin1') === SQLITE_HEAD
}

async function run(
  task: Task,
  source: string,
  path: string,
  options: ConvertCommandOptions,
): Promise<undefined> {
  if (!existsSync(source)) throw new UsageError(`${source}: there is no such file`)
  const startedMs = performance.now()
  const convertOptions: ConvertOptions = {
    signal: task.signal,
    onProgress: (table, rows, total) => task.progress.update(`convert ${table}`, rows, total, 'rows'),
  }
  const report = isSqlite(source)
    ? await fromSqlite(task, source, path, convertOptions)
    : await fromLmdb(task, source, path, options.name ?? [], convertOptions)
  const elapsedMs = Math.round(performance.now() - startedMs)
  const width = Math.max(0, ...report.tables.map(({ name }) => name.length))
  const lines = report.tables.map(
    ({ name, rows }) => `  ${name.padEnd(width)}  ${countText(rows).padStart(12)}`,
  )
  const notes = report.notes.map(note => `  ${task.colours.note(note)}`)
  task.result(
    { ...report, elapsedMs },
    [`${source} → ${path} in ${durationText(elapsedMs)}.`, ...lines, ...notes].join('\n'),
  )
}

async function fromSqlite(
  task: Task,
  source: string,
  path: string,
  options: ConvertOptions,
): Promise<ConvertReport> {
  const sqlite = openSqlite(source)
  try {
    await using database: Database = await task.open(path, { create: true })
    return await convertSqlite(sqlite, database, options)
  } finally {
    sqlite.close()
  }
}

async function fromLmdb(
  task: Task,
  source: string,
  path: string,
  names: readonly string[],
  options: ConvertOptions,
): Promise<ConvertReport> {
  const lmdb = openLmdb(source)
  try {
    await using database: Database = await task.open(path, { create: true })
    return await convertLmdb(lmdb, names, database, options)
  } finally {
    await lmdb.close()
  }
}
