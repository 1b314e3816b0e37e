/** `coppice serve`: databases for clients of PostgreSQL. */

import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import type { Configuration, ServerOptions } from '../../server/index.ts'
import type { ExitCode } from '../exit-codes.ts'
import { UsageError } from '../usage-error.ts'
import { repeatable, wholeNumber } from './arguments.ts'
import { runTask, type Task, type TaskOptions, withTaskOptions } from './task.ts'

interface ServeOptions extends TaskOptions {
  readonly config?: string
  readonly port?: number
  readonly host?: string
  readonly user?: readonly string[]
  readonly md5?: true
  readonly tlsKey?: string
  readonly tlsCert?: string
  readonly requireTls?: true
  readonly set?: readonly string[]
  readonly slowMs?: number
  readonly metricsPort?: number
  readonly maxConnections?: number
  readonly verbose?: true
}

const EXAMPLES = `
Without users the server is open, but to this machine alone. The password of a user is taken from the environment
variable COPPICE_PASSWORD_name when it is not said, because arguments can be seen by others.

Examples:
  coppice serve app.db                                        psql -h localhost -p 5432
  coppice serve data/ --port 6543                             all databases of a folder
  coppice serve --config coppice.conf                         data_directory, port, statement_timeout = '30s', …
  COPPICE_PASSWORD_ann=secret coppice serve app.db --host 0.0.0.0 --user ann --tls-key key.pem --tls-cert cert.pem

It goes on until Ctrl-C or SIGTERM, and lets nobody lose what was committed.

Exit status: 0 it was ended; 1 it could not start, or was not understood.`

export function addServe(program: Command, done: (code: ExitCode) => void): void {
  withTaskOptions(
    program
      .command('serve')
      .summary("serve a database to PostgreSQL's clients")
      .description(
        "Serves a database, or a folder of them, over PostgreSQL's protocol: psql, drivers and tools connect to it.",
      )
      .argument('[database]', 'a file, or a folder; otherwise what the configuration file says')
      .option(
        '-c, --config <file>',
        'a configuration file, as postgresql.conf; what is said here goes before it',
      )
      .option('-p, --port <number>', '0: any that is free; otherwise 5432', wholeNumber)
      .option('--host <address>', 'where it listens; otherwise 127.0.0.1')
      .option('--user <name[:password]>', 'who may connect; may be said several times', repeatable)
      .option('--md5', 'passwords by MD5, for clients that know nothing better')
      .option('--tls-key <file>', 'PEM')
      .option('--tls-cert <file>', 'PEM')
      .option('--require-tls', 'refuse clients that do not encrypt')
      .option(
        '--set <name=value>',
        'a setting that sessions begin with, such as statement_timeout=30s',
        repeatable,
      )
      .option('--slow-ms <ms>', 'log statements that take longer', wholeNumber)
      .option('--metrics-port <number>', 'figures for Prometheus at /metrics', wholeNumber)
      .option('--max-connections <count>', 'clients at once', wholeNumber)
      .option('--verbose', 'log connections, too'),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (path: string | undefined, options: ServeOptions) =>
      done(await runTask(options, task => run(task, path, options))),
    )
}

async function run(task: Task, said: string | undefined, options: ServeOptions): Promise<undefined> {
  const { parseConfiguration, serve } = await import('../../server/index.ts')
  const file = options.config
  const configuration = file === undefined ? undefined : parseConfiguration(readText(file), file)
  const path = said ?? configuration?.database
  if (path === undefined)
    throw new UsageError('serve: which database? Say its file or folder, or data_directory')
  const { database: _, tls, logsConnections = false, settings, ...configured } = configuration ?? NOTHING
  const host = options.host ?? configured.host ?? '127.0.0.1'
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  await using server = await serve({
    ...configured,
    ...(isFolder ? { directory: path } : { database: path }),
    host,
    ...saidOptions(options),
    ...tlsOf(options, tls),
    settings: { ...settings, ...Object.fromEntries((options.set ?? []).map(pairOf)) },
    limits: {
      ...configured.limits,
      ...(options.maxConnections === undefined ? {} : { connections: options.maxConnections }),
    },
    log: entry => {
      if (options.verbose || logsConnections || entry.level !== 'info')
        process.stderr.write(`${JSON.stringify(entry)}\n`)
    },
  })
  task.result(
    { host, port: server.port },
    `Serving ${path} at ${host}:${server.port}. Ctrl-C ends it.\n  psql -h ${host} -p ${server.port}`,
  )
  const stop = new AbortController()
  process.once('SIGTERM', () => stop.abort())
  await Promise.race([once(stop.signal, 'abort'), once(task.signal, 'abort')])
}

const NOTHING: Configuration = { limits: {}, settings: {} }

function saidOptions({ port, user, md5, slowMs, metricsPort }: ServeOptions): Partial<ServerOptions> {
  return {
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { users: usersOf(user) }),
    ...(md5 ? { authentication: 'md5' as const } : {}),
    ...(slowMs === undefined ? {} : { slowStatementMs: slowMs }),
    ...(metricsPort === undefined ? {} : { metrics: { port: metricsPort } }),
  }
}

function tlsOf(
  { tlsKey, tlsCert, requireTls }: ServeOptions,
  configured: Configuration['tls'],
): Pick<ServerOptions, 'tls'> {
  if ((tlsKey === undefined) !== (tlsCert === undefined))
    throw new UsageError('TLS needs both --tls-key and --tls-cert')
  const keyFile = tlsKey ?? configured?.keyFile
  const certFile = tlsCert ?? configured?.certFile
  if (keyFile === undefined || certFile === undefined) return {}
  const isRequired = requireTls ?? configured?.isRequired ?? false
  return { tls: { key: readText(keyFile), cert: readText(certFile), isRequired } }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--set ${text}: expected NAME=VALUE`)
  return [text.slice(0, at), text.slice(at + 1)]
}

function usersOf(said: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    said.map((text): [string, string] => {
      const at = text.indexOf(':')
      const name = at < 0 ? text : text.slice(0, at)
      const password = at < 0 ? process.env[`COPPICE_PASSWORD_${name}`] : text.slice(at + 1)
      if (password === undefined || password === '') {
        throw new UsageError(
          `--user ${name}: it needs a password: ${name}:PASSWORD, or COPPICE_PASSWORD_${name}`,
        )
      }
      return [name, password]
    }),
  )
}
