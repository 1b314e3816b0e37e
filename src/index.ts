/// <reference types="node" preserve="true" />

/**
 * Coppice: an embedded, transactional, single-file database for TypeScript.
 *
 * What is not exported here is private.
 */

export { CoppiceError, type ErrorCode, type ErrorDetails, isCoppiceError } from './base/errors.ts'
export { VERSION } from './base/version.ts'
export type { ValueReader } from './btree/api.ts'
export type { ChangesOptions } from './database/changes/change-stream.ts'
export type { ChangeHistory, HistoryOptions } from './database/changes/history.ts'
export { type LiveOptions, LiveQuery } from './database/changes/live-query.ts'
export type { Change, ChangedValueOf, TableChanges, Watch } from './database/changes/table-changes.ts'
export type { CheckFault, CheckReport } from './database/check-report.ts'
export { CopyInput, CopyOutput } from './database/copy.ts'
export { type BackupOptions, type ConnectOptions, Database } from './database/database.ts'
export type { DatabasePath } from './database/database-path.ts'
export type { FunctionDoor } from './database/functions.ts'
export { type OpenOptions, open, openSync } from './database/open.ts'
export type {
  AnyParallelModule,
  ParallelOptions,
  ParallelPart,
  ParallelProgress,
  ParallelResult,
  ParallelSettings,
} from './database/parallel-options.ts'
export {
  type LostRange,
  type SalvagedTable,
  type SalvageOptions,
  type SalvageReport,
  salvage,
} from './database/salvage.ts'
export type { Savepoints } from './database/savepoints.ts'
export type { DatabaseShare, SnapshotShare } from './database/share.ts'
export { Snapshot } from './database/snapshot.ts'
export {
  type ArrayRows,
  BoundStatement,
  Connection,
  PreparedStatement,
  type SqlDoor,
  type SqlRow,
} from './database/sql.ts'
export type { DatabaseStats, PageKinds, StatsOptions, TreeStats } from './database/stats.ts'
export {
  Savepoint,
  type Synchronous,
  Transaction,
  type TransactionFunction,
  WriteHandle,
  type WriteOptions,
} from './database/transaction.ts'
export type {
  CheckpointEvent,
  CommitEvent,
  RecoveryEvent,
  SpillEvent,
  StatementEvent,
} from './io/diagnostics.ts'
export { SqlError, type SqlErrorFields } from './sql/errors.ts'
export type { Execution } from './sql/session/execution.ts'
export type { ExplainRequest } from './sql/session/explain-options.ts'
export type { ExplainedPlan, ExplainedStatement } from './sql/session/explain-print.ts'
export type { ExplainProgress } from './sql/session/explain-progress.ts'
export type {
  AggregateOptions,
  ArgumentsOf,
  FunctionArguments,
  FunctionOptions,
  FunctionResult,
  FunctionType,
  FunctionValueOptions,
  ScalarOptions,
} from './sql/session/function-types.ts'
export type { QueryOptions, ResultColumn, RunResult } from './sql/session/options.ts'
export type { Notice } from './sql/session/unit.ts'
export type { BackupResult } from './store/backup.ts'
export type { CompactResult } from './store/compact.ts'
export type { Durability } from './store/options.ts'
export type { SavepointInfo } from './store/persistent-savepoints.ts'
export type { EntryLoss } from './store/salvage/losses.ts'
export type { SalvageBasis } from './store/salvage/salvage.ts'
export type { LongOperationOptions, Progress } from './store/steps.ts'
export type { TableSummary } from './table/catalog.ts'
export {
  type ColumnTypes,
  type DescendingColumn,
  desc,
  type IndexOptions,
  type IndexTypes,
  type KeyColumn,
  type KeyOver,
  type MapDefinition,
  type MultimapDefinition,
  multimap,
  type RecordDefinition,
  type TableDefinition,
  table,
} from './table/definition.ts'
export type {
  IndexesOf,
  KeyOf,
  OpenTable,
  OpenWritableTable,
  PutRecordOf,
  RecordOf,
  TableOf,
  ValueOf,
  WritableIndexesOf,
  WritableTableOf,
} from './table/handles.ts'
export type { IndexTable, WritableIndexTable } from './table/index-table.ts'
export type { MapTable, TableStats, WritableMapTable } from './table/map-table.ts'
export type { MultimapTable, WritableMultimapTable } from './table/multimap-table.ts'
export type { Bound, BoundOptions, Bounds, Leading, RangeOptions } from './table/range.ts'
export type { RecordTable } from './table/record-table.ts'
export type { SalvagedIndex } from './table/salvaged-tables.ts'
export type { Entries } from './table/scan.ts'
export type { Sequence } from './table/sequence.ts'
export type { SchemaIssue, SchemaResult, StandardSchema } from './table/standard-schema.ts'
export {
  type Branded,
  type ColumnType,
  type Infer,
  type Type,
  type TypeWithDefault,
  t,
} from './table/types.ts'
export type { WritableRecordTable } from './table/writable-record-table.ts'
