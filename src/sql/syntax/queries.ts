/**
 * SELECT, set operations, VALUES and WITH of the raw tree, converted.
 *
 * Invariant: chains of set operations (`a UNION b UNION c …`), which are as deep as they are long, are walked in a loop.
 */

import { sortItems, windowDefinition } from './calls.ts'
import { dataStatement } from './changes.ts'
import { expression, expressions, nameList, optionalExpression } from './expressions.ts'
import { Fields, fieldsOf, itemsOf, kindOf, type Raw } from './fields.ts'
import { fromList, tableName } from './from.ts'
import type { Source } from './source.ts'
import type {
  CommonTable,
  Expression,
  GroupItem,
  LockingClause,
  Query,
  SelectItem,
  SelectQuery,
  WithClause,
} from './tree.ts'

/** A query where it stands alone or in something else. */
export function query(source: Source, node: Raw, parentAt: number): Query {
  return selectOf(fieldsOf(source, node, 'SelectStmt', parentAt), undefined)
}

/** The INTO of a SELECT, for the one who knows what to do with it. */
export interface IntoHolder {
  clause: Fields | undefined
}

export function selectOf(outermost: Fields, into: IntoHolder | undefined): Query {
  const chain: { readonly fields: Fields; readonly operation: 'union' | 'intersect' | 'except' }[] = []
  let fields = outermost
  for (;;) {
    const operation = fields.keyword('op', OPERATIONS)
    if (operation === 'none') break
    chain.push({ fields, operation })
    fields = new Fields(fields.source, 'SelectStmt', fields.required('larg'), fields.at)
  }
  let result = single(fields, into)
  for (let i = chain.length - 1; i >= 0; i--) {
    const { fields: link, operation } = chain[i]!
    const isAll = link.flag('all')
    const right = selectOf(new Fields(link.source, 'SelectStmt', link.required('rarg'), link.at), undefined)
    result = { kind: 'set operation', at: link.at, operation, isAll, left: result, right, ...tail(link) }
    link.done()
  }
  return result
}

const OPERATIONS = {
  SETOP_NONE: 'none',
  SETOP_UNION: 'union',
  SETOP_INTERSECT: 'intersect',
  SETOP_EXCEPT: 'except',
} as const

function single(fields: Fields, into: IntoHolder | undefined): Query {
  if (into !== undefined) into.clause = fields.child('intoClause', 'IntoClause')
  const rows = fields.list('valuesLists')
  const result: Query = rows.length > 0 ? valuesOf(fields, rows) : plain(fields)
  fields.done()
  return result
}

function valuesOf(fields: Fields, rows: readonly Raw[]): Query {
  const { source, at } = fields
  return {
    kind: 'values',
    at,
    rows: rows.map(row => expressions(source, itemsOf(source, row, at), at)),
    ...tail(fields),
  }
}

function plain(fields: Fields): SelectQuery {
  const { source, at } = fields
  return {
    kind: 'select',
    at,
    distinct: distinct(fields),
    items: selectItems(fields, 'targetList'),
    from: fromList(fields, 'fromClause'),
    where: optionalExpression(fields, 'whereClause'),
    groupBy: fields.list('groupClause').flatMap(node => groupItems(source, node, at, false)),
    isGroupDistinct: fields.flag('groupDistinct'),
    having: optionalExpression(fields, 'havingClause'),
    windows: fields.list('windowClause').map(node => windowDefinition(source, node, at)),
    ...tail(fields),
  }
}

/** What any query can end with, and begin with. */
function tail(fields: Fields) {
  return {
    with: withClause(fields),
    orderBy: sortItems(fields, 'sortClause'),
    ...limit(fields),
    offset: optionalExpression(fields, 'limitOffset'),
    locking: fields.list('lockingClause').map(node => locking(fields.source, node, fields.at)),
  }
}

function limit(fields: Fields): { readonly limit: Expression | undefined; readonly isWithTies: boolean } {
  const isWithTies = fields.keyword('limitOption', {
    LIMIT_OPTION_DEFAULT: false,
    LIMIT_OPTION_COUNT: false,
    LIMIT_OPTION_WITH_TIES: true,
  })
  return { limit: optionalExpression(fields, 'limitCount'), isWithTies }
}

export function selectItems(fields: Fields, name: string): readonly SelectItem[] {
  return fields.list(name).map(node => {
    const item = fieldsOf(fields.source, node, 'ResTarget', fields.at)
    const value = expression(fields.source, item.required('val'), item.at)
    const alias = item.string('name')
    item.done()
    return { at: item.at, expression: value, alias }
  })
}

function distinct(fields: Fields): SelectQuery['distinct'] {
  const nodes = fields.list('distinctClause')
  if (nodes.length === 0) return 'all'
  // DISTINCT without ON is a list of one empty node.
  if (nodes.length === 1 && kindOf(nodes[0]!) === undefined) return 'distinct'
  return expressions(fields.source, nodes, fields.at)
}

// --------------------------------------------------------------------------------------------- GROUP BY

/** An item of GROUP BY, or of a grouping set in it: several, where it is `(a, b)` by itself. */
function groupItems(source: Source, node: Raw, parentAt: number, isNested: boolean): readonly GroupItem[] {
  const kind = kindOf(node)
  if (kind === 'GroupingSet') return [groupingSet(fieldsOf(source, node, kind, parentAt))]
  if (kind !== 'RowExpr' || (node.RowExpr as Raw).row_format !== 'COERCE_IMPLICIT_CAST') {
    return [expression(source, node, parentAt)]
  }
  const { items, at } = composite(fieldsOf(source, node, kind, parentAt))
  return isNested ? [{ kind: 'composite', items, at }] : items
}

/** `(a, (b, c))` is a, b, c. */
function composite(fields: Fields): { readonly items: readonly Expression[]; readonly at: number } {
  fields.take('row_format')
  const items = fields.list('args').flatMap(node => {
    const inner = node.RowExpr as Raw | undefined
    return inner?.row_format === 'COERCE_IMPLICIT_CAST'
      ? composite(new Fields(fields.source, 'RowExpr', inner, fields.at)).items
      : [expression(fields.source, node, fields.at)]
  })
  fields.done()
  return { items, at: fields.at }
}

function groupingSet(fields: Fields): GroupItem {
  const kind = fields.keyword('kind', {
    GROUPING_SET_EMPTY: 'empty grouping set',
    GROUPING_SET_ROLLUP: 'rollup',
    GROUPING_SET_CUBE: 'cube',
    GROUPING_SET_SETS: 'grouping sets',
  } as const)
  const items = fields.list('content').flatMap(node => groupItems(fields.source, node, fields.at, true))
  fields.done()
  const { at } = fields
  return kind === 'empty grouping set' ? { kind, at } : { kind, items, at }
}

// ----------------------------------------------------------------------------------------- FOR UPDATE, WITH

function locking(source: Source, node: Raw, at: number): LockingClause {
  const fields = fieldsOf(source, node, 'LockingClause', at)
  const clause: LockingClause = {
    strength: fields.keyword('strength', {
      LCS_FORKEYSHARE: 'key share',
      LCS_FORSHARE: 'share',
      LCS_FORNOKEYUPDATE: 'no key update',
      LCS_FORUPDATE: 'update',
    } as const),
    tables: fields.list('lockedRels').map(table => {
      const [name, ...more] = tableName(fieldsOf(source, table, 'RangeVar', at))
      // PostgreSQL: FOR UPDATE names what FROM calls it.
      if (more.length > 0) throw fields.refusal('FOR UPDATE of a qualified name')
      return name!
    }),
    wait: fields.keyword('waitPolicy', {
      LockWaitBlock: 'block',
      LockWaitSkip: 'skip',
      LockWaitError: 'error',
    } as const),
  }
  fields.done()
  return clause
}

export function withClause(parent: Fields): WithClause | undefined {
  const fields = parent.child('withClause', 'WithClause')
  if (fields === undefined) return undefined
  const clause = {
    at: fields.at,
    isRecursive: fields.flag('recursive'),
    items: fields
      .list('ctes')
      .map(node => commonTable(fieldsOf(fields.source, node, 'CommonTableExpr', fields.at))),
  }
  fields.done()
  return clause
}

function commonTable(fields: Fields): CommonTable {
  const item: CommonTable = {
    at: fields.at,
    name: fields.text('ctename'),
    columns: nameList(fields, 'aliascolnames'),
    materialized: fields.keyword('ctematerialized', {
      CTEMaterializeDefault: 'default',
      CTEMaterializeAlways: 'always',
      CTEMaterializeNever: 'never',
    } as const),
    statement: dataStatement(fields.source, fields.required('ctequery'), fields.at),
    search: searchClause(fields),
    cycle: cycleClause(fields),
  }
  fields.done()
  return item
}

function searchClause(parent: Fields): CommonTable['search'] {
  const fields = parent.child('search_clause', 'CTESearchClause')
  if (fields === undefined) return undefined
  const clause = {
    isDepthFirst: !fields.flag('search_breadth_first'),
    columns: nameList(fields, 'search_col_list'),
    sequence: fields.text('search_seq_column'),
  }
  fields.done()
  return clause
}

function cycleClause(parent: Fields): CommonTable['cycle'] {
  const fields = parent.child('cycle_clause', 'CTECycleClause')
  if (fields === undefined) return undefined
  const { source, at } = fields
  const clause = {
    columns: nameList(fields, 'cycle_col_list'),
    mark: fields.text('cycle_mark_column'),
    value: expression(source, fields.required('cycle_mark_value'), at),
    otherwise: expression(source, fields.required('cycle_mark_default'), at),
    path: fields.text('cycle_path_column'),
  }
  fields.done()
  return clause
}
