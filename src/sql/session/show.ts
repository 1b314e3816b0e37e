/** SHOW name, SHOW ALL. */

import type { OutputColumn } from '../bind/bound.ts'
import { SqlError } from '../errors.ts'
import type { Value } from '../functions/registry.ts'
import { plainColumn } from './raw-execution.ts'
import type { Settings } from './settings.ts'

const isAll = (name: string): boolean => name.toLowerCase() === 'all'

/** SHOW DATABASES, for those who expect it; a server answers it. */
export const isDatabases = (name: string): boolean => name.toLowerCase() === 'databases'
export const databasesColumns: readonly OutputColumn[] = [plainColumn('database')]

export function showColumns(name: string, settings: Settings): readonly OutputColumn[] {
  if (isDatabases(name)) return databasesColumns
  return isAll(name)
    ? [plainColumn('name'), plainColumn('setting'), plainColumn('description')]
    : [plainColumn(settings.shownName(name))]
}

/** @throws SqlError 42704 */
export function showRows(name: string, settings: Settings): Value[][] {
  if (isAll(name)) {
    return settings.names().map(one => [settings.shownName(one), settings.shown(one) ?? '', ''])
  }
  const value = settings.shown(name)
  if (value === undefined) throw new SqlError('42704', `unrecognized configuration parameter "${name}"`)
  return [[value]]
}

/** What the columns of such a statement are called. */
export function shownColumns(name: string, settings: Settings): string[] {
  return name.toLowerCase() === 'all' ? ['name', 'setting', 'description'] : [settings.shownName(name)]
}
