/** Output that goes through a pager when it is longer than the screen. */

import { type OutputTarget, ProgramTarget } from './target.ts'

export interface Screen {
  readonly rows: number
  /** Called around the time in which another program has the terminal. */
  readonly giveAway: () => void
  readonly takeBack: () => void
}

export class PagedTarget implements OutputTarget {
  private readonly direct: OutputTarget
  private readonly screen: Screen
  private readonly command: string
  private readonly linesMax: number
  private held = ''
  private heldLines = 0
  private pager: ProgramTarget | undefined

  constructor(direct: OutputTarget, screen: Screen, command: string, isAlways: boolean) {
    this.direct = direct
    this.screen = screen
    this.command = command
    // The prompt takes a line.
    this.linesMax = isAlways ? 0 : screen.rows - 1
  }

  async write(text: string): Promise<boolean> {
    if (this.pager !== undefined) return this.pager.write(text)
    this.held += text
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.heldLines++
    if (this.heldLines <= this.linesMax) return true
    this.screen.giveAway()
    this.pager = new ProgramTarget(this.command, pagerEnvironment(process.env))
    return this.pager.write(this.held)
  }

  async end(): Promise<void> {
    if (this.pager === undefined) {
      await this.direct.write(this.held)
      return
    }
    await this.pager.end()
    this.screen.takeBack()
  }
}

/** The user's pager; PSQL_PAGER is obeyed, too, because who has set it has set it for tables. */
export function pagerCommand(environment: NodeJS.ProcessEnv): string {
  return environment.COPPICE_PAGER ?? environment.PSQL_PAGER ?? environment.PAGER ?? 'less'
}

/** `less` shows colours, cuts long lines instead of wrapping them, and leaves the screen as it was. */
function pagerEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return environment.LESS === undefined ? { ...environment, LESS: '-RSFX' } : environment
}
