/** Settings whose values clients are told at the start, and whenever they change (ParameterStatus). */

import type { Settings } from '../sql/session/settings.ts'
import type { OutputBuffer } from './wire/output-buffer.ts'
import { parameterStatus } from './wire/responses.ts'

const REPORTED = [
  'server_version',
  'server_encoding',
  'client_encoding',
  'application_name',
  'default_transaction_read_only',
  'in_hot_standby',
  'is_superuser',
  'session_authorization',
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'integer_datetimes',
  'standard_conforming_strings',
  'scram_iterations',
  'search_path',
]

export class ReportedSettings {
  private readonly settings: Settings
  private readonly told: Map<string, string> = new Map()
  private seenChanges = -1

  /** @param before what the same client was told already */
  constructor(settings: Settings, before: ReportedSettings | undefined) {
    this.settings = settings
    if (before !== undefined) this.told = before.told
  }

  sendChanged(out: OutputBuffer): void {
    const { settings, told } = this
    if (this.seenChanges === settings.changes) return
    this.seenChanges = settings.changes
    for (const name of REPORTED) {
      const value = settings.get(name)
      if (value === undefined || told.get(name) === value) continue
      told.set(name, value)
      parameterStatus(out, name, value)
    }
  }
}
