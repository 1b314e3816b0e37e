/**
 * A server's configuration file: `name = value` a line, as in postgresql.conf. Names are PostgreSQL's where it has the setting;
 * others begin with `coppice.`; settings of sessions stand among them, and are what sessions begin with.
 *
 *   # comment
 *   port = 6543
 *   statement_timeout = '30s'        a quote within quotes is doubled
 *   shared.name 5                    the sign = may be left out
 *
 * Reading the file, and those that it names, is up to who has it.
 */

import { CoppiceError } from '../base/errors.ts'
import { didYouMean } from '../base/known-options.ts'
import { SqlError } from '../sql/errors.ts'
import { checkSetting, settingNames } from '../sql/session/settings.ts'
import type { AuthenticationMethod, ServerLimits } from './options.ts'

/** What a file says; what it does not say is not there. */
export interface Configuration {
  /** A database's file, or a folder of databases. */
  readonly database?: string
  readonly host?: string
  readonly port?: number
  readonly authentication?: AuthenticationMethod
  readonly slowStatementMs?: number
  readonly metrics?: { readonly host?: string; readonly port: number }
  readonly limits: Partial<ServerLimits>
  /** Files of PEM. */
  readonly tls?: { readonly keyFile: string; readonly certFile: string; readonly isRequired: boolean }
  readonly logsConnections?: boolean
  /** What sessions begin with. */
  readonly settings: Readonly<Record<string, string>>
}

/** What is being read. */
interface Draft {
  database?: string
  host?: string
  port?: number
  authentication?: AuthenticationMethod
  slowStatementMs?: number
  metricsHost?: string
  metricsPort?: number
  usesTls?: boolean
  keyFile?: string
  certFile?: string
  tlsIsRequired?: boolean
  logsConnections?: boolean
  limits: { -readonly [K in keyof ServerLimits]?: number }
  settings: Record<string, string>
}

/** Takes a value, or throws what it expects instead. */
type Setter = (draft: Draft, value: string) => void

class BadValue extends Error {}

const limit =
  (name: keyof ServerLimits, read: (value: string) => number): Setter =>
  (draft, value) => {
    draft.limits[name] = read(value)
  }

const SETTERS: Readonly<Record<string, Setter>> = {
  data_directory: (draft, value) => {
    draft.database = value
  },
  'coppice.database': (draft, value) => {
    draft.database = value
  },
  listen_addresses: (draft, value) => {
    if (value.includes(',')) throw new BadValue('expected one address')
    draft.host = value === '*' ? '0.0.0.0' : value
  },
  port: (draft, value) => {
    draft.port = wholeNumber(value, 0)
  },
  max_connections: limit('connections', value => wholeNumber(value, 1)),
  authentication_timeout: limit('authenticationMs', value => durationMs(value, 's')),
  'coppice.max_unauthenticated': limit('unauthenticated', value => wholeNumber(value, 1)),
  'coppice.max_first_message_size': limit('firstMessageBytes', sizeBytes),
  'coppice.max_message_size': limit('messageBytes', sizeBytes),
  'coppice.write_timeout': limit('writeTimeoutMs', value => durationMs(value, 'ms')),
  'coppice.failed_logins': limit('failedLogins', value => wholeNumber(value, 1)),
  'coppice.failed_logins_within': limit('failedLoginsWithinMs', value => durationMs(value, 'ms')),
  'coppice.authentication': (draft, value) => {
    draft.authentication = authenticationMethod(value)
  },
  ssl: (draft, value) => {
    draft.usesTls = onOrOff(value)
  },
  ssl_key_file: (draft, value) => {
    draft.keyFile = value
  },
  ssl_cert_file: (draft, value) => {
    draft.certFile = value
  },
  'coppice.ssl_required': (draft, value) => {
    draft.tlsIsRequired = onOrOff(value)
  },
  log_min_duration_statement: (draft, value) => {
    if (value === '-1') delete draft.slowStatementMs
    else draft.slowStatementMs = durationMs(value, 'ms')
  },
  log_connections: (draft, value) => {
    draft.logsConnections = onOrOff(value)
  },
  'coppice.metrics_host': (draft, value) => {
    draft.metricsHost = value
  },
  'coppice.metrics_port': (draft, value) => {
    draft.metricsPort = wholeNumber(value, 0)
  },
}

/**
 * Reads the text of a configuration file. What is said twice holds as it was said last.
 * @throws CoppiceError INVALID_OPTION, with file and line
 */
export function parseConfiguration(text: string, fileName = 'configuration'): Configuration {
  const draft: Draft = { limits: {}, settings: {} }
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    try {
      const said = readLine(line)
      if (said !== undefined) take(draft, said.name, said.value)
    } catch (error) {
      if (!(error instanceof BadValue)) throw error
      throw new CoppiceError('INVALID_OPTION', `${fileName}, line ${i + 1}: ${error.message}`)
    }
  }
  try {
    return finished(draft)
  } catch (error) {
    if (error instanceof BadValue) throw new CoppiceError('INVALID_OPTION', `${fileName}: ${error.message}`)
    throw error
  }
}

const LINE = /^\s*([A-Za-z_][\w.]*)(?:\s*=\s*|\s+)(?:'((?:[^']|'')*)'|([^\s#'=][^\s#']*))\s*(?:#.*)?$/

function readLine(line: string): { readonly name: string; readonly value: string } | undefined {
  if (/^\s*(?:#.*)?$/.test(line)) return undefined
  const parts = LINE.exec(line)
  if (parts === null) throw new BadValue('expected name = value')
  const [, name, quoted, plain] = parts
  return { name: name.toLowerCase(), value: quoted?.replaceAll("''", "'") ?? plain }
}

function take(draft: Draft, name: string, value: string): void {
  const set = Object.hasOwn(SETTERS, name) ? SETTERS[name] : undefined
  if (set !== undefined) {
    try {
      set(draft, value)
    } catch (error) {
      throw error instanceof BadValue ? new BadValue(`${name}: ${error.message}, got '${value}'`) : error
    }
    return
  }
  const known = [...Object.keys(SETTERS), ...settingNames()]
  if (!settingNames().includes(name)) {
    throw new BadValue(`unrecognized configuration parameter "${name}"${didYouMean(name, known)}`)
  }
  try {
    draft.settings[name] = checkSetting(name, value)
  } catch (error) {
    throw error instanceof SqlError ? new BadValue(error.primary) : error
  }
}

function finished(draft: Draft): Configuration {
  const { keyFile, certFile, usesTls, tlsIsRequired = false, metricsHost, metricsPort, ...rest } = draft
  if (usesTls === true && (keyFile === undefined || certFile === undefined)) {
    throw new BadValue('ssl = on needs ssl_key_file and ssl_cert_file')
  }
  if (usesTls !== true && tlsIsRequired) throw new BadValue('coppice.ssl_required needs ssl = on')
  return {
    ...rest,
    ...(usesTls ? { tls: { keyFile: keyFile!, certFile: certFile!, isRequired: tlsIsRequired } } : {}),
    ...(metricsPort === undefined
      ? {}
      : { metrics: { port: metricsPort, ...(metricsHost === undefined ? {} : { host: metricsHost }) } }),
  }
}

// -------------------------------------------------------------------------------------------------- values

function wholeNumber(value: string, least: number): number {
  if (!/^\d{1,9}$/.test(value) || Number(value) < least)
    throw new BadValue(`expected a whole number from ${least}`)
  return Number(value)
}

function onOrOff(value: string): boolean {
  if (/^(?:on|true|yes|1)$/i.test(value)) return true
  if (/^(?:off|false|no|0)$/i.test(value)) return false
  throw new BadValue('expected on or off')
}

function authenticationMethod(value: string): AuthenticationMethod {
  if (value === 'scram-sha-256' || value === 'md5' || value === 'trust') return value
  throw new BadValue('expected scram-sha-256, md5 or trust')
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

function durationMs(value: string, unit: string): number {
  const parts = /^(\d{1,9})\s*(ms|s|min|h|d)?$/.exec(value)
  if (parts === null) throw new BadValue('expected a time such as 30s or 500ms')
  return Number(parts[1]) * UNITS_MS[parts[2] ?? unit]
}

const UNITS_BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }

function sizeBytes(value: string): number {
  const parts = /^(\d{1,9})\s*(B|kB|MB|GB)?$/.exec(value)
  if (parts === null || Number(parts[1]) === 0) throw new BadValue('expected a size such as 64MB')
  return Number(parts[1]) * UNITS_BYTES[parts[2] ?? 'B']
}
