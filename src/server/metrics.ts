/**
 * Figures for Prometheus: what the server counts as it happens, and what it is asked for when somebody looks. prom-client keeps
 * them and writes them down; it is loaded when a server shows figures, and not before.
 *
 * Each server has a registry of its own. What is the process's (event loop, heap, garbage collection) is in one that all servers of
 * the process share: the observers that prom-client sets up for it cannot be taken away again.
 */

import type { Counter, Histogram, Registry } from 'prom-client'
import type { Database } from '../database/database.ts'
import { systemClock } from '../io/system.ts'
import type { ServedDatabase } from './served-database.ts'

const BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

/** What is counted of a line to a client while it is there. */
export interface CountedLine {
  readonly bytesReceived: number
  readonly bytesSent: number
}

type Prometheus = typeof import('prom-client')

export class ServerMetrics {
  private readonly prometheus: Prometheus
  private readonly registry: Registry
  private readonly databases: () => readonly ServedDatabase[]
  private readonly lines = new Set<CountedLine>()
  /** Of lines that are closed. */
  private readonly closed = { bytesReceived: 0, bytesSent: 0 }
  private readonly connectionsOpened: Counter
  private readonly connectionsRefused: Counter
  private readonly loginsFailed: Counter
  private readonly statementsFailed: Counter
  private readonly statementsCancelled: Counter
  private readonly statementSeconds: Histogram

  /** @param databases those that are open when somebody looks */
  static async load(databases: () => readonly ServedDatabase[]): Promise<ServerMetrics> {
    return new ServerMetrics(await import('prom-client'), databases)
  }

  private constructor(prometheus: Prometheus, databases: () => readonly ServedDatabase[]) {
    this.prometheus = prometheus
    this.databases = databases
    const registry = new prometheus.Registry()
    this.registry = registry
    const registers = [registry]
    const counter = (name: string, help: string) => new prometheus.Counter({ name, help, registers })
    this.connectionsOpened = counter('coppice_connections_opened_total', 'Clients that were let in.')
    this.connectionsRefused = counter('coppice_connections_refused_total', 'Clients that were not.')
    this.loginsFailed = counter('coppice_logins_failed_total', 'Wrong names or passwords.')
    this.statementsFailed = counter('coppice_statements_failed_total', 'Statements that ended in an error.')
    this.statementsCancelled = counter(
      'coppice_statements_cancelled_total',
      'Of these, cancelled or out of time.',
    )
    this.statementSeconds = new prometheus.Histogram({
      name: 'coppice_statement_seconds',
      help: 'How long statements take.',
      buckets: BUCKETS_SECONDS,
      registers,
    })
    this.addUptime()
    this.addBytes('coppice_received_bytes_total', 'From clients.', 'bytesReceived')
    this.addBytes('coppice_sent_bytes_total', 'To clients.', 'bytesSent')
    this.addDatabases()
  }

  private addUptime(): void {
    const startedMs = systemClock.wallMs()
    new this.prometheus.Gauge({
      name: 'coppice_uptime_seconds',
      help: 'Since the server started.',
      registers: [this.registry],
      collect() {
        this.set((systemClock.wallMs() - startedMs) / 1000)
      },
    })
  }

  private addBytes(name: string, help: string, field: keyof CountedLine): void {
    const { lines, closed } = this
    new this.prometheus.Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.reset()
        this.inc([...lines].reduce((sum, line) => sum + line[field], closed[field]))
      },
    })
  }

  private addDatabases(): void {
    const opened = () => this.databases().filter(({ database }) => database.isOpen)
    const { registry, prometheus } = this
    for (const [name, { help, isCounter = false, value }] of Object.entries(OF_DATABASES)) {
      const configuration = { name, help, labelNames: ['database'], registers: [registry] }
      if (isCounter) {
        new prometheus.Counter({
          ...configuration,
          collect() {
            this.reset()
            for (const served of opened()) this.inc({ database: served.name }, value(served))
          },
        })
      } else {
        new prometheus.Gauge({
          ...configuration,
          collect() {
            // A database that was dropped is not there with its last figure.
            this.reset()
            for (const served of opened()) this.set({ database: served.name }, value(served))
          },
        })
      }
    }
  }

  /** A client was let in. */
  noteOpened(line: CountedLine): void {
    this.connectionsOpened.inc()
    this.lines.add(line)
  }
  noteClosed(line: CountedLine): void {
    this.lines.delete(line)
    this.closed.bytesReceived += line.bytesReceived
    this.closed.bytesSent += line.bytesSent
  }
  noteRefused(): void {
    this.connectionsRefused.inc()
  }
  noteFailedLogin(): void {
    this.loginsFailed.inc()
  }
  /** A statement has ended. @param sqlstate undefined: well */
  noteStatement(ms: number, sqlstate: string | undefined): void {
    this.statementSeconds.observe(ms / 1000)
    if (sqlstate === undefined) return
    this.statementsFailed.inc()
    if (sqlstate === '57014') this.statementsCancelled.inc()
  }

  get contentType(): string {
    return this.registry.contentType
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    const { prometheus, registry } = this
    return prometheus.Registry.merge([registry, processFigures(prometheus)]).metrics()
  }
}

let ofProcess: Registry | undefined

function processFigures({ Registry, collectDefaultMetrics }: Prometheus): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}

interface DatabaseFigure {
  readonly help: string
  /** It only grows. */
  readonly isCounter?: boolean
  readonly value: (served: ServedDatabase) => number
}

const ofStore =
  (value: (stats: ReturnType<Database['storeStats']>) => number) =>
  ({ database }: ServedDatabase) =>
    value(database.storeStats())

/** Of each database that is open. */
const OF_DATABASES: Readonly<Record<string, DatabaseFigure>> = {
  coppice_connections: { help: 'Clients now.', value: served => served.connectionCount },
  coppice_writers_waiting: {
    help: 'Sessions that wait for the writer.',
    value: served => served.turns.waitingCount,
  },
  coppice_file_bytes: { help: 'Size of the file.', value: ofStore(stats => stats.fileBytes) },
  coppice_free_bytes: {
    help: 'Of it, pages that can be used again.',
    value: ofStore(stats => stats.freePages * stats.pageSizeBytes),
  },
  coppice_log_bytes: {
    help: 'Of the log since the newest checkpoint.',
    value: ofStore(stats => stats.logBytes),
  },
  coppice_commits_total: {
    help: 'Transactions that changed something, since the database was made.',
    isCounter: true,
    value: ofStore(stats => stats.lsn),
  },
  coppice_checkpoints_total: {
    help: 'Checkpoints since the database was opened.',
    isCounter: true,
    value: ofStore(stats => stats.checkpoints),
  },
  coppice_snapshots: { help: 'States that somebody reads.', value: ofStore(stats => stats.snapshots.length) },
  coppice_oldest_snapshot_seconds: {
    help: 'Age of the oldest of them.',
    value: ofStore(stats => stats.snapshots.reduce((age, { ageMs }) => Math.max(age, ageMs), 0) / 1000),
  },
  coppice_cache_bytes: { help: 'Pages in memory.', value: ofStore(stats => stats.pool.bytes) },
  coppice_cache_hits_total: {
    help: 'Pages that were found in memory.',
    isCounter: true,
    value: ofStore(stats => stats.pool.hits),
  },
  coppice_cache_loads_total: {
    help: 'Pages that were read from the file.',
    isCounter: true,
    value: ofStore(stats => stats.pool.loads),
  },
}
