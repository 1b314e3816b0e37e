/**
 * The shell on a terminal: reads lines with history and completion, and goes on hearing Ctrl-C while statements run.
 *
 *   typing ──line──▶ running ──all lines done──▶ typing
 *   Ctrl-C while typing forgets what was typed; while running it cancels; a third one ends the program.
 */

import { createInterface, type Interface } from 'node:readline'
import type { Screen } from '../output/pager.ts'
import type { ScriptItem, Waiting } from '../script/splitter.ts'
import { Completion } from './completion.ts'
import { HISTORY_MAX, History, historyFile } from './history.ts'
import { ScriptStopped, type Shell } from './shell.ts'

/** So often may Ctrl-C be pressed in vain. */
const CANCELS_MAX = 2

const MARKS: Record<Waiting, string> = {
  start: '=',
  more: '-',
  quote: "'",
  identifier: '"',
  dollar: '$',
  comment: '*',
  parenthesis: '(',
}

/** Where a line may end and the next one follow on the same line. */
const MAY_BE_JOINED: ReadonlySet<Waiting> = new Set(['start', 'more', 'parenthesis', 'comment'])

/** The terminal, and who has it. */
export class TerminalScreen implements Screen {
  private lines: Interface | undefined

  use(lines: Interface): void {
    this.lines = lines
  }
  get rows(): number {
    return process.stdout.rows || 24
  }
  giveAway(): void {
    this.lines?.pause()
    process.stdin.setRawMode?.(false)
  }
  takeBack(): void {
    process.stdin.setRawMode?.(true)
    this.lines?.resume()
  }
}

export async function runInteractive(shell: Shell, screen: TerminalScreen): Promise<void> {
  const history = new History(historyFile(process.env))
  const completion = new Completion(shell)
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
    historySize: HISTORY_MAX,
    history: [...history.newestFirst],
    removeHistoryDuplicates: true,
    completer: (line: string) => completion.complete(shell.splitter.pending, line),
  })
  screen.use(lines)
  const loop = new Loop(shell, lines, history, completion)
  await loop.run()
}

class Loop {
  private readonly shell: Shell
  private readonly lines: Interface
  private readonly history: History
  private readonly completion: Completion
  private readonly waiting: string[] = []
  private isRunning = false
  private cancels = 0
  private typed: string[] = []
  /** Statements of several lines can be put into one. */
  private isOneLine = true
  /** Who waits for a row of a COPY. */
  private takeRow: ((line: string | undefined) => void) | undefined
  private finish: () => void = () => {}

  constructor(shell: Shell, lines: Interface, history: History, completion: Completion) {
    this.shell = shell
    this.lines = lines
    this.history = history
    this.completion = completion
  }

  async run(): Promise<void> {
    const finished = new Promise<void>(resolve => {
      this.finish = resolve
    })
    this.shell.readTyped = () => this.typedRow()
    this.lines.on('line', line => {
      if (this.takeRow !== undefined) this.giveRow(line)
      else {
        this.waiting.push(line)
        void this.work()
      }
    })
    this.lines.on('SIGINT', () => this.interrupt())
    // Another program had the terminal, or the whole process was sent the signal.
    process.on('SIGINT', () => this.interrupt())
    this.lines.on('SIGCONT', () => this.prompt())
    this.lines.on('close', () => {
      if (!this.shell.hasQuit) process.stdout.write('\n')
      this.shell.cancel()
      this.finish()
    })
    await this.completion.refresh()
    this.prompt()
    await finished
  }

  /** Runs the lines that were typed, until there are none. */
  private async work(): Promise<void> {
    if (this.isRunning) return
    this.isRunning = true
    this.cancels = 0
    while (this.waiting.length > 0 && !this.shell.hasQuit) await this.runLine(this.waiting.shift()!)
    await this.completion.refresh()
    this.isRunning = false
    if (this.shell.hasQuit) this.lines.close()
    else this.prompt()
  }

  private async runLine(line: string): Promise<void> {
    const { shell } = this
    const { splitter } = shell
    this.typed.push(line)
    // For those who come from other shells.
    if (splitter.waiting === 'start' && /^\s*(exit|quit)\s*;?\s*$/i.test(line)) {
      shell.hasQuit = true
      return
    }
    for (const item of splitter.push(line)) {
      await this.runItem(item)
      if (shell.hasQuit) return
    }
    // A blank in the place of the line's end would be another statement.
    if (!MAY_BE_JOINED.has(splitter.waiting) || line.includes('--')) this.isOneLine = false
    if (splitter.waiting === 'start') this.remember()
  }

  /** A row of a COPY FROM STDIN; undefined: it was cancelled. */
  private typedRow(): Promise<string | undefined> {
    const line = this.waiting.shift()
    if (line !== undefined) return Promise.resolve(line)
    this.lines.setPrompt('>> ')
    this.lines.prompt()
    return new Promise(resolve => {
      this.takeRow = resolve
    })
  }

  private giveRow(line: string | undefined): void {
    const take = this.takeRow
    this.takeRow = undefined
    take?.(line)
  }

  private async runItem(item: ScriptItem): Promise<void> {
    try {
      await this.shell.runItem(item)
    } catch (error) {
      // The error was shown; on a terminal one goes on.
      if (!(error instanceof ScriptStopped)) await this.shell.report(error)
    }
  }

  /** What was typed as one entry, or as its lines where that would be something else. */
  private remember(): void {
    const { typed, isOneLine, history } = this
    this.typed = []
    this.isOneLine = true
    const lines = typed.map(line => line.trim()).filter(line => line !== '')
    if (isOneLine) history.add(lines.join(' '))
    else for (const line of typed) history.add(line)
    // The terminal has noted every line by itself, and the rows of a COPY.
    const recent = (this.lines as unknown as { history: string[] }).history
    recent.splice(0, recent.length, ...history.newestFirst)
  }

  private interrupt(): void {
    if (this.isRunning) {
      this.waiting.length = 0
      if (this.cancels++ === 0) process.stdout.write('^C\n')
      if (this.cancels > CANCELS_MAX) {
        process.stdout.write(
          'The statement does not end: leaving. The database recovers when it is opened.\n',
        )
        this.shell.hasQuit = true
        void this.shell.session.kill().then(() => this.lines.close())
        return
      }
      this.shell.cancel()
      if (this.takeRow !== undefined) {
        this.forgetLine()
        this.giveRow(undefined)
      }
      return
    }
    process.stdout.write('^C\n')
    this.shell.splitter.clear()
    this.shell.input.conditions.clear()
    this.typed = []
    this.isOneLine = true
    this.forgetLine()
    this.prompt()
  }

  private forgetLine(): void {
    this.lines.write(null, { ctrl: true, name: 'e' })
    this.lines.write(null, { ctrl: true, name: 'u' })
  }

  private prompt(): void {
    this.lines.setPrompt(promptText(this.shell))
    this.lines.prompt()
  }
}

/** `app=> `; `*` in a transaction, `!` in one that has failed; what the line waits for; `@` where it would be left out. */
function promptText({ session, splitter, input, io }: Shell): string {
  const { isInTransaction, hasFailed } = session.status
  const name = /([^/\\]+?)(?:\.[^./\\]*)?$/.exec(session.database.path)?.[1] ?? 'coppice'
  const shown = session.database.path === ':memory:' ? 'memory' : name
  const mark = hasFailed ? io.colours.bad('!') : isInTransaction ? io.colours.note('*') : ''
  return `${io.colours.strong(shown)}${input.conditions.isActive ? MARKS[splitter.waiting] : '@'}${mark}> `
}
