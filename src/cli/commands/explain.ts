/** `coppice explain`: how a statement would be run. */

import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface ExplainOptions extends TaskOptions {
  readonly analyze?: true
}

const EXAMPLES = `
An index is used where the plan has Index Scan; Seq Scan reads the whole table.

Examples:
  coppice explain app.db 'select * from users where email = $1'      parameters need no values
  coppice explain app.db --analyze 'delete from users where age < 3' run, measured, and undone
  coppice explain app.db - < slow.sql

Exit status: 0 fine; 1 the statement failed; 2 the database cannot be opened; 130 Ctrl-C.`

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
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, sql: string, options: ExplainOptions) =>
      done(await runTask(options, task => explain(task, path, sql, options))),
    )
}

async function explain(task: Task, path: string, given: string, options: ExplainOptions): Promise<undefined> {
  const sql = (given === '-' ? readFileSync(0, 'utf8') : given).trim().replace(/;$/, '')
  const analyze = options.analyze ?? false
  // In a thread of its own, so that Ctrl-C is heard while the statement runs.
  const session = await task.openSession(path, { readOnly: !analyze })
  const cancel = (): void => session.cancel()
  task.signal.addEventListener('abort', cancel)
  try {
    if (analyze) await session.rows('begin')
    task.signal.throwIfAborted()
    const plan = await session.explain(sql, analyze, ({ rows, expectedRows }) =>
      // Where there are more than were expected, nobody knows how many.
      task.progress.update('explain --analyze', rows, rows < expectedRows ? expectedRows : undefined, 'rows'),
    )
    task.result({ plan: plan.split('\n') }, plan)
  } finally {
    task.signal.removeEventListener('abort', cancel)
    // Of what was only measured nothing stays: closing rolls it back.
    await session.close()
  }
}
