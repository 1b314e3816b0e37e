/** The process of one subject of `npm run threads`: opens a database, and reads it by itself or in worker threads. */

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { serve } from '../child.ts'
import { Dataset } from '../dataset.ts'
import type { Database } from '../dist/index.js'
import { Reading } from './reading.ts'
import { coppiceSource, lmdbSource, loadBuild, type Source } from './source.ts'
import type { Answer, Assignment, ReaderData, ReaderTurn, Turn } from './turn.ts'

const READER = new URL('./reader-thread.ts', import.meta.url)
/** Threads do not inherit what makes Node read TypeScript. */
const START_READER = `
  import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})
    .then(({ register }) => register())
    .then(() => import(${JSON.stringify(READER.href)}))
`

class SubjectProcess {
  private readonly assignment: Assignment
  /** Undefined for lmdb. */
  private readonly db: Database | undefined
  private readonly reading: Reading
  private readonly readers: Worker[] = []
  private readonly startLine = new SharedArrayBuffer(4)
  /** What the start line says when all that were sent to it have come. */
  private startAt = 0

  constructor(assignment: Assignment, source: Source, db: Database | undefined) {
    this.assignment = assignment
    this.db = db
    this.reading = new Reading(source, new Dataset({ count: assignment.count, laterCount: 0 }), 0)
    this.reading.readAll()
  }

  async take(turn: Turn): Promise<Answer> {
    const { threads, milliseconds } = turn
    if (turn.kind === 'prepare') {
      if (threads > 0) return this.prepareReaders(turn)
      this.reading.prepare(turn.pattern)
      this.reading.run(milliseconds)
      return {}
    }
    return threads === 0 ? this.readAlone(milliseconds) : this.readInThreads(threads, milliseconds)
  }

  private readAlone(milliseconds: number): Answer {
    const before = this.counts()
    const { operations, nsPerOperation } = this.reading.run(milliseconds)
    const after = this.counts()
    if (before === undefined || after === undefined) return { nsPerOperation }
    const pages = after.loads + after.apart - before.loads - before.apart
    return { nsPerOperation, pagesPerOperation: pages / operations }
  }

  private async prepareReaders({
    pattern,
    threads,
    milliseconds,
  }: Turn & { kind: 'prepare' }): Promise<Answer> {
    while (this.readers.length < threads) this.readers.push(await this.startReader())
    const readers = this.readers.slice(0, threads)
    await Promise.all(readers.map(reader => ask(reader, { kind: 'prepare', pattern, milliseconds })))
    return {}
  }

  private async readInThreads(threads: number, milliseconds: number): Promise<Answer> {
    this.startAt += threads
    const { startAt } = this
    const readers = this.readers.slice(0, threads)
    const times = await Promise.all(
      readers.map(reader => ask(reader, { kind: 'read', milliseconds, startAt })),
    )
    return { nsPerOperation: 1 / times.reduce((perNs, ns) => perNs + 1 / ns, 0) }
  }

  private async startReader(): Promise<Worker> {
    const { subject, count } = this.assignment
    if (this.db === undefined || subject.engine !== 'coppice')
      throw new Error('lmdb is read by one thread here')
    const workerData: ReaderData = {
      share: this.db.share(),
      build: subject.build,
      count,
      number: this.readers.length + 1,
      startLine: this.startLine,
    }
    const reader = new Worker(START_READER, { eval: true, workerData })
    reader.unref()
    await nextMessage(reader)
    return reader
  }

  private counts(): { loads: number; apart: number } | undefined {
    return this.db?.stats().pool
  }
}

async function ask(reader: Worker, turn: ReaderTurn): Promise<number> {
  const answer = nextMessage(reader)
  reader.postMessage(turn)
  return answer as Promise<number>
}

/** An uncaught error in the thread rejects. */
async function nextMessage(reader: Worker): Promise<unknown> {
  const [message] = await once(reader, 'message')
  return message
}

await serve<Assignment, Turn, Answer>(async assignment => {
  const { subject, path } = assignment
  if (subject.engine === 'lmdb') {
    const lmdb = new SubjectProcess(assignment, lmdbSource(path), undefined)
    return { greeting: {}, take: turn => lmdb.take(turn) }
  }
  const build = await loadBuild(subject.build)
  const db = build.index.openSync(path, { cacheSizeBytes: subject.cacheBytes })
  if (subject.isShared) db.share()
  const coppice = new SubjectProcess(assignment, coppiceSource(db, build), db)
  return { greeting: {}, take: turn => coppice.take(turn) }
})
