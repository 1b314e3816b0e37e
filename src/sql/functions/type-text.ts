/** Types as a session writes them. */

import { formatType } from '../types/input-output.ts'
import type { SqlType } from '../types/type.ts'
import { quoteIdentifier } from './string-format.ts'

/** As a session sees it: a user's type has its schema before it, unless the search path finds it by its name. */
export function formatTypeSeen(type: SqlType, modifier: number, searchPath: readonly string[]): string {
  if (type.element?.array === type) return `${formatTypeSeen(type.element, modifier, searchPath)}[]`
  if (type.schema === 'pg_catalog' || type.schema === 'information_schema') return formatType(type, modifier)
  const name = quoteIdentifier(type.name)
  return searchPath.includes(type.schema) ? name : `${quoteIdentifier(type.schema)}.${name}`
}
