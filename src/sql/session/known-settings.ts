/** The settings that there are, with what holds where nobody has said anything. */

import { SWITCH_SETTINGS } from '../plan/switches.ts'
import { ENTRIES_MAX } from './statement-figures.ts'

/** Names come from clients, and `constructor` is none of them: without what every object has. */
function byName(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.assign(Object.create(null), texts)
}

/** Settings with their defaults. Those that change nothing here are known all the same, because clients set them. */
export const DEFAULTS = byName({
  application_name: '',
  bytea_output: 'hex',
  check_function_bodies: 'on',
  client_encoding: 'UTF8',
  client_min_messages: 'notice',
  datestyle: 'ISO, MDY',
  default_statistics_target: '100',
  default_table_access_method: 'heap',
  default_tablespace: '',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'off',
  extra_float_digits: '1',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  in_hot_standby: 'off',
  integer_datetimes: 'on',
  intervalstyle: 'postgres',
  is_superuser: 'on',
  lc_collate: 'C',
  lc_ctype: 'C',
  lc_messages: 'C',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  lock_timeout: '0',
  max_identifier_length: '63',
  max_index_keys: '32',
  'pg_stat_statements.max': String(ENTRIES_MAX),
  'pg_stat_statements.track': 'none',
  role: 'none',
  row_security: 'on',
  scram_iterations: '4096',
  search_path: '"$user", public',
  server_encoding: 'UTF8',
  server_version: '18.0',
  server_version_num: '180000',
  session_authorization: 'coppice',
  standard_conforming_strings: 'on',
  statement_timeout: '0',
  synchronize_seqscans: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  transaction_isolation: 'serializable',
  transaction_read_only: 'off',
  work_mem: '65536',
  xmloption: 'content',
  ...Object.fromEntries(SWITCH_SETTINGS.map(name => [name, 'on'])),
})
/** Names as SHOW prints them where they are not in lower case. */
export const SHOWN = byName({
  datestyle: 'DateStyle',
  intervalstyle: 'IntervalStyle',
  timezone: 'TimeZone',
})
export const FIXED = new Set([
  'server_version',
  'server_version_num',
  'server_encoding',
  'integer_datetimes',
  'max_identifier_length',
  'pg_stat_statements.max',
  'max_index_keys',
  'lc_collate',
  'lc_ctype',
  'is_superuser',
  'session_authorization',
  'in_hot_standby',
])
export const BOOLEAN = byName({
  true: 'on',
  on: 'on',
  yes: 'on',
  '1': 'on',
  false: 'off',
  off: 'off',
  no: 'off',
  '0': 'off',
})
