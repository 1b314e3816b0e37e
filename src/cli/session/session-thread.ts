/** The thread of the database: opens it, holds one session, and runs what the main thread asks for. */

import { parentPort, workerData } from 'node:worker_threads'
import {
  type Connection,
  type CopyInput,
  CopyOutput,
  type Database,
  type Execution,
  openSync,
  type QueryOptions,
} from '../../index.ts'
import type { Column, Row } from '../output/result.ts'
import { cancelSignal } from './cancel-flag.ts'
import type {
  Answer,
  CopiedRows,
  OpenedDatabase,
  Request,
  SessionStatus,
  SessionThreadData,
  StatementPart,
} from './protocol.ts'
import { describeError } from './sent-error.ts'

/** So many rows are sent at once, or as many as have so many characters. */
const ROWS_AT_ONCE = 2000
const CHARACTERS_AT_ONCE = 4 << 20

class SessionThread {
  private readonly options: QueryOptions
  private database: Database | undefined
  private connection: Connection | undefined
  private running: Execution | undefined
  private copying: CopyInput | CopyOutput | undefined

  constructor(data: SessionThreadData) {
    this.options = { rowMode: 'array', values: 'text', signal: cancelSignal(data.cancelFlag) }
  }

  get status(): SessionStatus {
    return {
      isInTransaction: this.connection?.isInTransaction ?? false,
      hasFailed: this.connection?.hasFailedTransaction ?? false,
    }
  }

  answer(request: Request): unknown {
    switch (request.kind) {
      case 'open':
        return this.open(request)
      case 'execute':
        return this.execute(request.text, request.parameters)
      case 'describe':
        return this.describe(request.text)
      case 'next':
        return this.part(this.running!, performance.now(), [])
      case 'finish':
        return this.finish()
      case 'explain':
        return this.connection!.prepare(request.text, this.options).explain({
          analyze: request.analyze,
          onProgress: progress => send({ kind: 'progress', progress }),
        })
      case 'copyIn':
        this.finish()
        this.copying = this.connection!.copyIn(request.text, { signal: this.options.signal })
        return undefined
      case 'copyPiece':
        this.input.write(request.piece)
        return undefined
      case 'copyEnd':
        return this.input.finish().rowCount
      case 'copyOut':
        this.finish()
        this.copying = this.connection!.copyOut(request.text, { signal: this.options.signal })
        return undefined
      case 'copyRows':
        return this.copiedRows(this.copying as CopyOutput)
      case 'copyAbort':
        return this.abortCopy()
      case 'close':
        this.running?.finish()
        this.copying?.[Symbol.dispose]()
        this.connection?.close()
        this.database?.close()
        return undefined
    }
  }

  private open({ path, options }: Extract<Request, { kind: 'open' }>): OpenedDatabase {
    const { readOnly, create, unsafeLock } = options
    this.database = openSync(path, { readOnly, unsafeLock, ...(create ? {} : { create: false }) })
    this.connection = this.database.connect({ onNotice: notice => send({ kind: 'notice', notice }) })
    const { created, recovered } = this.database.openReport
    return { path: this.database.path, wasCreated: created, wasRecovered: recovered !== undefined }
  }

  private execute(text: string, parameters: readonly unknown[]): StatementPart {
    this.finish()
    const startedMs = performance.now()
    this.running = this.connection!.execute(text, parameters, this.options)
    return this.part(this.running, startedMs, columnsOf(this.running))
  }

  private get input(): CopyInput {
    return this.copying as CopyInput
  }

  private abortCopy(): number {
    const { copying } = this
    this.copying = undefined
    copying?.[Symbol.dispose]()
    return copying instanceof CopyOutput && !copying.hasFailed ? copying.finish().rowCount : 0
  }

  private copiedRows(copy: CopyOutput): CopiedRows {
    const { done, value } = copy.next()
    if (done !== true) return { bytes: value, rowCount: 0 }
    return { bytes: undefined, rowCount: copy.finish().rowCount }
  }

  private describe(text: string): Column[] {
    return this.connection!.prepare(text).columns.map(({ name, type }) => ({ name, type }))
  }

  private part(running: Execution, startedMs: number, columns: readonly Column[]): StatementPart {
    const rows: Row[] = []
    let characters = 0
    let isOver = false
    while (rows.length < ROWS_AT_ONCE && characters < CHARACTERS_AT_ONCE) {
      const row = this.nextRow(running)
      if (row === undefined) {
        isOver = true
        break
      }
      for (const cell of row) characters += cell?.length ?? 0
      // The engine may use the array again.
      rows.push([...row])
    }
    const command = isOver ? running.finish().command : undefined
    if (isOver) this.running = undefined
    return { columns, rows, command, elapsedMs: performance.now() - startedMs, status: this.status }
  }

  /** What has failed is over. To end it when the next one comes would throw its error again, in the place of the next one. */
  private nextRow(running: Execution): Row | undefined {
    try {
      return running.next() as Row | undefined
    } catch (error) {
      this.running = undefined
      throw error
    }
  }

  private finish(): undefined {
    const { running } = this
    this.running = undefined
    running?.finish()
    return undefined
  }
}

function columnsOf({ columns }: Execution): Column[] {
  return columns.map(({ name, type }) => ({ name, type }))
}

function send(answer: Answer): void {
  parentPort!.postMessage(answer)
}

const thread = new SessionThread(workerData as SessionThreadData)
parentPort!.on('message', (request: Request) => {
  let answer: Answer
  try {
    answer = { kind: 'answer', value: thread.answer(request), status: thread.status }
  } catch (error) {
    answer = { kind: 'failure', error: describeError(error), status: thread.status }
  }
  send(answer)
  if (request.kind === 'close') parentPort!.close()
})
