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
    history: [...history.entries].reverse(),
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
    this.lines.on('line', line => {
      this.waiting.push(line)
      void this.work()
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
    if (splitter.waiting === 'start') this.remember()
  }

  private async runItem(item: ScriptItem): Promise<void> {
    try {
      await this.shell.runItem(item)
    } catch (error) {
      // The error was shown; on a terminal one goes on.
      if (!(error instanceof ScriptStopped)) await this.shell.report(error)
    }
  }

  /** What was typed as one entry, in the place of its lines. */
  private remember(): void {
    const { typed } = this
    this.typed = []
    const entry = typed.join('\n').trim()
    if (entry === '') return
    this.history.add(entry)
    const recent = (this.lines as unknown as { history: string[] }).history
    if (typed.length > 1) {
      recent.splice(0, typed.filter(line => line.trim() !== '').length)
      recent.unshift(this.history.entries.at(-1) ?? entry)
    }
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
      return
    }
    process.stdout.write('^C\n')
    this.shell.splitter.clear()
    this.shell.input.conditions.clear()
    this.typed = []
    this.lines.write(null, { ctrl: true, name: 'e' })
    this.lines.write(null, { ctrl: true, name: 'u' })
    this.prompt()
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
