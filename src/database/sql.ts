/**
 * SQL as users hold it: `query`, `sql`, `prepare` and `exec` on a database, on a transaction and on a snapshot, and
 * connections with a session of their own.
 */

import { CoppiceError } from '../base/errors.ts'
import { SqlError } from '../sql/errors.ts'
import type { Execution } from '../sql/session/execution.ts'
import type { ExplainRequest } from '../sql/session/explain-options.ts'
import type { ExplainedStatement } from '../sql/session/explain-print.ts'
import {
  checkQueryOptions,
  type QueryOptions,
  type ResultColumn,
  type RunResult,
} from '../sql/session/options.ts'
import type { Session } from '../sql/session/session.ts'
import type { WaitParty } from '../sql/session/wait-party.ts'
import { type CopyInput, type CopyOutput, startCopyInput, startCopyOutput } from './copy.ts'

/** A row whose type nobody has said. */
// biome-ignore lint/suspicious/noExplicitAny: the caller says the type, or looks for himself
export type SqlRow = Record<string, any>

/** Options with which rows come as arrays, so they are no {@link SqlRow}. */
export type ArrayRows = QueryOptions & { readonly rowMode: 'array' }

/** A statement that is run as often as wanted; parsed and planned once. */
export class PreparedStatement<Row = SqlRow> {
  readonly #session: () => Session
  readonly #text: string
  readonly #options: QueryOptions

  /** @internal */
  constructor(session: () => Session, text: string, options: QueryOptions = NO_OPTIONS) {
    checkText(text)
    checkOptions(options)
    this.#session = session
    this.#text = text
    this.#options = options
  }

  /** The statement's text. */
  get text(): string {
    return this.#text
  }

  /**
   * All rows.
   * @example db.prepare<{ id: number }>('select id from users where age > $1').all(36)
   * @throws SqlError
   */
  all(...parameters: readonly unknown[]): Row[] {
    return this.#session().query(this.#text, parameters, this.#options) as Row[]
  }

  /** The first row; undefined when there is none. */
  get(...parameters: readonly unknown[]): Row | undefined {
    return this.#session().first(this.#text, parameters, this.#options) as Row | undefined
  }

  /**
   * Runs it for what it does. What it has inserted is known by RETURNING and `get`.
   * @example const { rowCount } = db.prepare('delete from users where age < $1').run(18)
   */
  run(...parameters: readonly unknown[]): RunResult {
    return this.#session().run(this.#text, parameters, this.#options)
  }

  /** The rows one by one, as they are found. Leaving the loop ends the statement. */
  iterate(...parameters: readonly unknown[]): IterableIterator<Row> {
    return this.#session().rows(this.#text, parameters, this.#options) as Generator<Row>
  }

  /**
   * The rows one by one, for `for await`. The event loop has its turn between them; all of them are of the state that was the
   * newest when the first one was asked for, and it is held until the last one, or until the loop is left. A statement that
   * writes is done before its first row comes.
   * @example for await (const row of db.prepare('select * from users', { signal }).iterateAsync()) await send(row)
   * @throws SqlError (by rejection) 57014: it was cancelled or its time was over, also while nobody asked for a row
   */
  iterateAsync(...parameters: readonly unknown[]): AsyncIterableIterator<Row> {
    return this.#session().rowsAsync(this.#text, parameters, this.#options) as AsyncGenerator<Row>
  }

  /**
   * How it is done: PostgreSQL's EXPLAIN as text, or with `format: 'json'` as an object. With `analyze` it is run, and what
   * it changes is changed; without, the parameters may be left out.
   * @example console.log(db.prepare('select * from users where age > $1').explain({ analyze: true }, 36))
   */
  explain(
    options: ExplainRequest & { readonly format: 'json' },
    ...parameters: readonly unknown[]
  ): ExplainedStatement
  explain(options?: ExplainRequest & { readonly format?: 'text' }, ...parameters: readonly unknown[]): string
  explain(options: ExplainRequest = {}, ...parameters: readonly unknown[]): string | ExplainedStatement {
    return this.#session().explain(this.#text, parameters, options, this.#options)
  }

  /** What columns its rows have, without running it; none when it gives no rows. */
  get columns(): readonly ResultColumn[] {
    return this.#session().columnsOf(this.#text)
  }
}

/** A statement together with the values of its parameters: what the template `sql` makes. */
export class BoundStatement<Row = SqlRow> implements Iterable<Row>, AsyncIterable<Row> {
  readonly #statement: PreparedStatement<Row>
  readonly #parameters: readonly unknown[]

  /** @internal */
  constructor(statement: PreparedStatement<Row>, parameters: readonly unknown[]) {
    this.#statement = statement
    this.#parameters = parameters
  }

  /** All rows. */
  all(): Row[] {
    return this.#statement.all(...this.#parameters)
  }
  /** The first row; undefined when there is none. */
  get(): Row | undefined {
    return this.#statement.get(...this.#parameters)
  }
  /** Runs it for what it does. */
  run(): RunResult {
    return this.#statement.run(...this.#parameters)
  }
  /** The rows one by one. */
  iterate(): IterableIterator<Row> {
    return this.#statement.iterate(...this.#parameters)
  }
  /** The rows one by one, with turns of the event loop between them: `PreparedStatement.iterateAsync`. */
  iterateAsync(): AsyncIterableIterator<Row> {
    return this.#statement.iterateAsync(...this.#parameters)
  }
  /** How it is done: see {@link PreparedStatement.explain}. */
  explain(options: ExplainRequest & { readonly format: 'json' }): ExplainedStatement
  explain(options?: ExplainRequest & { readonly format?: 'text' }): string
  explain(options: ExplainRequest = {}): string | ExplainedStatement {
    return this.#statement.explain(options as { format?: 'text' }, ...this.#parameters)
  }
  [Symbol.iterator](): IterableIterator<Row> {
    return this.iterate()
  }
  /** @example for await (const row of db.sql`select * from users`) await send(row) */
  [Symbol.asyncIterator](): AsyncIterableIterator<Row> {
    return this.iterateAsync()
  }
}

/** What can run SQL. */
export interface SqlDoor {
  /** The same, with each row as an array of its values. */
  query<Row = unknown[]>(text: string, parameters: readonly unknown[] | undefined, options: ArrayRows): Row[]
  /**
   * Runs one statement and gives its rows. `$1`, `$2` … stand for the parameters.
   * @example db.query<{ name: string }>('select name from users where age > $1 order by name', [36])
   * @throws SqlError
   */
  query<Row = SqlRow>(text: string, parameters?: readonly unknown[], options?: QueryOptions): Row[]
  /**
   * One statement, whose values are bound and never spliced into the text.
   * @example db.sql`select * from users where email = ${email}`.get()
   */
  sql<Row = SqlRow>(strings: TemplateStringsArray, ...values: readonly unknown[]): BoundStatement<Row>
  /** The same, with each row as an array of its values. */
  prepare<Row = unknown[]>(text: string, options: ArrayRows): PreparedStatement<Row>
  /** A statement to be run again and again. */
  prepare<Row = SqlRow>(text: string, options?: QueryOptions): PreparedStatement<Row>
  /**
   * Runs a script of any number of statements, one after the other; each by itself, unless the script begins a transaction.
   * @example db.exec('create table t (a int primary key); insert into t values (1), (2)')
   */
  exec(script: string, options?: QueryOptions): RunResult[]
}

const NO_PARAMETERS: readonly unknown[] = []
const NO_OPTIONS: QueryOptions = {}

export function query<Row>(
  session: Session,
  text: string,
  parameters: readonly unknown[] = NO_PARAMETERS,
  options: QueryOptions = NO_OPTIONS,
): Row[] {
  checkText(text)
  checkOptions(options)
  checkParameters(parameters)
  return session.query(text, parameters, options) as Row[]
}

export function exec(session: Session, script: string, options: QueryOptions = NO_OPTIONS): RunResult[] {
  checkText(script)
  checkOptions(options)
  return session.exec(script, options)
}

function checkOptions(options: QueryOptions): void {
  if (options === NO_OPTIONS) return
  if (options === null || typeof options !== 'object' || Array.isArray(options))
    throw notGiven('options', 'an object', options)
  checkQueryOptions('a statement', options)
}

/** One value, or the options, in the place of the list would be counted as `undefined` parameters. */
function checkParameters(parameters: readonly unknown[]): void {
  if (!Array.isArray(parameters)) throw notGiven('parameters', 'an array', parameters)
}

/** Other clients take `{ text, values }`. */
function checkText(text: string): void {
  if (typeof text !== 'string') throw notGiven("a statement's text", 'a string', text)
}

function notGiven(what: string, expected: string, value: unknown): CoppiceError {
  const given = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value
  return new CoppiceError('INVALID_OPTION', `${what}: expected ${expected}, got ${given}`, {
    expected,
    given,
  })
}

/** The text of a template, with `$n` for its values: the same for each evaluation of one template. */
const texts = new WeakMap<TemplateStringsArray, string>()

export function bindTemplate<Row>(
  session: () => Session,
  strings: TemplateStringsArray,
  values: readonly unknown[],
): BoundStatement<Row> {
  let text = texts.get(strings)
  if (text === undefined) {
    if (!Array.isArray(strings)) throw notGiven('sql`…`', 'a template (without parentheses)', strings)
    text = strings.reduce((before, part, i) => `${before}$${i}${part}`)
    texts.set(strings, text)
  }
  return new BoundStatement<Row>(new PreparedStatement<Row>(session, text), values)
}

/** A session of its own: settings, prepared statements and transactions that others do not see. */
export class Connection implements SqlDoor, Disposable {
  readonly #session: Session
  /** What takes rows now, or did. */
  #input: CopyInput | undefined

  /** @internal */
  constructor(session: Session) {
    this.#session = session
  }

  /** The session, for another statement. @throws SqlError 55006 */
  get #idle(): Session {
    if (this.#input?.isOver === false) {
      throw new SqlError(
        '55006',
        'a COPY of this connection takes rows: end it first, by finish() or abort()',
      )
    }
    return this.#session
  }

  /** Whether BEGIN was said, and neither COMMIT nor ROLLBACK since. */
  get isInTransaction(): boolean {
    return this.#session.isInTransaction
  }
  /** @internal For who waits for the writer with this connection. */
  get party(): WaitParty {
    return this.#session.party
  }
  query<Row = unknown[]>(text: string, parameters: readonly unknown[] | undefined, options: ArrayRows): Row[]
  query<Row = SqlRow>(text: string, parameters?: readonly unknown[], options?: QueryOptions): Row[]
  query<Row>(text: string, parameters?: readonly unknown[], options?: QueryOptions): Row[] {
    return query<Row>(this.#idle, text, parameters, options)
  }
  sql<Row = SqlRow>(strings: TemplateStringsArray, ...values: readonly unknown[]): BoundStatement<Row> {
    return bindTemplate<Row>(() => this.#idle, strings, values)
  }
  prepare<Row = unknown[]>(text: string, options: ArrayRows): PreparedStatement<Row>
  prepare<Row = SqlRow>(text: string, options?: QueryOptions): PreparedStatement<Row>
  prepare<Row>(text: string, options: QueryOptions = NO_OPTIONS): PreparedStatement<Row> {
    return new PreparedStatement<Row>(() => this.#idle, text, options)
  }
  exec(script: string, options?: QueryOptions): RunResult[] {
    return exec(this.#idle, script, options)
  }
  /** Whether a statement of that transaction has failed: until ROLLBACK everything else is refused. */
  get hasFailedTransaction(): boolean {
    return this.#session.hasFailedTransaction
  }
  /**
   * Begins one statement of any kind, for who does not know what kind it is: it has columns or has none, gives its rows
   * one by one, and says in the end what it did.
   * @example
   * const running = connection.execute(text, [], { rowMode: 'array', values: 'text' })
   * for (let row = running.next(); row !== undefined; row = running.next()) print(row)
   * console.log(running.finish().command)
   * @throws SqlError
   */
  execute(text: string, parameters: readonly unknown[] = [], options: QueryOptions = NO_OPTIONS): Execution {
    checkText(text)
    checkOptions(options)
    checkParameters(parameters)
    return this.#idle.execute(text, parameters, options)
  }
  /**
   * Begins a COPY … FROM STDIN, whose rows the program brings: as text, as CSV or in binary, as the statement says. It is one
   * statement: all of the rows are stored, or none.
   * @example
   * using copy = connection.copyIn('copy users (id, email) from stdin (format csv)')
   * for await (const piece of createReadStream('users.csv')) copy.write(piece)
   * console.log(copy.finish().rowCount)
   * @throws SqlError; CoppiceError BUSY
   */
  copyIn(text: string, options: QueryOptions = NO_OPTIONS): CopyInput {
    checkText(text)
    checkOptions(options)
    this.#input = startCopyInput(this.#idle, text, options)
    return this.#input
  }
  /**
   * Begins a COPY … TO STDOUT, and gives its rows in pieces.
   * @example for (const piece of connection.copyOut('copy users to stdout (format csv, header)')) file.write(piece)
   * @throws SqlError
   */
  copyOut(text: string, options: QueryOptions = NO_OPTIONS): CopyOutput {
    checkText(text)
    checkOptions(options)
    return startCopyOutput(this.#idle, text, options)
  }
  /** Rolls an open transaction back. */
  close(): void {
    this.#input?.abort()
    this.#session.close()
  }
  [Symbol.dispose](): void {
    this.close()
  }
}
