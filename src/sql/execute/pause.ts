/**
 * How a long query lets others have their turn. Operators count the rows that they read, keep or compare; now and then that
 * count asks whether the statement is cancelled or its time over, and, where its rows are awaited, whether it has run long
 * enough at a stretch. Then the operator that asked stops where it is: its `next` gives false, `isPaused` is true, and each
 * operator above it does the same, until whoever takes the rows hears of it, lets the event loop turn, and asks for `next` again.
 *
 * Invariants:
 * 1. An operator whose input gives false looks at `isPaused` before it takes that for the end, and keeps what it has done.
 * 2. It asks before a piece of work, and does that piece when it is told to go on: so each stretch does some.
 * 3. What cannot be left in the middle runs in between `hold` and `release`: nothing pauses there; what is cancelled is heard
 *    all the same.
 * 4. Expressions are evaluated in one go. A subquery in one that has paused leaves it by throwing UNFINISHED, where whoever
 *    evaluates it does so again for the same row (resumable.ts); elsewhere it is held.
 */

import { assert } from '../../base/assert.ts'
import type { Waiting } from '../functions/lock-access.ts'
import type { EvaluationContext } from '../functions/registry.ts'

/** So many rows lie between two looks where nobody can be let in, and at most where somebody can. */
const UNITS_MAX = 1024
const UNITS_FIRST = 64
const LOOKS_LEAST = 3
/** About so long it should take from one look at the clock to the next. */
const LOOK_MS = 0.5

/** Thrown by a subquery that has paused: it is no error, and seen by nobody but who evaluates the expression again. */
export class Unfinished {}

export const UNFINISHED = new Unfinished()

export class Pause {
  /** Something below was left in the middle: that it gave false was not the end. */
  isPaused = false
  /** Rows until the next look. For operators that count one by one: `if (--pause.left < 0 && pause.isDue()) return false`. */
  left = UNITS_MAX
  private context: EvaluationContext | undefined
  /** Undefined: nobody can be let in. */
  private clock: (() => number) | undefined
  private stretchMs = 0
  private endMs = 0
  private lookedMs = 0
  private units = UNITS_FIRST
  private held = 0
  /** So many looks find no pause due: of operators one above the other each may ask before the lowest does something. */
  private looksLeft = 0
  /** A subquery that is evaluated now may throw UNFINISHED: the expression is evaluated again. */
  mayBeUnfinished = false
  /** The number of the evaluation at hand, the same when it is done again; 0: none of those that are. */
  evaluation = 0
  private evaluations = 0
  /** What it has paused for, if not to let others have their turn: to go on before that has come is in vain. */
  waiting: Waiting | undefined

  /** An execution begins, which runs to its end without a pause unless that is allowed. */
  begin(context: EvaluationContext): void {
    this.context = context
    this.disallow()
    this.held = 0
    this.mayBeUnfinished = false
    this.evaluation = 0
    // What is cancelled before it begins does not begin.
    this.left = 0
  }

  /** From now on `next` may come back in the middle, after so long at a stretch; `resume` comes before each. */
  allow(clock: () => number, stretchMs: number): void {
    this.clock = clock
    this.stretchMs = stretchMs
    this.units = UNITS_FIRST
    this.resume()
  }

  /** The execution is over: what it was about is let go. */
  end(): void {
    this.disallow()
    this.context = undefined
  }

  /** Runs on without pauses. */
  disallow(): void {
    this.clock = undefined
    this.isPaused = false
    this.waiting = undefined
    this.left = UNITS_MAX
  }

  /** Of an execution inside of a statement that is at work: it pauses where that one does, whose stretch has begun. */
  within(outer: Pause): void {
    if (!outer.isAllowed) {
      this.disallow()
      return
    }
    this.clock = outer.clock
    this.stretchMs = outer.stretchMs
    this.units = UNITS_FIRST
    this.resume()
    this.endMs = outer.endMs
  }

  /** What was inside has paused: so has this. */
  stop(): void {
    this.isPaused = true
  }

  /** The next stretch begins. */
  resume(): void {
    const now = this.clock?.() ?? 0
    this.looksLeft = LOOKS_LEAST
    this.isPaused = false
    this.waiting = undefined
    this.lookedMs = now
    this.endMs = now + this.stretchMs
    this.left = this.units
  }

  /** For those that count by more than one. */
  spend(units: number): boolean {
    this.left -= units
    return this.left < 0 && this.isDue()
  }

  /**
   * When `left` is used up. True: stop where you are.
   * @throws SqlError 57014
   */
  isDue(): boolean {
    assert(!this.isPaused, 'a paused query does not go on before it is resumed')
    this.context!.checkCancelled()
    const { clock } = this
    if (clock === undefined || this.held > 0) {
      this.left = UNITS_MAX
      return false
    }
    const now = clock()
    const tookMs = now - this.lookedMs
    this.lookedMs = now
    if (tookMs > 2 * LOOK_MS) this.units = Math.max(1, this.units >> 2)
    else if (tookMs < LOOK_MS / 2 && this.units < UNITS_MAX) this.units *= 2
    this.left = this.units
    if (--this.looksLeft > 0 || now < this.endMs) return false
    this.isPaused = true
    return true
  }

  /** Whether anything may pause, now or when what is held is released. */
  get isWanted(): boolean {
    return this.clock !== undefined
  }

  /** Whether anything may pause now. */
  get isAllowed(): boolean {
    return this.clock !== undefined && this.held === 0
  }

  /** Stops here, as far as anything may pause now, until something else has happened. */
  waitFor(waiting: Waiting): void {
    assert(this.isAllowed, 'who waits may pause')
    this.isPaused = true
    this.waiting = waiting
  }

  /** Of a row's expressions: a number that no evaluation had before. */
  newEvaluation(): number {
    return ++this.evaluations
  }

  hold(): void {
    this.held++
  }

  release(): void {
    this.held--
  }
}
