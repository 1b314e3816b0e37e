/** CREATE INDEX and REINDEX of the raw tree, and the elements of an index wherever they stand, converted. */

import { SqlError } from '../errors.ts'
import { DIRECTIONS, NULLS } from './calls.ts'
import { optionValue } from './copy.ts'
import { nameList, optionalExpression } from './expressions.ts'
import { type Fields, fieldsOf } from './fields.ts'
import { tableIn } from './from.ts'
import { storageParameters } from './storage-parameters.ts'
import type { CreateIndex, IndexElement, ReindexStatement } from './tree.ts'

export function indexElements(fields: Fields, name: string): readonly IndexElement[] {
  return fields.list(name).map(node => indexElement(fieldsOf(fields.source, node, 'IndexElem', fields.at)))
}

function indexElement(fields: Fields): IndexElement {
  const expression = optionalExpression(fields, 'expr')
  const collation = nameList(fields, 'collation')
  const operatorClass = nameList(fields, 'opclass')
  const element: IndexElement = {
    at: expression?.at ?? fields.at,
    column: fields.string('name'),
    expression,
    collation: collation.length > 0 ? collation : undefined,
    operatorClass: operatorClass.length > 0 ? operatorClass : undefined,
    direction: fields.keyword('ordering', DIRECTIONS),
    nulls: fields.keyword('nulls_ordering', NULLS),
  }
  fields.done()
  return element
}

/** INCLUDE: columns alone, without anything that orders them. */
function includedColumns(fields: Fields): readonly string[] {
  return indexElements(fields, 'indexIncludingParams').map(element => {
    const isPlain =
      element.collation === undefined &&
      element.operatorClass === undefined &&
      element.direction === 'asc' &&
      element.nulls === 'default'
    if (element.column === undefined) throw fields.refusal('an expression in INCLUDE')
    if (!isPlain) throw fields.refusal('an order or operator class in INCLUDE')
    return element.column
  })
}

export function createIndex(fields: Fields): CreateIndex {
  const options = storageParameters(fields, 'options')
  return {
    kind: 'create index',
    at: fields.at,
    name: fields.string('idxname'),
    table: tableIn(fields, 'relation'),
    method: fields.text('accessMethod'),
    isUnique: fields.flag('unique'),
    nullsNotDistinct: fields.flag('nulls_not_distinct'),
    isConcurrent: fields.flag('concurrent'),
    ifNotExists: fields.flag('if_not_exists'),
    elements: indexElements(fields, 'indexParams'),
    include: includedColumns(fields),
    where: optionalExpression(fields, 'whereClause'),
    ...(options.length > 0 ? { options } : {}),
  }
}

/** An option without a value is on. */
function isSwitchedOn(option: Fields, name: string): boolean {
  const given = option.node('arg')
  const value = given === undefined ? 'true' : String(optionValue(option, given)).toLowerCase()
  if (['true', 'on', '1'].includes(value)) return true
  if (['false', 'off', '0'].includes(value)) return false
  throw new SqlError('42601', `${name} requires a Boolean value`)
}

const REINDEXED = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_SYSTEM: 'system',
  REINDEX_OBJECT_DATABASE: 'database',
} as const

/** VERBOSE and CONCURRENTLY change nothing here, where there is one writer, but where the statement may stand. */
export function reindex(fields: Fields): ReindexStatement {
  let isConcurrent = false
  for (const node of fields.list('params')) {
    const option = fieldsOf(fields.source, node, 'DefElem', fields.at)
    const name = option.text('defname')
    if (name !== 'verbose' && name !== 'concurrently') throw option.refusal(`REINDEX (${name.toUpperCase()})`)
    const isOn = isSwitchedOn(option, name)
    if (name === 'concurrently') isConcurrent = isOn
    option.expect('defaction', 'DEFELEM_UNSPEC')
    option.done()
  }
  const object = fields.keyword('kind', REINDEXED)
  const own = fields.string('name')
  const hasRelation = object === 'index' || object === 'table'
  return {
    kind: 'reindex',
    at: fields.at,
    object,
    name: hasRelation ? tableIn(fields, 'relation') : own === undefined ? undefined : [own],
    isConcurrent,
  }
}
