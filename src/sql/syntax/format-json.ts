/** SQL/JSON of the statement tree, as text again. */

import {
  formatAlias,
  formatExpression,
  formatName,
  formatQuery,
  formatSort,
  formatTypeName,
  formatWindowReference,
} from './format.ts'
import type {
  JsonAggregate,
  JsonArrayConstructor,
  JsonArrayQuery,
  JsonBehavior,
  JsonConversion,
  JsonInput,
  JsonObjectConstructor,
  JsonPassing,
  JsonPathQuery,
  JsonReturning,
  JsonTable,
  JsonTableColumn,
  JsonTablePath,
} from './json-tree.ts'

type JsonExpression =
  | JsonObjectConstructor
  | JsonArrayConstructor
  | JsonArrayQuery
  | JsonAggregate
  | JsonConversion
  | JsonPathQuery

export function formatJson(e: JsonExpression): string {
  switch (e.kind) {
    case 'json object': {
      const members = e.members.map(
        ({ key, value }) => `${formatExpression(key)} VALUE ${formatInput(value)}`,
      )
      const nulls = e.members.length === 0 ? '' : e.isAbsentOnNull ? ' ABSENT ON NULL' : ' NULL ON NULL'
      const unique = e.isUnique ? ' WITH UNIQUE KEYS' : ''
      return `JSON_OBJECT(${members.join(', ')}${nulls}${unique}${formatReturning(e.returning)})`
    }
    case 'json array': {
      const nulls = e.elements.length === 0 ? '' : e.isAbsentOnNull ? ' ABSENT ON NULL' : ' NULL ON NULL'
      return `JSON_ARRAY(${e.elements.map(formatInput).join(', ')}${nulls}${formatReturning(e.returning)})`
    }
    case 'json array query': {
      const format = e.isFormatted ? ' FORMAT JSON' : ''
      return `JSON_ARRAY(${formatQuery(e.query)}${format}${formatReturning(e.returning)})`
    }
    case 'json aggregate':
      return formatAggregate(e)
    case 'json conversion': {
      const unique = e.isUnique ? ' WITH UNIQUE KEYS' : ''
      return `${e.function.toUpperCase()}(${formatInput(e.input)}${unique}${formatReturning(e.returning)})`
    }
    default:
      return (
        `${e.function.toUpperCase()}(${formatInput(e.input)}, ${formatExpression(e.path)}${formatPassing(e.passing)}` +
        `${formatReturning(e.returning)}${formatAnswer(e)})`
      )
  }
}

function formatAggregate(e: JsonAggregate): string {
  const nulls = e.isAbsentOnNull ? ' ABSENT ON NULL' : ' NULL ON NULL'
  const filter = e.filter === undefined ? '' : ` FILTER (WHERE ${formatExpression(e.filter)})`
  const over = e.over === undefined ? '' : ` OVER ${formatWindowReference(e.over)}`
  const after = `${formatReturning(e.returning)})${filter}${over}`
  if (e.key !== undefined) {
    const unique = e.isUnique ? ' WITH UNIQUE KEYS' : ''
    return `JSON_OBJECTAGG(${formatExpression(e.key)} VALUE ${formatInput(e.value)}${nulls}${unique}${after}`
  }
  const order = e.orderBy.length === 0 ? '' : ` ORDER BY ${formatSort(e.orderBy)}`
  return `JSON_ARRAYAGG(${formatInput(e.value)}${order}${nulls}${after}`
}

function formatInput({ value, isFormatted }: JsonInput): string {
  return formatExpression(value) + (isFormatted ? ' FORMAT JSON' : '')
}

function formatReturning(returning: JsonReturning | undefined): string {
  if (returning === undefined) return ''
  return ` RETURNING ${formatTypeName(returning.type)}${returning.isFormatted ? ' FORMAT JSON' : ''}`
}

function formatPassing(passing: readonly JsonPassing[]): string {
  if (passing.length === 0) return ''
  return ` PASSING ${passing.map(({ name, value }) => `${formatInput(value)} AS ${formatName(name)}`).join(', ')}`
}

const WRAPPERS = {
  unspecified: '',
  none: ' WITHOUT WRAPPER',
  conditional: ' WITH CONDITIONAL WRAPPER',
  unconditional: ' WITH UNCONDITIONAL WRAPPER',
} as const
const QUOTES = { unspecified: '', keep: ' KEEP QUOTES', omit: ' OMIT QUOTES' } as const

type Answer = Pick<JsonPathQuery, 'wrapper' | 'quotes' | 'onEmpty' | 'onError'>

function formatAnswer({ wrapper, quotes, onEmpty, onError }: Answer): string {
  return (
    WRAPPERS[wrapper] + QUOTES[quotes] + formatBehavior(onEmpty, 'EMPTY') + formatBehavior(onError, 'ERROR')
  )
}

function formatBehavior(behavior: JsonBehavior | undefined, on: string): string {
  if (behavior === undefined) return ''
  const { kind, value } = behavior
  return ` ${kind.toUpperCase()}${value === undefined ? '' : ` ${formatExpression(value)}`} ON ${on}`
}

export function formatJsonTable(item: JsonTable): string {
  const columns = `COLUMNS (${item.columns.map(formatColumn).join(', ')})`
  const inside =
    `${formatInput(item.input)}, ${formatPath(item.path)}${formatPassing(item.passing)} ` +
    `${columns}${formatBehavior(item.onError, 'ERROR')}`
  return `JSON_TABLE(${inside})${formatAlias(item.alias)}`
}

function formatPath({ text, name }: JsonTablePath): string {
  return `'${text.replaceAll("'", "''")}'${name === undefined ? '' : ` AS ${formatName(name)}`}`
}

function formatColumn(column: JsonTableColumn): string {
  if (column.kind === 'ordinality') return `${formatName(column.name)} FOR ORDINALITY`
  if (column.kind === 'nested') {
    return `NESTED PATH ${formatPath(column.path)} COLUMNS (${column.columns.map(formatColumn).join(', ')})`
  }
  const what = { regular: '', formatted: ' FORMAT JSON', exists: ' EXISTS' }[column.kind]
  const path = column.path === undefined ? '' : ` PATH ${formatPath(column.path)}`
  // The grammar gives an EXISTS column a wrapper that nobody can write.
  const answer = column.kind === 'exists' ? { ...column, wrapper: 'unspecified' as const } : column
  return `${formatName(column.name)} ${formatTypeName(column.type)}${what}${path}${formatAnswer(answer)}`
}
