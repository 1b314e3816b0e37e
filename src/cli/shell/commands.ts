/** Backslash commands: what they are called, what they say of themselves, and what they do. */

import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { OutputTarget } from '../output/target.ts'
import { targetOf } from '../output/target.ts'
import { splitArguments } from '../script/arguments.ts'
import { linesOfFile } from '../script/lines.ts'
import type { ScriptItem } from '../script/splitter.ts'
import { UsageError } from '../usage-error.ts'
import { type Commands, fileArgument, say } from './command.ts'
import { CONDITION_COMMANDS } from './condition-commands.ts'
import { copyCommand } from './copy.ts'
import { DATABASE_COMMANDS } from './databases.ts'
import { DEFINITION_COMMANDS, definitionCommand } from './describe.ts'
import { commandHelp, sqlHelp } from './help.ts'
import { QUERY_COMMANDS } from './query-buffer.ts'
import { PSET, readSwitch, setOption } from './settings.ts'
import type { ScriptInput, Shell } from './shell.ts'
import { SOURCE_COMMANDS } from './source-commands.ts'

/** @throws UsageError, and what the command throws */
export async function runCommand(
  shell: Shell,
  item: Extract<ScriptItem, { kind: 'command' }>,
  { splitter, conditions, data }: ScriptInput,
): Promise<void> {
  const { name, argumentText: text, pending, line } = item
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : definitionCommand(name)
  const isCondition = command?.isCondition === true
  if (!conditions.isActive && !isCondition) return
  if (command === undefined) throw new UsageError(`\\${name}: there is no such command. Try \\? for help.`)
  if (shell.restriction !== undefined && name !== 'unrestrict') {
    throw new UsageError(`\\${name}: backslash commands are restricted; only \\unrestrict is allowed`)
  }
  // In a restricted script nothing is looked up or run for the sake of an argument either.
  const isPlain = isCondition || shell.restriction !== undefined
  const words = isPlain ? [] : splitArguments(text, one => shell.variables.get(one))
  await command.run({ shell, name, text, words, pending, splitter, conditions, data, line })
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

/** By name; those of psql have psql's names and arguments. */
export const COMMANDS: Commands = {
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
  ...DATABASE_COMMANDS,
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
  cd: {
    group: 'General',
    arguments: '[FOLDER]',
    help: 'go to another folder; without one: home',
    run: ({ words }) => {
      const folder = words[0] ?? homedir()
      try {
        process.chdir(folder)
      } catch (error) {
        throw new UsageError(`\\cd: ${(error as Error).message}`)
      }
    },
  },
  encoding: {
    group: 'General',
    arguments: '[NAME]',
    help: 'how text is encoded: always UTF8',
    run: async ({ shell, words: [name] }) => {
      if (name === undefined) await shell.output.write('UTF8\n')
      else if (!/^utf-?8$/i.test(name)) {
        throw new UsageError(
          `\\encoding: text is UTF8 here; files of other encodings: coppice import --encoding ${name}`,
        )
      }
    },
  },
  errverbose: {
    group: 'General',
    help: 'all that there is to say of the last error',
    run: ({ shell }) => shell.showLastError(),
  },
  ...QUERY_COMMANDS,
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
      const shown = (isBare ? words.slice(1) : words).join(' ')
      await shell.io.output.write(isBare ? shown : `${shown}\n`)
    },
  },
  qecho: {
    group: 'Input and output',
    arguments: '[TEXT]',
    help: 'the same to where \\o says',
    run: async ({ shell, words }) => {
      await shell.output.write(`${words.join(' ')}\n`)
    },
  },
  warn: {
    group: 'Input and output',
    arguments: '[TEXT]',
    help: 'the same to standard error',
    run: async ({ shell, words }) => {
      await shell.io.errors.write(`${words.join(' ')}\n`)
    },
  },
  copy: {
    group: 'Input and output',
    arguments: "TABLE|(QUERY) FROM|TO FILE|PROGRAM 'COMMAND' [CSV HEADER …]",
    help: 'rows from or to a file of this machine; what may follow is as in COPY',
    run: copyCommand,
  },
  restrict: {
    group: 'Input and output',
    arguments: 'KEY',
    help: 'from here on no backslash commands, as in dumps of PostgreSQL, until \\unrestrict',
    run: ({ shell, text: key }) => {
      if (key === '') throw new UsageError('\\restrict: expected a key')
      shell.restriction = key
    },
  },
  unrestrict: {
    group: 'Input and output',
    arguments: 'KEY',
    help: 'allow them again; KEY is that of \\restrict',
    run: ({ shell, text: key }) => {
      if (shell.restriction === undefined) throw new UsageError('\\unrestrict: nothing is restricted')
      if (key !== shell.restriction) throw new UsageError('\\unrestrict: the key is another one')
      shell.restriction = undefined
    },
  },
  ...DEFINITION_COMMANDS,
  ...SOURCE_COMMANDS,
  ...CONDITION_COMMANDS,
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
        shell.variables.set(name, values.join(''))
        return
      }
      const lines = [...shell.variables].sort().map(([one, value]) => `${one} = '${value}'\n`)
      await shell.output.write(lines.join(''))
    },
  },
  getenv: {
    group: 'Variables',
    arguments: 'NAME VARIABLE',
    help: 'give a variable the value of one of the environment',
    run: ({ shell, words: [name, variable] }) => {
      if (name === undefined || variable === undefined) throw new UsageError('\\getenv: expected two names')
      const value = process.env[variable]
      if (value !== undefined) shell.variables.set(name, value)
    },
  },
  setenv: {
    group: 'Variables',
    arguments: 'VARIABLE [VALUE]',
    help: 'the other way round; without a value: forget it',
    run: ({ words: [variable, value] }) => {
      if (variable === undefined || variable.includes('=')) throw new UsageError('\\setenv: expected a name')
      if (value === undefined) delete process.env[variable]
      else process.env[variable] = value
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
