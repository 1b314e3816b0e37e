/** What is known of how many rows a plan reads or gives, whatever its parameters are. */

import type { IndexScan, PlanNode } from './physical.ts'

/** What reads nothing by itself. */
const READS_NOTHING: ReadonlySet<PlanNode['kind']> = new Set([
  'one row',
  'values scan',
  'subquery scan',
  'filter',
  'limit',
  'sort',
  'project set',
  'change',
  // Its branches do.
  'index or scan',
])

/** Whether it gives one row at the most. */
export function givesOneRow(node: PlanNode): boolean {
  switch (node.kind) {
    case 'one row':
      return true
    case 'values scan':
      return node.rowsOf.length === 1
    case 'index scan':
      // A key that is deferrable may be there twice for a while; what the rows lie by is not.
      return node.index < 0 && isOneRow(node)
    case 'filter':
    case 'subquery scan':
      return givesOneRow(node.input)
    default:
      return false
  }
}

/**
 * Whether it reads a few rows at the most: then no value of a parameter could make another plan the better one.
 * @param plans of a statement, and of its subqueries
 */
export function readsFewRows(plans: unknown): boolean {
  const seen = new Set<unknown>()
  const stack: unknown[] = [plans]
  while (stack.length > 0) {
    const part = stack.pop()
    if (typeof part !== 'object' || part === null || seen.has(part)) continue
    seen.add(part)
    if (isPlanNode(part)) {
      if (part.kind === 'index scan' ? !isOneRow(part) : !READS_NOTHING.has(part.kind)) return false
    }
    if (part instanceof Map) stack.push(...part.values())
    else if (!isTable(part)) stack.push(...Object.values(part))
  }
  return true
}

function isPlanNode(part: object): part is PlanNode {
  return 'totalCost' in part && 'kind' in part
}
function isTable(part: object): boolean {
  return 'storedName' in part
}

/** By one value for each column of a key. */
function isOneRow({ table, index, equals }: IndexScan): boolean {
  if (equals.some(({ isArray, findsNull }) => isArray || findsNull)) return false
  if (index < 0) return equals.length === table.primaryKey?.columns.length
  const { isUnique, columns } = table.indexes[index]
  return isUnique && equals.length === columns.length
}
