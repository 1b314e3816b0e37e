/**
 * EXPLAIN: a plan as a tree of what it shows of each node, in PostgreSQL's words. `explain-print.ts` makes text of it, or
 * the objects of FORMAT JSON.
 */

import type { BoundExpression, BoundSubquery, RelationId } from '../bind/bound.ts'
import { walk } from '../bind/walk.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { Measurement, Meter } from '../execute/meter.ts'
import type { PlannedStatement } from '../execute/program.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { conditionsOfIndex } from '../plan/access.ts'
import { expressionText, type Names } from '../plan/expression-text.ts'
import { expressionsOf, inputsOf, outputOf, ROW_KEY } from '../plan/needed.ts'
import type { AggregateCall, IndexScan, PlanNode, QueryPlan, SortItem, WindowNode } from '../plan/physical.ts'
import { AGGREGATES_FROM, GROUPING_SET } from '../plan/relations.ts'
import type { SqlType } from '../types/type.ts'
import type { ExplainOptions } from './explain-options.ts'

/** What is shown of a node besides its costs: a label with a text, or with several. */
export interface Detail {
  readonly label: string
  readonly value: string | number | readonly string[]
}

export interface ExplainedNode {
  /** `Index Scan using t_pkey on t`. */
  readonly title: string
  /** In FORMAT JSON: what the title says, one by one. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly relationship: 'Outer' | 'Inner' | 'Member' | 'InitPlan' | 'SubPlan' | undefined
  /** `CTE x`, `SubPlan 1`. */
  readonly subplanName: string | undefined
  readonly plan: PlanNode
  readonly widthBytes: number
  readonly details: readonly Detail[]
  readonly measured: Measurement | undefined
  readonly children: readonly ExplainedNode[]
}

export function explainPlan(
  planned: PlannedStatement,
  options: ExplainOptions,
  context: EvaluationContext,
  meter: Meter | undefined,
): ExplainedNode {
  return new Explanation(planned, options, context, meter).root()
}

/** Bytes of a value whose type does not say how long it is, as PostgreSQL guesses. */
const UNKNOWN_WIDTH = 32

class Explanation implements Names {
  readonly context: EvaluationContext
  private readonly planned: PlannedStatement
  private readonly options: ExplainOptions
  private readonly meter: Meter | undefined
  /** Relations of the planner's own: what their columns are. */
  private readonly computed = new Map<RelationId, (column: number) => string>()
  private readonly isQualified: boolean
  private readonly subplanNames = new Map<BoundSubquery, string>()

  constructor(
    planned: PlannedStatement,
    options: ExplainOptions,
    context: EvaluationContext,
    meter: Meter | undefined,
  ) {
    this.planned = planned
    this.options = options
    this.context = context
    this.meter = meter
    const named = new Set<RelationId>()
    const plans = [planned.plan, ...planned.subplans.values()]
    for (const plan of plans) this.lookThrough(plan, named)
    this.isQualified = options.verbose || named.size > 1
  }

  root(): ExplainedNode {
    return this.describe(this.planned.plan.root, undefined, undefined, this.planned.plan)
  }

  // -------------------------------------------------------------------------------------------- names

  column(relation: RelationId, column: number): string {
    const computed = this.computed.get(relation)
    if (computed !== undefined) return computed(column)
    const known = this.planned.relations.get(relation)
    const name =
      column === ROW_KEY ? 'ctid' : column < 0 ? '' : (known?.columns[column]?.name ?? `column${column + 1}`)
    if (known === undefined || known.name === '' || !this.isQualified) return quoted(name)
    return name === '' ? quoted(known.name) : `${quoted(known.name)}.${quoted(name)}`
  }

  subquery(e: BoundSubquery): string {
    let name = this.subplanNames.get(e)
    if (name === undefined) {
      name = `SubPlan ${this.subplanNames.size + 1}`
      this.subplanNames.set(e, name)
    }
    const isValue = e.variant === 'scalar' || e.variant === 'array'
    return isValue || e.operands.length > 0 ? `(${name})` : `${e.variant.toUpperCase()}(${name})`
  }

  private text(e: BoundExpression): string {
    return expressionText(e, this)
  }

  private lookThrough(plan: QueryPlan, named: Set<RelationId>): void {
    for (const table of plan.commonTables) this.lookThrough(table.plan, named)
    const visit = (node: PlanNode): void => {
      this.noteColumns(node)
      if ('relation' in node && node.kind !== 'change' && node.relation.name !== '')
        named.add(node.relation.id)
      for (const input of inputsOf(node)) visit(input)
    }
    visit(plan.root)
  }

  private noteColumns(node: PlanNode): void {
    const note = (text: (column: number) => string) => {
      if ('relation' in node) this.computed.set(node.relation.id, text)
    }
    switch (node.kind) {
      case 'aggregate':
        note(column =>
          column === GROUPING_SET
            ? 'GROUPING'
            : column >= AGGREGATES_FROM
              ? this.aggregateText(node.calls[column - AGGREGATES_FROM])
              : this.text(node.keys[column]),
        )
        return
      case 'window':
        note(column => `${this.windowCallText(node, column)} OVER w${-node.relation.id % 1000}`)
        return
      case 'project set':
        note(column => `${node.calls[column].function.name}(${this.list(node.calls[column].arguments)})`)
        return
      case 'subquery scan':
        if (isUnnamed(node.relation.name)) note(column => this.text(node.targets[column]))
        return
      case 'append':
        if (node.relation.name === '') note(column => this.text(targetOf(node, column)))
        return
      case 'set operation':
        if (node.relation.name === '') note(column => this.text(node.left.targets[column]))
        return
      default:
    }
  }

  private list(expressions: readonly BoundExpression[]): string {
    return expressions.map(e => this.text(e)).join(', ')
  }

  private aggregateText(call: AggregateCall): string {
    const given =
      call.arguments.length === 0 && call.directArguments.length === 0 ? '*' : this.list(call.arguments)
    const order = call.orderBy.length === 0 ? '' : `ORDER BY ${this.sortTexts(call.orderBy).join(', ')}`
    const filter = call.filter === undefined ? '' : ` FILTER (WHERE ${this.text(call.filter)})`
    const isOrderedSet = (call.function.within ?? 'none') !== 'none'
    if (isOrderedSet) {
      return `${call.function.name}(${this.list(call.directArguments)}) WITHIN GROUP (${order})${filter}`
    }
    const inside = [`${call.isDistinct ? 'DISTINCT ' : ''}${given}`, order]
      .filter(part => part !== '')
      .join(' ')
    return `${call.function.name}(${inside})${filter}`
  }

  private windowCallText(node: WindowNode, column: number): string {
    const call = node.calls[column]
    const isCounting = call.function.kind === 'aggregate' && call.arguments.length === 0
    return `${call.function.name}(${isCounting ? '*' : this.list(call.arguments)})`
  }

  private sortTexts(items: readonly SortItem[]): string[] {
    return items.map(({ expression, isDescending, nullsFirst }) => {
      const text = this.text(expression)
      // PostgreSQL has every key that is no column in parentheses of its own.
      const key = /^[\w."]+$/.test(text) || text.startsWith('(') ? text : `(${text})`
      const nulls = nullsFirst === isDescending ? '' : nullsFirst ? ' NULLS FIRST' : ' NULLS LAST'
      return `${key}${isDescending ? ' DESC' : ''}${nulls}`
    })
  }

  // -------------------------------------------------------------------------------------------- nodes

  private describe(
    node: PlanNode,
    relationship: ExplainedNode['relationship'],
    subplanName: string | undefined,
    query: QueryPlan | undefined,
  ): ExplainedNode {
    // In the order in which they are numbered: what the node says first.
    const details = this.detailsOf(node, query)
    const measured = this.meter?.of(node)
    const initial = query?.commonTables.map(table =>
      this.describe(table.plan.root, 'InitPlan', `CTE ${quoted(table.name)}`, table.plan),
    )
    const inputs = inputsOf(node).map((input, i, all) =>
      this.describe(input, relationshipOf(node, i, all.length), undefined, undefined),
    )
    return {
      ...titleOf(node, this.options.verbose),
      relationship,
      subplanName,
      plan: node,
      widthBytes: this.widthOf(node, query),
      details,
      measured,
      children: [...(initial ?? []), ...inputs, ...this.subplansOf(node, query)],
    }
  }

  private subplansOf(node: PlanNode, query: QueryPlan | undefined): ExplainedNode[] {
    const found: BoundSubquery[] = []
    const own = [...expressionsOf(node), ...(query?.targets ?? [])].filter(e => e !== undefined)
    walk(own, {
      expression(e) {
        if (e.kind === 'subquery' && !found.includes(e)) found.push(e)
      },
      query: () => false,
    })
    return found.flatMap(e => {
      const plan = this.planned.subplans.get(e)
      if (plan === undefined) return []
      this.subquery(e)
      return [this.describe(plan.root, 'SubPlan', this.subplanNames.get(e), plan)]
    })
  }

  private widthOf(node: PlanNode, query: QueryPlan | undefined): number {
    const types =
      query === undefined
        ? outputOf(node).map(
            ({ relation, column }) => this.planned.relations.get(relation)?.columns[column]?.type,
          )
        : query.targets.map(target => target.type)
    return types.reduce((sum, type) => sum + widthOfType(type), 0)
  }

  private detailsOf(node: PlanNode, query: QueryPlan | undefined): Detail[] {
    const details: Detail[] = []
    const add = (label: string, value: Detail['value'] | undefined): void => {
      if (value !== undefined && (!Array.isArray(value) || value.length > 0)) details.push({ label, value })
    }
    const condition = (label: string, e: BoundExpression | undefined, removed = 'Rows Removed by Filter') => {
      if (e === undefined) return
      add(label, this.text(e))
      const count = this.meter?.of(node)?.removed ?? 0
      const loops = Math.max(1, this.meter?.of(node)?.loops ?? 1)
      if (count > 0) add(removed, Math.round(count / loops))
    }
    if (this.options.verbose && node.kind !== 'change') add('Output', this.outputTexts(node, query))
    switch (node.kind) {
      case 'one row':
        condition('One-Time Filter', node.condition)
        break
      case 'index scan':
        add('Index Cond', this.indexCondition(node))
        break
      case 'index or scan':
        add(
          'Index Cond',
          node.branches.map(
            branch => `${quoted(indexName(branch))}: ${this.indexCondition(branch) ?? 'all'}`,
          ),
        )
        break
      case 'table scan':
        if (node.sample !== undefined) {
          add('Sampling', `${node.sample.method} (${this.text(node.sample.percent)})`)
        }
        break
      case 'function scan':
        if (this.options.verbose) {
          const calls = node.calls.map(call =>
            call.function === undefined
              ? this.text(call.scalar!)
              : `${call.function.name}(${this.list(call.arguments)})`,
          )
          add('Function Call', calls.join(', '))
        }
        break
      case 'hash join':
      case 'merge join': {
        const pairs = node.outerKeys.map((key, i) => `(${this.text(key)} = ${this.text(node.innerKeys[i])})`)
        const joined = pairs.length > 1 ? `(${pairs.join(' AND ')})` : pairs[0]
        add(node.kind === 'hash join' ? 'Hash Cond' : 'Merge Cond', joined)
        condition('Join Filter', node.condition, 'Rows Removed by Join Filter')
        break
      }
      case 'nested loop':
        condition('Join Filter', node.condition, 'Rows Removed by Join Filter')
        break
      case 'filter':
        condition('Filter', node.condition)
        break
      case 'sort':
        add('Sort Key', this.sortTexts(node.keys))
        if (node.presorted > 0) add('Presorted Key', this.sortTexts(node.keys.slice(0, node.presorted)))
        if (node.limit !== undefined) add('Sort Method', 'top-N heapsort')
        break
      case 'aggregate':
        if (node.sets.length > 1) {
          for (const set of node.sets)
            add(
              'Hash Key',
              set.map(key => this.text(node.keys[key])),
            )
        } else
          add(
            'Group Key',
            node.keys.map(key => this.text(key)),
          )
        break
      case 'distinct':
        add(
          'Group Key',
          node.keys.map(key => this.text(key)),
        )
        break
      case 'window': {
        const partition = node.partitionBy.length > 0 ? `PARTITION BY ${this.list(node.partitionBy)}` : ''
        const order = node.orderBy.length > 0 ? `ORDER BY ${this.sortTexts(node.orderBy).join(', ')}` : ''
        const name = `w${-node.relation.id % 1000}`
        add('Window', `${name} AS (${[partition, order].filter(part => part !== '').join(' ')})`)
        break
      }
      default:
    }
    if ('filter' in node) condition('Filter', node.filter)
    return details
  }

  private outputTexts(node: PlanNode, query: QueryPlan | undefined): string[] {
    if (query !== undefined) return query.targets.map(target => this.text(target))
    return outputOf(node).map(({ relation, column }) => this.column(relation, column))
  }

  private indexCondition(node: IndexScan): string | undefined {
    const conditions = conditionsOfIndex(node).map(({ part, operator, value }) => {
      const name = part.expressionText ?? this.column(node.relation.id, part.column)
      return value === undefined
        ? `(${name} ${operator})`
        : `(${name} ${operator} ${operator === '= ANY' ? `(${this.text(value)})` : this.text(value)})`
    })
    return conditions.length > 1 ? `(${conditions.join(' AND ')})` : conditions[0]
  }
}

/** What is shown for a column: that of the first input that has something there. */
function targetOf({ inputs }: Extract<PlanNode, { kind: 'append' }>, column: number): BoundExpression {
  const targets = inputs.map(input => input.targets[column])
  return targets.find(e => e.kind !== 'constant' || e.value !== null) ?? targets[0]
}

/** A projection of the planner's own, or the rows of an INSERT. */
function isUnnamed(name: string): boolean {
  return name === '' || name === '*SOURCE*'
}

function relationshipOf(node: PlanNode, index: number, count: number): ExplainedNode['relationship'] {
  if (node.kind === 'append' || node.kind === 'set operation') return 'Member'
  return count > 1 && index === 1 ? 'Inner' : 'Outer'
}

function widthOfType(type: SqlType | undefined): number {
  return type === undefined || type.length < 0 ? UNKNOWN_WIDTH : type.length
}

function quoted(name: string): string {
  return name === '' || /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

// ------------------------------------------------------------------------------------------------ titles

interface Title {
  readonly title: string
  readonly properties: Readonly<Record<string, unknown>>
}

function titleOf(node: PlanNode, isVerbose: boolean): Title {
  const plain = (title: string, properties: Record<string, unknown> = {}): Title => ({
    title,
    properties: { 'Node Type': title, ...properties },
  })
  switch (node.kind) {
    case 'one row':
      return plain('Result')
    case 'table scan': {
      const on = onTable(node.table, node.relation.name, isVerbose)
      const direction = node.isReverse ? ' Backward' : ''
      return {
        title: `Seq Scan${direction} on ${on.text}`,
        properties: { 'Node Type': 'Seq Scan', ...on.properties },
      }
    }
    case 'index scan': {
      const type = `Index${node.isIndexOnly ? ' Only' : ''} Scan`
      const on = onTable(node.table, node.relation.name, isVerbose)
      const index = indexName(node)
      return {
        title: `${type}${node.isReverse ? ' Backward' : ''} using ${quoted(index)} on ${on.text}`,
        properties: {
          'Node Type': type,
          'Scan Direction': node.isReverse ? 'Backward' : 'Forward',
          'Index Name': index,
          ...on.properties,
        },
      }
    }
    case 'index or scan': {
      const on = onTable(node.table, node.relation.name, isVerbose)
      return {
        title: `Index Or Scan on ${on.text}`,
        properties: {
          'Node Type': 'Index Or Scan',
          'Index Names': node.branches.map(indexName),
          ...on.properties,
        },
      }
    }
    case 'table count': {
      const on = onTable(node.table, node.relation.name, isVerbose)
      return {
        title: `Table Count on ${on.text}`,
        properties: { 'Node Type': 'Table Count', ...on.properties },
      }
    }
    case 'virtual scan':
      return scanOf('Seq Scan', node.table.name, node.relation.name)
    case 'function scan':
      return scanOf('Function Scan', node.calls[0]?.function?.name ?? node.relation.name, node.relation.name)
    case 'values scan':
      return scanOf('Values Scan', node.relation.name, node.relation.name)
    case 'subquery scan':
      return isUnnamed(node.relation.name)
        ? plain('Result')
        : scanOf('Subquery Scan', node.relation.name, node.relation.name)
    case 'common table scan':
      return scanOf(
        `${node.isRecursiveReference ? 'WorkTable' : 'CTE'} Scan`,
        node.relation.name,
        node.relation.name,
      )
    case 'nested loop':
      return joinTitle('Nested Loop', node.type, true)
    case 'hash join':
      return joinTitle('Hash', node.type, false)
    case 'merge join':
      return joinTitle('Merge', node.type, false)
    case 'sort':
      return plain(node.presorted > 0 ? 'Incremental Sort' : 'Sort')
    case 'aggregate': {
      const title = { plain: 'Aggregate', hash: 'HashAggregate', sorted: 'GroupAggregate' }[node.strategy]
      const strategy = { plain: 'Plain', hash: 'Hashed', sorted: 'Sorted' }[node.strategy]
      const isMixed = node.strategy === 'hash' && node.sets.length > 1
      return {
        title: isMixed ? 'MixedAggregate' : title,
        properties: { 'Node Type': 'Aggregate', Strategy: isMixed ? 'Mixed' : strategy },
      }
    }
    case 'window':
      return plain('WindowAgg')
    case 'project set':
      return plain('ProjectSet')
    case 'distinct':
      return node.strategy === 'hash'
        ? { title: 'HashAggregate', properties: { 'Node Type': 'Aggregate', Strategy: 'Hashed' } }
        : plain('Unique')
    case 'set operation': {
      const command = `${node.operation === 'intersect' ? 'Intersect' : 'Except'}${node.isAll ? ' All' : ''}`
      return {
        title: `HashSetOp ${command}`,
        properties: { 'Node Type': 'SetOp', Strategy: 'Hashed', Command: command },
      }
    }
    case 'recursive union':
      return plain('Recursive Union')
    case 'change': {
      const { kind, table } = node.change
      const operation = `${kind[0].toUpperCase()}${kind.slice(1)}`
      const on = onTable(table, table.name, isVerbose)
      return {
        title: `${operation} on ${on.text}`,
        properties: { 'Node Type': 'ModifyTable', Operation: operation, ...on.properties },
      }
    }
    default:
      return plain(`${node.kind[0].toUpperCase()}${node.kind.slice(1)}`)
  }
}

function onTable(table: TableSchema, alias: string, isVerbose: boolean) {
  const name = `${isVerbose ? `${quoted(table.schema)}.` : ''}${quoted(table.name)}`
  return {
    text: alias === table.name ? name : `${name} ${quoted(alias)}`,
    properties: {
      'Relation Name': table.name,
      ...(isVerbose ? { Schema: table.schema } : {}),
      Alias: alias,
    },
  }
}

function scanOf(type: string, name: string, alias: string): Title {
  const on = alias === name ? quoted(name) : `${quoted(name)} ${quoted(alias)}`
  return { title: `${type} on ${on}`, properties: { 'Node Type': type, Alias: alias } }
}

function joinTitle(method: string, type: string, isLoop: boolean): Title {
  const name = `${type[0].toUpperCase()}${type.slice(1)}`
  const word = type === 'inner' ? '' : ` ${name}`
  const nodeType = isLoop ? method : `${method} Join`
  const title = isLoop && type === 'inner' ? method : `${method}${word} Join`
  return { title, properties: { 'Node Type': nodeType, 'Join Type': name } }
}

function indexName({ table, index }: IndexScan): string {
  return index < 0 ? (table.primaryKey?.name ?? 'primary key') : table.indexes[index].name
}
