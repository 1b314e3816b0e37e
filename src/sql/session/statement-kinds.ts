/** What kind of statement a tree is, and what it is called when it is done. */

import type { QueryStatement, SessionStatement, Statement } from '../syntax/tree.ts'

const QUERY_KINDS = new Set(['select', 'values', 'set operation', 'insert', 'update', 'delete', 'merge'])
const SESSION_KINDS = new Set([
  'transaction',
  'set',
  'reset all',
  'set transaction',
  'set constraints',
  'show',
  'explain',
  'analyze',
  'prepare',
  'execute',
  'deallocate',
  'declare cursor',
  'fetch',
  'close',
  'discard',
  'copy',
  'lock',
  'create database',
  'drop database',
  'create role',
  'alter role',
  'drop role',
  'grant',
  'grant role',
  'listen',
  'unlisten',
  'notify',
  'use',
])

/** A query or change: what is bound, planned and compiled. */
export function isQuery(statement: Statement): statement is QueryStatement {
  return QUERY_KINDS.has(statement.kind)
}

/** A query that changes data, and gives rows only with RETURNING. */
export function isChange({ kind }: QueryStatement): boolean {
  return kind === 'insert' || kind === 'update' || kind === 'delete' || kind === 'merge'
}

/** What concerns the session alone. */
export function isSessionStatement(statement: Statement): statement is SessionStatement {
  return SESSION_KINDS.has(statement.kind)
}

/** PostgreSQL's command tag. */
export function commandTag(statement: QueryStatement, rowCount: number): string {
  switch (statement.kind) {
    case 'insert':
      return `INSERT 0 ${rowCount}`
    case 'update':
      return `UPDATE ${rowCount}`
    case 'delete':
      return `DELETE ${rowCount}`
    case 'merge':
      return `MERGE ${rowCount}`
    default:
      return `SELECT ${rowCount}`
  }
}
