/** Commands over the query buffer: what was typed and not run yet, or else the statement that ran last. */

import type { Row } from '../output/result.ts'
import { targetOf } from '../output/target.ts'
import { UsageError } from '../usage-error.ts'
import type { CommandCall, Commands } from './command.ts'
import { fileArgument, say } from './command.ts'
import { editText } from './editor.ts'
import { literal } from './patterns.ts'
import { type PrintSettings, setOption } from './settings.ts'
import type { Shell, StatementOptions } from './shell.ts'

/** `\g`, `\gx`: runs what is pending, or the last statement again. */
async function go({ shell, name, text, pending, splitter, data }: CommandCall): Promise<void> {
  splitter.clear()
  const statement = statementOf(shell, name, pending)
  const { options, destination } = printOptions(text)
  const settings: PrintSettings = { ...shell.settings, ...(name === 'gx' ? { expanded: 'on' } : {}) }
  for (const [option, value] of options) setOption(settings, option, value)
  const target = destination === '' ? undefined : await targetOf(destination)
  try {
    await shell.runStatement(statement, { settings, target, data })
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
  await shell.runStatement(statementOf(shell, 'gset', pending), options)
}

interface Watching {
  readonly seconds: number
  /** How often at most. */
  readonly times: number
  /** It ends when there are fewer rows. */
  readonly rowsMin: number
}

/** `2`, or `i=2 c=10 m=1` with longer names for each. @throws UsageError */
function watchingOf(words: readonly string[]): Watching {
  const watching = { seconds: 2, times: Number.POSITIVE_INFINITY, rowsMin: 0 }
  for (const word of words) {
    const [, name = 'i', text] = /^(?:(\w+)=)?(.*)$/.exec(word)!
    const value = text === '' ? Number.NaN : Number(text)
    const isCount = Number.isInteger(value) && value > 0
    if ((name === 'i' || name === 'interval') && value >= 0) watching.seconds = value
    else if ((name === 'c' || name === 'count') && isCount) watching.times = value
    else if ((name === 'm' || name === 'min_rows') && isCount) watching.rowsMin = value
    else throw new UsageError(`\\watch: expected SECONDS, c=TIMES or m=ROWS, got "${word}"`)
  }
  return watching
}

async function watch({ shell, words, pending, splitter }: CommandCall): Promise<void> {
  splitter.clear()
  const statement = statementOf(shell, 'watch', pending)
  const { seconds, times, rowsMin } = watchingOf(words)
  const settings = { ...shell.settings, pager: 'off' as const }
  for (let time = 1; !shell.isCancelled; time++) {
    settings.title = `${new Date().toLocaleString('sv')} (every ${seconds} s)`
    const count = await shell.runStatement(statement, { settings })
    if (time >= times || count < rowsMin) return
    for (let waitedMs = 0; waitedMs < seconds * 1000 && !shell.isCancelled; waitedMs += 50) {
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  // Ctrl-C is how one leaves it.
  shell.isCancelled = false
}

/** `\gexec`: each value of the result is a statement to run. */
async function goExecute({ shell, pending, splitter }: CommandCall): Promise<void> {
  splitter.clear()
  const statements: string[] = []
  await shell.runStatement(statementOf(shell, 'gexec', pending), {
    onRows: async ({ parts }) => {
      for await (const part of parts) {
        statements.push(...part.flat().filter(value => value !== null))
      }
    },
  })
  for (const statement of statements) {
    if (shell.isCancelled) return
    try {
      await shell.runStatement(statement)
    } catch (error) {
      if (shell.isSet('ON_ERROR_STOP') || shell.isCancelled) throw error
      await shell.report(error)
    }
  }
}

/** What was typed, or else the last statement. */
function statementOf(shell: Shell, command: string, pending: string): string {
  const statement = pending === '' ? shell.lastStatement : pending
  if (statement === '') throw new UsageError(`\\${command}: there is no statement to run`)
  return statement
}

/** Takes a text as if it had been typed: what ends in a semicolon runs. */
export async function runLinesAs(call: CommandCall, text: string): Promise<void> {
  const { shell, splitter, conditions, data } = call
  splitter.clear()
  for (const line of text.trimEnd().split('\n')) {
    for (const item of splitter.push(line)) await shell.runItem(item, { splitter, conditions, data })
  }
}

export const QUERY_COMMANDS: Commands = {
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
  gexec: {
    group: 'Query buffer',
    help: 'run it, and then each value of its result as a statement',
    run: goExecute,
  },
  gdesc: {
    group: 'Query buffer',
    help: 'what columns it would give, without running it',
    run: async ({ shell, pending, splitter }) => {
      splitter.clear()
      const columns = await shell.session.describe(statementOf(shell, 'gdesc', pending))
      const values = columns.map(({ name, type }) => `(${literal(name)}, ${literal(type)})`).join(', ')
      if (columns.length === 0) await say(shell, 'The statement has no result, or the result has no columns.')
      else await shell.runStatement(`select * from (values ${values}) as described("Column", "Type")`)
    },
  },
  watch: {
    group: 'Query buffer',
    arguments: '[SECONDS] [c=TIMES] [m=ROWS]',
    help: 'run it again and again, until Ctrl-C, so often, or until there are fewer rows',
    run: watch,
  },
  e: {
    group: 'Query buffer',
    arguments: '[FILE]',
    help: 'edit it, or FILE, with $EDITOR, and run it',
    run: call => {
      const { shell, words, pending } = call
      return runLinesAs(call, editText(shell, words[0], pending === '' ? shell.lastStatement : pending))
    },
  },
  p: {
    group: 'Query buffer',
    help: 'show what was typed so far',
    run: async ({ shell, pending }) => {
      await shell.output.write(`${pending === '' ? shell.lastStatement || 'Nothing was typed.' : pending}\n`)
    },
  },
  r: {
    group: 'Query buffer',
    help: 'forget what was typed so far',
    run: async ({ shell, splitter }) => {
      splitter.clear()
      await say(shell, 'Forgotten.')
    },
  },
  w: {
    group: 'Query buffer',
    arguments: 'FILE',
    help: 'write it to a file',
    run: async ({ shell, words, pending }) => {
      const target = await targetOf(fileArgument('w', words))
      await target.write(`${statementOf(shell, 'w', pending)};\n`)
      await target.end()
    },
  },
}
