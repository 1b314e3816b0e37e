/** Statements that define things, by kind. */

import { notSupported } from '../errors.ts'
import type { RunResult } from '../session/options.ts'
import type { DefinitionStatement } from '../syntax/tree.ts'
import { createTable } from './create-table.ts'
import { dropObjects } from './drop.ts'
import type { DefinitionEnvironment } from './environment.ts'

export function runDefinition(statement: DefinitionStatement, environment: DefinitionEnvironment): RunResult {
  switch (statement.kind) {
    case 'create table':
      createTable(statement, environment)
      return { command: 'CREATE TABLE', rowCount: 0 }
    case 'drop':
      dropObjects(statement, environment)
      return { command: `DROP ${statement.object.toUpperCase()}`, rowCount: 0 }
    default:
      throw notSupported(statement.kind.toUpperCase(), statement.at)
  }
}
