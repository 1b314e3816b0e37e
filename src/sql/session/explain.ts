/** EXPLAIN: a plan as text, a line a node, as PostgreSQL prints it. */

import type { IndexColumn, TableSchema } from '../catalog/schema.ts'
import { inputsOf } from '../plan/needed.ts'
import type { IndexScan, PlanNode, QueryPlan } from '../plan/physical.ts'

/** The lines of a plan: what it reads first is indented most. */
export function explainPlan(plan: QueryPlan, withCosts: boolean): string[] {
  const lines: string[] = []
  add(plan.root, 0, withCosts, lines)
  for (const table of plan.commonTables) {
    lines.push(`  CTE ${table.name}`)
    add(table.plan.root, 2, withCosts, lines)
  }
  return lines
}

function add(node: PlanNode, depth: number, withCosts: boolean, lines: string[]): void {
  // A node is written two columns further in than its details, behind an arrow.
  const indent = depth === 0 ? '' : `${'  '.repeat(depth * 3 - 2)}->  `
  const costs = withCosts
    ? `  (cost=${node.startupCost.toFixed(2)}..${node.totalCost.toFixed(2)} rows=${Math.round(node.rows)})`
    : ''
  lines.push(`${indent}${nameOf(node)}${costs}`)
  const details = '  '.repeat(depth * 3 + 1)
  for (const detail of detailsOf(node)) lines.push(`${details}${detail}`)
  for (const input of inputsOf(node)) add(input, depth + 1, withCosts, lines)
}

function tableName(table: TableSchema, alias: string): string {
  return alias === table.name ? table.name : `${table.name} ${alias}`
}

function nameOf(node: PlanNode): string {
  switch (node.kind) {
    case 'one row':
      return 'Result'
    case 'table scan':
      return `Seq Scan${node.isReverse ? ' Backward' : ''} on ${tableName(node.table, node.relation.name)}`
    case 'index scan': {
      const only = node.isIndexOnly ? ' Only' : ''
      const backward = node.isReverse ? ' Backward' : ''
      return `Index${only} Scan${backward} using ${indexName(node)} on ${tableName(node.table, node.relation.name)}`
    }
    case 'virtual scan':
      return `Seq Scan on ${node.table.name}`
    case 'function scan':
      return `Function Scan on ${node.relation.name}`
    case 'values scan':
      return `Values Scan on "${node.relation.name}"`
    case 'subquery scan':
      return node.relation.name === '' ? 'Projection' : `Subquery Scan on ${node.relation.name}`
    case 'common table scan':
      return `${node.isRecursiveReference ? 'WorkTable' : 'CTE'} Scan on ${node.relation.name}`
    case 'nested loop':
      return `Nested Loop${joinWord(node.type)}`
    case 'hash join':
      return `Hash${joinWord(node.type) || ''} Join`
    case 'merge join':
      return `Merge${joinWord(node.type)} Join`
    case 'sort':
      return node.limit === undefined ? 'Sort' : 'Sort (top-N)'
    case 'aggregate':
      return { plain: 'Aggregate', hash: 'HashAggregate', sorted: 'GroupAggregate' }[node.strategy]
    case 'window':
      return 'WindowAgg'
    case 'project set':
      return 'ProjectSet'
    case 'distinct':
      return node.strategy === 'hash' ? 'HashAggregate (distinct)' : 'Unique'
    case 'set operation':
      return `HashSetOp ${node.operation === 'intersect' ? 'Intersect' : 'Except'}${node.isAll ? ' All' : ''}`
    case 'recursive union':
      return 'Recursive Union'
    case 'change':
      return `${node.change.kind[0].toUpperCase()}${node.change.kind.slice(1)} on ${node.change.table.name}`
    default:
      return node.kind[0].toUpperCase() + node.kind.slice(1)
  }
}

function joinWord(type: string): string {
  return type === 'inner' ? '' : ` ${type[0].toUpperCase()}${type.slice(1)}`
}

function indexName({ table, index }: IndexScan): string {
  return index < 0 ? (table.primaryKey?.name ?? 'primary key') : table.indexes[index].name
}

function indexColumns({ table, index }: IndexScan): readonly IndexColumn[] {
  const own = index < 0 ? table.indexes.find(one => one.isPrimary) : table.indexes[index]
  return own?.columns ?? []
}

function detailsOf(node: PlanNode): string[] {
  const details: string[] = []
  if (node.kind === 'index scan') {
    const columns = indexColumns(node).map(({ column }) => node.table.columns[column]?.name ?? 'expression')
    const conditions = node.equals.map((one, i) => `${columns[i]} = ${one.isArray ? 'ANY (…)' : '…'}`)
    const next = columns[node.equals.length]
    if (node.lower !== undefined) conditions.push(`${next} ${node.lower.isInclusive ? '>=' : '>'} …`)
    if (node.upper !== undefined) conditions.push(`${next} ${node.upper.isInclusive ? '<=' : '<'} …`)
    if (node.startsWith !== undefined) conditions.push(`${next} ^@ …`)
    if (node.isNull) conditions.push(`${next} IS NULL`)
    if (conditions.length > 0) details.push(`Index Cond: ${conditions.join(' AND ')}`)
  }
  if ('filter' in node && node.filter !== undefined) details.push('Filter: yes')
  return details
}
