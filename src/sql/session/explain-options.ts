/** The options of EXPLAIN. */

import { ownValue } from '../../base/own-value.ts'
import { notSupported, SqlError } from '../errors.ts'
import type { ExplainStatement } from '../syntax/tree.ts'
import type { ExplainProgress } from './explain-progress.ts'

/** What `explain` is asked for; what is left out is as in `EXPLAIN (…)`. */
export interface ExplainRequest {
  /** Runs the statement, so that what it changes is changed, and shows true rows, times and pages. Default: false. */
  readonly analyze?: boolean | undefined
  /** Also the columns that each node gives, and names with their schemas. */
  readonly verbose?: boolean | undefined
  /** Expected costs and rows. Default: true. */
  readonly costs?: boolean | undefined
  /** Pages found in memory and read. Default: with `analyze`. */
  readonly buffers?: boolean | undefined
  /** Times of each node. Default: with `analyze`. */
  readonly timing?: boolean | undefined
  /** Times of planning and running. Default: with `analyze`. */
  readonly summary?: boolean | undefined
  /** Default: 'text'. */
  readonly format?: 'text' | 'json' | undefined
  /** With `analyze`: called some ten times a second while the statement runs. */
  readonly onProgress?: ((progress: ExplainProgress) => void) | undefined
}

export interface ExplainOptions {
  /** The statement is run, and what it took is shown. */
  readonly analyze: boolean
  readonly verbose: boolean
  readonly costs: boolean
  readonly buffers: boolean
  readonly timing: boolean
  readonly summary: boolean
  readonly format: 'text' | 'json'
}

const SWITCHES = new Set(['analyze', 'verbose', 'costs', 'buffers', 'timing', 'summary'])
/** Known to PostgreSQL, refused by name. */
const UNSUPPORTED = new Set(['settings', 'generic_plan', 'wal', 'memory', 'serialize'])
const VALUES: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  '1': true,
  false: false,
  off: false,
  '0': false,
}

/** @throws SqlError 42601, 22023, 0A000 */
export function explainOptions(options: ExplainStatement['options']): ExplainOptions {
  const given = new Map<string, boolean>()
  let format: ExplainOptions['format'] = 'text'
  for (const { name, value, at } of options) {
    if (name === 'format') format = formatOf(value, at)
    else if (UNSUPPORTED.has(name)) {
      if (ownValue(VALUES, value.toLowerCase()) !== false && value.toLowerCase() !== 'none') {
        throw notSupported(`EXPLAIN (${name.toUpperCase()})`, at)
      }
    } else if (SWITCHES.has(name)) {
      const isOn = ownValue(VALUES, value.toLowerCase())
      if (isOn === undefined)
        throw new SqlError('42601', `${name} requires a Boolean value`, { position: at })
      given.set(name, isOn)
    } else throw new SqlError('42601', `unrecognized EXPLAIN option "${name}"`, { position: at })
  }
  const analyze = given.get('analyze') ?? false
  if (given.get('timing') && !analyze) {
    throw new SqlError('22023', 'EXPLAIN option TIMING requires ANALYZE')
  }
  return {
    analyze,
    verbose: given.get('verbose') ?? false,
    costs: given.get('costs') ?? true,
    buffers: given.get('buffers') ?? analyze,
    timing: given.get('timing') ?? analyze,
    summary: given.get('summary') ?? analyze,
    format,
  }
}

function formatOf(value: string, at: number): ExplainOptions['format'] {
  const format = value.toLowerCase()
  if (format === 'text' || format === 'json') return format
  if (format === 'xml' || format === 'yaml') throw notSupported(`EXPLAIN (FORMAT ${value.toUpperCase()})`, at)
  throw new SqlError('22023', `unrecognized value for EXPLAIN option "format": "${value}"`, { position: at })
}
