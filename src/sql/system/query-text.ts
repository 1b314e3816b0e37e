/**
 * Queries of views as PostgreSQL lays them out (pg_get_viewdef): a clause a line, a column of the select list a line, names
 * qualified where there is more than one table.
 *
 * What is written is not always in the bound query (USING, names of windows, ROLLUP): such queries are not printed here, and
 * whoever asks shows the text that is stored.
 */

import type {
  BoundAggregate,
  BoundExpression,
  BoundFrom,
  BoundJoin,
  BoundQuery,
  BoundWindowCall,
  RelationColumns,
  RelationId,
  SelectBody,
  SortKey,
} from '../bind/bound.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { quoteIdentifier } from '../functions/string-format.ts'
import type { FromItem, Query } from '../syntax/tree.ts'
import { ExpressionPrinter, isCallOfFunction } from './expression-text.ts'

/** Columns of PostgreSQL's layout: the level of a query's clauses, of joins, and of what hangs over. */
const STANDARD = 8
const JOIN = 4
const OVERHANG = 4

/** Whether what is written can be told from the bound query. */
export function isPrintable(query: Query): boolean {
  const withs = query.with?.items ?? []
  if (query.with?.isRecursive === true || query.locking.length > 0) return false
  for (const { statement, columns } of withs) {
    const isQuery = statement.kind === 'select' || statement.kind === 'set operation'
    if (!isQuery || columns.length > 0 || !isPrintable(statement)) return false
  }
  switch (query.kind) {
    case 'set operation':
      return query.orderBy.length === 0 && isPrintable(query.left) && isPrintable(query.right)
    case 'select':
      return (
        query.windows.length === 0 &&
        query.groupBy.every(item => !('items' in item) && item.kind !== 'empty grouping set') &&
        query.from.every(isPrintableFrom)
      )
    default:
      return false
  }
}

function isPrintableFrom(item: FromItem): boolean {
  switch (item.kind) {
    case 'table':
      return item.sample === undefined && (item.alias?.columns.length ?? 0) === 0
    case 'subquery':
      return (item.alias?.columns.length ?? 0) === 0 && isPrintable(item.query)
    case 'join': {
      const isPlain = item.using.length === 0 && !item.isNatural && item.alias === undefined
      return isPlain && isPrintableFrom(item.left) && isPrintableFrom(item.right)
    }
    default:
      return false
  }
}

interface Named {
  readonly relation: RelationColumns
  readonly isQualified: boolean
}

export class QueryPrinter {
  private readonly context: EvaluationContext
  private readonly isPretty: boolean
  private readonly relations = new Map<RelationId, Named>()
  private readonly commonTables = new Map<number, string>()
  /** The select whose group keys, aggregates and windows a relation of groups names. */
  private readonly groups = new Map<RelationId, SelectBody>()
  /** Of the query that is being printed. */
  private body: SelectBody | undefined

  constructor(context: EvaluationContext, isPretty: boolean) {
    this.context = context
    this.isPretty = isPretty
  }

  /** `names` of its columns, where they are others than the query's own; `start`: what it is indented by. */
  print(query: BoundQuery, tree: Query, start = 0, names?: readonly string[], hasParent = false): string {
    const withs = this.commonTablesOf(query, tree, start)
    if (query.body.kind === 'select' && tree.kind === 'select') {
      const outer = this.body
      this.body = query.body
      const text = this.select(query, query.body, tree.groupBy.length, start, names, hasParent)
      this.body = outer
      return withs + text
    }
    if (query.body.kind !== 'set operation' || tree.kind !== 'set operation') return withs
    const { left, right, operation, isAll } = query.body
    const word = `${operation.toUpperCase()}${isAll ? ' ALL' : ''}`
    const columns = names ?? query.columns.map(column => column.name)
    const inner = (one: BoundQuery, of: Query): string => {
      if (of.kind !== 'set operation') return this.print(one, of, start, columns, true)
      return `(${lineAt(start + STANDARD)}${this.print(one, of, start + STANDARD, columns, true)}${lineAt(start)})`
    }
    const gap = tree.left.kind === 'set operation' ? ' ' : lineAt(start)
    return `${withs}${inner(left, tree.left)}${gap}${word}${lineAt(start)}${inner(right, tree.right)}`
  }

  private commonTablesOf(query: BoundQuery, tree: Query, start: number): string {
    const items = tree.with?.items ?? []
    if (items.length === 0) return ''
    const texts = query.commonTables.map((table, i) => {
      this.commonTables.set(table.id, table.name)
      const { statement } = items[i]
      if (table.definition.kind !== 'query') return ''
      const inner = this.print(table.definition.query, statement as Query, start + STANDARD, undefined, true)
      const line = lineAt(start + STANDARD)
      const how = { default: '', always: 'MATERIALIZED ', never: 'NOT MATERIALIZED ' }[table.isMaterialized]
      return `${quoteIdentifier(table.name)} AS ${how}(${line}${inner}${line})`
    })
    return ` WITH ${texts.join(', ')}${lineAt(start)}`
  }

  private select(
    query: BoundQuery,
    body: SelectBody,
    groupCount: number,
    start: number,
    names: readonly string[] | undefined,
    hasParent: boolean,
  ): string {
    this.groups.set(body.groupRelation, body)
    const count = this.noteRelations(body.from, false)
    if (count !== 1 || hasParent) this.noteRelations(body.from, true)
    const printer = this.printer(start + STANDARD)
    let text = ` SELECT${this.distinct(query, body, printer)}`
    query.columns.forEach((column, i) => {
      const item = this.selectItem(body.targets[i], names?.[i] ?? column.name, printer)
      const separator = i === 0 ? ' ' : `,${lineAt(start + OVERHANG)}`
      text += item.startsWith('\n') ? separator.replace(/\s+$/, '') + item : separator + item
    })
    const clause = (word: string, extra: number, content: string): void => {
      text += `${lineAt(start + extra)} ${word} ${content}`
    }
    if (body.from !== undefined) clause('FROM', 2, this.fromList(body.from, start))
    if (body.where !== undefined) clause('WHERE', 1, printer.print(body.where))
    if (groupCount > 0) {
      const keys = (body.grouping?.keys ?? []).slice(0, groupCount)
      clause('GROUP BY', 1, keys.map(key => this.sortKey(key, printer)).join(', '))
    }
    if (body.having !== undefined) clause('HAVING', 0, printer.print(body.having))
    if (query.orderBy.length > 0) clause('ORDER BY', 1, this.orderBy(query.orderBy, body, printer))
    if (query.offset !== undefined) clause('OFFSET', 0, printer.print(query.offset))
    if (query.limit !== undefined) {
      const limit = printer.print(query.limit)
      if (query.isWithTies) clause('FETCH FIRST', 0, `${limit} ROWS WITH TIES`)
      else clause('LIMIT', 0, limit)
    }
    return text
  }

  private distinct(query: BoundQuery, body: SelectBody, printer: ExpressionPrinter): string {
    if (body.distinct === undefined) return ''
    if (!body.isDistinctOn) return ' DISTINCT'
    void query
    return ` DISTINCT ON (${body.distinct.map(target => this.sortKey(body.targets[target], printer)).join(', ')})`
  }

  private selectItem(target: BoundExpression, name: string, printer: ExpressionPrinter): string {
    const text = printer.print(target, true)
    const own =
      target.kind === 'column'
        ? this.relations.get(target.relation)?.relation.columns[target.column].name
        : target.kind === 'group key'
          ? this.nameOfKey(target)
          : undefined
    return own === name ? text : `${text} AS ${quoteIdentifier(name)}`
  }

  private nameOfKey(e: BoundExpression & { kind: 'group key' }): string | undefined {
    const key = this.groups.get(e.relation)?.grouping?.keys[e.index]
    if (key?.kind !== 'column') return undefined
    return this.relations.get(key.relation)?.relation.columns[key.column].name
  }

  // -------------------------------------------------------------------------------------------------- FROM

  /** Remembers what relations are called; returns how many there are. */
  private noteRelations(from: BoundFrom | undefined, isQualified: boolean): number {
    if (from === undefined) return 0
    if (from.kind === 'join') {
      const count = this.noteRelations(from.left, isQualified) + this.noteRelations(from.right, isQualified)
      // A join counts as one, too.
      return count + 1
    }
    this.relations.set(from.relation.id, { relation: from.relation, isQualified })
    return 1
  }

  /** Items of a list are cross joins without a condition. */
  private fromList(from: BoundFrom, start: number): string {
    if (from.kind === 'join' && from.type === 'cross') {
      return `${this.fromList(from.left, start)},${lineAt(start + OVERHANG)}${this.fromItem(from.right, start)}`
    }
    return this.fromItem(from, start)
  }

  private fromItem(from: BoundFrom, start: number): string {
    const alias = from.kind === 'join' ? '' : quoteIdentifier(from.relation.name)
    const named = (name: string, shown: string): string =>
      from.kind === 'join' || from.relation.name === name ? shown : `${shown} ${alias}`
    switch (from.kind) {
      case 'join':
        return this.join(from, start)
      case 'table':
      case 'virtual':
        return named(from.table.name, this.context.catalog.relationName(from.table.oid) ?? from.table.name)
      case 'common table': {
        const name = this.commonTables.get(from.commonTable) ?? from.relation.name
        return named(name, quoteIdentifier(name))
      }
      case 'subquery':
        if (from.view !== undefined) {
          return named(from.view.name, this.context.catalog.relationName(from.view.oid) ?? from.view.name)
        }
        throw new UnprintableQuery()
      default:
        throw new UnprintableQuery()
    }
  }

  private join({ type, left, right, condition }: BoundJoin, start: number): string {
    const word = type === 'inner' ? 'JOIN' : `${type.toUpperCase()} JOIN`
    const printer = this.printer(start + STANDARD)
    const on = condition === undefined ? '' : printer.print(condition)
    const right1 = this.fromItem(right, start)
    const shownRight = this.isPretty && right.kind === 'join' ? `(${right1})` : right1
    const text =
      `${this.fromItem(left, start)}${lineAt(start + JOIN)} ${word} ${shownRight}` +
      `${on === '' ? '' : ` ON ${this.isPretty ? on : `(${on})`}`}`
    return this.isPretty ? text : `(${text})`
  }

  // ------------------------------------------------------------------------------------------ expressions

  private printer(indent: number): ExpressionPrinter {
    const printer = new ExpressionPrinter({
      context: this.context,
      isPretty: this.isPretty,
      columnName: (relation, column) => this.columnName(relation, column),
      query: () => {
        throw new UnprintableQuery()
      },
      reference: e => this.reference(e, printer),
    })
    printer.indent = indent
    return printer
  }

  private columnName(relation: RelationId, column: number): string {
    const found = this.relations.get(relation)
    if (found === undefined) throw new UnprintableQuery()
    const table = quoteIdentifier(found.relation.name)
    if (column < 0) return `${table}.*`
    const name = quoteIdentifier(found.relation.columns[column].name)
    return found.isQualified ? `${table}.${name}` : name
  }

  /** What is computed by groups and windows. */
  private reference(e: BoundExpression, printer: ExpressionPrinter): string {
    switch (e.kind) {
      case 'group key': {
        const key = this.groups.get(e.relation)?.grouping?.keys[e.index]
        if (key === undefined) throw new UnprintableQuery()
        return printer.print(key, true)
      }
      case 'aggregate': {
        const aggregate = this.groups.get(e.relation)?.aggregates[e.index]
        if (aggregate === undefined || aggregate.directArguments.length > 0) throw new UnprintableQuery()
        return this.aggregate(aggregate, printer)
      }
      case 'window': {
        const call = this.body?.windowCalls[e.index]
        if (call === undefined) throw new UnprintableQuery()
        return this.windowCall(call, printer)
      }
      default:
        throw new UnprintableQuery()
    }
  }

  private aggregate(one: BoundAggregate, printer: ExpressionPrinter): string {
    const list = one.arguments.length === 0 ? '*' : printer.list(one.arguments)
    const order =
      one.orderBy.length === 0
        ? ''
        : ` ORDER BY ${one.orderBy.map(key => this.ordered(key, printer)).join(', ')}`
    const filter = one.filter === undefined ? '' : ` FILTER (WHERE ${printer.print(one.filter)})`
    return `${quoteIdentifier(one.function.name)}(${one.isDistinct ? 'DISTINCT ' : ''}${list}${order})${filter}`
  }

  private windowCall(call: BoundWindowCall, printer: ExpressionPrinter): string {
    const window = this.body!.windows[call.window]
    const { mode, start, end, exclude } = window.frame
    const isUsual =
      mode === 'range' &&
      start.kind === 'unbounded preceding' &&
      end.kind === 'current row' &&
      exclude === 'no others'
    if (!isUsual) throw new UnprintableQuery()
    const parts: string[] = []
    if (window.partitionBy.length > 0) {
      parts.push(`PARTITION BY ${window.partitionBy.map(key => this.sortKey(key, printer)).join(', ')}`)
    }
    if (window.orderBy.length > 0) {
      parts.push(`ORDER BY ${window.orderBy.map(key => this.ordered(key, printer)).join(', ')}`)
    }
    const isStar = call.arguments.length === 0 && call.function.kind === 'aggregate'
    const list = isStar ? '*' : printer.list(call.arguments)
    const filter = call.filter === undefined ? '' : ` FILTER (WHERE ${printer.print(call.filter)})`
    return `${quoteIdentifier(call.function.name)}(${list})${filter} OVER (${parts.join(' ')})`
  }

  private orderBy(keys: readonly SortKey[], body: SelectBody, printer: ExpressionPrinter): string {
    return keys.map(key => this.ordered({ ...key, expression: body.targets[key.target] }, printer)).join(', ')
  }

  private ordered(
    key: {
      readonly expression: BoundExpression
      readonly isDescending: boolean
      readonly nullsFirst: boolean
    },
    printer: ExpressionPrinter,
  ): string {
    const nulls = key.nullsFirst === key.isDescending ? '' : key.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST'
    return `${this.sortKey(key.expression, printer)}${key.isDescending ? ' DESC' : ''}${nulls}`
  }

  /** What looks like a call is put in parentheses, and when printing is pretty whatever is no column. */
  private sortKey(e: BoundExpression, printer: ExpressionPrinter): string {
    const written = e.kind === 'group key' ? (this.groups.get(e.relation)?.grouping?.keys[e.index] ?? e) : e
    const text = printer.print(e, true)
    if (written.kind === 'column' || written.kind === 'constant') return text
    const isCall = isCallOfFunction(written) || written.kind === 'aggregate' || written.kind === 'window'
    return this.isPretty || isCall ? `(${text})` : text
  }
}

/** The stored text is shown instead. */
export class UnprintableQuery extends Error {}

function lineAt(column: number): string {
  return `\n${' '.repeat(column)}`
}
