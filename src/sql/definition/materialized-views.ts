/** REFRESH MATERIALIZED VIEW: its query is run again. */

import type { Steps } from '../../base/steps.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import { SqlError } from '../errors.ts'
import { parseStatements } from '../syntax/parser.ts'
import type { Query, RefreshStatement } from '../syntax/tree.ts'
import { fillTable } from './create-table.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { refuseInUse } from './in-use.ts'
import { findRelation } from './names.ts'

export function* refresh(statement: RefreshStatement, environment: DefinitionEnvironment): Steps {
  const { name, at, withData, isConcurrent } = statement
  const view = findRelation(name, environment)
  if (view === undefined) {
    throw new SqlError('42P01', `relation "${name.join('.')}" does not exist`, { position: at })
  }
  if (view.kind !== 'table' || view.materialized === undefined) {
    throw new SqlError('0A000', `"${view.name}" is not a materialized view`)
  }
  if (isConcurrent) {
    if (!view.materialized.isPopulated) {
      throw new SqlError('0A000', 'CONCURRENTLY cannot be used when the materialized view is not populated')
    }
    if (!withData) {
      throw new SqlError('42601', 'REFRESH options CONCURRENTLY and WITH NO DATA cannot be used together')
    }
    const isKey = view.indexes.some(
      index =>
        index.isUnique && index.predicateText === undefined && index.columns.every(one => one.column >= 0),
    )
    if (!isKey) {
      throw new SqlError(
        '55000',
        `cannot refresh materialized view "${view.schema}.${view.name}" concurrently`,
        {
          hint: 'Create a unique index with no WHERE clause on one or more columns of the materialized view.',
        },
      )
    }
  }
  refuseInUse(view, 'REFRESH MATERIALIZED VIEW', environment)
  const editor = new CatalogEditor(environment.unit.tables)
  const stored = editor.get('table', view.oid)!
  const { text } = view.materialized
  editor.put('table', view.oid, { ...stored, materialized: { text, isPopulated: withData } })
  environment.data(environment.state).records(view).clear()
  if (withData) yield* fillTable(view.oid, parseStatements(text)[0].statement as Query, environment)
}
