/** What `coppice` can be asked for: its commands, options and help. */

import { Command, CommanderError } from 'commander'
import { VERSION } from '../index.ts'
import { addBench } from './commands/bench.ts'
import { addConvert } from './commands/convert.ts'
import { addDump } from './commands/dump.ts'
import { addExplain } from './commands/explain.ts'
import { addExport } from './commands/export.ts'
import { addImport } from './commands/import.ts'
import { addMaintenance } from './commands/maintenance.ts'
import { addMigrate } from './commands/migrate.ts'
import { addServe } from './commands/serve.ts'
import { addShell } from './commands/shell.ts'
import { addStats } from './commands/stats.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { coloursFor } from './output/colours.ts'
import { errorText } from './output/error-text.ts'
import { describeError } from './session/sent-error.ts'
import { UsageError } from './usage-error.ts'

/** Runs what the arguments ask for, and says how it went. */
export async function runProgram(words: readonly string[]): Promise<number> {
  let exitCode: ExitCode = EXIT.ok
  // By the words: what is not understood has no options yet.
  const asJson = words.includes('--json')
  const program = new Command('coppice')
    .description('Coppice: a database in one file, with PostgreSQL’s SQL.')
    .version(VERSION, '-V, --version', 'print the version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput(asJson ? { writeErr: () => {} } : {})
    .showHelpAfterError('(coppice --help says more)')
  const done = (code: ExitCode): void => {
    exitCode = code
  }
  for (const add of [
    addShell,
    addImport,
    addExport,
    addDump,
    addConvert,
    addStats,
    addExplain,
    addMaintenance,
    addMigrate,
    addServe,
    addBench,
  ])
    add(program, done)
  // The shell says itself what it does not understand, as a command that is misspelt. (Commands that are there refuse theirs.)
  program.allowExcessArguments()
  try {
    await program.parseAsync([...words])
    return exitCode
  } catch (error) {
    const colours = coloursFor(process.stderr, process.env)
    if (error instanceof CommanderError) {
      const message = error.message.replace(/^error: /, '')
      if (asJson && error.exitCode !== 0)
        process.stderr.write(
          errorText(describeError(new UsageError(message)), { colours, asJson, isVerbose: false }),
        )
      return error.exitCode
    }
    if (error instanceof UsageError && !asJson) process.stderr.write(`coppice: ${error.message}\n`)
    else process.stderr.write(errorText(describeError(error), { colours, asJson, isVerbose: false }))
    return EXIT.failed
  }
}
