/**
 * Walking over bound expressions: parts, search, rewriting, structural equality. What every pass over them is made of.
 *
 * Invariants:
 * 1. `withParts(e, partsOf(e))` is `e`. Queries inside of expressions are not parts; they are asked for by name.
 * 2. Chains along the first part (`a + 1 + 1 …`) of any length need no stack: PostgreSQL takes ten thousand terms.
 */

import type {
  BoundAggregate,
  BoundCommonTable,
  BoundExpression,
  BoundFrom,
  BoundQuery,
  BoundSubscript,
  BoundWindow,
  BoundWindowCall,
  RelationId,
  SelectBody,
} from './bound.ts'

const NONE: readonly BoundExpression[] = []

/** The expressions directly below, in a fixed order. */
export function partsOf(e: BoundExpression): readonly BoundExpression[] {
  switch (e.kind) {
    case 'call':
      return e.arguments
    case 'relabel':
    case 'null test':
    case 'boolean test':
    case 'domain check':
    case 'field':
      return [e.operand]
    case 'array coercion':
      return [e.operand, e.element]
    case 'row coercion':
      return [e.operand, ...e.fields]
    case 'logical':
    case 'coalesce':
    case 'minmax':
      return e.operands
    case 'distinct test':
      return [e.left, e.right]
    case 'nullif':
      return [e.left, e.right, e.result]
    case 'in list':
      return [e.operand, ...e.list]
    case 'quantified array':
      return [e.operand, e.array]
    case 'case': {
      const parts: BoundExpression[] = e.operand === undefined ? [] : [e.operand]
      for (const branch of e.branches) parts.push(branch.when, branch.then)
      parts.push(e.otherwise)
      return parts
    }
    case 'array':
      return e.elements
    case 'row':
      return e.fields
    case 'row comparison':
      return [...e.left, ...e.right]
    case 'subquery':
      return [...e.operands, ...e.columns]
    case 'subscript':
      return [e.operand, ...subscriptParts(e.subscripts)]
    case 'subscript assignment':
      return [e.operand, ...subscriptParts(e.subscripts), e.value]
    case 'field assignment':
      return [e.operand, e.value]
    default:
      return NONE
  }
}

function subscriptParts(subscripts: BoundSubscript['subscripts']): BoundExpression[] {
  const parts: BoundExpression[] = []
  for (const one of subscripts) {
    if (one.lower !== undefined) parts.push(one.lower)
    if (one.upper !== undefined) parts.push(one.upper)
  }
  return parts
}

/** The same expression over other parts, given in the order of `partsOf`. */
export function withParts(e: BoundExpression, parts: readonly BoundExpression[]): BoundExpression {
  switch (e.kind) {
    case 'call':
      return { ...e, arguments: parts }
    case 'relabel':
    case 'null test':
    case 'boolean test':
    case 'domain check':
    case 'field':
      return { ...e, operand: parts[0]! }
    case 'array coercion':
      return { ...e, operand: parts[0]!, element: parts[1]! }
    case 'row coercion':
      return { ...e, operand: parts[0]!, fields: parts.slice(1) }
    case 'logical':
    case 'coalesce':
    case 'minmax':
      return { ...e, operands: parts }
    case 'distinct test':
      return { ...e, left: parts[0]!, right: parts[1]! }
    case 'nullif':
      return { ...e, left: parts[0]!, right: parts[1]!, result: parts[2]! }
    case 'in list':
      return { ...e, operand: parts[0]!, list: parts.slice(1) }
    case 'quantified array':
      return { ...e, operand: parts[0]!, array: parts[1]! }
    case 'case': {
      let at = 0
      const operand = e.operand === undefined ? undefined : parts[at++]!
      // biome-ignore lint/suspicious/noThenProperty: the word of SQL
      const branches = e.branches.map(() => ({ when: parts[at++]!, then: parts[at++]! }))
      return { ...e, operand, branches, otherwise: parts[at]! }
    }
    case 'array':
      return { ...e, elements: parts }
    case 'row':
      return { ...e, fields: parts }
    case 'row comparison':
      return { ...e, left: parts.slice(0, e.left.length), right: parts.slice(e.left.length) }
    case 'subquery':
      return { ...e, operands: parts.slice(0, e.operands.length), columns: parts.slice(e.operands.length) }
    case 'subscript':
      return { ...e, operand: parts[0]!, subscripts: withSubscripts(e.subscripts, parts) }
    case 'subscript assignment':
      return {
        ...e,
        operand: parts[0]!,
        subscripts: withSubscripts(e.subscripts, parts),
        value: parts[parts.length - 1]!,
      }
    case 'field assignment':
      return { ...e, operand: parts[0]!, value: parts[1]! }
    default:
      return e
  }
}

function withSubscripts(
  subscripts: BoundSubscript['subscripts'],
  parts: readonly BoundExpression[],
): BoundSubscript['subscripts'] {
  let at = 1
  return subscripts.map(one => ({
    isSlice: one.isSlice,
    lower: one.lower === undefined ? undefined : parts[at++]!,
    upper: one.upper === undefined ? undefined : parts[at++]!,
  }))
}

/** What a walk meets; each may say `false` in order not to be entered. */
export interface Visitor {
  expression?(e: BoundExpression): unknown
  query?(query: BoundQuery): unknown
  from?(from: BoundFrom): unknown
}

type Walked =
  | { readonly expression: BoundExpression }
  | { readonly query: BoundQuery }
  | { readonly from: BoundFrom }

/** Visits expressions, the queries in them, and everything below. */
export function walk(roots: readonly BoundExpression[], visitor: Visitor): void {
  drain(
    roots.map(expression => ({ expression })),
    visitor,
  )
}
export function walkQuery(query: BoundQuery, visitor: Visitor): void {
  drain([{ query }], visitor)
}
export function walkFrom(from: BoundFrom, visitor: Visitor): void {
  drain([{ from }], visitor)
}

function drain(stack: Walked[], visitor: Visitor): void {
  const push = (expression: BoundExpression | undefined): void => {
    if (expression !== undefined) stack.push({ expression })
  }
  while (stack.length > 0) {
    const item = stack.pop()!
    if ('expression' in item) {
      if (visitor.expression?.(item.expression) === false) continue
      for (const part of partsOf(item.expression)) stack.push({ expression: part })
      if (item.expression.kind === 'subquery') stack.push({ query: item.expression.query })
    } else if ('query' in item) {
      if (visitor.query?.(item.query) === false) continue
      const { query } = item
      for (const table of query.commonTables) pushCommonTable(table, stack)
      push(query.limit)
      push(query.offset)
      const { body } = query
      if (body.kind === 'set operation') stack.push({ query: body.left }, { query: body.right })
      else if (body.kind === 'values') for (const row of body.rows) row.forEach(push)
      else pushSelect(body, stack)
    } else {
      if (visitor.from?.(item.from) === false) continue
      const { from } = item
      if (from.kind === 'join') {
        push(from.condition)
        stack.push({ from: from.left }, { from: from.right })
      } else if (from.kind === 'subquery') stack.push({ query: from.query })
      else if (from.kind === 'functions') {
        for (const call of from.calls) {
          push(call.scalar)
          call.arguments.forEach(push)
        }
      } else if (from.kind === 'table' && from.sample !== undefined) {
        push(from.sample.percent)
        push(from.sample.seed)
      }
    }
  }
}

function pushSelect(body: SelectBody, stack: Walked[]): void {
  const push = (expression: BoundExpression | undefined): void => {
    if (expression !== undefined) stack.push({ expression })
  }
  if (body.from !== undefined) stack.push({ from: body.from })
  push(body.where)
  body.grouping?.keys.forEach(push)
  for (const aggregate of body.aggregates) {
    aggregate.arguments.forEach(push)
    aggregate.directArguments.forEach(push)
    for (const key of aggregate.orderBy) push(key.expression)
    push(aggregate.filter)
  }
  push(body.having)
  for (const window of body.windows) {
    window.partitionBy.forEach(push)
    for (const key of window.orderBy) push(key.expression)
    for (const bound of [window.frame.start, window.frame.end]) if ('offset' in bound) push(bound.offset)
  }
  for (const call of body.windowCalls) {
    call.arguments.forEach(push)
    push(call.filter)
  }
  for (const call of body.setFunctions) call.arguments.forEach(push)
  body.targets.forEach(push)
}

function pushCommonTable(table: BoundCommonTable, stack: Walked[]): void {
  const { definition } = table
  if (definition.kind === 'query') stack.push({ query: definition.query })
  else if (definition.kind === 'recursive') {
    stack.push({ query: definition.initial }, { query: definition.recursive })
  }
  // Changes stand at the top level only, and refer to nothing outside.
}

export type Rewrite = (e: BoundExpression) => BoundExpression | undefined

/**
 * The expression with each part replaced for which `rewrite` gives another (that one is not entered again); also in the
 * queries inside of it, unless `intoQueries` is false.
 */
export function mapExpression(e: BoundExpression, rewrite: Rewrite, intoQueries = true): BoundExpression {
  // Down the first parts with a list, not the stack.
  const spine: BoundExpression[] = []
  let at = e
  let result: BoundExpression
  for (;;) {
    const replaced = rewrite(at)
    if (replaced !== undefined) {
      result = replaced
      break
    }
    const parts = partsOf(at)
    if (parts.length === 0) {
      result = withMappedQuery(at, rewrite, intoQueries)
      break
    }
    spine.push(at)
    at = parts[0]!
  }
  while (spine.length > 0) {
    const node = spine.pop()!
    const parts = partsOf(node)
    let isChanged = result !== parts[0]
    const mapped: BoundExpression[] = [result]
    for (let part = 1; part < parts.length; part++) {
      const one = mapExpression(parts[part]!, rewrite, intoQueries)
      if (one !== parts[part]) isChanged = true
      mapped.push(one)
    }
    result = withMappedQuery(isChanged ? withParts(node, mapped) : node, rewrite, intoQueries)
  }
  return result
}

function withMappedQuery(e: BoundExpression, rewrite: Rewrite, intoQueries: boolean): BoundExpression {
  if (e.kind !== 'subquery' || !intoQueries) return e
  const query = mapQuery(e.query, rewrite)
  return query === e.query ? e : { ...e, query }
}

/** The query with expressions replaced, everywhere in it. */
export function mapQuery(query: BoundQuery, rewrite: Rewrite): BoundQuery {
  const one = (e: BoundExpression): BoundExpression => mapExpression(e, rewrite)
  const maybe = (e: BoundExpression | undefined): BoundExpression | undefined =>
    e === undefined ? undefined : mapExpression(e, rewrite)
  const { body } = query
  return {
    ...query,
    commonTables: query.commonTables.map(table => ({
      ...table,
      definition:
        table.definition.kind === 'query'
          ? { kind: 'query', query: mapQuery(table.definition.query, rewrite) }
          : table.definition.kind === 'recursive'
            ? {
                ...table.definition,
                initial: mapQuery(table.definition.initial, rewrite),
                recursive: mapQuery(table.definition.recursive, rewrite),
              }
            : table.definition,
    })),
    limit: maybe(query.limit),
    offset: maybe(query.offset),
    body:
      body.kind === 'values'
        ? { ...body, rows: body.rows.map(row => row.map(one)) }
        : body.kind === 'set operation'
          ? { ...body, left: mapQuery(body.left, rewrite), right: mapQuery(body.right, rewrite) }
          : {
              ...body,
              from: body.from === undefined ? undefined : mapFrom(body.from, rewrite),
              where: maybe(body.where),
              grouping: body.grouping && { ...body.grouping, keys: body.grouping.keys.map(one) },
              aggregates: body.aggregates.map(aggregate => mapAggregate(aggregate, one)),
              having: maybe(body.having),
              windows: body.windows.map(window => mapWindow(window, one)),
              windowCalls: body.windowCalls.map(call => mapWindowCall(call, one)),
              setFunctions: body.setFunctions.map(call => ({ ...call, arguments: call.arguments.map(one) })),
              targets: body.targets.map(one),
            },
  }
}

type MapOne = (e: BoundExpression) => BoundExpression

export function mapAggregate(aggregate: BoundAggregate, one: MapOne): BoundAggregate {
  return {
    ...aggregate,
    arguments: aggregate.arguments.map(one),
    directArguments: aggregate.directArguments.map(one),
    orderBy: aggregate.orderBy.map(key => ({ ...key, expression: one(key.expression) })),
    filter: aggregate.filter && one(aggregate.filter),
  }
}
export function mapWindow(window: BoundWindow, one: MapOne): BoundWindow {
  const { frame } = window
  return {
    partitionBy: window.partitionBy.map(one),
    orderBy: window.orderBy.map(key => ({ ...key, expression: one(key.expression) })),
    frame: {
      ...frame,
      start: 'offset' in frame.start ? { ...frame.start, offset: one(frame.start.offset) } : frame.start,
      end: 'offset' in frame.end ? { ...frame.end, offset: one(frame.end.offset) } : frame.end,
    },
  }
}
export function mapWindowCall(call: BoundWindowCall, one: MapOne): BoundWindowCall {
  return { ...call, arguments: call.arguments.map(one), filter: call.filter && one(call.filter) }
}

export function mapFrom(from: BoundFrom, rewrite: Rewrite): BoundFrom {
  const one = (e: BoundExpression): BoundExpression => mapExpression(e, rewrite)
  switch (from.kind) {
    case 'join':
      return {
        ...from,
        left: mapFrom(from.left, rewrite),
        right: mapFrom(from.right, rewrite),
        condition: from.condition && one(from.condition),
      }
    case 'subquery':
      return { ...from, query: mapQuery(from.query, rewrite) }
    case 'functions':
      return {
        ...from,
        calls: from.calls.map(call => ({
          ...call,
          arguments: call.arguments.map(one),
          scalar: call.scalar && one(call.scalar),
        })),
      }
    default:
      return from
  }
}

/** Whether two expressions are written alike: same names, functions and constants; places in the text do not count. */
export function sameExpression(a: BoundExpression, b: BoundExpression): boolean {
  const stack: [BoundExpression, BoundExpression][] = [[a, b]]
  while (stack.length > 0) {
    const [left, right] = stack.pop()!
    if (left === right) continue
    if (left.kind !== right.kind || left.type !== right.type || left.modifier !== right.modifier) return false
    if (!sameHead(left, right)) return false
    const leftParts = partsOf(left)
    const rightParts = partsOf(right)
    if (leftParts.length !== rightParts.length) return false
    for (let part = 0; part < leftParts.length; part++) stack.push([leftParts[part]!, rightParts[part]!])
  }
  return true
}

/** What is compared besides the parts. */
function headOf(e: BoundExpression): readonly unknown[] {
  switch (e.kind) {
    case 'parameter':
      return [e.index]
    case 'column':
      return [e.relation, e.column, e.isIdentity]
    case 'call':
      return [e.function, e.isExplicit]
    case 'logical':
      return [e.operator]
    case 'null test':
      return [e.isNegated, e.ofValue]
    case 'boolean test':
      return [e.test, e.isNegated]
    case 'distinct test':
      return [e.equals, e.isNegated]
    case 'nullif':
      return [e.equals]
    case 'in list':
      return [e.equals, e.isNegated]
    case 'quantified array':
      return [e.operator, e.quantifier]
    case 'case':
      return [e.operand === undefined]
    case 'minmax':
      return [e.function]
    case 'row comparison':
      return [e.operator]
    case 'field':
    case 'field assignment':
      return [e.field]
    case 'group key':
    case 'aggregate':
      return [e.relation, e.index]
    case 'grouping':
      return [e.relation, ...e.keys]
    case 'window':
    case 'set function':
      return [e.index]
    case 'whole row':
      return [e.relation]
    case 'subscript':
    case 'subscript assignment':
      return e.subscripts.map(one => `${one.isSlice}${one.lower === undefined}${one.upper === undefined}`)
    default:
      return []
  }
}

function sameHead(a: BoundExpression, b: BoundExpression): boolean {
  if (a.kind === 'constant' && b.kind === 'constant') return sameValue(a.value, b.value)
  // Two subqueries have different relations, even when they are written alike.
  if (a.kind === 'subquery') return false
  const left = headOf(a)
  const right = headOf(b)
  return left.length === right.length && left.every((one, at) => one === right[at])
}

/** Values in memory: primitives, bytes, maps, and classes whose fields say everything. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  // What a map holds is no field of it.
  if (a instanceof Map && b instanceof Map) return sameValue([...a], [...b])
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(key =>
    sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  )
}

/** Where an expression begins in the text: for errors about the whole of it. */
export function placeOf(e: BoundExpression): number {
  let place = e.at
  let at = e
  for (;;) {
    if (!BEGINS_WITH_PART.has(at.kind)) return place
    const first = partsOf(at)[0]
    if (first === undefined) return place
    if (first.at >= 0 && (place < 0 || first.at < place)) place = first.at
    at = first
  }
}
const BEGINS_WITH_PART: ReadonlySet<BoundExpression['kind']> = new Set([
  'call',
  'relabel',
  'null test',
  'boolean test',
  'distinct test',
  'nullif',
  'in list',
  'quantified array',
  'logical',
  'field',
  'subscript',
  'domain check',
  'array coercion',
  'row coercion',
  'row comparison',
])

/** The operands of ANDs, however deep. */
export function conjunctsOf(e: BoundExpression | undefined): BoundExpression[] {
  if (e === undefined) return []
  if (e.kind === 'logical' && e.operator === 'and') return e.operands.flatMap(conjunctsOf)
  return [e]
}

/** The relations that a tree of FROM defines. */
export function relationsOf(from: BoundFrom | undefined): RelationId[] {
  if (from === undefined) return []
  if (from.kind === 'join') return [...relationsOf(from.left), ...relationsOf(from.right)]
  return [from.relation.id]
}

/** Whether an expression holds one of some kinds, subqueries included. */
export function contains(e: BoundExpression, test: (e: BoundExpression) => boolean): boolean {
  let isFound = false
  walk([e], {
    expression(part) {
      if (test(part)) isFound = true
      return !isFound
    },
  })
  return isFound
}

/** Numbers of the columns of a relation that expressions read. */
export function columnsIn(
  expressions: readonly (BoundExpression | undefined)[],
  relation: RelationId,
): ReadonlySet<number> {
  const columns = new Set<number>()
  walk(
    expressions.filter(e => e !== undefined),
    {
      expression(e) {
        if (e.kind === 'column' && e.relation === relation) columns.add(e.column)
      },
    },
  )
  return columns
}
