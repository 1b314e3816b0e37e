/** `migrate`: applies the migrations of a folder that were not applied yet. */

import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { open } from '../../index.ts'
import type { Migration } from '../../integrations/migrate.ts'
import type { ExitCode } from '../exit-codes.ts'
import { plural } from '../output/quantities.ts'
import { wholeNumber } from './arguments.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface MigrateOptions extends TaskOptions {
  readonly to?: string
  readonly status?: true
  readonly wait?: number
}

export function addMigrate(program: Command, done: (code: ExitCode) => void): void {
  withTaskOptions(
    program
      .command('migrate')
      .summary('apply the migrations of a folder')
      .description(
        'Applies the files of a folder that were not applied yet, in the order of their names: each in a transaction, or not at all.',
      )
      .argument('<database>', 'is made when there is none')
      .argument('[folder]', 'of *.sql, *.js and *.ts', 'migrations')
      .option('--to <name>', 'stop after this one')
      .option('--status', 'say what was applied and what would be, and change nothing')
      .option('--wait <seconds>', 'wait so long for another process that has the database open', wholeNumber),
  )
    .addHelpText(
      'after',
      `
A file of SQL is a script. A module exports a function of a write transaction, as default or as up:

  export default tx => { tx.exec('alter table users add column age int') }

What was applied is in the table coppice_migrations. Files that were applied must not change any more, nor go, nor get others before
them.

Examples:
  coppice migrate app.db                       the folder migrations
  coppice migrate app.db db/migrations --status
  coppice migrate app.db --wait 60             several that start at once: one applies, the others find it done

Exit status: 0 fine; 1 one has failed, and nothing of it has happened, or the files do not go with what was applied; 2 the database
cannot be opened. Ctrl-C: nothing of the one that runs has happened.`,
    )
    .action(async (path: string, folder: string, options: MigrateOptions) =>
      done(await runTask(options, task => migrateTo(task, path, folder, options), { leavesCtrlC: true })),
    )
}

async function migrateTo(
  task: Task,
  path: string,
  folder: string,
  options: MigrateOptions,
): Promise<undefined> {
  const { migrate, readMigrations } = await import('../../integrations/migrate.ts')
  const migrations = await readMigrations(folder)
  if (options.status) return showStatus(task, path, migrations)
  await using database = await task.open(path, { create: true }, (options.wait ?? 0) * 1000)
  const report = await migrate(database, migrations, {
    to: options.to,
    onProgress: ({ name, done, total }) =>
      // Nothing can be drawn before it is done.
      task.progress.announce(`migrate: ${name}`, done, total, 'migrations'),
    onApplied: name => task.note(`applied ${name}`),
  })
  const { applied, before } = report
  task.result(report, `${plural(applied.length, 'migration')} applied now, ${before.length} before.`)
  return undefined
}

/** What was applied and what would be. @throws CoppiceError MIGRATION_FAILED: nothing would be, and why */
async function showStatus(task: Task, path: string, migrations: readonly Migration[]): Promise<undefined> {
  const { appliedMigrations, pendingMigrations } = await import('../../integrations/migrate.ts')
  // What is not there yet would be made.
  const isThere = existsSync(path)
  await using database = isThere ? await task.open(path, { readOnly: true }) : await open(':memory:')
  const applied = appliedMigrations(database)
  const pending = await pendingMigrations(database, migrations)
  const lines = [
    ...applied.map(
      ({ name, appliedAt }) => `  ${task.colours.good('applied')}  ${name}  ${appliedAt.toISOString()}`,
    ),
    ...pending.map(name => `  pending  ${name}`),
    `${plural(applied.length, 'migration')} applied, ${pending.length} to apply.`,
  ]
  task.result(
    { applied: applied.map(({ name, appliedAt }) => ({ name, appliedAt })), pending },
    lines.join('\n'),
  )
  return undefined
}
