/**
 * A statement of any kind that has begun, as JavaScript sees it. Whoever runs one takes rows until there are none, or ends it
 * before: what it has changed stays. What throws is undone.
 */

import { SqlError, sqlErrorOf } from '../errors.ts'
import type { QueryOptions, ResultColumn, RunResult } from './options.ts'
import type { RawExecution } from './raw-execution.ts'
import { type RowMaker, RowShape, rowMakerOf, rowShapeOf } from './rows.ts'

export interface Execution {
  /** None: the statement gives no rows. */
  readonly columns: readonly ResultColumn[]
  /**
   * The next row; undefined when there are no more, and the statement has ended (or it has paused, where that was allowed).
   * @throws SqlError: it has failed and is undone
   */
  next(): unknown
  /** Ends it, when the last row was not taken yet, and keeps what it has changed. */
  finish(): RunResult
}

export class ShapedExecution implements Execution {
  readonly #text: string
  readonly #raw: RawExecution
  readonly #shape: RowShape
  readonly #maker: RowMaker | undefined
  #result: RunResult | undefined
  #failure: { readonly error: unknown } | undefined

  /** @param text of which its errors show the place */
  constructor(text: string, raw: RawExecution, options: QueryOptions) {
    this.#text = text
    this.#raw = raw
    const { columns } = raw
    this.#shape = columns === undefined ? NO_ROWS : rowShapeOf(columns, options)
    this.#maker = columns && raw.inRegisters && rowMakerOf(this.#shape, raw.inRegisters.outputs)
  }

  get columns(): readonly ResultColumn[] {
    return this.#shape.resultColumns
  }

  /** Whether ending it commits something. */
  get isWriting(): boolean {
    return this.#raw.isWriting
  }

  /** Undefined: it cannot pause. */
  get pause(): RawExecution['pause'] {
    return this.#raw.pause
  }

  next(): unknown {
    if (this.#result !== undefined || this.#failure !== undefined) return undefined
    let row: unknown
    try {
      row = this.#nextRow()
    } catch (error) {
      this.#failure = { error: withText(this.#text, error) }
      this.#raw.fail(error)
      throw this.#failure.error
    }
    if (row === undefined && this.#raw.pause?.isPaused !== true) this.finish()
    return row
  }

  #nextRow(): unknown {
    const raw = this.#raw
    const maker = this.#maker
    if (maker !== undefined) {
      const { inRegisters, context } = raw
      return inRegisters!.advance() ? maker.make(inRegisters!.registers, context!) : undefined
    }
    const values = raw.next()
    return values === undefined ? undefined : this.#shape.make(values, raw.context!)
  }

  /** All rows that are left, and the end. */
  all(): unknown[] {
    const rows: unknown[] = []
    for (let row = this.next(); row !== undefined; row = this.next()) rows.push(row)
    return rows
  }

  finish(): RunResult {
    if (this.#failure !== undefined) throw this.#failure.error
    if (this.#result !== undefined) return this.#result
    try {
      this.#result = this.#raw.finish()
    } catch (error) {
      // It is over all the same: its program may be another one's already, and must not be given back twice.
      this.#failure = { error: withText(this.#text, error) }
      throw this.#failure.error
    }
    return this.#result
  }

  /** Ends it where it is, without its being heard of again: what it has changed is undone. */
  abandon(): void {
    this.#failure = { error: undefined }
    this.#raw.fail()
  }

  /** Takes what rows there are. */
  complete(): RunResult {
    while (this.next() !== undefined);
    return this.finish()
  }
}

/** Of a statement that gives none. */
const NO_ROWS = new RowShape([], {})

/** Errors show where in the text they lie. */
export function withPlaces<T>(text: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw withText(text, error)
  }
}

/** The error as it is thrown to the caller. */
export function withText(text: string, error: unknown): unknown {
  const known = sqlErrorOf(error)
  return known instanceof SqlError ? known.withText(text) : known
}
