/** `coppice explain`: how a statement would be run. */

import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface ExplainOptions extends TaskOptions {
  readonly analyze?: true
}

export function addExplain(program: Command, done: (code: ExitCode) => void): void {
  withTaskOptions(
    program
      .command('explain')
      .summary('show how a statement would be run')
      .description('Shows the plan of a statement: which indexes it uses, how tables are joined.')
      .argument('<database>')
      .argument('<sql>', 'the statement; - is standard input')
      .option('--analyze', 'run it, and show what was measured; what it changes is undone'),
  )
    .addHelpText('after', "\nExample:\n  coppice explain app.db 'select * from users where email = $1'")
    .action(async (path: string, sql: string, options: ExplainOptions) =>
      done(await runTask(options, task => explain(task, path, sql, options))),
    )
}

async function explain(task: Task, path: string, given: string, options: ExplainOptions): Promise<undefined> {
  const sql = (given === '-' ? readFileSync(0, 'utf8') : given).trim().replace(/;$/, '')
  await using database = await task.open(path, options.analyze ? {} : { readOnly: true })
  // Of what was only measured nothing stays.
  using transaction = options.analyze ? database.begin() : undefined
  const plan = (transaction ?? database).prepare(sql).explain({ analyze: options.analyze ?? false })
  task.result({ plan: plan.split('\n') }, plan)
}
