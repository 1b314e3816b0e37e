/**
 * COPY for a program that holds a connection: it brings the rows of COPY … FROM STDIN, and takes those of COPY … TO STDOUT, as
 * the bytes that a client of PostgreSQL would send and be sent.
 *
 * ```
 *  taking ──write──▶ taking ──finish──▶ over, everything is stored
 *     └──abort, or what throws──▶ over, nothing is
 * ```
 */

import { isCoppiceError } from '../base/errors.ts'
import { SqlError } from '../sql/errors.ts'
import type { CopyIn } from '../sql/session/copy-in.ts'
import type { CopyOut } from '../sql/session/copy-out.ts'
import { withText } from '../sql/session/execution.ts'
import type { QueryOptions, RunResult } from '../sql/session/options.ts'
import type { Session } from '../sql/session/session.ts'
import type { CopyStatement } from '../sql/syntax/tree.ts'
import { ByteWriter } from '../sql/types/byte-writer.ts'

/** Rows come in pieces of so many bytes, and the row that reaches it. */
const PIECE_BYTES = 65_536

/** What takes the rows of a COPY … FROM STDIN. Until it is over its connection does nothing else. */
export class CopyInput implements Disposable {
  readonly #copy: CopyIn
  readonly #text: string
  #isOver = false

  /** @internal */
  constructor(copy: CopyIn, text: string) {
    this.#copy = copy
    this.#text = text
  }

  /** Whether it was finished, or nothing came of it. */
  get isOver(): boolean {
    return this.#isOver
  }

  /**
   * Takes a piece of the rows, cut anywhere: text, or its bytes in UTF-8.
   * @throws SqlError: it has failed and is over, and nothing is stored
   */
  write(piece: string | Uint8Array): void {
    // What was given may be used again by whoever has given it.
    this.#run(() => this.#copy.write(Buffer.from(piece as Uint8Array)))
  }

  /** There are no more. @throws SqlError: nothing is stored */
  finish(): RunResult {
    return this.#run(() => {
      const result = this.#copy.finish()
      this.#isOver = true
      return result
    })
  }

  /** Ends it, and nothing is stored. Does nothing when it is over. */
  abort(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#copy.fail()
  }

  /** As `abort`. */
  [Symbol.dispose](): void {
    this.abort()
  }

  #run<T>(step: () => T): T {
    if (this.#isOver) throw new SqlError('55000', 'this COPY is over')
    try {
      return step()
    } catch (error) {
      this.abort()
      throw withText(this.#text, error)
    }
  }
}

/** The rows of a COPY … TO STDOUT, in pieces. Leaving the loop ends it. */
export class CopyOutput implements IterableIterator<Uint8Array>, Disposable {
  readonly #copy: CopyOut
  readonly #text: string
  readonly #writer = new ByteWriter()
  #isAtEnd = false
  #result: RunResult | undefined
  #failure: { readonly error: unknown } | undefined

  /** @internal */
  constructor(copy: CopyOut, text: string) {
    this.#copy = copy
    this.#text = text
  }

  /** Whether it has failed. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  /** The next piece: some rows, never a part of one. @throws SqlError */
  next(): IteratorResult<Uint8Array, undefined> {
    if (this.#failure !== undefined) throw this.#failure.error
    if (!this.#isAtEnd) this.#fill()
    const writer = this.#writer
    if (writer.length > 0) return { done: false, value: writer.take() }
    this.finish()
    return { done: true, value: undefined }
  }

  #fill(): void {
    const copy = this.#copy
    const writer = this.#writer
    try {
      while (writer.length < PIECE_BYTES) {
        if (copy.write(writer)) continue
        this.#isAtEnd = true
        if (copy.options.format === 'binary') writer.int16(-1)
        return
      }
    } catch (error) {
      this.#failure = { error: withText(this.#text, error) }
      copy.fail()
      throw this.#failure.error
    }
  }

  /** Ends it, and says how many rows were taken. @throws SqlError: it has failed */
  finish(): RunResult {
    if (this.#failure !== undefined) throw this.#failure.error
    this.#isAtEnd = true
    this.#writer.length = 0
    this.#result ??= this.#copy.finish()
    return this.#result
  }

  return(): IteratorResult<Uint8Array, undefined> {
    this.finish()
    return { done: true, value: undefined }
  }

  [Symbol.iterator](): this {
    return this
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    if (this.#failure === undefined) this.finish()
  }
}

/** @throws SqlError; CoppiceError BUSY */
export function startCopyInput(session: Session, text: string, options: QueryOptions): CopyInput {
  const statement = copyStatement(session, text, true)
  return new CopyInput(
    started(session, text, () => session.startCopyIn(statement, options)),
    text,
  )
}

/** @throws SqlError */
export function startCopyOutput(session: Session, text: string, options: QueryOptions): CopyOutput {
  const statement = copyStatement(session, text, false)
  return new CopyOutput(
    started(session, text, () => session.startCopyOut(statement, options)),
    text,
  )
}

function copyStatement(session: Session, text: string, isFrom: boolean): CopyStatement {
  const statements = session.parse(text)
  const statement = statements[0]?.statement
  if (statements.length === 1 && statement.kind === 'copy' && statement.isFrom === isFrom) return statement
  session.noteFailure()
  throw new SqlError('42601', `expected one statement: COPY … ${isFrom ? 'FROM STDIN' : 'TO STDOUT'}`)
}

/** What is refused before it begins fails the transaction that it was said in, too. */
function started<T>(session: Session, text: string, start: () => T): T {
  try {
    return start()
  } catch (error) {
    // Who is told that another one writes may try again.
    if (!isCoppiceError(error, 'BUSY')) session.noteFailure()
    throw withText(text, error)
  }
}
