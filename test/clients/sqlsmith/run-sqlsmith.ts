/**
 * sqlsmith against a server in a process of its own. What counts: no internal error (XX000), a server that neither dies nor
 * hangs, and memory that stays bounded. Errors of statements are what sqlsmith is about, and are none.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface SqlsmithOptions {
  readonly seed: number
  readonly queries: number
  /** Queries of the system's catalogs, too: more of them are refused, and more of them are heavy. */
  readonly withCatalogs?: boolean
  readonly limitMs: number
}

export interface InternalError {
  readonly statement: string
  readonly stack: string
}

export interface SqlsmithReport {
  readonly internalErrors: readonly InternalError[]
  /** What else went wrong, in words. */
  readonly failure: string | undefined
  readonly queries: number
  /** Of all statements, how many were refused. */
  readonly errorRate: number
  /** How often which message was given, as sqlsmith says it. */
  readonly messages: readonly string[]
  readonly rssBytesMax: number
}

/** Longer than any statement may take by its `statement_timeout`, sorts and aggregates included. */
const ANSWER_LIMIT_MS = 30_000
const MEMORY_EVERY_MS = 500
/** A server that needs more dies, and that is a failure. */
const HEAP_MEGABYTES = 512

class FuzzedServer {
  readonly internalErrors: InternalError[] = []
  port = 0
  rssBytesMax = 0
  isAlive = true
  errors = ''
  private answeredAt = Date.now()
  private readonly child: ChildProcess
  private readonly timer: NodeJS.Timeout
  private wake: (() => void) | undefined

  constructor() {
    const program = fileURLToPath(new URL('./server.ts', import.meta.url))
    this.child = spawn(process.execPath, [
      `--max-old-space-size=${HEAP_MEGABYTES}`,
      '--import',
      'tsx',
      program,
    ])
    let rest = ''
    this.child.stdout!.on('data', chunk => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      for (const line of lines) this.hear(JSON.parse(line))
      this.answeredAt = Date.now()
    })
    this.child.stderr!.on('data', chunk => {
      this.errors = (this.errors + chunk).slice(-4000)
    })
    // It may be gone when it is asked.
    this.child.stdin!.on('error', () => {})
    this.child.on('close', () => {
      this.isAlive = false
      this.wake?.()
    })
    this.timer = setInterval(() => this.child.stdin!.write('\n'), MEMORY_EVERY_MS)
  }

  private hear(said: { port?: number; rssBytes?: number } & Partial<InternalError>): void {
    if (said.port !== undefined) {
      this.port = said.port
      this.wake?.()
    } else if (said.rssBytes !== undefined) this.rssBytesMax = Math.max(this.rssBytesMax, said.rssBytes)
    else this.internalErrors.push({ statement: said.statement!, stack: said.stack! })
  }

  get silentMs(): number {
    return Date.now() - this.answeredAt
  }

  async started(): Promise<void> {
    if (this.port === 0 && this.isAlive) {
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
    if (this.port === 0) throw new Error(`the server did not start: ${this.errors}`)
  }

  end(): void {
    clearInterval(this.timer)
    this.child.kill('SIGKILL')
  }
}

export async function runSqlsmith(options: SqlsmithOptions): Promise<SqlsmithReport> {
  const server = new FuzzedServer()
  try {
    await server.started()
    const { output, failure } = await generate(options, server)
    const sums = output.slice(output.lastIndexOf('queries: '))
    return {
      internalErrors: server.internalErrors,
      failure: failure ?? (sums.startsWith('queries: ') ? undefined : `sqlsmith did not begin: ${output}`),
      queries: Number(/queries: (\d+)/.exec(sums)?.[1] ?? 0),
      errorRate: Number(/error rate: ([\d.]+)/.exec(sums)?.[1] ?? 0),
      messages: sums.split('\n').filter(line => /^\d+\t/.test(line)),
      rssBytesMax: server.rssBytesMax,
    }
  } finally {
    server.end()
  }
}

function generate(
  { seed, queries, withCatalogs, limitMs }: SqlsmithOptions,
  server: FuzzedServer,
): Promise<{ readonly output: string; readonly failure: string | undefined }> {
  const target = `--target=host=127.0.0.1 port=${server.port} user=ann dbname=test`
  const args = [target, '--verbose', `--seed=${seed}`, `--max-queries=${queries}`]
  const child = spawn('sqlsmith', withCatalogs === true ? args : [...args, '--exclude-catalog'])
  let output = ''
  let failure: string | undefined
  const note = (chunk: Buffer) => {
    // Dots and sums: only the last of them are wanted.
    output = (output + chunk).slice(-100_000)
  }
  child.stdout.on('data', note)
  child.stderr.on('data', note)
  const fail = (reason: string) => {
    failure ??= reason
    child.kill('SIGKILL')
  }
  const deadline = Date.now() + limitMs
  const watch = setInterval(() => {
    if (!server.isAlive) fail(`the server has died: ${server.errors}`)
    else if (server.silentMs > ANSWER_LIMIT_MS) fail('the server hangs')
    else if (Date.now() > deadline) child.kill('SIGINT')
  }, MEMORY_EVERY_MS)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      clearInterval(watch)
      if (!server.isAlive) fail(`the server has died: ${server.errors}`)
      resolve({ output, failure })
    })
  })
}
