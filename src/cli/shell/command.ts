/** What a backslash command is. */

import type { Conditions } from '../script/conditions.ts'
import type { ScriptSplitter } from '../script/splitter.ts'
import { UsageError } from '../usage-error.ts'
import type { CopyData } from './copy.ts'
import type { Shell } from './shell.ts'

export interface CommandCall {
  readonly shell: Shell
  readonly name: string
  /** Everything behind the name, as it was typed. */
  readonly text: string
  /** The same as arguments; variables have their values. */
  readonly words: readonly string[]
  /** The statement before it. */
  readonly pending: string
  readonly splitter: ScriptSplitter
  readonly conditions: Conditions
  /** The rows of a COPY FROM STDIN. */
  readonly data: () => CopyData
  /** Of the script. */
  readonly line: number
}

export type CommandGroup =
  | 'General'
  | 'Query buffer'
  | 'Input and output'
  | 'Definitions'
  | 'Conditions'
  | 'Printing'
  | 'Variables'

export interface Command {
  readonly group: CommandGroup
  /** What may follow, for the help. */
  readonly arguments?: string
  readonly help: string
  /** Another one with more to say: the help leaves it out. */
  readonly isVariant?: boolean
  /** It says what is left out, and so runs also where everything is. */
  readonly isCondition?: boolean
  run(call: CommandCall): void | Promise<void>
}

export type Commands = Readonly<Record<string, Command>>

/** What was done; not what was asked for. */
export async function say(shell: Shell, text: string): Promise<void> {
  if (!shell.isSet('QUIET')) await shell.output.write(`${text}\n`)
}

/** @throws UsageError */
export function fileArgument(command: string, words: readonly string[]): string {
  if (words[0] === undefined) throw new UsageError(`\\${command}: expected the name of a file`)
  return words[0]
}
