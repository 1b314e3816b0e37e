/**
 * Statement trees back to text: how definitions (defaults, checks, views) are stored. The text parses to the same tree;
 * it is not what was typed: keywords are in upper case, and every operator has its parentheses.
 */

import { notSupported } from '../errors.ts'
import { formatJson, formatJsonTable } from './format-json.ts'
import type {
  Alias,
  Argument,
  CommonTable,
  Expression,
  FrameBound,
  FromItem,
  FunctionCall,
  GroupItem,
  Literal,
  QualifiedName,
  Query,
  SelectItem,
  SelectQuery,
  SortItem,
  Subscript,
  TypeName,
  WindowDefinition,
  WindowReference,
  WithClause,
} from './tree.ts'

/** A name as an identifier: quoted unless it is plain and no keyword can be meant. */
export function formatName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`
}

export function formatQualifiedName(name: QualifiedName): string {
  return name.map(formatName).join('.')
}

/**
 * PostgreSQL's reserved keywords, those that may be neither function nor type names, and those that the grammar takes for
 * something else where names of windows (`rows`) and functions (`operator`) stand.
 */
const RESERVED = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char ' +
    'character check coalesce collate collation column concurrently constraint create cross current_catalog current_date ' +
    'current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do ' +
    'else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping groups having ilike ' +
    'in initially inner inout int integer intersect interval into is isnull join json json_array json_arrayagg json_exists ' +
    'json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral leading least left like ' +
    'limit localtime localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset ' +
    'on only operator or order out outer overlaps overlay partition placing position precision primary range real references returning right row rows ' +
    'select session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to ' +
    'trailing treat trim true union unique user using values varchar variadic verbose when where window with xmlattributes ' +
    'xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable'
  ).split(' '),
)

function quotedText(text: string): string {
  const escaped = text.replaceAll("'", "''")
  return text.includes('\\') ? `E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`
}

function formatLiteral({ value }: Literal): string {
  switch (value.type) {
    case 'null':
      return 'NULL'
    case 'boolean':
      return value.value ? 'TRUE' : 'FALSE'
    case 'integer':
      return value.value < 0 ? `(${value.value})` : String(value.value)
    case 'numeric':
      return value.text.startsWith('-') ? `(${value.text})` : value.text
    case 'string':
      return quotedText(value.text)
    case 'bits':
      return `${value.text[0].toUpperCase()}'${value.text.slice(1)}'`
  }
}

/** SQL's own names of types that have modifiers of their own grammar; all others are written by their name. */
export function formatTypeName(type: TypeName): string {
  const name = type.name.length === 2 && type.name[0] === 'pg_catalog' ? type.name[1] : undefined
  const modifiers = type.modifiers.length === 0 ? '' : `(${type.modifiers.map(formatExpression).join(', ')})`
  const brackets = '[]'.repeat(type.dimensions)
  if (name === 'interval' && type.modifiers.length > 0) return `${formatInterval(type)}${brackets}`
  // By its quoted name a type takes modifiers as well, and no grammar gets in the way: "bpchar"(3), "numeric"(5,2).
  const text = name === undefined ? formatQualifiedName(type.name) : `pg_catalog."${name}"`
  return `${type.isSetOf ? 'SETOF ' : ''}${text}${modifiers}${brackets}`
}

const INTERVAL_FIELDS: readonly (readonly [mask: number, text: string])[] = [
  [4, 'YEAR'],
  [2, 'MONTH'],
  [8, 'DAY'],
  [1024, 'HOUR'],
  [2048, 'MINUTE'],
  [4096, 'SECOND'],
  [6, 'YEAR TO MONTH'],
  [1032, 'DAY TO HOUR'],
  [3080, 'DAY TO MINUTE'],
  [7176, 'DAY TO SECOND'],
  [3072, 'HOUR TO MINUTE'],
  [7168, 'HOUR TO SECOND'],
  [6144, 'MINUTE TO SECOND'],
]

function formatInterval({ modifiers }: TypeName): string {
  const [fields, precision] = modifiers.map(one =>
    one.kind === 'literal' && one.value.type === 'integer' ? one.value.value : 32_767,
  )
  const shown = precision === undefined ? '' : `(${precision})`
  const text = INTERVAL_FIELDS.find(([mask]) => mask === fields)?.[1]
  return text === undefined ? `INTERVAL${shown}` : `INTERVAL ${text}${shown}`
}

/** `+`, or `OPERATOR(schema.+)`. */
function formatOperator(name: QualifiedName): string {
  if (name.length === 1) return name[0]
  return `OPERATOR(${[...name.slice(0, -1).map(formatName), name[name.length - 1]].join('.')})`
}

export function formatExpressions(list: readonly Expression[]): string {
  return list.map(formatExpression).join(', ')
}

export function formatExpression(e: Expression): string {
  switch (e.kind) {
    case 'literal':
      return formatLiteral(e)
    case 'parameter':
      return `$${e.number}`
    case 'column':
      return [...e.names.map(formatName), ...(e.isStar ? ['*'] : [])].join('.')
    case 'operator':
      return e.left === undefined
        ? `(${formatOperator(e.name)} ${formatExpression(e.right)})`
        : `(${formatExpression(e.left)} ${formatOperator(e.name)} ${formatExpression(e.right)})`
    case 'logical':
      if (e.operator === 'not') return `(NOT ${formatExpression(e.operands[0])})`
      return `(${e.operands.map(formatExpression).join(e.operator === 'and' ? ' AND ' : ' OR ')})`
    case 'null test':
      return `(${formatExpression(e.operand)} IS ${e.isNegated ? 'NOT ' : ''}NULL)`
    case 'boolean test':
      return `(${formatExpression(e.operand)} IS ${e.isNegated ? 'NOT ' : ''}${e.test.toUpperCase()})`
    case 'distinct test':
      return `(${formatExpression(e.left)} IS ${e.isNegated ? 'NOT ' : ''}DISTINCT FROM ${formatExpression(e.right)})`
    case 'nullif':
      return `NULLIF(${formatExpression(e.left)}, ${formatExpression(e.right)})`
    case 'in':
      return `(${formatExpression(e.operand)} ${e.isNegated ? 'NOT ' : ''}IN (${formatExpressions(e.list)}))`
    case 'quantified':
      return `(${formatExpression(e.operand)} ${formatOperator(e.operator)} ${e.quantifier.toUpperCase()} (${formatExpression(e.array)}))`
    case 'between':
      return `(${formatExpression(e.operand)} ${e.isNegated ? 'NOT ' : ''}BETWEEN ${e.isSymmetric ? 'SYMMETRIC ' : ''}${formatExpression(e.low)} AND ${formatExpression(e.high)})`
    case 'like': {
      const word = { like: 'LIKE', ilike: 'ILIKE', similar: 'SIMILAR TO' }[e.variant]
      const ending = e.escape === undefined ? '' : ` ESCAPE ${formatExpression(e.escape)}`
      return `(${formatExpression(e.operand)} ${e.isNegated ? 'NOT ' : ''}${word} ${formatExpression(e.pattern)}${ending})`
    }
    case 'function':
      return formatCall(e)
    case 'value function': {
      const precision = e.precision === undefined ? '' : `(${e.precision})`
      return `${e.function.toUpperCase()}${precision}`
    }
    case 'cast':
      return `CAST(${formatExpression(e.operand)} AS ${formatTypeName(e.type)})`
    case 'collate':
      return `(${formatExpression(e.operand)} COLLATE ${formatQualifiedName(e.collation)})`
    case 'at time zone':
      return e.zone === undefined
        ? `(${formatExpression(e.operand)} AT LOCAL)`
        : `(${formatExpression(e.operand)} AT TIME ZONE ${formatExpression(e.zone)})`
    case 'case': {
      const operand = e.operand === undefined ? '' : ` ${formatExpression(e.operand)}`
      const branches = e.branches.map(
        ({ when, then }) => ` WHEN ${formatExpression(when)} THEN ${formatExpression(then)}`,
      )
      const otherwise = e.otherwise === undefined ? '' : ` ELSE ${formatExpression(e.otherwise)}`
      return `CASE${operand}${branches.join('')}${otherwise} END`
    }
    case 'coalesce':
      return `COALESCE(${formatExpressions(e.operands)})`
    case 'minmax':
      return `${e.function.toUpperCase()}(${formatExpressions(e.operands)})`
    case 'array':
      return `ARRAY[${formatExpressions(e.elements)}]`
    case 'row':
      return `ROW(${formatExpressions(e.fields)})`
    case 'subquery': {
      const query = `(${formatQuery(e.query)})`
      switch (e.variant) {
        case 'scalar':
          return query
        case 'exists':
          return `EXISTS ${query}`
        case 'array':
          return `ARRAY${query}`
        default:
          return `(${formatExpression(e.operand!)} ${formatOperator(e.operator ?? ['='])} ${e.variant.toUpperCase()} ${query})`
      }
    }
    case 'subscript':
      return `(${formatExpression(e.operand)})${formatSubscripts(e.subscripts)}`
    case 'field':
      return `(${formatExpression(e.operand)}).${e.isStar ? '*' : formatName(e.field)}`
    case 'default':
      return 'DEFAULT'
    case 'grouping':
      return `GROUPING(${formatExpressions(e.operands)})`
    case 'json test': {
      const type = e.type === 'any' ? '' : ` ${e.type.toUpperCase()}`
      return `(${formatExpression(e.operand)} IS JSON${type}${e.hasUniqueKeys ? ' WITH UNIQUE KEYS' : ''})`
    }
    case 'json object':
    case 'json array':
    case 'json array query':
    case 'json aggregate':
    case 'json conversion':
    case 'json query':
      return formatJson(e)
  }
}

function formatSubscripts(subscripts: Subscript['subscripts']): string {
  return subscripts
    .map(({ isSlice, lower, upper }) => {
      const end = upper === undefined ? '' : formatExpression(upper)
      return isSlice ? `[${lower === undefined ? '' : formatExpression(lower)}:${end}]` : `[${end}]`
    })
    .join('')
}

function formatArgument({ name, value }: Argument): string {
  return name === undefined ? formatExpression(value) : `${formatName(name)} => ${formatExpression(value)}`
}

function formatCall(call: FunctionCall): string {
  const texts = call.arguments.map(formatArgument)
  if (call.isVariadic) texts.push(`VARIADIC ${texts.pop()}`)
  const order = call.orderBy.length === 0 ? '' : `ORDER BY ${formatSort(call.orderBy)}`
  const inside = call.isStar ? '*' : `${call.isDistinct ? 'DISTINCT ' : ''}${texts.join(', ')}`
  const ordered = call.isWithinGroup || order === '' ? '' : ` ${order}`
  const within = call.isWithinGroup ? ` WITHIN GROUP (${order})` : ''
  const filter = call.filter === undefined ? '' : ` FILTER (WHERE ${formatExpression(call.filter)})`
  const over = call.over === undefined ? '' : ` OVER ${formatWindowReference(call.over)}`
  // Quoted, a name is a function's, whatever the grammar makes of it otherwise (pg_catalog."overlay").
  const name = call.name
    .map((part, i) => (i === 0 ? formatName(part) : `"${part.replaceAll('"', '""')}"`))
    .join('.')
  return `${name}(${inside}${ordered})${within}${filter}${over}`
}

export function formatSort(items: readonly SortItem[]): string {
  return items
    .map(({ expression, direction, nulls, operator }) => {
      const using = operator === undefined ? '' : ` USING ${formatOperator(operator)}`
      const order = direction === 'desc' ? ' DESC' : ''
      return `${formatExpression(expression)}${using}${order}${nulls === 'default' ? '' : ` NULLS ${nulls.toUpperCase()}`}`
    })
    .join(', ')
}

export function formatWindowReference(over: WindowReference): string {
  return 'name' in over ? formatName(over.name) : `(${formatWindow(over.definition)})`
}

function formatWindow({ base, partitionBy, orderBy, frame }: WindowDefinition): string {
  const parts = [
    base === undefined ? '' : formatName(base),
    partitionBy.length === 0 ? '' : `PARTITION BY ${formatExpressions(partitionBy)}`,
    orderBy.length === 0 ? '' : `ORDER BY ${formatSort(orderBy)}`,
  ]
  if (frame !== undefined) {
    const bound = (one: FrameBound) =>
      'offset' in one ? `${formatExpression(one.offset)} ${one.kind.toUpperCase()}` : one.kind.toUpperCase()
    const exclude = frame.exclude === 'no others' ? '' : ` EXCLUDE ${frame.exclude.toUpperCase()}`
    parts.push(`${frame.mode.toUpperCase()} BETWEEN ${bound(frame.start)} AND ${bound(frame.end)}${exclude}`)
  }
  return parts.filter(part => part !== '').join(' ')
}

// -------------------------------------------------------------------------------------------------- Queries

export function formatQuery(query: Query): string {
  const parts = [query.with === undefined ? '' : formatWith(query.with), formatBody(query)]
  if (query.orderBy.length > 0) parts.push(`ORDER BY ${formatSort(query.orderBy)}`)
  if (query.offset !== undefined) parts.push(`OFFSET ${formatExpression(query.offset)}`)
  if (query.limit !== undefined) {
    parts.push(
      query.isWithTies
        ? `FETCH FIRST (${formatExpression(query.limit)}) ROWS WITH TIES`
        : `LIMIT ${formatExpression(query.limit)}`,
    )
  }
  for (const { strength, tables, wait } of query.locking) {
    const of = tables.length === 0 ? '' : ` OF ${tables.map(formatName).join(', ')}`
    const how = { block: '', skip: ' SKIP LOCKED', error: ' NOWAIT' }[wait]
    parts.push(`FOR ${strength.toUpperCase()}${of}${how}`)
  }
  return parts.filter(part => part !== '').join(' ')
}

function formatBody(query: Query): string {
  switch (query.kind) {
    case 'select':
      return formatSelect(query)
    case 'values':
      return `VALUES ${query.rows.map(row => `(${formatExpressions(row)})`).join(', ')}`
    case 'set operation':
      return `(${formatQuery(query.left)}) ${query.operation.toUpperCase()}${query.isAll ? ' ALL' : ''} (${formatQuery(query.right)})`
  }
}

export function formatSelectItems(items: readonly SelectItem[]): string {
  return items
    .map(
      ({ expression, alias }) =>
        formatExpression(expression) + (alias === undefined ? '' : ` AS ${quotedAlways(alias)}`),
    )
    .join(', ')
}
function quotedAlways(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function formatSelect(query: SelectQuery): string {
  const distinct =
    query.distinct === 'all'
      ? ''
      : query.distinct === 'distinct'
        ? 'DISTINCT '
        : `DISTINCT ON (${formatExpressions(query.distinct)}) `
  const parts = [`SELECT ${distinct}${formatSelectItems(query.items)}`]
  if (query.from.length > 0) parts.push(`FROM ${query.from.map(formatFrom).join(', ')}`)
  if (query.where !== undefined) parts.push(`WHERE ${formatExpression(query.where)}`)
  if (query.groupBy.length > 0) {
    parts.push(
      `GROUP BY ${query.isGroupDistinct ? 'DISTINCT ' : ''}${query.groupBy.map(formatGroup).join(', ')}`,
    )
  }
  if (query.having !== undefined) parts.push(`HAVING ${formatExpression(query.having)}`)
  if (query.windows.length > 0) {
    parts.push(
      `WINDOW ${query.windows.map(one => `${formatName(one.name!)} AS (${formatWindow(one)})`).join(', ')}`,
    )
  }
  return parts.join(' ')
}

function formatGroup(item: GroupItem): string {
  switch (item.kind) {
    case 'empty grouping set':
      return '()'
    case 'composite':
      return `(${formatExpressions(item.items)})`
    case 'rollup':
    case 'cube':
    case 'grouping sets':
      return `${item.kind.toUpperCase()} (${item.items.map(formatGroup).join(', ')})`
    default:
      return formatExpression(item)
  }
}

function formatSearch({ search }: CommonTable): string {
  if (search === undefined) return ''
  const how = search.isDepthFirst ? 'DEPTH' : 'BREADTH'
  return ` SEARCH ${how} FIRST BY ${search.columns.map(formatName).join(', ')} SET ${formatName(search.sequence)}`
}

function formatCycle({ cycle }: CommonTable): string {
  if (cycle === undefined) return ''
  const { columns, mark, value, otherwise, path } = cycle
  return (
    ` CYCLE ${columns.map(formatName).join(', ')} SET ${formatName(mark)} TO ${formatExpression(value)}` +
    ` DEFAULT ${formatExpression(otherwise)} USING ${formatName(path)}`
  )
}

function formatWith(clause: WithClause): string {
  const items = clause.items.map(item => {
    const { statement } = item
    if (statement.kind !== 'select' && statement.kind !== 'values' && statement.kind !== 'set operation') {
      throw notSupported('storing a query that changes data', item.at)
    }
    const columns = item.columns.length === 0 ? '' : ` (${item.columns.map(formatName).join(', ')})`
    const how = { default: '', always: 'MATERIALIZED ', never: 'NOT MATERIALIZED ' }[item.materialized]
    return `${formatName(item.name)}${columns} AS ${how}(${formatQuery(statement)})${formatSearch(item)}${formatCycle(item)}`
  })
  return `WITH ${clause.isRecursive ? 'RECURSIVE ' : ''}${items.join(', ')}`
}

export function formatAlias(alias: Alias | undefined): string {
  if (alias === undefined) return ''
  const columns = alias.columns.length === 0 ? '' : ` (${alias.columns.map(formatName).join(', ')})`
  return ` AS ${formatName(alias.name)}${columns}`
}

function formatColumns(columns: readonly { readonly name: string; readonly type: TypeName }[]): string {
  return columns.map(({ name, type }) => `${formatName(name)} ${formatTypeName(type)}`).join(', ')
}

function formatFrom(item: FromItem): string {
  switch (item.kind) {
    case 'table': {
      const { sample } = item
      const seed = sample?.seed === undefined ? '' : ` REPEATABLE (${formatExpression(sample.seed)})`
      const sampled =
        sample === undefined
          ? ''
          : ` TABLESAMPLE ${formatQualifiedName(sample.method)} (${formatExpressions(sample.arguments)})${seed}`
      return `${formatQualifiedName(item.name)}${formatAlias(item.alias)}${sampled}`
    }
    case 'subquery':
      return `${item.isLateral ? 'LATERAL ' : ''}(${formatQuery(item.query)})${formatAlias(item.alias)}`
    case 'functions': {
      const calls = item.functions.map(({ call, columns }) =>
        columns.length === 0
          ? formatExpression(call)
          : `${formatExpression(call)} AS (${formatColumns(columns)})`,
      )
      const all = item.isRowsFrom ? `ROWS FROM (${calls.join(', ')})` : calls[0]
      const ordinality = item.withOrdinality ? ' WITH ORDINALITY' : ''
      const alias =
        item.columns.length === 0
          ? formatAlias(item.alias)
          : ` AS ${item.alias === undefined ? '' : formatName(item.alias.name)}(${formatColumns(item.columns)})`
      return `${item.isLateral ? 'LATERAL ' : ''}${all}${ordinality}${alias}`
    }
    case 'json table':
      return formatJsonTable(item)
    case 'join': {
      const natural = item.isNatural ? 'NATURAL ' : ''
      const word = item.type === 'inner' ? 'JOIN' : `${item.type.toUpperCase()} JOIN`
      const usingAlias = item.usingAlias === undefined ? '' : ` AS ${formatName(item.usingAlias)}`
      const condition =
        item.using.length > 0
          ? ` USING (${item.using.map(formatName).join(', ')})${usingAlias}`
          : item.on === undefined
            ? ''
            : ` ON ${formatExpression(item.on)}`
      const text = `(${formatFrom(item.left)} ${natural}${word} ${formatFrom(item.right)}${condition})`
      return `${text}${formatAlias(item.alias)}`
    }
  }
}
