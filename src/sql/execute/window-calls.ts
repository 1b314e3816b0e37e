/** Window functions and aggregates over frames, computed for one row of a partition after the other. */

import { SqlError } from '../errors.ts'
import type { AggregateImplementation, Value, WindowFunction } from '../functions/registry.ts'
import type { Evaluate } from './expression.ts'
import type { Execution } from './operator.ts'
import type { FrameCursor, Piece } from './window-frame.ts'

export interface RunningWindowCall {
  /** A window function of its own, or an aggregate over the frame. */
  readonly computes: WindowFunction['computes'] | AggregateImplementation
  readonly arguments: readonly Evaluate[]
  readonly filter: Evaluate | undefined
  readonly skipsNulls: boolean
  readonly register: number
}

/** Where a row of a partition has what a call reads. */
export interface CallPlaces {
  /** Whether the filter lets it pass; -1: there is no filter. */
  readonly filter: number
  /** The first argument; the others follow. */
  readonly arguments: number
}

export interface WindowCall {
  /** Before the first row of a partition. */
  begin(): void
  /** For the row that the frame is at; false when it has paused, and is to be asked again. */
  compute(): boolean
  readonly result: Value
  /** Lets go of what it has computed. */
  clear(): void
}

/** @param isExcluding frames have holes, or end before they begin anew */
export function windowCall(
  call: RunningWindowCall,
  places: CallPlaces,
  frame: FrameCursor,
  isExcluding: boolean,
  execution: Execution,
): WindowCall {
  const { computes } = call
  return typeof computes === 'string'
    ? new FunctionCall(computes, call.arguments.length, places.arguments, frame)
    : new AggregateCall(computes, call, places, frame, isExcluding, execution)
}

class FunctionCall implements WindowCall {
  result: Value = null
  private readonly computes: WindowFunction['computes']
  private readonly argumentCount: number
  private readonly firstArgument: number
  private readonly frame: FrameCursor

  constructor(
    computes: WindowFunction['computes'],
    argumentCount: number,
    firstArgument: number,
    frame: FrameCursor,
  ) {
    this.computes = computes
    this.argumentCount = argumentCount
    this.firstArgument = firstArgument
    this.frame = frame
  }

  begin(): void {}

  clear(): void {
    this.result = null
  }

  compute(): boolean {
    this.result = this.resultOf()
    return true
  }

  private resultOf(): Value {
    const { frame, argumentCount } = this
    const { row, count } = frame
    switch (this.computes) {
      case 'row_number':
        return row + 1
      case 'rank':
        return frame.groupStart + 1
      case 'dense_rank':
        return frame.group + 1
      case 'percent_rank':
        return count === 1 ? 0 : frame.groupStart / (count - 1)
      case 'cume_dist':
        return frame.groupEnd / count
      case 'ntile':
        return ntile(row, count, this.argumentOf(row, 0))
      case 'lag':
      case 'lead': {
        const offset = argumentCount > 1 ? this.argumentOf(row, 1) : 1
        if (offset === null) return null
        const at = this.computes === 'lag' ? row - Number(offset) : row + Number(offset)
        if (at < 0 || at >= count) return argumentCount > 2 ? this.argumentOf(row, 2) : null
        return this.argumentOf(at, 0)
      }
      case 'first_value': {
        const [piece] = frame.pieces()
        return piece === undefined ? null : this.argumentOf(piece[0], 0)
      }
      case 'last_value': {
        const piece = frame.pieces().at(-1)
        return piece === undefined ? null : this.argumentOf(piece[1] - 1, 0)
      }
      case 'nth_value': {
        const n = this.argumentOf(row, 1)
        if (n === null) return null
        if (n <= 0) throw new SqlError('22016', 'argument of nth_value must be greater than zero')
        let left = Number(n) - 1
        for (const [from, to] of frame.pieces()) {
          if (left < to - from) return this.argumentOf(from + left, 0)
          left -= to - from
        }
        return null
      }
    }
  }

  private argumentOf(row: number, argument: number): Value {
    return this.frame.rows.at(row)[this.firstArgument + argument]
  }
}

/** Buckets of equal size, the first ones larger by one where it does not come out even. */
function ntile(row: number, count: number, buckets: Value): Value {
  if (buckets === null) return null
  if (buckets <= 0) throw new SqlError('22014', 'argument of ntile must be greater than zero')
  const size = Math.floor(count / buckets)
  const larger = count % buckets
  const inLarger = larger * (size + 1)
  return row < inLarger ? Math.floor(row / (size + 1)) + 1 : larger + Math.floor((row - inLarger) / size) + 1
}

/** An aggregate over each row's frame. Frames that only grow are stepped on; others move by `unstep`, or start anew. */
class AggregateCall implements WindowCall {
  result: Value = null
  private readonly implementation: AggregateImplementation
  private readonly argumentCount: number
  private readonly skipsNulls: boolean
  private readonly places: CallPlaces
  private readonly frame: FrameCursor
  private readonly isExcluding: boolean
  private readonly execution: Execution
  private state: Value
  private hasState = false
  /** The rows that the state is of: [from, to). */
  private from = 0
  private to = 0
  /** Of frames with exclusions: those of the row at hand, and how far it is there. Undefined: it is not begun. */
  private pieces: readonly Piece[] | undefined
  private piece = 0

  constructor(
    implementation: AggregateImplementation,
    call: RunningWindowCall,
    places: CallPlaces,
    frame: FrameCursor,
    isExcluding: boolean,
    execution: Execution,
  ) {
    this.implementation = implementation
    this.argumentCount = call.arguments.length
    this.skipsNulls = call.skipsNulls
    this.places = places
    this.frame = frame
    this.isExcluding = isExcluding
    this.execution = execution
  }

  begin(): void {
    this.startState()
    this.from = 0
    this.to = 0
    this.pieces = undefined
  }

  clear(): void {
    this.letGo()
    this.state = undefined
    this.hasState = false
    this.result = null
  }

  private startState(): void {
    this.letGo()
    this.state = this.implementation.start()
    this.hasState = true
  }

  /** What the state has gathered. */
  private letGo(): void {
    const { bytesOf } = this.implementation
    if (bytesOf !== undefined && this.hasState) this.execution.context.gathering.give(bytesOf(this.state))
  }

  compute(): boolean {
    if (!(this.isExcluding ? this.computePieces() : this.computeFrame())) return false
    this.result = this.implementation.finish(this.state, this.execution.context)
    return true
  }

  private computeFrame(): boolean {
    const { implementation } = this
    const { start, end } = this.frame
    const { from, to } = this
    if (start < from || end < to || start >= to || (start > from && implementation.unstep === undefined)) {
      // Also when it has paused right behind this, it is not done again: the state is of no rows then.
      if (from !== start || to !== start) {
        this.startState()
        this.from = start
        this.to = start
      }
    }
    return this.unstepTo(start) && this.stepTo(end)
  }

  /** Each row anew: what is left of its frame. */
  private computePieces(): boolean {
    if (this.pieces === undefined) {
      this.pieces = this.frame.pieces()
      this.piece = 0
      this.startState()
      this.to = this.pieces[0]?.[0] ?? 0
    }
    for (;;) {
      const piece = this.pieces[this.piece]
      if (piece === undefined) break
      if (!this.stepTo(piece[1])) return false
      this.piece++
      this.to = this.pieces[this.piece]?.[0] ?? 0
    }
    this.pieces = undefined
    return true
  }

  private stepTo(end: number): boolean {
    const { pause } = this.execution
    for (; this.to < end; this.to++) {
      // Frames overlap: there may be many more steps than rows.
      if (--pause.left < 0 && pause.isDue()) return false
      this.state = this.stepped(this.to, false)
    }
    return true
  }

  private unstepTo(start: number): boolean {
    const { pause } = this.execution
    for (; this.from < start; this.from++) {
      if (--pause.left < 0 && pause.isDue()) return false
      this.state = this.stepped(this.from, true)
    }
    return true
  }

  /** The state with a row more, or less, if that counts. */
  private stepped(row: number, isLess: boolean): Value {
    const { places, argumentCount, implementation, state } = this
    const { context } = this.execution
    const values = this.frame.rows.at(row)
    if (places.filter >= 0 && values[places.filter] !== true) return state
    if (argumentCount === 1) {
      const value = values[places.arguments]
      if (value === null && this.skipsNulls) return state
      return isLess
        ? implementation.unstep!(state, value, context)
        : implementation.step(state, value, context)
    }
    const given = values.slice(places.arguments, places.arguments + argumentCount)
    if (this.skipsNulls && given.includes(null)) return state
    return isLess
      ? implementation.unstep!(state, ...given, context)
      : implementation.step(state, ...given, context)
  }
}
