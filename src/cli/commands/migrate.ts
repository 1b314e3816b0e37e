/** `migrate`: applies the migrations of a folder that were not applied yet. */

import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { plural } from '../output/quantities.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface MigrateOptions extends TaskOptions {
  readonly to?: string
  readonly status?: true
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
      .option('--status', 'say what was applied and what would be, and change nothing'),
  )
    .addHelpText(
      'after',
      `
A file of SQL is a script. A module exports a function of a write transaction, as default or as up:

  export default tx => { tx.exec('alter table users add column age int') }

What was applied is in the table coppice_migrations. Files that were applied must not change any more, nor go, nor get others before
them.

Examples:
  coppice migrate app.db
  coppice migrate app.db db/migrations --status`,
    )
    .action(async (path: string, folder: string, options: MigrateOptions) =>
      done(await runTask(options, task => migrateTo(task, path, folder, options))),
    )
}

async function migrateTo(
  task: Task,
  path: string,
  folder: string,
  options: MigrateOptions,
): Promise<undefined> {
  const { appliedMigrations, migrate, readMigrations } = await import('../../integrations/migrate.ts')
  const migrations = await readMigrations(folder)
  if (options.status) {
    await using database = await task.open(path, { readOnly: true })
    const applied = new Map(appliedMigrations(database).map(({ name, appliedAt }) => [name, appliedAt]))
    const pending = migrations.map(({ name }) => name).filter(name => !applied.has(name))
    task.result(
      { applied: [...applied].map(([name, appliedAt]) => ({ name, appliedAt })), pending },
      [
        ...[...applied].map(
          ([name, at]) => `  ${task.colours.good('applied')}  ${name}  ${at.toISOString()}`,
        ),
        ...pending.map(name => `  pending  ${name}`),
        `${plural(applied.size, 'migration')} applied, ${pending.length} to apply.`,
      ].join('\n'),
    )
    return undefined
  }
  await using database = await task.open(path, { create: true })
  const report = await migrate(database, migrations, {
    to: options.to,
    onApplied: name => task.note(`applied ${name}`),
  })
  const { applied, before } = report
  task.result(report, `${plural(applied.length, 'migration')} applied now, ${before.length} before.`)
  return undefined
}
