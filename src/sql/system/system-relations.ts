/** The catalogs of one state of the definitions: all virtual tables with their row sources. */

import type { CatalogState } from '../catalog/catalog.ts'
import type { FunctionRegistry } from '../functions/registry.ts'
import type { SqlType } from '../types/type.ts'
import { CONSTRAINT_ROWS } from './constraint-rows.ts'
import { FUNCTION_ROWS } from './function-rows.ts'
import { INFORMATION_CONSTRAINT_ROWS } from './information-constraints.ts'
import { INFORMATION_OBJECT_ROWS } from './information-objects.ts'
import { INFORMATION_RELATION_ROWS } from './information-schema.ts'
import { INFORMATION_DOMAINS } from './information-types.ts'
import { OPERATOR_CLASS_ROWS } from './operator-classes.ts'
import { RELATION_ROWS } from './relation-rows.ts'
import { RELATION_VIEW_ROWS } from './relation-views.ts'
import { SESSION_ROWS } from './session-rows.ts'
import type { SystemCatalog } from './system-catalog.ts'
import { TYPE_ROWS } from './type-rows.ts'
import {
  catalogRelations,
  informationRelations,
  type SystemRelation,
  systemCatalogOf,
} from './virtual-tables.ts'

const CATALOG_ROWS = {
  ...RELATION_ROWS,
  ...CONSTRAINT_ROWS,
  ...TYPE_ROWS,
  ...FUNCTION_ROWS,
  ...OPERATOR_CLASS_ROWS,
  ...SESSION_ROWS,
  ...RELATION_VIEW_ROWS,
}
const INFORMATION_ROWS = {
  ...INFORMATION_RELATION_ROWS,
  ...INFORMATION_CONSTRAINT_ROWS,
  ...INFORMATION_OBJECT_ROWS,
}

const domains = new Map([...INFORMATION_DOMAINS.keys()].map(type => [type.name, type]))
const informationDomain = (name: string): SqlType => domains.get(name)!

let relations: readonly SystemRelation[] | undefined

const known = new WeakMap<CatalogState, SystemCatalog>()

/** The catalogs of a state; the same each time. */
export function systemCatalog(state: CatalogState, functions: FunctionRegistry): SystemCatalog {
  let catalog = known.get(state)
  if (catalog === undefined) {
    relations ??= [
      ...catalogRelations(CATALOG_ROWS),
      ...informationRelations(INFORMATION_ROWS, informationDomain),
    ]
    catalog = systemCatalogOf(relations, state, functions)
    known.set(state, catalog)
  }
  return catalog
}
