/** `check`, `salvage`, `compact`, `backup`, `restore`: commands for the file itself. */

import type { Command } from 'commander'
import { type SalvageReport, salvage } from '../../index.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { bytesText, countText, durationText, plural } from '../output/quantities.ts'
import { UsageError } from '../usage-error.ts'
import { refuseReplacing } from './replaced-file.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface OverwriteOptions extends TaskOptions {
  readonly overwrite?: true
}

type Done = (code: ExitCode) => void

export function addMaintenance(program: Command, done: Done): void {
  addCheck(program, done)
  addSalvage(program, done)
  addCompact(program, done)
  addBackup(program, done)
  addRestore(program, done)
}

function addCheck(program: Command, done: Done): void {
  withTaskOptions(
    program
      .command('check')
      .summary('look for damage in every page')
      .description('Checks every page, checksum, order and reference of a database. Changes nothing.')
      .argument('<database>'),
  )
    .addHelpText(
      'after',
      `
Examples:
  coppice check app.db
  coppice check app.db --json | jq .faults
  coppice check app.db -q || mail -s 'app.db is damaged' me@example.org < /dev/null

Exit status: 0 nothing is wrong; 4 there is damage (coppice salvage saves what can be saved); 1 it failed; 2 the database cannot be
opened; 130 Ctrl-C.`,
    )
    .action(async (path: string, options: TaskOptions) =>
      done(await runTask(options, task => check(task, path))),
    )
}

async function check(task: Task, path: string): Promise<ExitCode> {
  await using database = await task.open(path, { readOnly: true })
  const report = await database.check({ signal: task.signal, onProgress: task.onProgress('check', 'pages') })
  const { colours } = task
  const looked = `${plural(report.pages, 'page')} in ${plural(report.trees, 'tree')}`
  const lines = report.faults.map(fault => {
    const place =
      fault.table === undefined
        ? ''
        : ` of ${fault.table}${fault.index === undefined ? '' : `, index ${fault.index}`}`
    return `  page ${fault.pageId}${place}: ${fault.message}`
  })
  const verdict = report.ok
    ? colours.good('Nothing is wrong')
    : colours.bad(`${plural(lines.length, 'fault')}`)
  task.result(report, [`${verdict} in ${path}: ${looked}.`, ...lines].join('\n'))
  return report.ok ? EXIT.ok : EXIT.found
}

function addSalvage(program: Command, done: Done): void {
  withTaskOptions(
    program
      .command('salvage')
      .summary('save what can be read of a damaged database')
      .description(
        'Writes whatever can still be read of a damaged database into a new one, and says what is lost.',
      )
      .argument('<database>', 'is only read')
      .argument('<new-database>')
      .option('--overwrite', 'replace an existing file'),
  )
    .addHelpText(
      'after',
      `
Example:
  coppice salvage damaged.db saved.db

Exit status: 0 nothing is lost; 4 something is; 1 it failed, and there is no new database; 130 Ctrl-C.`,
    )
    .action(async (path: string, target: string, options: OverwriteOptions) =>
      done(await runTask(options, task => salvageInto(task, path, target, options))),
    )
}

async function salvageInto(
  task: Task,
  path: string,
  target: string,
  options: OverwriteOptions,
): Promise<ExitCode> {
  refuseReplacing(path, target, options.overwrite ?? false, 'what is in it is lost.')
  const report = await salvage(path, target, {
    overwrite: options.overwrite ?? false,
    unsafeLock: options.unsafeLock ?? false,
    signal: task.signal,
    onProgress: task.onProgress('salvage', 'entries'),
  })
  task.result(report, salvageText(report, target, task))
  return report.ok ? EXIT.ok : EXIT.found
}

function salvageText(report: SalvageReport, target: string, { colours }: Task): string {
  const verdict = report.ok ? colours.good('Nothing is lost.') : colours.bad('Something is lost.')
  const lines = [`${verdict} ${target}: ${bytesText(report.sizeBytes)}, from the ${report.basis}.`]
  const width = Math.max(0, ...report.tables.map(table => table.name.length))
  for (const { name, entriesLost, entriesRead, isLeftover } of report.tables) {
    const { atLeast, atMost } = entriesLost
    const lost =
      atMost === 0
        ? ''
        : atLeast === atMost
          ? `${countText(atLeast)} lost`
          : `at least ${countText(atLeast)} lost`
    const note = isLeftover ? 'may be out of date' : lost
    lines.push(
      `  ${name.padEnd(width)}  ${countText(entriesRead).padStart(12)}  ${colours.bad(note)}`.trimEnd(),
    )
  }
  if (report.lostTransactions > 0)
    lines.push(`${plural(report.lostTransactions, 'transaction')} of the log lost.`)
  if (report.isLogMissing) lines.push('There was a log, and it is missing: the newest commits may be lost.')
  for (const name of report.damagedDefinitions) lines.push(`The definition of ${name} is lost.`)
  return lines.join('\n')
}

function addCompact(program: Command, done: Done): void {
  withTaskOptions(
    program
      .command('compact')
      .summary('make the file as small as it can be')
      .description('Builds thinly filled tables anew and gives free space back to the system.')
      .argument('<database>'),
  )
    .addHelpText(
      'after',
      `
It needs room for a copy of what it builds anew, and the database for itself; a program that has it open calls db.compact().

Example:
  coppice compact app.db

Exit status: 0 fine; 1 it failed, and nothing is lost; 2 the database cannot be opened; 130 Ctrl-C.`,
    )
    .action(async (path: string, options: TaskOptions) =>
      done(await runTask(options, task => compact(task, path))),
    )
}

async function compact(task: Task, path: string): Promise<undefined> {
  await using database = await task.open(path)
  const { pageSizeBytes } = database.stats()
  const { pagesAfter, pagesBefore, rebuiltTrees } = await database.compact({
    signal: task.signal,
    onProgress: task.onProgress('compact', 'entries'),
  })
  const before = pagesBefore * pageSizeBytes
  const after = pagesAfter * pageSizeBytes
  task.result(
    { bytesBefore: before, bytesAfter: after, rebuiltTrees },
    `${path}: ${bytesText(before)} → ${bytesText(after)}, ${plural(rebuiltTrees, 'tree')} built anew.`,
  )
}

function addBackup(program: Command, done: Done): void {
  withTaskOptions(
    program
      .command('backup')
      .summary('copy a database')
      .description('Writes a copy of a database: one state, tightly packed, a database of its own.')
      .argument('<database>')
      .argument('<copy>')
      .option('--overwrite', 'replace an existing file'),
  )
    .addHelpText(
      'after',
      `
A program that has the database open makes backups with db.backup(path), while it goes on writing.

Examples:
  coppice backup app.db backups/app-$(date +%F).db
  coppice backup app.db copy.db --overwrite

Exit status: 0 fine; 1 it failed, and there is no copy; 2 the database cannot be opened; 130 Ctrl-C.`,
    )
    .action(async (path: string, target: string, options: OverwriteOptions) =>
      done(await runTask(options, task => copyDatabase(task, path, target, options, 'backup'))),
    )
}

function addRestore(program: Command, done: Done): void {
  withTaskOptions(
    program
      .command('restore')
      .summary('make a database of a backup')
      .description('Checks a backup, and makes a database of it.')
      .argument('<database>', 'what is made')
      .argument('<backup>')
      .option('--overwrite', 'replace an existing database'),
  )
    .addHelpText(
      'after',
      `
Of a dump, which is SQL: coppice app.db -1 -f dump.sql

Examples:
  coppice restore app.db backups/app-2026-03-01.db
  coppice restore app.db copy.db --overwrite   what is in app.db now is lost

Exit status: 0 fine; 1 it failed, or the backup is damaged, and nothing was changed; 2 the backup cannot be opened; 130 Ctrl-C.`,
    )
    .action(async (path: string, backup: string, options: OverwriteOptions) =>
      done(await runTask(options, task => copyDatabase(task, backup, path, options, 'restore'))),
    )
}

async function copyDatabase(
  task: Task,
  path: string,
  target: string,
  options: OverwriteOptions,
  what: 'backup' | 'restore',
): Promise<undefined> {
  const loss =
    what === 'backup'
      ? 'that copy is lost.'
      : `what is in it now is lost, unless it was copied before (coppice backup ${target} COPY).`
  refuseReplacing(path, target, options.overwrite ?? false, loss)
  await using database = await task.open(path, { readOnly: true })
  if (what === 'restore') {
    const report = await database.check({
      signal: task.signal,
      onProgress: task.onProgress('check', 'pages'),
    })
    if (!report.ok)
      throw new UsageError(
        `${path} is damaged (${plural(report.faults.length, 'fault')}); coppice check says where`,
      )
  }
  const startedMs = performance.now()
  const { sizeBytes } = await database.backup(target, {
    overwrite: options.overwrite ?? false,
    signal: task.signal,
    onProgress: task.onProgress(what, 'entries'),
  })
  const elapsedMs = Math.round(performance.now() - startedMs)
  task.result(
    { file: target, sizeBytes, elapsedMs },
    `${target}: ${bytesText(sizeBytes)} in ${durationText(elapsedMs)}.`,
  )
}
