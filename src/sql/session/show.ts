/** SHOW name, SHOW ALL. */

import { SqlError } from '../errors.ts'
import type { QueryOptions } from './options.ts'
import type { Settings } from './settings.ts'

export function showStatement(name: string, settings: Settings, options: QueryOptions): unknown[] {
  const shape = (row: Record<string, unknown>) => (options.rowMode === 'array' ? Object.values(row) : row)
  if (name.toLowerCase() === 'all') {
    return settings
      .names()
      .map(one => shape({ name: settings.shownName(one), setting: settings.get(one), description: '' }))
  }
  const value = settings.get(name)
  if (value === undefined) throw new SqlError('42704', `unrecognized configuration parameter "${name}"`)
  return [shape({ [settings.shownName(name)]: value })]
}

/** What the columns of such a statement are called. */
export function shownColumns(name: string, settings: Settings): string[] {
  return name.toLowerCase() === 'all' ? ['name', 'setting', 'description'] : [settings.shownName(name)]
}
