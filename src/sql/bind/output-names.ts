/** Names of output columns without AS, as PostgreSQL finds them. */

import type { Expression, Query } from '../syntax/tree.ts'

export const NAMELESS = '?column?'

export function outputName(e: Expression): string {
  return figure(e)?.name ?? NAMELESS
}

/** `isStrong`: not to be replaced by what is around it (a cast's type, "case"). */
function figure(e: Expression): { name: string; isStrong: boolean } | undefined {
  const strong = (name: string): { name: string; isStrong: boolean } => ({ name, isStrong: true })
  switch (e.kind) {
    case 'column':
      return e.names.length === 0 ? undefined : strong(e.names[e.names.length - 1]!)
    case 'field':
      return e.isStar ? figure(e.operand) : strong(e.field)
    case 'subscript':
    case 'collate':
      return figure(e.operand)
    case 'function':
      return strong(e.name[e.name.length - 1]!)
    case 'value function':
      return strong(e.function)
    case 'at time zone':
      return strong('timezone')
    case 'nullif':
    case 'coalesce':
    case 'array':
    case 'row':
    case 'grouping':
      return strong(e.kind)
    case 'json conversion':
    case 'json query':
      return strong(e.function)
    case 'json object':
      return strong('json_object')
    case 'json array':
    case 'json array query':
      return strong('json_array')
    case 'json aggregate':
      return strong(e.key === undefined ? 'json_arrayagg' : 'json_objectagg')
    case 'minmax':
      return strong(e.function)
    case 'cast': {
      const inner = figure(e.operand)
      return inner?.isStrong === true
        ? inner
        : { name: e.type.name[e.type.name.length - 1]!, isStrong: false }
    }
    case 'case': {
      const inner = e.otherwise === undefined ? undefined : figure(e.otherwise)
      return inner?.isStrong === true ? inner : { name: 'case', isStrong: false }
    }
    case 'subquery':
      if (e.variant === 'exists' || e.variant === 'array') return strong(e.variant)
      return e.variant === 'scalar' ? strong(firstName(e.query)) : undefined
    default:
      return undefined
  }
}

function firstName(query: Query): string {
  if (query.kind === 'set operation') return firstName(query.left)
  if (query.kind === 'values') return 'column1'
  const first = query.items[0]
  return first === undefined ? NAMELESS : (first.alias ?? outputName(first.expression))
}
