/** Backslash commands: what they are called, what they say of themselves, and what they do. */

import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { bytesText } from '../output/quantities.ts'
import type { Row } from '../output/result.ts'
import type { OutputTarget } from '../output/target.ts'
import { targetOf } from '../output/target.ts'
import { linesOfFile } from '../script/lines.ts'
import { type ScriptItem, type ScriptSplitter, splitArguments } from '../script/splitter.ts'
import { Session } from '../session/session.ts'
import { UsageError } from '../usage-error.ts'
import { copy } from './copy.ts'
import { DEFINITION_COMMANDS, printRows } from './describe.ts'
import { editText } from './editor.ts'
import { commandHelp, sqlHelp } from './help.ts'
import { literal } from './patterns.ts'
import { type PrintSettings, PSET, readSwitch } from './settings.ts'
import type { Shell, StatementOptions } from './shell.ts'

export interface CommandCall {
  readonly shell: Shell
  readonly name: string
  /** Everything behind the name, as it was typed. */
  readonly text: string
  readonly words: readonly string[]
  /** The statement before it. */
  readonly pending: string
  readonly splitter: ScriptSplitter
}

export interface Command {
  readonly group: 'General' | 'Query buffer' | 'Input and output' | 'Definitions' | 'Printing' | 'Variables'
  /** What may follow, for the help. */
  readonly arguments?: string
  readonly help: string
  /** Another one with more to say: the help leaves it out. */
  readonly isVariant?: boolean
  run(call: CommandCall): void | Promise<void>
}

/** @throws UsageError, and what the command throws */
export async function runCommand(
  shell: Shell,
  item: Extract<ScriptItem, { kind: 'command' }>,
  splitter: ScriptSplitter,
): Promise<void> {
  const command = COMMANDS[item.name]
  if (command === undefined) {
    throw new UsageError(`\\${item.name}: there is no such command. Try \\? for help.`)
  }
  const words = splitArguments(item.argumentText)
  await command.run({
    shell,
    name: item.name,
    text: item.argumentText,
    words,
    pending: item.pending,
    splitter,
  })
}

async function say(shell: Shell, text: string): Promise<void> {
  if (!shell.isSet('QUIET')) await shell.output.write(`${text}\n`)
}

/** `\g`, `\gx`: runs what is pending, or the last statement again. */
async function go({ shell, name, text, pending, splitter }: CommandCall): Promise<void> {
  splitter.clear()
  const statement = pending === '' ? shell.lastStatement : pending
  if (statement === '') throw new UsageError(`\\${name}: there is no statement to run`)
  const { options, destination } = printOptions(text)
  const settings: PrintSettings = { ...shell.settings, ...(name === 'gx' ? { expanded: 'on' } : {}) }
  for (const [option, value] of options) setOption(settings, option, value)
  const target = destination === '' ? undefined : await targetOf(destination)
  try {
    await shell.runStatement(statement, { settings, target })
  } finally {
    await target?.end()
  }
}

/** `(format=csv null=-) FILE`. */
function printOptions(text: string): { options: [string, string][]; destination: string } {
  const match = /^\(([^)]*)\)\s*/.exec(text)
  if (match === null) return { options: [], destination: text }
  const options = match[1]
    .split(/\s+/)
    .filter(part => part !== '')
    .map((part): [string, string] => {
      const [name, ...value] = part.split('=')
      return [name, value.join('=')]
    })
  return { options, destination: text.slice(match[0].length) }
}

/** `\gset prefix`: a row becomes variables. */
async function goSet({ shell, words, pending, splitter }: CommandCall): Promise<void> {
  splitter.clear()
  const prefix = words[0] ?? ''
  const options: StatementOptions = {
    onRows: async running => {
      const rows: Row[] = []
      for await (const part of running.parts) rows.push(...part)
      if (rows.length !== 1) throw new UsageError(`\\gset: expected one row, got ${rows.length}`)
      running.columns.forEach(({ name }, i) => {
        const value = rows[0][i]
        if (value === null) shell.variables.delete(prefix + name)
        else shell.variables.set(prefix + name, value)
      })
    },
  }
  await shell.runStatement(pending === '' ? shell.lastStatement : pending, options)
}

async function include(shell: Shell, path: string): Promise<void> {
  const before = shell.script
  shell.script = { name: path, folder: dirname(path) }
  try {
    await shell.runLines(linesOfFile(path))
  } finally {
    shell.script = before
  }
}

function setOption(settings: PrintSettings, name: string, value: string | undefined): void {
  const option = PSET[name]
  if (option === undefined) {
    throw new UsageError(`\\pset: there is no option "${name}" (known: ${Object.keys(PSET).join(', ')})`)
  }
  option.set(settings, value)
}

async function setPrinting(shell: Shell, name: string, value: string | undefined): Promise<void> {
  setOption(shell.settings, name, value)
  await say(shell, `${name} is ${PSET[name].show(shell.settings)}.`)
}

async function sendOutput(shell: Shell, name: string): Promise<void> {
  const target: OutputTarget = name === '' ? shell.io.output : await targetOf(name)
  const before = shell.output
  shell.output = target
  if (before !== shell.io.output) await before.end()
}

async function runProgram(shell: Shell, command: string): Promise<void> {
  const { screen } = shell.io
  screen?.giveAway()
  try {
    const program = command === '' ? (process.env.SHELL ?? 'sh') : command
    const { status, error } = spawnSync(program, { shell: command !== '', stdio: 'inherit' })
    if (error !== undefined) throw new UsageError(`\\!: ${error.message}`)
    shell.variables.set('SHELL_EXIT_CODE', String(status ?? -1))
    shell.variables.set('SHELL_ERROR', String(status !== 0))
  } finally {
    screen?.takeBack()
  }
}

async function watch({ shell, words, pending, splitter }: CommandCall): Promise<void> {
  splitter.clear()
  const statement = pending === '' ? shell.lastStatement : pending
  const seconds = Number(words[0]?.replace(/^i(nterval)?=/, '') ?? 2)
  if (!(seconds >= 0)) throw new UsageError('\\watch: expected a number of seconds')
  const settings = { ...shell.settings, pager: 'off' as const }
  while (!shell.isCancelled) {
    settings.title = `${new Date().toLocaleString('sv')} (every ${seconds} s)`
    await shell.runStatement(statement, { settings })
    for (let waitedMs = 0; waitedMs < seconds * 1000 && !shell.isCancelled; waitedMs += 50) {
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  // Ctrl-C is how one leaves it.
  shell.isCancelled = false
}

async function connect({ shell, words: [path] }: CommandCall): Promise<void> {
  if (path === undefined) throw new UsageError('\\c: expected the name of a database')
  const before = shell.session
  if (resolve(path) === before.database.path) throw new UsageError(`\\c: ${path} is open already`)
  shell.session = await Session.open(path, { readOnly: false, create: false, unsafeLock: false })
  shell.listen()
  shell.definitionsVersion++
  await before.close()
  await say(shell, `You are now connected to the database in "${shell.session.database.path}".`)
}

/** The databases beside this one: a file is a database. */
async function listDatabases({ shell }: CommandCall): Promise<void> {
  const { path } = shell.session.database
  const folder = path === ':memory:' ? '.' : dirname(path)
  const rows = readdirSync(folder)
    .filter(name => name.endsWith('.db'))
    .sort()
    .map(name => [
      name,
      bytesText(statSync(join(folder, name)).size),
      resolve(folder, name) === path ? '*' : '',
    ])
  const columns = ['File', 'Size', 'Open'].map(name => ({ name, type: 'text' }))
  await printRows(shell, columns, rows, `Databases in ${resolve(folder)}`)
}

/** By name; those of psql have psql's names and arguments. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  q: {
    group: 'General',
    help: 'leave',
    run: ({ shell }) => {
      shell.hasQuit = true
    },
  },
  '?': {
    group: 'General',
    help: 'this help',
    run: ({ shell }) => shell.printLong(commandHelp(COMMANDS)),
  },
  h: {
    group: 'General',
    arguments: '[NAME]',
    help: 'what SQL there is; of one statement how it is written',
    run: ({ shell, text }) => shell.printLong(sqlHelp(text)),
  },
  conninfo: {
    group: 'General',
    help: 'which database this is',
    run: ({ shell }) => say(shell, `You are connected to the database in "${shell.session.database.path}".`),
  },
  c: {
    group: 'General',
    arguments: 'FILE',
    help: 'open another database',
    run: connect,
  },
  l: {
    group: 'General',
    help: 'the databases in the folder of this one',
    run: listDatabases,
  },
  '!': {
    group: 'General',
    arguments: '[COMMAND]',
    help: "run a command of the system's shell, or a shell",
    run: ({ shell, text }) => runProgram(shell, text),
  },
  timing: {
    group: 'General',
    arguments: '[on|off]',
    help: 'how long each statement takes',
    run: async ({ shell, words }) => {
      shell.settings.timing = readSwitch('\\timing', words[0], shell.settings.timing)
      await say(shell, `Timing is ${shell.settings.timing ? 'on' : 'off'}.`)
    },
  },
  g: {
    group: 'Query buffer',
    arguments: '[(OPTIONS)] [FILE]',
    help: 'run what was typed, or the last statement again; results to FILE or |PROGRAM',
    run: go,
  },
  gx: {
    group: 'Query buffer',
    arguments: '[(OPTIONS)] [FILE]',
    help: 'the same, a line for each value',
    run: go,
  },
  gset: {
    group: 'Query buffer',
    arguments: '[PREFIX]',
    help: 'run it, and keep the values of its row in variables',
    run: goSet,
  },
  gdesc: {
    group: 'Query buffer',
    help: 'what columns it would give, without running it',
    run: async ({ shell, pending, splitter }) => {
      splitter.clear()
      const columns = await shell.session.describe(pending === '' ? shell.lastStatement : pending)
      const values = columns.map(({ name, type }) => `(${literal(name)}, ${literal(type)})`).join(', ')
      if (columns.length === 0) await say(shell, 'The statement has no result, or the result has no columns.')
      else await shell.runStatement(`select * from (values ${values}) as described("Column", "Type")`)
    },
  },
  watch: {
    group: 'Query buffer',
    arguments: '[SECONDS]',
    help: 'run it again and again, until Ctrl-C',
    run: watch,
  },
  e: {
    group: 'Query buffer',
    arguments: '[FILE]',
    help: 'edit it, or FILE, with $EDITOR, and run it',
    run: async ({ shell, words, pending, splitter }) => {
      const text = editText(shell, words[0], pending === '' ? shell.lastStatement : pending)
      splitter.begin('')
      for (const line of text.trimEnd().split('\n')) {
        for (const item of [...splitter.push(line)]) await shell.runItem(item, splitter)
      }
    },
  },
  p: {
    group: 'Query buffer',
    help: 'show what was typed so far',
    run: ({ shell, pending }) =>
      say(shell, pending === '' ? shell.lastStatement || 'Nothing was typed.' : pending),
  },
  r: {
    group: 'Query buffer',
    help: 'forget what was typed so far',
    run: async ({ shell, splitter }) => {
      splitter.clear()
      await say(shell, 'Forgotten.')
    },
  },
  i: {
    group: 'Input and output',
    arguments: 'FILE',
    help: 'run the statements of a file',
    run: ({ shell, words }) => include(shell, fileArgument('i', words)),
  },
  ir: {
    group: 'Input and output',
    arguments: 'FILE',
    help: 'the same; FILE is relative to the file that says so',
    run: ({ shell, words }) =>
      include(shell, resolve(shell.script?.folder ?? '.', fileArgument('ir', words))),
  },
  o: {
    group: 'Input and output',
    arguments: '[FILE]',
    help: 'send all results to FILE or |PROGRAM; without a name: back to here',
    run: ({ shell, text }) => sendOutput(shell, text.replace(/^'(.*)'$/, '$1')),
  },
  echo: {
    group: 'Input and output',
    arguments: '[TEXT]',
    help: 'print TEXT (-n: without a line break)',
    run: async ({ shell, words }) => {
      const isBare = words[0] === '-n'
      const shown = (isBare ? words.slice(1) : words).map(word => expand(shell, word)).join(' ')
      await shell.io.output.write(isBare ? shown : `${shown}\n`)
    },
  },
  qecho: {
    group: 'Input and output',
    arguments: '[TEXT]',
    help: 'the same to where \\o says',
    run: async ({ shell, words }) => {
      await shell.output.write(`${words.map(word => expand(shell, word)).join(' ')}\n`)
    },
  },
  warn: {
    group: 'Input and output',
    arguments: '[TEXT]',
    help: 'the same to standard error',
    run: async ({ shell, words }) => {
      await shell.io.errors.write(`${words.map(word => expand(shell, word)).join(' ')}\n`)
    },
  },
  copy: {
    group: 'Input and output',
    arguments: 'TABLE|(QUERY) FROM|TO FILE [CSV [HEADER]]',
    help: 'rows from or to a file of the machine',
    run: ({ shell, text }) => copy(shell, text),
  },
  ...DEFINITION_COMMANDS,
  x: {
    group: 'Printing',
    arguments: '[on|off|auto]',
    help: 'a line for each value',
    run: async ({ shell, words }) => {
      setOption(shell.settings, 'expanded', words[0])
      const { expanded } = shell.settings
      await say(shell, `Expanded display is ${expanded === 'auto' ? 'used automatically' : expanded}.`)
    },
  },
  a: {
    group: 'Printing',
    help: 'tables, or values without a table',
    run: ({ shell }) =>
      setPrinting(shell, 'format', shell.settings.format === 'aligned' ? 'unaligned' : 'aligned'),
  },
  t: {
    group: 'Printing',
    arguments: '[on|off]',
    help: 'rows only, without names and count',
    run: ({ shell, words }) => setPrinting(shell, 'tuples_only', words[0]),
  },
  f: {
    group: 'Printing',
    arguments: '[TEXT]',
    help: 'what separates values that are not in a table',
    run: ({ shell, words }) => setPrinting(shell, 'fieldsep', words[0]),
  },
  C: {
    group: 'Printing',
    arguments: '[TEXT]',
    help: 'a title above tables',
    run: ({ shell, words }) => setPrinting(shell, 'title', words[0]),
  },
  pset: {
    group: 'Printing',
    arguments: '[NAME [VALUE]]',
    help: `how results are printed: ${Object.keys(PSET).join(', ')}`,
    run: async ({ shell, words: [name, value] }) => {
      if (name !== undefined) return setPrinting(shell, name, value)
      const width = Math.max(...Object.keys(PSET).map(one => one.length))
      const lines = Object.entries(PSET).map(
        ([one, option]) => `${one.padEnd(width)}  ${option.show(shell.settings).padEnd(10)} ${option.help}\n`,
      )
      await shell.output.write(lines.join(''))
    },
  },
  set: {
    group: 'Variables',
    arguments: '[NAME [VALUE]]',
    help: 'give a variable a value (:NAME in statements), or show all',
    run: async ({ shell, words: [name, ...values] }) => {
      if (name !== undefined) {
        shell.variables.set(name, values.map(value => expand(shell, value)).join(''))
        return
      }
      const lines = [...shell.variables].sort().map(([one, value]) => `${one} = '${value}'\n`)
      await shell.output.write(lines.join(''))
    },
  },
  unset: {
    group: 'Variables',
    arguments: 'NAME',
    help: 'forget a variable',
    run: ({ shell, words }) => {
      shell.variables.delete(words[0] ?? '')
    },
  },
}

/** A word that is `:name` is the variable's value. */
function expand(shell: Shell, word: string): string {
  const name = /^:(['"]?)(\w+)\1$/.exec(word)
  if (name === null) return word
  return shell.variables.get(name[2]) ?? word
}

function fileArgument(command: string, words: readonly string[]): string {
  if (words[0] === undefined) throw new UsageError(`\\${command}: expected the name of a file`)
  return words[0]
}
