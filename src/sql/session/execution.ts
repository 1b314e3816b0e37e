/**
 * A statement of any kind that has begun, as JavaScript sees it. Whoever runs one takes rows until there are none, or ends it
 * before: what it has changed stays. What throws is undone.
 */

import { SqlError } from '../errors.ts'
import type { QueryOptions, ResultColumn, RunResult } from './options.ts'
import type { RawExecution } from './raw-execution.ts'
import { RowShape } from './rows.ts'

export interface Execution {
  /** None: the statement gives no rows. */
  readonly columns: readonly ResultColumn[]
  /** The next row; undefined when there are no more, and the statement has ended. @throws SqlError: it has failed and is undone */
  next(): unknown
  /** Ends it, when the last row was not taken yet, and keeps what it has changed. */
  finish(): RunResult
}

export class ShapedExecution implements Execution {
  private readonly text: string
  private readonly raw: RawExecution
  private readonly shape: RowShape
  private result: RunResult | undefined
  private failure: { readonly error: unknown } | undefined

  /** @param text of which its errors show the place */
  constructor(text: string, raw: RawExecution, options: QueryOptions) {
    this.text = text
    this.raw = raw
    this.shape = new RowShape(raw.columns ?? [], options, raw.context)
  }

  get columns(): readonly ResultColumn[] {
    return this.shape.resultColumns
  }

  /** Whether ending it commits something. */
  get isWriting(): boolean {
    return this.raw.isWriting
  }

  next(): unknown {
    if (this.result !== undefined || this.failure !== undefined) return undefined
    let row: unknown
    try {
      const values = this.raw.next()
      row = values === undefined ? undefined : this.shape.make(values)
    } catch (error) {
      this.failure = { error: withText(this.text, error) }
      this.raw.fail()
      throw this.failure.error
    }
    if (row === undefined) this.finish()
    return row
  }

  finish(): RunResult {
    if (this.failure !== undefined) throw this.failure.error
    this.result ??= withPlaces(this.text, () => this.raw.finish())
    return this.result
  }

  /** Ends it where it is, without its being heard of again: what it has changed is undone. */
  abandon(): void {
    this.failure = { error: undefined }
    this.raw.fail()
  }

  /** Takes what rows there are. */
  complete(): RunResult {
    while (this.next() !== undefined);
    return this.finish()
  }
}

/** Errors show where in the text they lie. */
export function withPlaces<T>(text: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw withText(text, error)
  }
}

function withText(text: string, error: unknown): unknown {
  return error instanceof SqlError ? error.withText(text) : error
}
