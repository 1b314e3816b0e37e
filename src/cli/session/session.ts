/**
 * A session of SQL as the main thread holds it: statements run in the thread of the database (session-thread.ts), and this
 * thread goes on hearing keys and signals meanwhile.
 */

import { Worker, type WorkerOptions } from 'node:worker_threads'
import type { ExplainProgress } from '../../index.ts'
import type { Column, Row } from '../output/result.ts'
import type {
  Answer,
  Answers,
  CopiedRows,
  OpenedDatabase,
  Request,
  SentNotice,
  SessionOptions,
  SessionStatus,
  StatementPart,
} from './protocol.ts'
import { FailedStatement } from './sent-error.ts'

/** A statement whose rows come in parts. */
export interface RunningStatement {
  readonly columns: readonly Column[]
  /** The rows, a part at a time. Leaving the loop ends the statement. */
  readonly parts: AsyncGenerator<readonly Row[], void>
  /** After the last part. */
  readonly command: () => string
  readonly elapsedMs: () => number
}

export class Session {
  readonly database: OpenedDatabase
  /** How it was opened. */
  readonly options: SessionOptions
  private readonly channel: Channel

  private constructor(database: OpenedDatabase, options: SessionOptions, channel: Channel) {
    this.database = database
    this.options = options
    this.channel = channel
  }

  /** @throws FailedStatement when the database cannot be opened */
  static async open(path: string, options: SessionOptions): Promise<Session> {
    const channel = new Channel()
    try {
      return new Session(await channel.ask('open', { path, options }), options, channel)
    } catch (error) {
      await channel.end()
      throw error
    }
  }

  get status(): SessionStatus {
    return this.channel.status
  }

  /** Called with what statements have to say besides their results. */
  set onNotice(listener: (notice: SentNotice) => void) {
    this.channel.onNotice = listener
  }

  /** Begins a statement; its first rows are here when this resolves. @throws FailedStatement */
  async run(text: string, parameters: readonly unknown[] = []): Promise<RunningStatement> {
    const { channel } = this
    channel.resetCancel()
    let part: StatementPart = await channel.ask('execute', { text, parameters })
    let elapsedMs = part.elapsedMs
    async function* parts(): AsyncGenerator<readonly Row[], void> {
      try {
        for (;;) {
          yield part.rows
          if (part.command !== undefined) return
          part = await channel.ask('next', {})
          elapsedMs += part.elapsedMs
        }
      } finally {
        if (part.command === undefined) await channel.ask('finish', {})
      }
    }
    return {
      columns: part.columns,
      parts: parts(),
      command: () => part.command ?? '',
      elapsedMs: () => elapsedMs,
    }
  }

  /** All rows of a statement. @throws FailedStatement */
  async rows(text: string): Promise<Row[]> {
    const rows: Row[] = []
    for await (const part of (await this.run(text)).parts) rows.push(...part)
    return rows
  }

  /**
   * How a statement would be run; with `analyze` how it was.
   * @param onProgress called now and then while it runs
   * @throws FailedStatement
   */
  explain(
    text: string,
    analyze: boolean,
    onProgress: (progress: ExplainProgress) => void = () => {},
  ): Promise<string> {
    this.channel.resetCancel()
    this.channel.onProgress = onProgress
    return this.channel.ask('explain', { text, analyze })
  }

  /** Begins a COPY FROM STDIN: its rows follow in pieces, then its end. @throws FailedStatement */
  async copyIn(text: string): Promise<void> {
    this.channel.resetCancel()
    await this.channel.ask('copyIn', { text })
  }
  /** @throws FailedStatement: it has failed and is over */
  async copyPiece(piece: string | Uint8Array): Promise<void> {
    await this.channel.ask('copyPiece', { piece })
  }
  /** Stores the rows, and says how many. @throws FailedStatement */
  copyEnd(): Promise<number> {
    return this.channel.ask('copyEnd', {})
  }
  /** Begins a COPY TO STDOUT. @throws FailedStatement */
  async copyOut(text: string): Promise<void> {
    this.channel.resetCancel()
    await this.channel.ask('copyOut', { text })
  }
  /** The next rows. @throws FailedStatement: it has failed and is over */
  copyRows(): Promise<CopiedRows> {
    return this.channel.ask('copyRows', {})
  }
  /** Ends a COPY that goes on, if one does, and says how many rows were taken. */
  copyAbort(): Promise<number> {
    return this.channel.ask('copyAbort', {})
  }

  /** The columns that a statement would give. @throws FailedStatement */
  describe(text: string): Promise<readonly Column[]> {
    return this.channel.ask('describe', { text })
  }

  /** Ends what runs as soon as it looks. Does nothing when nothing runs. */
  cancel(): void {
    this.channel.cancel()
  }

  /** Rolls back what is open and closes the database. @throws FailedStatement when closing it failed */
  async close(): Promise<void> {
    try {
      await this.channel.ask('close', {})
    } finally {
      await this.channel.end()
    }
  }

  /** Ends the thread wherever it is. The database is left as a crash would leave it, and recovers when it is opened. */
  async kill(): Promise<void> {
    await this.channel.end()
  }
}

type Waiting = { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void }

/** Requests and answers, one at a time. */
class Channel {
  status: SessionStatus = { isInTransaction: false, hasFailed: false }
  onNotice: (notice: SentNotice) => void = () => {}
  onProgress: (progress: ExplainProgress) => void = () => {}
  private readonly worker: Worker
  private readonly cancelWords: Int32Array
  private waiting: Waiting | undefined
  private hasEnded = false

  constructor() {
    const cancelFlag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
    this.cancelWords = new Int32Array(cancelFlag)
    this.worker = startThread({ name: 'coppice', workerData: { cancelFlag } })
    this.worker.on('message', (answer: Answer) => this.take(answer))
    this.worker.on('error', error => this.fail(error))
    this.worker.on('exit', () => {
      this.hasEnded = true
      this.fail(new Error('the thread of the database has ended'))
    })
  }

  ask<K extends keyof Answers>(
    kind: K,
    request: Omit<Extract<Request, { readonly kind: K }>, 'kind'>,
  ): Promise<Answers[K]> {
    if (this.hasEnded) return Promise.reject(new Error('the thread of the database has ended'))
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
      this.worker.postMessage({ kind, ...request })
    })
  }

  cancel(): void {
    Atomics.store(this.cancelWords, 0, 1)
  }
  resetCancel(): void {
    Atomics.store(this.cancelWords, 0, 0)
  }

  async end(): Promise<void> {
    await this.worker.terminate()
  }

  private take(answer: Answer): void {
    if (answer.kind === 'notice') {
      this.onNotice(answer.notice)
      return
    }
    if (answer.kind === 'progress') {
      this.onProgress(answer.progress)
      return
    }
    const { waiting } = this
    this.waiting = undefined
    this.status = answer.status
    if (answer.kind === 'answer') waiting?.resolve(answer.value as never)
    else waiting?.reject(new FailedStatement(answer.error))
  }

  private fail(error: Error): void {
    this.waiting?.reject(error)
    this.waiting = undefined
  }
}

/** Its module lies beside this one, or beside the file that this one was built into. */
function startThread(options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./cli-session.js', import.meta.url), options)
  // Run from the sources, a thread needs the loader of TypeScript, too.
  const module = JSON.stringify(new URL('./session-thread.ts', import.meta.url).href)
  const begin = `import('tsx/esm/api').then(tsx => { tsx.register(); return import(${module}) })`
  return new Worker(begin, { ...options, eval: true })
}
