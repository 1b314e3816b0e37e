/** What there is for json and jsonb: gathered for builtins.ts. */

import { JSON_ACCESS_FUNCTIONS, JSON_ACCESS_OPERATORS } from './json-access.ts'
import { JSON_BUILD_FUNCTIONS } from './json-build.ts'
import { JSON_CHANGE_FUNCTIONS, JSON_CHANGE_OPERATORS } from './json-change.ts'
import { JSON_EXPAND_FUNCTIONS } from './json-expand.ts'
import { JSONPATH_FUNCTIONS, JSONPATH_OPERATORS } from './jsonpath.ts'
import type { ScalarFunction, SqlFunction } from './registry.ts'

export { JSON_AGGREGATES } from './json-aggregates.ts'
export { JSON_CASTS } from './json-build.ts'

export const JSON_OPERATORS: readonly ScalarFunction[] = [
  ...JSON_ACCESS_OPERATORS,
  ...JSON_CHANGE_OPERATORS,
  ...JSONPATH_OPERATORS,
]
export const JSON_FUNCTIONS: readonly SqlFunction[] = [
  ...JSON_ACCESS_FUNCTIONS,
  ...JSON_CHANGE_FUNCTIONS,
  ...JSON_BUILD_FUNCTIONS,
  ...JSON_EXPAND_FUNCTIONS,
  ...JSONPATH_FUNCTIONS,
]
