/**
 * SEARCH and CYCLE of a recursive common table, written out: both terms get the columns that they ask for. SEARCH DEPTH FIRST
 * keeps the array of rows from the first to this one, BREADTH FIRST the number of steps and the row; CYCLE keeps the rows
 * passed, and marks and does not follow a row that is among them.
 *
 * The trees are of the form that the SQL standard gives as their meaning (ISO/IEC 9075-2, 7.18): the first term and the
 * recursive one become subqueries, around which the columns are computed.
 */

import type {
  CommonTable,
  Expression,
  FromItem,
  Query,
  SelectItem,
  SelectQuery,
  SetOperation,
  TableReference,
} from '../syntax/tree.ts'
import { fail } from './scope.ts'

/** Names that no alias of the statement has. */
const FIRST = '*first term*'
const STEP = '*recursive term*'

/** The columns that SEARCH and CYCLE add, in their order. */
export function addedColumns({ search, cycle }: CommonTable): string[] {
  return [
    ...(search === undefined ? [] : [search.sequence]),
    ...(cycle === undefined ? [] : [cycle.mark, cycle.path]),
  ]
}

/**
 * Both terms of a recursive common table, with the columns added.
 * @param names of the columns of the terms as they are written
 */
export function withSearchAndCycle(
  item: CommonTable,
  form: SetOperation,
  names: readonly string[],
): { readonly left: Query; readonly right: Query } {
  checkNames(item, names)
  const { search, cycle } = item
  const tree = new Trees(item.at)
  if (form.left.kind === 'set operation') {
    fail('42601', 'with a SEARCH or CYCLE clause, the left side of the UNION must be a SELECT', item.at)
  }
  if (form.right.kind !== 'select') {
    fail('42601', 'with a SEARCH or CYCLE clause, the right side of the UNION must be a SELECT', item.at)
  }
  const first: SelectItem[] = names.map(name => tree.item(tree.column(FIRST, name), name))
  const step: SelectItem[] = names.map(name => tree.item(tree.column(STEP, name), name))
  if (search !== undefined) {
    const { sequence, columns } = search
    const own = (of: string): Expression[] => columns.map(name => tree.column(of, name))
    const before = tree.column(STEP, sequence)
    first.push(
      tree.item(
        search.isDepthFirst ? tree.array(tree.row(own(FIRST))) : tree.row([tree.bigint(0), ...own(FIRST)]),
        sequence,
      ),
    )
    const depth: Expression = { kind: 'field', at: item.at, operand: before, field: 'f1', isStar: false }
    step.push(
      tree.item(
        search.isDepthFirst
          ? tree.operator('||', before, tree.array(tree.row(own(STEP))))
          : tree.row([tree.operator('+', depth, tree.bigint(1)), ...own(STEP)]),
        sequence,
      ),
    )
  }
  let where: Expression | undefined
  if (cycle !== undefined) {
    const { columns, mark, value, otherwise, path } = cycle
    const own = (of: string): Expression => tree.row(columns.map(name => tree.column(of, name)))
    const markOf = (when: Expression, then = value): Expression => ({
      kind: 'case',
      at: item.at,
      operand: undefined,
      branches: [{ when, then }],
      otherwise,
    })
    const isPassed: Expression = {
      kind: 'quantified',
      at: item.at,
      operator: ['='],
      quantifier: 'any',
      operand: own(STEP),
      array: tree.column(STEP, path),
    }
    const never = tree.boolean(false)
    first.push(tree.item(markOf(never), mark), tree.item(tree.array(own(FIRST)), path))
    step.push(
      tree.item(markOf(isPassed), mark),
      tree.item(tree.operator('||', tree.column(STEP, path), tree.array(own(STEP))), path),
    )
    where = tree.operator('<>', tree.column(STEP, mark), value)
  }
  const added = addedColumns(item)
  const right = withReferenced(item, form.right, added, tree)
  return {
    left: tree.select(first, tree.subquery(form.left, FIRST, names), undefined),
    right: tree.select(step, tree.subquery(right, STEP, [...names, ...added]), where),
  }
}

/** The recursive term, with the columns that the table before had. */
function withReferenced(
  item: CommonTable,
  term: SelectQuery,
  added: readonly string[],
  tree: Trees,
): SelectQuery {
  const reference = term.from.map(from => findReference(from, item.name)).find(one => one !== undefined)
  if (reference === undefined) {
    return fail(
      '0A000',
      'with a SEARCH or CYCLE clause, the recursive reference to WITH query ' +
        `"${item.name}" must be at the top level of its right-hand SELECT`,
      item.at,
    )
  }
  const name = reference.alias?.name ?? item.name
  return {
    ...term,
    items: [...term.items, ...added.map(column => tree.item(tree.column(name, column), column))],
  }
}

function findReference(from: FromItem, name: string): TableReference | undefined {
  if (from.kind === 'table') return from.name.length === 1 && from.name[0] === name ? from : undefined
  if (from.kind !== 'join') return undefined
  return findReference(from.left, name) ?? findReference(from.right, name)
}

function checkNames({ search, cycle, at }: CommonTable, names: readonly string[]): void {
  const columnsExist = (what: string, columns: readonly string[]): void => {
    columns.forEach((column, i) => {
      if (!names.includes(column)) {
        fail('42601', `${what} column "${column}" not in WITH query column list`, at)
      }
      if (columns.indexOf(column) < i)
        fail('42701', `${what} column "${column}" specified more than once`, at)
    })
  }
  const isNew = (what: string, column: string): void => {
    if (names.includes(column)) {
      fail('42601', `${what} column name "${column}" already used in WITH query column list`, at)
    }
  }
  if (search !== undefined) {
    columnsExist('search', search.columns)
    isNew('search sequence', search.sequence)
  }
  if (cycle === undefined) return
  columnsExist('cycle', cycle.columns)
  isNew('cycle mark', cycle.mark)
  isNew('cycle path', cycle.path)
  const pairs = [
    ['cycle mark column name and cycle path column name are the same', cycle.mark, cycle.path],
    ['search sequence column name and cycle mark column name are the same', search?.sequence, cycle.mark],
    ['search sequence column name and cycle path column name are the same', search?.sequence, cycle.path],
  ] as const
  for (const [message, a, b] of pairs) if (a === b) fail('42601', message, at)
}

/** Pieces of statement trees, all at one place. */
class Trees {
  private readonly at: number

  constructor(at: number) {
    this.at = at
  }
  column(table: string, name: string): Expression {
    return { kind: 'column', at: this.at, names: [table, name], isStar: false }
  }
  row(fields: readonly Expression[]): Expression {
    return { kind: 'row', at: this.at, fields }
  }
  array(element: Expression): Expression {
    return { kind: 'array', at: this.at, elements: [element] }
  }
  operator(name: string, left: Expression, right: Expression): Expression {
    return { kind: 'operator', at: this.at, name: ['pg_catalog', name], left, right }
  }
  boolean(value: boolean): Expression {
    return { kind: 'literal', at: this.at, value: { type: 'boolean', value } }
  }
  bigint(value: number): Expression {
    const { at } = this
    return {
      kind: 'cast',
      at,
      operand: { kind: 'literal', at, value: { type: 'integer', value } },
      type: { at, name: ['pg_catalog', 'int8'], modifiers: [], dimensions: 0, isSetOf: false },
    }
  }
  item(expression: Expression, alias: string): SelectItem {
    return { at: this.at, expression, alias }
  }
  subquery(query: Query, name: string, columns: readonly string[]): FromItem {
    return { kind: 'subquery', at: this.at, query, alias: { name, columns }, isLateral: false }
  }
  select(items: readonly SelectItem[], from: FromItem, where: Expression | undefined): SelectQuery {
    return {
      kind: 'select',
      at: this.at,
      with: undefined,
      distinct: 'all',
      items,
      from: [from],
      where,
      groupBy: [],
      isGroupDistinct: false,
      having: undefined,
      windows: [],
      orderBy: [],
      limit: undefined,
      isWithTies: false,
      offset: undefined,
      locking: [],
    }
  }
}
