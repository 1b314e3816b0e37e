/** The catalogs of one state of the definitions: all virtual tables with their row sources. */

import type { CatalogState } from '../catalog/catalog.ts'
import type { FunctionRegistry } from '../functions/registry.ts'
import { CONSTRAINT_ROWS } from './constraint-rows.ts'
import { FUNCTION_ROWS } from './function-rows.ts'
import { OPERATOR_CLASS_ROWS } from './operator-classes.ts'
import { RELATION_ROWS } from './relation-rows.ts'
import { RELATION_VIEW_ROWS } from './relation-views.ts'
import { SESSION_ROWS } from './session-rows.ts'
import type { SystemCatalog } from './system-catalog.ts'
import { TYPE_ROWS } from './type-rows.ts'
import { catalogRelations, type SystemRelation, systemCatalogOf } from './virtual-tables.ts'

let relations: readonly SystemRelation[] | undefined

const known = new WeakMap<CatalogState, SystemCatalog>()

/** The catalogs of a state; the same each time. */
export function systemCatalog(state: CatalogState, functions: FunctionRegistry): SystemCatalog {
  let catalog = known.get(state)
  if (catalog === undefined) {
    relations ??= catalogRelations({
      ...RELATION_ROWS,
      ...CONSTRAINT_ROWS,
      ...TYPE_ROWS,
      ...FUNCTION_ROWS,
      ...OPERATOR_CLASS_ROWS,
      ...SESSION_ROWS,
      ...RELATION_VIEW_ROWS,
    })
    catalog = systemCatalogOf(relations, state, functions)
    known.set(state, catalog)
  }
  return catalog
}
