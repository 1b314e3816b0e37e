/** What stands in FROM, and names of tables wherever they stand, converted. */

import { SqlError } from '../errors.ts'
import { withoutDatabase } from './database-names.ts'
import { expression, expressionList, nameList, optionalExpression } from './expressions.ts'
import { type Fields, fieldsOf, itemsOf, kindOf, type Raw, stringsOf } from './fields.ts'
import { jsonTable } from './json.ts'
import { query } from './queries.ts'
import type { Source } from './source.ts'
import type {
  Alias,
  Expression,
  FromItem,
  FunctionReference,
  JoinReference,
  QualifiedName,
  TypeName,
} from './tree.ts'
import { typeName } from './type-names.ts'

/** A name of a table, as its node says it. */
export interface Relation {
  readonly name: QualifiedName
  readonly alias: Alias | undefined
  /** p(ermanent), t(emporary), u(nlogged). */
  readonly persistence: string
  readonly at: number
}

export function relationOf(fields: Fields): Relation {
  const names = [fields.string('catalogname'), fields.string('schemaname'), fields.text('relname')]
  // ONLY: there are no tables below others.
  fields.take('inh')
  const relation = {
    name: withoutDatabase(
      fields.source,
      names.filter(one => one !== undefined),
      fields.at,
      2,
      full => `"${full}"`,
    ),
    alias: alias(fields),
    persistence: fields.text('relpersistence'),
    at: fields.at,
  }
  fields.done()
  return relation
}

/** A table that is there: its name alone. */
export function tableName(fields: Fields): QualifiedName {
  const relation = relationOf(fields)
  if (relation.persistence !== 'p' || relation.alias !== undefined) {
    throw fields.refusal('this form of a table')
  }
  return relation.name
}

/** The table in a field. */
export function tableIn(fields: Fields, name: string): QualifiedName {
  const relation = fields.child(name, 'RangeVar')
  if (relation === undefined) throw fields.refusal(`${fields.kind} without a table`)
  return tableName(relation)
}

/** A table that is made: its name, and whether it is temporary. */
export function newTable(fields: Fields): { readonly name: QualifiedName; readonly isTemporary: boolean } {
  const relation = relationOf(fields)
  if (relation.persistence === 'u') throw fields.refusal('UNLOGGED')
  return { name: relation.name, isTemporary: relation.persistence === 't' }
}

export function alias(parent: Fields, field = 'alias'): Alias | undefined {
  const fields = parent.child(field, 'Alias')
  if (fields === undefined) return undefined
  const found = { name: fields.text('aliasname'), columns: nameList(fields, 'colnames') }
  fields.done()
  return found
}

// ---------------------------------------------------------------------------------------------- FROM items

export function fromList(fields: Fields, name: string): readonly FromItem[] {
  return fields.list(name).map(node => fromItem(fields.source, node, fields.at))
}

export function fromItem(source: Source, node: Raw, parentAt: number): FromItem {
  const kind = kindOf(node) ?? ''
  const convert = Object.hasOwn(CONVERTERS, kind) ? CONVERTERS[kind] : undefined
  const fields = fieldsOf(source, node, kind, parentAt)
  if (convert === undefined) throw fields.refusal(REFUSED[kind] ?? kind)
  const item = convert(fields)
  fields.done()
  return item
}

const REFUSED: Readonly<Record<string, string>> = { RangeTableFunc: 'XMLTABLE' }

const CONVERTERS: Readonly<Record<string, (fields: Fields) => FromItem>> = {
  RangeVar: tableReference,
  RangeTableSample: fields => {
    const table = fieldsOf(fields.source, fields.required('relation'), 'RangeVar', fields.at)
    return {
      ...tableReference(table),
      sample: {
        method: nameList(fields, 'method'),
        arguments: expressionList(fields, 'args'),
        seed: optionalExpression(fields, 'repeatable'),
      },
    }
  },
  RangeSubselect: fields => ({
    kind: 'subquery',
    at: fields.at,
    query: query(fields.source, fields.required('subquery'), fields.at),
    alias: alias(fields),
    isLateral: fields.flag('lateral'),
  }),
  RangeFunction: functionReference,
  JoinExpr: join,
  JsonTable: jsonTable,
}

function tableReference(fields: Fields) {
  const relation = relationOf(fields)
  if (relation.persistence !== 'p') throw fields.refusal('this form of a table')
  return {
    kind: 'table',
    at: fields.at,
    name: relation.name,
    alias: relation.alias,
    sample: undefined,
  } as const
}

function functionReference(fields: Fields): FunctionReference {
  const { source } = fields
  const functions = fields.list('functions').map(node => {
    // A pair: the call, and its own columns (of ROWS FROM), or an empty node.
    const [call, columns] = itemsOf(source, node, fields.at)
    const converted = expression(source, call!, fields.at)
    const hasColumns = columns !== undefined && kindOf(columns) !== undefined
    const items = hasColumns ? itemsOf(source, columns, converted.at) : []
    return { call: converted, columns: items.map(item => functionColumn(source, item, converted.at)) }
  })
  const at = functions[0]?.call.at ?? fields.at
  return {
    kind: 'functions',
    at,
    functions,
    isRowsFrom: fields.flag('is_rowsfrom'),
    withOrdinality: fields.flag('ordinality'),
    alias: alias(fields),
    isLateral: fields.flag('lateral'),
    columns: fields.list('coldeflist').map(node => functionColumn(source, node, at)),
  }
}

/** A column of `AS t(a int, b text)`. */
function functionColumn(
  source: Source,
  node: Raw,
  at: number,
): { readonly name: string; readonly type: TypeName } {
  const fields = fieldsOf(source, node, 'ColumnDef', at)
  fields.expect('is_local', true)
  const column = { name: fields.text('colname'), type: typeName(fields, 'typeName') }
  fields.done()
  return column
}

function join(fields: Fields): JoinReference {
  const { source } = fields
  const side = (name: string): FromItem => fromItem(source, fields.required(name), fields.at)
  const left = side('larg')
  const right = side('rarg')
  const isNatural = fields.flag('isNatural')
  const using = stringsOf(source, fields.list('usingClause'), fields.at)
  const on: Expression | undefined = optionalExpression(fields, 'quals')
  const type = fields.keyword('jointype', JOINS)
  const isCross = type === 'inner' && !isNatural && using.length === 0 && on === undefined
  return {
    kind: 'join',
    at: right.at,
    type: isCross ? 'cross' : type,
    isNatural,
    left,
    right,
    using,
    usingAlias: usingAlias(fields),
    on,
    alias: alias(fields),
  }
}

const JOINS = { JOIN_INNER: 'inner', JOIN_LEFT: 'left', JOIN_RIGHT: 'right', JOIN_FULL: 'full' } as const

function usingAlias(fields: Fields): string | undefined {
  const found = alias(fields, 'join_using_alias')
  if (found === undefined) return undefined
  if (found.columns.length > 0) {
    throw new SqlError('42601', 'the alias of USING has no columns', { position: fields.at })
  }
  return found.name
}
