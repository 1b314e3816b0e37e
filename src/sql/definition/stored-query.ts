/** A query as a view keeps it: bound once to see that it is right, with its stars spelled out. */

import { bindStatement } from '../bind/binder.ts'
import type { BoundQuery } from '../bind/bound.ts'
import { notSupported, SqlError } from '../errors.ts'
import { formatQuery } from '../syntax/format.ts'
import type { Expression, Query, SelectItem } from '../syntax/tree.ts'
import type { DefinitionEnvironment } from './environment.ts'

export interface StoredQuery {
  readonly bound: BoundQuery
  readonly text: string
}

export function storedQuery(query: Query, environment: DefinitionEnvironment, at: number): StoredQuery {
  const stars = new Map<Expression, readonly Expression[]>()
  const { state, searchPath, functions } = environment
  const bound = bindStatement(query, state.withSearchPath(searchPath), functions, { stars })
  if (bound.kind !== 'query') throw notSupported('a view that changes data', at)
  if (bound.parameters.length > 0) throw new SqlError('42P02', 'there is no parameter $1', { position: at })
  return { bound: bound.query, text: formatQuery(withoutStars(query, stars)) }
}

/** The tree with the columns that its stars stood for when it was bound. */
function withoutStars<T>(tree: T, stars: ReadonlyMap<Expression, readonly Expression[]>): T {
  if (typeof tree !== 'object' || tree === null) return tree
  if (Array.isArray(tree)) {
    return tree.flatMap(one => {
      const columns = stars.get((one as SelectItem | null)?.expression as Expression)
      return columns === undefined
        ? [withoutStars(one, stars)]
        : columns.map(expression => ({ ...one, expression }))
    }) as T
  }
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [name, withoutStars(value, stars)]),
  ) as T
}
