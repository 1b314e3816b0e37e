/** Statements that define things, by kind. */

import { notSupported } from '../errors.ts'
import type { RunResult } from '../session/options.ts'
import type { DefinitionStatement } from '../syntax/tree.ts'
import { alterTable } from './alter-table.ts'
import { createIndex } from './create-index.ts'
import { createTable, createTableAs } from './create-table.ts'
import { dropObjects } from './drop.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { refresh } from './materialized-views.ts'
import { reindex } from './reindex.ts'
import { comment, rename, truncate } from './rename.ts'
import { alterSequence, createSequence } from './sequences.ts'
import { alterEnum, createCompositeType, createDomain, createEnum, createSchema } from './types.ts'
import { createView } from './views.ts'

/** Does what the statement says. @returns PostgreSQL's command tag, and how many rows a new table has */
export function runDefinition(statement: DefinitionStatement, environment: DefinitionEnvironment): RunResult {
  const done = (command: string, rowCount = 0): RunResult => ({ command, rowCount })
  switch (statement.kind) {
    case 'create table':
      createTable(statement, environment)
      return done('CREATE TABLE')
    case 'create table as': {
      const rowCount = createTableAs(statement, environment)
      if (rowCount !== undefined) return done(`SELECT ${rowCount}`, rowCount)
      return done(statement.isMaterializedView ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS')
    }
    case 'create index':
      createIndex(statement, environment)
      return done('CREATE INDEX')
    case 'refresh':
      refresh(statement, environment)
      return done('REFRESH MATERIALIZED VIEW')
    case 'reindex':
      reindex(statement, environment)
      return done('REINDEX')
    case 'create view':
      createView(statement, environment)
      return done('CREATE VIEW')
    case 'create sequence':
      createSequence(statement, environment)
      return done('CREATE SEQUENCE')
    case 'alter sequence':
      alterSequence(statement, environment)
      return done('ALTER SEQUENCE')
    case 'create schema':
      createSchema(statement, environment)
      return done('CREATE SCHEMA')
    case 'create enum':
      createEnum(statement, environment)
      return done('CREATE TYPE')
    case 'alter enum':
      alterEnum(statement, environment)
      return done('ALTER TYPE')
    case 'create composite type':
      createCompositeType(statement, environment)
      return done('CREATE TYPE')
    case 'create domain':
      createDomain(statement, environment)
      return done('CREATE DOMAIN')
    case 'drop':
      dropObjects(statement, environment)
      return done(`DROP ${statement.object.toUpperCase()}`)
    case 'truncate':
      truncate(statement, environment)
      return done('TRUNCATE TABLE')
    case 'alter table':
      alterTable(statement, environment)
      return done('ALTER TABLE')
    case 'rename':
      rename(statement, environment)
      return done(
        `ALTER ${statement.object === 'column' || statement.object === 'constraint' ? 'TABLE' : statement.object.toUpperCase()}`,
      )
    case 'comment':
      comment(statement, environment)
      return done('COMMENT')
    default:
      throw notSupported(statement.kind.toUpperCase(), statement.at)
  }
}
