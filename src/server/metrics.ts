/**
 * Figures for Prometheus, in its text format (version 0.0.4): what the server counts, and what it is asked for when somebody
 * looks. https://prometheus.io/docs/instrumenting/exposition_formats/
 */

import { createServer, type Server as HttpServer } from 'node:http'
import { CoppiceError } from '../base/errors.ts'
import { systemClock } from '../io/system.ts'

const BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

/** What is counted as it happens. */
export class ServerMetrics {
  readonly startedMs = systemClock.wallMs()
  connectionsOpened = 0
  connectionsRefused = 0
  loginsFailed = 0
  statementsFailed = 0
  statementsCancelled = 0
  bytesReceived = 0
  bytesSent = 0
  private readonly statementBuckets = new Array<number>(BUCKETS_SECONDS.length + 1).fill(0)
  private statementSeconds = 0

  get statementCount(): number {
    return this.statementBuckets.reduce((sum, count) => sum + count, 0)
  }

  /** A statement has ended, well or not. */
  noteStatement(ms: number): void {
    const seconds = ms / 1000
    this.statementSeconds += seconds
    const bucket = BUCKETS_SECONDS.findIndex(limit => seconds <= limit)
    this.statementBuckets[bucket < 0 ? BUCKETS_SECONDS.length : bucket]++
  }

  /** @param databases as they are now */
  text(
    databases: readonly { readonly name: string; readonly connections: number; readonly waiting: number }[],
  ): string {
    const lines: string[] = []
    const figure = (name: string, type: 'counter' | 'gauge', help: string, value: number) => {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${value}`)
    }
    figure(
      'coppice_uptime_seconds',
      'gauge',
      'Since the server started.',
      (systemClock.wallMs() - this.startedMs) / 1000,
    )
    figure('coppice_connections_opened_total', 'counter', 'Clients that were let in.', this.connectionsOpened)
    figure('coppice_connections_refused_total', 'counter', 'Clients that were not.', this.connectionsRefused)
    figure('coppice_logins_failed_total', 'counter', 'Wrong names or passwords.', this.loginsFailed)
    figure(
      'coppice_statements_failed_total',
      'counter',
      'Statements that ended in an error.',
      this.statementsFailed,
    )
    figure(
      'coppice_statements_cancelled_total',
      'counter',
      'Of these, cancelled or out of time.',
      this.statementsCancelled,
    )
    figure('coppice_received_bytes_total', 'counter', 'From clients that are gone.', this.bytesReceived)
    figure('coppice_sent_bytes_total', 'counter', 'To clients that are gone.', this.bytesSent)
    lines.push('# HELP coppice_connections Clients now.', '# TYPE coppice_connections gauge')
    for (const { name, connections } of databases)
      lines.push(`coppice_connections{database=${label(name)}} ${connections}`)
    lines.push(
      '# HELP coppice_writers_waiting Sessions that wait for the writer.',
      '# TYPE coppice_writers_waiting gauge',
    )
    for (const { name, waiting } of databases)
      lines.push(`coppice_writers_waiting{database=${label(name)}} ${waiting}`)
    this.addHistogram(lines)
    return `${lines.join('\n')}\n`
  }

  private addHistogram(lines: string[]): void {
    const name = 'coppice_statement_seconds'
    lines.push(`# HELP ${name} How long statements take.`, `# TYPE ${name} histogram`)
    let sum = 0
    BUCKETS_SECONDS.forEach((limit, i) => {
      sum += this.statementBuckets[i]
      lines.push(`${name}_bucket{le="${limit}"} ${sum}`)
    })
    const count = this.statementCount
    lines.push(
      `${name}_bucket{le="+Inf"} ${count}`,
      `${name}_sum ${this.statementSeconds}`,
      `${name}_count ${count}`,
    )
  }
}

function label(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

/** Answers GET /metrics, and nothing else. */
export class MetricsEndpoint {
  private readonly http: HttpServer

  constructor(text: () => string) {
    this.http = createServer((request, response) => {
      if (request.method !== 'GET' || request.url !== '/metrics') {
        response.writeHead(404).end()
        return
      }
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text())
    })
  }

  /** @returns the port @throws CoppiceError IO_ERROR */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', error => {
        reject(
          new CoppiceError('IO_ERROR', `cannot listen on ${host}:${port}: ${error.message}`, {
            cause: error,
          }),
        )
      })
      this.http.listen({ host, port }, resolve)
    })
    const address = this.http.address()
    return typeof address === 'object' && address !== null ? address.port : port
  }

  async close(): Promise<void> {
    this.http.closeAllConnections()
    await new Promise<void>(resolve => this.http.close(() => resolve()))
  }
}
