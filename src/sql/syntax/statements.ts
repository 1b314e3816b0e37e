/** Statements of the raw tree, each given to the one who converts its kind. */

import { notSupported } from '../errors.ts'
import {
  alterRole,
  createDatabase,
  createRole,
  dropDatabase,
  dropRole,
  grant,
  grantRole,
  listen,
  notify,
  unlisten,
} from './administration.ts'
import { alterTable } from './alter-table.ts'
import { dataStatement } from './changes.ts'
import { copy } from './copy.ts'
import { closeCursor, declareCursor, fetch } from './cursors.ts'
import { Fields, kindOf, type Raw } from './fields.ts'
import { createIndex, reindex } from './indexes.ts'
import {
  alterDomain,
  alterEnum,
  comment,
  createCompositeType,
  createDomain,
  createEnum,
  createSchema,
  createView,
  drop,
  refresh,
  rename,
  setSchema,
  truncate,
} from './objects.ts'
import { alterOwner } from './owner.ts'
import { type IntoHolder, selectOf } from './queries.ts'
import { alterSequence, createSequence } from './sequences.ts'
import {
  analyze,
  deallocate,
  discard,
  executeStatement,
  explain,
  lock,
  prepare,
  set,
  setConstraints,
  show,
  transaction,
} from './session.ts'
import type { Source } from './source.ts'
import { createdFrom, createTable, createTableAs } from './tables.ts'
import type { Statement } from './tree.ts'

type Converter = (fields: Fields) => Statement

const CONVERTERS: Readonly<Record<string, Converter>> = {
  AlterDomainStmt: alterDomain,
  AlterEnumStmt: alterEnum,
  AlterObjectSchemaStmt: setSchema,
  AlterOwnerStmt: alterOwner,
  AlterRoleStmt: alterRole,
  AlterSeqStmt: alterSequence,
  AlterTableStmt: alterTable,
  CommentStmt: comment,
  CompositeTypeStmt: createCompositeType,
  ConstraintsSetStmt: setConstraints,
  CopyStmt: copy,
  CreateDomainStmt: createDomain,
  CreateEnumStmt: createEnum,
  CreateRoleStmt: createRole,
  CreateSchemaStmt: createSchema,
  CreateSeqStmt: createSequence,
  CreateStmt: createTable,
  CreateTableAsStmt: createTableAs,
  CreatedbStmt: createDatabase,
  ClosePortalStmt: closeCursor,
  DeallocateStmt: deallocate,
  DeclareCursorStmt: declareCursor,
  FetchStmt: fetch,
  DiscardStmt: discard,
  DropRoleStmt: dropRole,
  DropStmt: drop,
  DropdbStmt: dropDatabase,
  ExecuteStmt: executeStatement,
  ExplainStmt: explain,
  GrantRoleStmt: grantRole,
  GrantStmt: grant,
  IndexStmt: createIndex,
  ListenStmt: listen,
  LockStmt: lock,
  NotifyStmt: notify,
  PrepareStmt: prepare,
  RefreshMatViewStmt: refresh,
  ReindexStmt: reindex,
  RenameStmt: rename,
  SelectStmt: select,
  TransactionStmt: transaction,
  TruncateStmt: truncate,
  UnlistenStmt: unlisten,
  VacuumStmt: analyze,
  VariableSetStmt: set,
  VariableShowStmt: show,
  ViewStmt: createView,
}

const DATA = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']

/** `at`: where the statement begins. */
export function statement(source: Source, node: Raw, at: number): Statement {
  const kind = kindOf(node) ?? 'an empty statement'
  if (DATA.includes(kind)) return dataStatement(source, node, at)
  const convert = Object.hasOwn(CONVERTERS, kind) ? CONVERTERS[kind] : undefined
  if (convert === undefined) throw notSupported(source.statementName, at)
  const fields = new Fields(source, kind, node[kind] as Raw, at)
  const converted = convert(fields)
  fields.done()
  return converted
}

/** The query's own fields are all taken already: `done` again is no harm. */
function select(fields: Fields): Statement {
  const into: IntoHolder = { clause: undefined }
  const query = selectOf(fields, into)
  return into.clause === undefined ? query : createdFrom(into.clause, query, fields.at)
}
