/**
 * Settings of PostgreSQL's that say nothing about answers here, and are known because clients, dumps and tools set them, or ask for
 * them: costs and ways of a planner that is another one, sizes of memory that is not there, logs. Those that would change
 * answers there can only be set to what holds here anyway.
 */

/** Names come from clients, and `constructor` is none of them: without what every object has. */
export function byName<T = string>(values: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), values)
}

const ON = `
  enable_async_append enable_bitmapscan enable_distinct_reordering enable_gathermerge enable_group_by_reordering enable_hashagg
  enable_incremental_sort enable_indexonlyscan enable_material enable_parallel_append enable_parallel_hash
  enable_partition_pruning enable_presorted_aggregate enable_self_join_elimination enable_sort enable_tidscan
  escape_string_warning geqo jit parallel_leader_participation track_activities track_counts`
const OFF = `
  debug_pretty_print debug_print_parse debug_print_plan debug_print_rewritten default_transaction_deferrable
  enable_partitionwise_aggregate enable_partitionwise_join log_duration track_io_timing`

const all = (names: string, value: string): Record<string, string> =>
  Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map(name => [name, value]),
  )

/** Numbers that may have fractions. */
export const REALS = byName({
  cpu_index_tuple_cost: '0.005',
  cpu_operator_cost: '0.0025',
  cpu_tuple_cost: '0.01',
  cursor_tuple_fraction: '0.1',
  geqo_selection_bias: '2',
  hash_mem_multiplier: '2',
  jit_above_cost: '100000',
  jit_inline_above_cost: '500000',
  jit_optimize_above_cost: '500000',
  parallel_setup_cost: '1000',
  parallel_tuple_cost: '0.1',
  random_page_cost: '4',
  recursive_worktable_factor: '10',
  seq_page_cost: '1',
  vacuum_cost_delay: '0',
})

/** Words, the usual one first. */
export const WORDS = byName<readonly string[]>({
  backslash_quote: ['safe_encoding', 'on', 'off'],
  constraint_exclusion: ['partition', 'on', 'off'],
  default_toast_compression: ['pglz', 'lz4'],
  log_error_verbosity: ['default', 'terse', 'verbose'],
  log_statement: ['none', 'ddl', 'mod', 'all'],
  plan_cache_mode: ['auto', 'force_generic_plan', 'force_custom_plan'],
  session_replication_role: ['origin', 'replica', 'local'],
  track_functions: ['none', 'pl', 'all'],
  xmlbinary: ['base64', 'hex'],
})

/** What holds here; with another value PostgreSQL would answer otherwise. */
export const ONLY = byName({
  allow_system_table_mods: 'off',
  array_nulls: 'on',
  quote_all_identifiers: 'off',
  transaction_timeout: '0',
  transform_null_equals: 'off',
  zero_damaged_pages: 'off',
})
export const OTHERWISE = byName<readonly string[]>({
  backslash_quote: ['off'],
  session_replication_role: ['replica'],
})

/** What cannot be set, as a server of the usual kind has it. */
export const PRESET = byName({
  archive_mode: 'off',
  // There is nothing to vacuum.
  autovacuum: 'off',
  block_size: '8192',
  cluster_name: '',
  // Each page has one.
  data_checksums: 'on',
  // Of a file; the session says which.
  data_directory: '',
  debug_assertions: 'off',
  fsync: 'on',
  full_page_writes: 'on',
  hot_standby: 'off',
  // Nobody listens, unless a server says otherwise.
  listen_addresses: '',
  log_connections: '',
  log_disconnections: 'off',
  logging_collector: 'off',
  max_connections: '100',
  max_function_args: '100',
  max_locks_per_transaction: '64',
  max_prepared_transactions: '0',
  max_replication_slots: '0',
  max_wal_senders: '0',
  max_worker_processes: '8',
  port: '5432',
  segment_size: '131072',
  shared_preload_libraries: '',
  ssl: 'off',
  superuser_reserved_connections: '3',
  timezone_abbreviations: 'Default',
  unix_socket_directories: '',
  wal_level: 'replica',
})

export const KNOWN_BY_NAME = byName({
  ...all(ON, 'on'),
  ...all(OFF, 'off'),
  ...REALS,
  ...Object.fromEntries(Object.entries(WORDS).map(([name, [usual]]) => [name, usual])),
  ...ONLY,
  ...PRESET,
  // Of 8 kB each, as PostgreSQL counts them.
  effective_cache_size: '524288',
  shared_buffers: '16384',
  temp_buffers: '1024',
  maintenance_work_mem: '65536',
  deadlock_timeout: '1000',
  effective_io_concurrency: '16',
  from_collapse_limit: '8',
  geqo_effort: '5',
  geqo_threshold: '12',
  gin_fuzzy_search_limit: '0',
  join_collapse_limit: '8',
  log_min_duration_statement: '-1',
  max_parallel_maintenance_workers: '2',
  max_parallel_workers: '8',
  max_parallel_workers_per_gather: '2',
  min_parallel_index_scan_size: '64',
  min_parallel_table_scan_size: '1024',
  password_encryption: 'scram-sha-256',
  temp_tablespaces: '',
})
