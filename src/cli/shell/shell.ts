/**
 * Runs statements and backslash commands, one after the other, and prints what they give: the same for the terminal, for
 * scripts and for `-c`. Where its input comes from it does not know.
 */

import { type Colours, NO_COLOURS } from '../output/colours.ts'
import { errorText, noticeText } from '../output/error-text.ts'
import { PagedTarget, pagerCommand, type Screen } from '../output/pager.ts'
import { type Page, printerFor } from '../output/printer.ts'
import type { Row } from '../output/result.ts'
import type { OutputTarget } from '../output/target.ts'
import { Conditions } from '../script/conditions.ts'
import { withoutReturn } from '../script/lines.ts'
import { type ScriptItem, ScriptSplitter } from '../script/splitter.ts'
import type { SentError } from '../session/protocol.ts'
import { describeError } from '../session/sent-error.ts'
import type { RunningStatement, Session } from '../session/session.ts'
import { UsageError } from '../usage-error.ts'
import { runCommand } from './commands.ts'
import { type CopyData, copyStatement, rowsOfLines } from './copy.ts'
import { connectTo, isShowDatabases, listDatabases, usedDatabase } from './databases.ts'
import type { PrintSettings } from './settings.ts'

export interface ShellIo {
  readonly output: OutputTarget
  readonly errors: OutputTarget
  readonly colours: Colours
  readonly errorColours: Colours
  /** Set on a terminal. */
  readonly page: Page
  readonly screen: Screen | undefined
}

/** Where items come from: what is half read of it. */
export interface ScriptInput {
  readonly splitter: ScriptSplitter
  readonly conditions: Conditions
  /** The rows of a COPY FROM STDIN that stands there. */
  readonly data: () => CopyData
}

/** What has the script stop: an error with ON_ERROR_STOP, or Ctrl-C. */
export class ScriptStopped extends Error {
  constructor() {
    super('the script was stopped')
    this.name = 'ScriptStopped'
  }
}

/** How one statement is printed. */
export interface StatementOptions {
  readonly settings?: PrintSettings | undefined
  readonly target?: OutputTarget | undefined
  /** Takes the rows instead of printing them. */
  readonly onRows?: ((statement: RunningStatement) => Promise<void>) | undefined
  /** The rows of a COPY FROM STDIN; undefined: it has none. */
  readonly data?: (() => CopyData) | undefined
}

export class Shell {
  session: Session
  settings: PrintSettings
  readonly variables: Map<string, string>
  readonly io: ShellIo
  /** Where results go; `\o` changes it. */
  output: OutputTarget
  /** For `\g` without a statement. */
  lastStatement = ''
  failureCount = 0
  hasQuit = false
  isCancelled = false
  /** Of `\restrict`: until its key is said again, what runs may come from anybody, and has no backslash commands. */
  restriction: string | undefined
  /** Called by Ctrl-C, while something is waited for that is not a statement. */
  onCancel: (() => void) | undefined
  /** Reads a line that is no statement; on a terminal alone. */
  readTyped: (() => Promise<string | undefined>) | undefined
  /** The definitions may have changed. */
  definitionsVersion = 0
  /** Of the file that runs: `\ir` is relative to it, errors name it. */
  script: { readonly name: string; readonly folder: string } | undefined
  /** Of what is typed. */
  readonly input: ScriptInput
  private lastError: SentError | undefined

  constructor(session: Session, settings: PrintSettings, variables: Map<string, string>, io: ShellIo) {
    this.session = session
    this.listen()
    this.settings = settings
    this.variables = variables
    this.io = io
    this.output = io.output
    this.input = this.newInput(() => ({
      pieces: rowsOfLines(async () => this.readTyped?.()),
      skip: 'once begun',
    }))
  }

  private newInput(data: () => CopyData): ScriptInput {
    return {
      splitter: new ScriptSplitter(name => this.variables.get(name)),
      conditions: new Conditions(),
      data,
    }
  }

  get splitter(): ScriptSplitter {
    return this.input.splitter
  }

  /** Errors are lines of JSON where results are. */
  get isJson(): boolean {
    return this.settings.format === 'json' || this.settings.format === 'jsonl'
  }

  /** Shows what statements of the session have to say; to be called again for another session. */
  listen(): void {
    this.session.onNotice = notice => {
      if (!this.isSet('QUIET'))
        void this.io.errors.write(noticeText(notice, this.io.errorColours, this.isJson))
    }
  }

  isSet(variable: string): boolean {
    return /^(on|true|yes|1)$/i.test(this.variables.get(variable) ?? '')
  }

  /** Ends what runs. */
  cancel(): void {
    this.isCancelled = true
    this.session.cancel()
    this.onCancel?.()
  }

  /**
   * Runs lines up to their end or `\q`. What is left without a semicolon is run, too.
   * @param data the rows of a COPY FROM STDIN; otherwise those lines that follow it
   * @throws ScriptStopped
   */
  async runLines(lines: AsyncIterable<string> | Iterable<string>, data?: () => CopyData): Promise<void> {
    const iterator = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]()
    const nextRow = async (): Promise<string | undefined> => {
      input.splitter.passLine()
      return (await iterator.next()).value as string | undefined
    }
    const input = this.newInput(data ?? (() => ({ pieces: rowsOfLines(nextRow), skip: 'always' })))
    try {
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        const line = withoutReturn(next.value)
        if (this.isSet('ECHO_ALL')) await this.output.write(`${line}\n`)
        for (const item of input.splitter.push(line)) {
          await this.runItem(item, input)
          if (this.hasQuit) return
        }
      }
    } finally {
      await iterator.return?.()
    }
    const last = input.splitter.end()
    if (last !== undefined) await this.runItem(last, input)
    const unended = input.conditions.openLines.at(-1)
    if (unended !== undefined) {
      await this.report(new UsageError('\\if: there is no \\endif for it'), unended)
      if (this.isSet('ON_ERROR_STOP')) throw new ScriptStopped()
    }
  }

  /** Runs a statement or a command, unless it is left out; says what failed. @throws ScriptStopped */
  async runItem(item: ScriptItem, input = this.input): Promise<void> {
    this.isCancelled = false
    try {
      if (item.kind === 'command') await runCommand(this, item, input)
      else if (input.conditions.isActive) await this.runTyped(item.text, input)
    } catch (error) {
      if (error instanceof ScriptStopped) throw error
      await this.report(error, item.line)
      if (this.isSet('ON_ERROR_STOP') || this.isCancelled) throw new ScriptStopped()
    }
  }

  /** What is about files is the shell's own; everything else is the database's. */
  private async runTyped(text: string, { data }: ScriptInput): Promise<void> {
    const used = usedDatabase(text)
    if (used !== undefined) await connectTo(this, 'USE', used)
    else if (isShowDatabases(text)) await listDatabases(this)
    else await this.runStatement(text, { data })
  }

  async report(thrown: unknown, line?: number): Promise<void> {
    const error = describeError(thrown)
    this.lastError = error
    this.failureCount++
    this.noteOutcome(error)
    const where = this.script === undefined || line === undefined ? '' : `${this.script.name}:${line}`
    const style = {
      colours: this.io.errorColours,
      asJson: this.isJson,
      isVerbose: this.variables.get('VERBOSITY') === 'verbose',
    }
    await this.io.errors.write(errorText(error, style, where))
  }

  /** The last error once more, with everything that is known of it. */
  async showLastError(): Promise<void> {
    const { lastError: error, isJson: asJson } = this
    if (error === undefined) await this.output.write('There was no error.\n')
    else await this.output.write(errorText(error, { colours: NO_COLOURS, asJson, isVerbose: true }))
  }

  private noteOutcome(error: SentError | undefined, rowCount = 0): void {
    this.variables.set('ERROR', String(error !== undefined))
    this.variables.set('SQLSTATE', error?.sqlstate ?? (error === undefined ? '00000' : 'XX000'))
    this.variables.set('ROW_COUNT', String(rowCount))
    if (error !== undefined) this.variables.set('LAST_ERROR_MESSAGE', error.message)
  }

  /** Runs one statement and prints what it gives. @returns how many rows that were @throws FailedStatement */
  async runStatement(text: string, options: StatementOptions = {}): Promise<number> {
    this.lastStatement = text
    if (this.isSet('ECHO_QUERIES')) await this.output.write(`${text}\n`)
    const settings = options.settings ?? this.settings
    const copied = await copyStatement(this, text, options)
    if (copied !== undefined) return copied
    const running = await this.session.run(text)
    let rowCount = 0
    const counted: RunningStatement = {
      ...running,
      parts: counting(running.parts, count => (rowCount += count)),
    }
    if (options.onRows !== undefined) await options.onRows(counted)
    else if (running.columns.length === 0) await drain(counted.parts)
    else await this.print(counted, settings, options.target)
    const command = running.command()
    await this.printTag(command, running.columns.length > 0, settings)
    if (isDefinition(command)) this.definitionsVersion++
    this.noteOutcome(undefined, Number(/\d+$/.exec(command)?.[0] ?? rowCount))
    if (settings.timing) await this.output.write(`${timeText(running.elapsedMs())}\n`)
    return rowCount
  }

  /** @param isShown it is said how many rows there were, as they themselves went elsewhere */
  async noteCopy(rowCount: number, isShown: boolean, elapsedMs: number): Promise<void> {
    // As psql: rows alone are a matter of tables.
    if (isShown) await this.printTag(`COPY ${rowCount}`, false, { ...this.settings, tuplesOnly: false })
    this.noteOutcome(undefined, rowCount)
    if (this.settings.timing) await this.output.write(`${timeText(elapsedMs)}\n`)
  }

  /** The command tag: of what gives rows only when it changes something, too. */
  private async printTag(command: string, hasRows: boolean, settings: PrintSettings): Promise<void> {
    if (this.isSet('QUIET') || command === '') return
    if (hasRows && !/^(INSERT|UPDATE|DELETE|MERGE)\b/.test(command)) return
    if (this.isJson) {
      if (!hasRows) await this.output.write(`${JSON.stringify({ command })}\n`)
      return
    }
    if (settings.format !== 'csv' && !settings.tuplesOnly) await this.output.write(`${command}\n`)
  }

  private async print(
    running: RunningStatement,
    settings: PrintSettings,
    given: OutputTarget | undefined,
  ): Promise<void> {
    const target = given ?? this.pagedOutput(settings)
    // On a terminal alone there is somebody to see colours.
    const isScreen = given === undefined && this.output === this.io.output
    const page: Page = isScreen ? this.io.page : PLAIN_PAGE
    try {
      let printer: ReturnType<typeof printerFor> | undefined
      for await (const rows of running.parts) {
        printer ??= printerFor(running.columns, rows, settings, page)
        if (this.isCancelled) return
        if (!(await target.write(printer.rows(rows)))) return
      }
      await target.write((printer ?? printerFor(running.columns, [], settings, page)).end())
    } finally {
      if (target !== this.output && target !== given) await target.end()
    }
  }

  /** Prints text that may be long. */
  async printLong(text: string): Promise<void> {
    const target = this.pagedOutput(this.settings)
    await target.write(text)
    if (target !== this.output) await target.end()
  }

  private pagedOutput(settings: PrintSettings): OutputTarget {
    const { screen } = this.io
    if (screen === undefined || settings.pager === 'off' || this.output !== this.io.output) return this.output
    return new PagedTarget(this.output, screen, pagerCommand(process.env), settings.pager === 'always')
  }

  /** The rows of a statement of the shell's own. */
  rows(text: string): Promise<Row[]> {
    return this.session.rows(text)
  }
}

const PLAIN_PAGE: Page = { colours: NO_COLOURS, width: undefined }

async function* counting(
  parts: AsyncGenerator<readonly Row[], void>,
  add: (count: number) => void,
): AsyncGenerator<readonly Row[], void> {
  for await (const rows of parts) {
    add(rows.length)
    yield rows
  }
}

async function drain(parts: AsyncGenerator<readonly Row[], void>): Promise<void> {
  for await (const _ of parts);
}

/** After it names may mean other things. */
function isDefinition(command: string): boolean {
  return /^(CREATE|ALTER|DROP|ROLLBACK|SELECT INTO)\b/.test(command)
}

/** As psql says how long it took. */
export function timeText(ms: number): string {
  if (ms < 1000) return `Time: ${ms.toFixed(3)} ms`
  const seconds = ms / 1000
  const minutes = Math.floor(seconds / 60)
  const rest = (seconds - minutes * 60).toFixed(3).padStart(6, '0')
  return `Time: ${ms.toFixed(3)} ms (${String(minutes).padStart(2, '0')}:${rest})`
}
