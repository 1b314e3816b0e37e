/** `coppice DATABASE`: SQL on a terminal, from files, from standard input, or from `-c`. */

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Command, Option } from 'commander'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { coloursFor } from '../output/colours.ts'
import { errorText } from '../output/error-text.ts'
import { StreamTarget, targetOf } from '../output/target.ts'
import { linesOf, linesOfFile } from '../script/lines.ts'
import { describeError } from '../session/sent-error.ts'
import { Session } from '../session/session.ts'
import type { CopyData } from '../shell/copy.ts'
import { runInteractive, TerminalScreen } from '../shell/interactive.ts'
import { defaultSettings, optionNamed, type PrintSettings, PSET } from '../shell/settings.ts'
import { ScriptStopped, Shell } from '../shell/shell.ts'
import { UsageError } from '../usage-error.ts'
import { repeatable } from './arguments.ts'
import { misspeltCommand } from './misspelt-command.ts'

interface ShellOptions {
  readonly command?: readonly string[]
  readonly file?: readonly string[]
  readonly pset?: readonly string[]
  readonly set?: readonly string[]
  readonly json?: true
  readonly csv?: true
  readonly expanded?: true
  readonly tuplesOnly?: true
  readonly align: boolean
  readonly quiet?: true
  readonly output?: string
  readonly singleTransaction?: true
  readonly readOnly?: true
  readonly create: boolean
  readonly unsafeLock?: true
}

const EXAMPLES = `
Examples:
  coppice app.db                               a shell: \\? lists its commands, \\q leaves
  coppice app.db -c 'select count(*) from users'
  coppice app.db < schema.sql                  run a script; -v ON_ERROR_STOP=1 stops it at an error
  coppice app.db --json -c 'table users' | jq  results for programs
  coppice app.db -f a.sql -1                   a script as one transaction: all of it, or nothing
  coppice                                      a database in memory, gone when you leave

Exit status: 0 fine; 1 -c or a command failed; 2 the database cannot be opened; 3 a statement of a script failed;
130 Ctrl-C.`

export function addShell(program: Command, done: (code: ExitCode) => void): void {
  program
    .argument('[database]', 'the file; made when there is none. Without it: a database in memory')
    .option('-c, --command <sql>', 'run this and leave; may be said several times', repeatable)
    .option('-f, --file <file>', 'run a file and leave; - is standard input', repeatable)
    .option('--json', 'print results as JSON')
    .option('--csv', 'print results as CSV')
    .option('-x, --expanded', 'print a line for each value')
    .option('-A, --no-align', 'print values without a table')
    .option('-t, --tuples-only', 'print rows only, without names and count')
    .option('-q, --quiet', 'print results only')
    .option('-o, --output <file>', 'print results to a file, or to |PROGRAM')
    .option('-P, --pset <name=value>', 'how results are printed; \\pset lists the names', repeatable)
    .option('-v, --set <name=value>', 'give a variable a value: :name in statements', repeatable)
    .option('-1, --single-transaction', 'all of -c and -f in one transaction')
    .option('--read-only', 'open the database for reading only; several processes may')
    .option('--no-create', 'do not make the file when there is none')
    .addOption(new Option('--unsafe-lock').hideHelp())
    .addHelpText('after', EXAMPLES)
    .action(async (path: string | undefined, options: ShellOptions) => {
      if (path !== undefined) refuseMisspelt(path, program)
      const [, extra] = program.args
      if (extra !== undefined) throw new UsageError(`there is one database to a shell; what is ${extra}?`)
      done(await runShell(path ?? ':memory:', options))
    })
}

/** A command that is misspelt would be a new database. @throws UsageError */
function refuseMisspelt(path: string, program: Command): void {
  if (!/^[a-z]+$/i.test(path) || existsSync(path)) return
  const names = program.commands.map(command => command.name())
  const meant = misspeltCommand(path, names)
  if (meant === undefined) return
  throw new UsageError(
    `there is neither a command nor a file ${path}; did you mean coppice ${meant}? A new database of that name: ./${path}`,
  )
}

async function runShell(path: string, options: ShellOptions): Promise<ExitCode> {
  const isInteractive =
    options.command === undefined && options.file === undefined && process.stdin.isTTY && process.stdout.isTTY
  const settings = settingsOf(options)
  const colours = coloursFor(process.stdout, process.env)
  const errorColours = coloursFor(process.stderr, process.env)
  let session: Session
  try {
    session = await Session.open(path, {
      readOnly: options.readOnly ?? false,
      create: options.create,
      unsafeLock: options.unsafeLock ?? false,
    })
  } catch (error) {
    const style = { colours: errorColours, asJson: options.json ?? false, isVerbose: false }
    process.stderr.write(errorText(describeError(error), style))
    return EXIT.notOpened
  }
  const screen = isInteractive ? new TerminalScreen() : undefined
  const shell = new Shell(session, settings, variablesOf(options), {
    output: new StreamTarget(process.stdout),
    errors: new StreamTarget(process.stderr),
    colours,
    errorColours,
    page: {
      colours,
      get width() {
        return process.stdout.columns
      },
    },
    screen,
  })
  if (options.output !== undefined) shell.output = await targetOf(options.output)
  let hasClosed = false
  try {
    const code = screen === undefined ? await runBatch(shell, options) : await runTerminal(shell, screen)
    hasClosed = true
    // `\c` has put another one in its place.
    await shell.session.close()
    return code
  } finally {
    if (!hasClosed) await shell.session.kill()
    if (shell.output !== shell.io.output) await shell.output.end()
  }
}

async function runTerminal(shell: Shell, screen: TerminalScreen): Promise<ExitCode> {
  const { database } = shell.session
  const { faint, strong } = shell.io.colours
  const place = database.path === ':memory:' ? 'a database in memory' : database.path
  const news = database.wasCreated && database.path !== ':memory:' ? ', new' : ''
  const recovered = database.wasRecovered ? faint(' Recovered from a crash.') : ''
  if (!shell.isSet('QUIET')) {
    await shell.io.output.write(
      `${strong('coppice')} · ${place}${news}${recovered}\n${faint('\\? for help, \\q to leave')}\n`,
    )
  }
  await runStartFile(shell)
  if (!shell.hasQuit) await runInteractive(shell, screen)
  return EXIT.ok
}

/** What its user has every shell begin with; a failure in it is told, and the shell goes on. */
async function runStartFile(shell: Shell): Promise<void> {
  const file = process.env.COPPICERC ?? join(homedir(), '.coppicerc')
  if (file === '' || !existsSync(file)) return
  try {
    await runFiles(shell, [file], false)
  } catch (error) {
    if (!(error instanceof ScriptStopped)) throw error
  }
}

/** Commands, files, or standard input. */
async function runBatch(shell: Shell, options: ShellOptions): Promise<ExitCode> {
  let wasInterrupted = false
  process.on('SIGINT', () => {
    // The second one ends the process as it would without this.
    if (wasInterrupted) process.exit(EXIT.interrupted)
    wasInterrupted = true
    shell.cancel()
  })
  const { command = [], file = [] } = options
  const files = command.length + file.length === 0 ? ['-'] : file
  const isOne = options.singleTransaction ?? false
  try {
    if (isOne) await shell.session.rows('begin')
    for (const text of command) {
      await shell.runLines(text.split('\n'), rowsOfInput)
      if (shell.hasQuit || (shell.failureCount > 0 && isOne)) break
    }
    if (shell.failureCount === 0 || command.length === 0) await runFiles(shell, files, isOne)
    if (isOne) await shell.session.rows(shell.failureCount > 0 ? 'rollback' : 'commit')
  } catch (error) {
    if (!(error instanceof ScriptStopped)) throw error
  }
  if (wasInterrupted) return EXIT.interrupted
  if (shell.failureCount === 0) return EXIT.ok
  return command.length > 0 ? EXIT.failed : EXIT.scriptFailed
}

let isInputTaken = false

/** For a COPY FROM STDIN of `-c`: all of standard input, and the next one has nothing. */
function rowsOfInput(): CopyData {
  const pieces = isInputTaken ? [] : process.stdin
  isInputTaken = true
  return { pieces: Readable.from(pieces), skip: 'never' }
}

async function runFiles(shell: Shell, files: readonly string[], isOne: boolean): Promise<void> {
  for (const file of files) {
    shell.script = {
      name: file === '-' ? '<stdin>' : file,
      folder: file === '-' ? '.' : file.replace(/[^/\\]*$/, ''),
    }
    if (isOne) shell.variables.set('ON_ERROR_STOP', '1')
    await shell.runLines(file === '-' ? linesOf(process.stdin) : linesOfFile(file))
    shell.script = undefined
    if (shell.hasQuit) return
  }
}

function settingsOf(options: ShellOptions): PrintSettings {
  const isUnicode = /utf-?8/i.test(process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || '')
  const isTerminal = process.stdout.isTTY === true && options.output === undefined
  const settings = defaultSettings(isTerminal, isUnicode || process.platform === 'win32')
  if (options.json) settings.format = 'json'
  if (options.csv) settings.format = 'csv'
  if (!options.align) settings.format = 'unaligned'
  if (options.expanded) settings.expanded = 'on'
  if (options.tuplesOnly) settings.tuplesOnly = true
  for (const text of options.pset ?? []) {
    const [name, value] = pairOf(text)
    const option = optionNamed(name)
    if (option === undefined) {
      throw new UsageError(`-P ${name}: there is no such option (known: ${Object.keys(PSET).join(', ')})`)
    }
    option.set(settings, value)
  }
  return settings
}

function variablesOf(options: ShellOptions): Map<string, string> {
  const variables = new Map<string, string>()
  if (options.quiet) variables.set('QUIET', 'on')
  for (const text of options.set ?? []) {
    const [name, value] = pairOf(text)
    variables.set(name, value ?? 'on')
  }
  return variables
}

function pairOf(text: string): [string, string | undefined] {
  const at = text.indexOf('=')
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
