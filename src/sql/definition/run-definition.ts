/** Statements that define things, by kind. */

import { complete, type Steps } from '../../base/steps.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { RunResult } from '../session/options.ts'
import type { DefinitionStatement } from '../syntax/tree.ts'
import { alterDomain } from './alter-domain.ts'
import { alterIndex } from './alter-index.ts'
import { alterTable } from './alter-table.ts'
import { alterView } from './alter-view.ts'
import { comment } from './comment.ts'
import { createIndex } from './create-index.ts'
import { createSchema } from './create-schema.ts'
import { createTable, createTableAs } from './create-table.ts'
import { dropObjects } from './drop.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { refresh } from './materialized-views.ts'
import { setSchema } from './moves.ts'
import { changeOwner } from './owner.ts'
import { reindex } from './reindex.ts'
import { rename, truncate } from './rename.ts'
import { alterSequence, createSequence } from './sequences.ts'
import { alterEnum, createCompositeType, createDomain, createEnum } from './types.ts'
import { createView } from './views.ts'

/** What is altered when a part of it is. */
const WHOLE: Readonly<Record<string, string>> = {
  column: 'TABLE',
  constraint: 'TABLE',
  'domain constraint': 'DOMAIN',
}

/**
 * Does what the statement says, in steps where that is work on many rows. Who does not go on with it rolls back.
 * @returns PostgreSQL's command tag, and how many rows a new table has
 */
export function* runDefinition(
  statement: DefinitionStatement,
  environment: DefinitionEnvironment,
): Steps<RunResult> {
  const done = (command: string, rowCount = 0): RunResult => ({ command, rowCount })
  switch (statement.kind) {
    case 'create table':
      createTable(statement, environment)
      return done('CREATE TABLE')
    case 'create table as': {
      const rowCount = yield* createTableAs(statement, environment)
      if (rowCount !== undefined) return done(`SELECT ${rowCount}`, rowCount)
      return done(statement.isMaterializedView ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS')
    }
    case 'create index':
      yield* createIndex(statement, environment)
      return done('CREATE INDEX')
    case 'refresh':
      yield* refresh(statement, environment)
      return done('REFRESH MATERIALIZED VIEW')
    case 'reindex':
      yield* reindex(statement, environment)
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
      yield* createSchema(statement, environment, runDefinition)
      return done('CREATE SCHEMA')
    case 'create enum':
      createEnum(statement, environment)
      return done('CREATE TYPE')
    case 'alter enum':
      yield* alterEnum(statement, environment)
      return done('ALTER TYPE')
    case 'create composite type':
      createCompositeType(statement, environment)
      return done('CREATE TYPE')
    case 'create domain':
      createDomain(statement, environment)
      return done('CREATE DOMAIN')
    case 'alter domain':
      yield* alterDomain(statement, environment)
      return done('ALTER DOMAIN')
    case 'drop':
      dropObjects(statement, environment, (table, column) => dropColumn(table, column, environment))
      return done(`DROP ${statement.object.toUpperCase()}`)
    case 'truncate':
      truncate(statement, environment)
      return done('TRUNCATE TABLE')
    case 'alter table':
      if (statement.object === 'view') alterView(statement, environment)
      else if (statement.object === 'index') alterIndex(statement, environment)
      else yield* alterTable(statement, environment)
      return done(`ALTER ${(statement.object ?? 'table').toUpperCase()}`)
    case 'rename':
      rename(statement, environment)
      return done(`ALTER ${WHOLE[statement.object] ?? statement.object.toUpperCase()}`)
    case 'set schema':
      setSchema(statement, environment)
      return done(`ALTER ${statement.object.toUpperCase()}`)
    case 'owner':
      changeOwner(statement, environment)
      return done(`ALTER ${statement.object.toUpperCase()}`)
    case 'comment':
      comment(statement, environment)
      return done('COMMENT')
  }
}

function dropColumn({ schema, name }: TableSchema, column: string, environment: DefinitionEnvironment): void {
  const action = { kind: 'drop column', column, ifExists: false, isCascade: false, at: -1 } as const
  const statement = {
    kind: 'alter table',
    at: -1,
    name: [schema, name],
    ifExists: false,
    actions: [action],
  } as const
  const { pause } = environment
  // One of what DROP … CASCADE drops.
  pause.hold()
  try {
    complete(alterTable(statement, { ...environment, state: environment.stateNow() }))
  } finally {
    pause.release()
  }
}
