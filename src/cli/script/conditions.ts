/**
 * `\if`, `\elif`, `\else`, `\endif`: which parts of a script run. What is left out is read, so that its quotes and its own
 * conditions end where they should, and then forgotten, with what was typed in it of a statement that goes on around it.
 *
 * ```
 *            \if, \elif true          \elif, \else                  \endif
 *  waiting ------------------> taken --------------> over   any of them ----> as around it
 * ```
 */

import { UsageError } from '../usage-error.ts'
import type { ScriptSplitter, SplitterMark } from './splitter.ts'

/** Of one condition: none of its branches has run yet, one runs, one has run. */
type Branch = 'waiting' | 'taken' | 'over'

interface Condition {
  branch: Branch
  hasElse: boolean
  /** It lies in a part that is left out. */
  readonly isLeftOut: boolean
  readonly line: number
  /** What was typed before the branch that is left out. */
  mark: SplitterMark | undefined
}

export class Conditions {
  private readonly open: Condition[] = []

  /** What comes now runs. */
  get isActive(): boolean {
    const last = this.open.at(-1)
    return last === undefined || (!last.isLeftOut && last.branch === 'taken')
  }

  /** Lines of those that have not ended. */
  get openLines(): number[] {
    return this.open.map(({ line }) => line)
  }

  /** @param test asked only where it matters. Where it throws, the branch is left out. */
  if(splitter: ScriptSplitter, line: number, test: () => boolean): void {
    const isLeftOut = !this.isActive
    const condition: Condition = { branch: 'waiting', hasElse: false, isLeftOut, line, mark: splitter.mark() }
    this.open.push(condition)
    if (isLeftOut) return
    take(condition, test)
  }

  elif(splitter: ScriptSplitter, test: () => boolean): void {
    const condition = this.next('elif')
    leave(condition, splitter)
    if (!condition.isLeftOut && condition.branch === 'waiting') take(condition, test)
  }

  else(splitter: ScriptSplitter): void {
    const condition = this.next('else')
    condition.hasElse = true
    leave(condition, splitter)
    if (!condition.isLeftOut && condition.branch === 'waiting') take(condition, () => true)
  }

  endif(splitter: ScriptSplitter): void {
    const condition = this.open.pop()
    if (condition === undefined) throw new UsageError('\\endif: there is no \\if before it')
    leave(condition, splitter)
  }

  /** Forgets all that are open. */
  clear(): void {
    this.open.length = 0
  }

  private next(name: string): Condition {
    const condition = this.open.at(-1)
    if (condition === undefined) throw new UsageError(`\\${name}: there is no \\if before it`)
    if (condition.hasElse) throw new UsageError(`\\${name}: comes after \\else`)
    return condition
  }
}

function take(condition: Condition, test: () => boolean): void {
  if (!test()) return
  condition.branch = 'taken'
  condition.mark = undefined
}

/** A branch ends: what it was left out with is forgotten. */
function leave(condition: Condition, splitter: ScriptSplitter): void {
  if (condition.mark === undefined) {
    condition.branch = 'over'
    condition.mark = splitter.mark()
  } else splitter.reset(condition.mark)
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
}

/** @throws UsageError when the text is neither true nor false */
export function readCondition(command: string, text: string): boolean {
  const value = text.trim().toLowerCase()
  if (Object.hasOwn(BOOLEANS, value)) return BOOLEANS[value]
  const found = Object.keys(BOOLEANS).filter(name => name.startsWith(value))
  if (value !== '' && found.length === 1) return BOOLEANS[found[0]]
  throw new UsageError(`\\${command}: expected true or false, got "${text}"`)
}
