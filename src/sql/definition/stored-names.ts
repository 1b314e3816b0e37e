/**
 * Names in the texts that definitions keep. A text is stored with the schemas of the relations and types that it names, and with
 * times as they are in UTC, so that it means the same to everybody, whatever their search path and time zone; and when something gets another name, the texts that mean it are
 * written anew. Which nodes mean what is found by binding (`FoundNames`), never by comparing names.
 */

import { type BoundScalar, bindScalar, bindStatement, bindType, type ScalarOptions } from '../bind/binder.ts'
import type { BoundQuery } from '../bind/bound.ts'
import { FoundNames } from '../bind/found-names.ts'
import type { CatalogState } from '../catalog/catalog.ts'
import type { CatalogEditor } from '../catalog/editor.ts'
import type { RelationSchema, SequenceSchema, TableSchema } from '../catalog/schema.ts'
import type { StoredSqlTable } from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import { splitName } from '../functions/string-format.ts'
import { formatExpression, formatQuery } from '../syntax/format.ts'
import { parseExpression, parseStatements } from '../syntax/parser.ts'
import type { Expression, Query, TypeName } from '../syntax/tree.ts'
import { REGCLASS, type SqlType } from '../types/type.ts'
import type { DefinitionEnvironment } from './environment.ts'
import type { ObjectName } from './names.ts'
import { queryOf } from './names.ts'

type TreeNode = Readonly<Record<string, unknown>>
/** What stands for a node in the new tree; the node itself where nothing changes. Its parts are asked for after it. */
type Replace = (node: TreeNode) => TreeNode

function mapTree<T>(tree: T, replace: Replace, found: FoundNames): T {
  if (typeof tree !== 'object' || tree === null) return tree
  if (Array.isArray(tree)) {
    return tree.flatMap(one => {
      const columns = found.stars.get((one as { expression?: Expression } | null)?.expression as Expression)
      return columns === undefined
        ? [mapTree(one, replace, found)]
        : columns.map(expression => ({ ...one, expression: mapTree(expression, replace, found) }))
    }) as T
  }
  return Object.fromEntries(
    Object.entries(replace(tree as TreeNode)).map(([name, value]) => [name, mapTree(value, replace, found)]),
  ) as T
}

// --------------------------------------------------------------------------------------------- storing a text

export interface StoredQuery {
  readonly bound: BoundQuery
  readonly text: string
}

/** A query as a view keeps it: bound once to see that it is right, with its stars spelled out. */
export function storedQuery(query: Query, environment: DefinitionEnvironment, at: number): StoredQuery {
  const { state, searchPath, functions, context } = environment
  const found = new FoundNames()
  const bound = bindStatement(query, state.withSearchPath(searchPath), functions, { found, context })
  if (bound.kind !== 'query') throw notSupported('a view that changes data', at)
  if (bound.parameters.length > 0) throw new SqlError('42P02', 'there is no parameter $1', { position: at })
  return { bound: bound.query, text: formatQuery(mapTree(query, qualifying(found, environment), found)) }
}

export interface StoredExpression {
  readonly bound: BoundScalar
  readonly text: string
}

/** Where names are looked for when something is defined. */
export type Surroundings = Pick<DefinitionEnvironment, 'state' | 'searchPath' | 'functions' | 'context'>

/** An expression as definitions keep it: of a table's, columns are named by themselves, since the table may be renamed. */
export function storedExpression(
  expression: Expression,
  environment: Surroundings,
  options: ScalarOptions,
): StoredExpression {
  const { state, searchPath, functions, context } = environment
  const found = new FoundNames()
  const bound = bindScalar(expression, state.withSearchPath(searchPath), functions, {
    ...options,
    found,
    context,
  })
  const qualify = qualifying(found, environment)
  const replace: Replace =
    options.table === undefined ? qualify : node => (node.kind === 'column' ? ofOwnRow(node) : qualify(node))
  return { bound, text: formatExpression(mapTree(expression, replace, found)) }
}

function ofOwnRow(node: TreeNode): TreeNode {
  return node.isStar === true ? node : { ...node, names: (node.names as readonly string[]).slice(-1) }
}

/** A type that a definition names. */
export function typeNamed(
  type: TypeName,
  { state, searchPath, functions }: Pick<Surroundings, 'state' | 'searchPath' | 'functions'>,
) {
  return bindType(type, state.withSearchPath(searchPath), functions)
}

function qualifying(
  found: FoundNames,
  { state, searchPath }: Pick<DefinitionEnvironment, 'state' | 'searchPath'>,
): Replace {
  return node => {
    const column = found.columns.get(node)
    if (column !== undefined) return { ...node, names: column }
    const natural = found.naturals.get(node)
    if (natural !== undefined) return spelledJoin(node, natural)
    const object = found.relations.get(node) ?? found.types.get(node)
    if (object !== undefined) {
      return object.schema === 'pg_catalog' ? node : { ...node, name: [object.schema, object.name] }
    }
    const settled = found.settled.get(node)
    if (settled !== undefined) return { ...node, value: { type: 'string', text: settled } }
    const relation = relationOfLiteral(node, found, state, searchPath)
    if (relation === undefined || relation.schema === 'pg_catalog') return node
    return { ...node, value: { type: 'string', text: regclassText(relation) } }
  }
}

/** A natural join by the columns that it is over now: others that both sides get later are none of it. */
function spelledJoin(join: TreeNode, columns: readonly string[]): TreeNode {
  const always = { kind: 'literal', value: { type: 'boolean', value: true }, at: -1 }
  return { ...join, isNatural: false, using: columns, on: columns.length === 0 ? always : undefined }
}

/** The relation that a literal of type regclass names. */
function relationOfLiteral(
  node: TreeNode,
  found: FoundNames,
  state: DefinitionEnvironment['state'],
  searchPath: readonly string[],
): RelationSchema | undefined {
  if (found.literals.get(node) !== REGCLASS) return undefined
  const parts = splitName((node.value as { text: string }).text)
  const name = parts.at(-1)
  return name === undefined ? undefined : state.relation(parts.at(-2), name, searchPath)
}

/** A relation's name as a text of type regclass. */
export function regclassText({ schema, name }: ObjectName): string {
  return [schema, name].map(part => `"${part.replaceAll('"', '""')}"`).join('.')
}

/** Whether a stored query names a sequence, in a text of type regclass or in FROM. */
export function queryNames(
  text: string,
  sequence: SequenceSchema,
  { state, functions }: Pick<DefinitionEnvironment, 'state' | 'functions'>,
): boolean {
  if (!mayName(text, sequence)) return false
  const found = new FoundNames()
  try {
    bindStatement(parseStatements(text)[0].statement as Query, state, functions, { found })
  } catch (error) {
    // It calls a function that is not known here: it may mean the sequence.
    if (!(error instanceof SqlError)) throw error
    return true
  }
  return isNamedIn(found, sequence, state)
}

/** The same of a stored expression. */
export function expressionNames(
  text: string,
  sequence: SequenceSchema,
  { state, functions }: Pick<DefinitionEnvironment, 'state' | 'functions'>,
  options: ScalarOptions,
): boolean {
  if (!mayName(text, sequence)) return false
  const found = new FoundNames()
  try {
    bindScalar(parseExpression(text), state, functions, { ...options, found })
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    return true
  }
  return isNamedIn(found, sequence, state)
}

/** Most texts do not: they need not be bound. */
function mayName(text: string, { name }: SequenceSchema): boolean {
  return text.includes(name.replaceAll('"', '""').replaceAll("'", "''"))
}

function isNamedIn(found: FoundNames, sequence: SequenceSchema, state: CatalogState): boolean {
  const isIt = (one: RelationSchema | undefined) => one?.oid === sequence.oid
  return (
    [...found.relations.values()].some(isIt) ||
    [...found.literals.keys()].some(node =>
      isIt(relationOfLiteral(node as TreeNode, found, state, state.searchPath)),
    )
  )
}

// ---------------------------------------------------------------------------------------------- other names

/** What gets another name, and which. */
export interface NewNames {
  relation?(relation: RelationSchema): ObjectName | undefined
  type?(type: SqlType): ObjectName | undefined
  /** A literal in quotes of this type. */
  literal?(type: SqlType, text: string): string | undefined
  /** What columns a relation's references call by the names that they had. */
  columns?(relation: RelationSchema): readonly string[]
  /** The places of columns that go, among those that are seen. */
  dropped?(relation: RelationSchema): readonly number[]
}

/**
 * Writes all texts anew that have what `names` gives another name to.
 * @param old the name as it was: texts in which it does not occur are not looked at
 * @throws SqlError such a text cannot be bound, because it calls a function that is not known here
 */
export function renameInTexts(
  old: string,
  names: NewNames,
  editor: CatalogEditor,
  environment: DefinitionEnvironment,
): void {
  const { state, functions } = environment
  const isConcerned = (text: string): boolean =>
    text.includes(old) || text.includes(old.replaceAll('"', '""')) || text.includes(old.replaceAll("'", "''"))
  const inQuery = (text: string): string => {
    if (!isConcerned(text)) return text
    const found = new FoundNames()
    const query = parseStatements(text)[0].statement as Query
    bindStatement(query, state, functions, { found })
    return formatQuery(mapTree(query, renaming(names, found, state), found))
  }
  const inExpression = (text: string, options: ScalarOptions): string => {
    if (!isConcerned(text)) return text
    const found = new FoundNames()
    const expression = parseExpression(text)
    bindScalar(expression, state, functions, { ...options, found })
    return formatExpression(mapTree(expression, renaming(names, found, state), found))
  }
  for (const relation of state.allRelations()) {
    const text = queryOf(relation)
    if (relation.kind === 'view') {
      const stored = editor.get('view', relation.oid)
      // It goes with what it reads.
      if (stored === undefined) continue
      const columns = stored.columns.map((column, i) => {
        if (column.defaultText === undefined) return column
        const { type, modifier } = relation.columns[i]
        return { ...column, defaultText: inExpression(column.defaultText, { target: { type, modifier } }) }
      })
      const next = { ...stored, text: inQuery(stored.text), columns }
      if (JSON.stringify(next) !== JSON.stringify(stored)) editor.put('view', relation.oid, next)
    }
    if (relation.kind !== 'table') continue
    const stored = editor.get('table', relation.oid)
    if (stored === undefined) continue
    const changed = withTexts(stored, relation, inExpression)
    const materialized =
      text === undefined ? undefined : { ...stored.materialized!, text: inQuery(stored.materialized!.text) }
    const next = materialized === undefined ? changed : { ...changed, materialized }
    if (JSON.stringify(next) !== JSON.stringify(stored)) editor.put('table', relation.oid, next)
  }
  for (const oid of state.stored.all('type').keys()) {
    const stored = editor.get('type', oid)
    const domain = state.typeByOid(oid)
    if (stored?.kind !== 'domain' || domain === undefined) continue
    const { defaultText } = stored
    const target = { type: domain.base!, modifier: domain.baseModifier }
    const next = {
      ...stored,
      checks: stored.checks.map(one => ({
        ...one,
        text: inExpression(one.text, { domain, clause: 'check' }),
      })),
      ...(defaultText === undefined ? {} : { defaultText: inExpression(defaultText, { target }) }),
    }
    if (JSON.stringify(next) !== JSON.stringify(stored)) editor.put('type', oid, next)
  }
}

function renaming(names: NewNames, found: FoundNames, state: DefinitionEnvironment['state']): Replace {
  const renamedRelations = new Map<string, { readonly to: ObjectName; readonly isAliased: boolean }>()
  for (const relation of found.relations.values()) {
    const to = names.relation?.(relation)
    if (to === undefined) continue
    const isAliased = to.name !== relation.name || (names.columns?.(relation) ?? []).length > 0
    renamedRelations.set(`${relation.schema}\0${relation.name}`, { to, isAliased })
  }
  return node => {
    const relation = found.relations.get(node)
    if (relation !== undefined) {
      const to = names.relation?.(relation)
      if (to === undefined) return node
      const alias = node.alias as { name: string; columns: readonly string[] } | undefined
      const dropped = names.dropped?.(relation) ?? []
      const columns = (alias?.columns ?? []).filter((_, place) => !dropped.includes(place))
      const named = [...columns, ...(names.columns?.(relation) ?? []).slice(columns.length)]
      const isNeeded = alias !== undefined || to.name !== relation.name || named.length > 0
      return {
        ...node,
        name: [to.schema, to.name],
        alias: isNeeded ? { name: alias?.name ?? relation.name, columns: named } : undefined,
      }
    }
    const type = found.types.get(node)
    if (type !== undefined) {
      const to = names.type?.(type)
      return to === undefined ? node : { ...node, name: [to.schema, to.name] }
    }
    const read = found.literals.get(node)
    if (read !== undefined) {
      const { text } = node.value as { text: string }
      const meant = relationOfLiteral(node, found, state, state.searchPath)
      const to = meant && names.relation?.(meant)
      const changed = to === undefined ? names.literal?.(read, text) : regclassText(to)
      return changed === undefined ? node : { ...node, value: { type: 'string', text: changed } }
    }
    // `schema.table.column`: what has another name is called by its old one, as an alias.
    const parts = node.kind === 'column' ? (node.names as readonly string[]) : []
    const [schema, table] = parts
    const isOfSchema = parts.length > (node.isStar === true ? 1 : 2)
    const renamed = isOfSchema ? renamedRelations.get(`${schema}\0${table}`) : undefined
    if (renamed === undefined) return node
    const { to, isAliased } = renamed
    return { ...node, names: isAliased ? parts.slice(1) : [to.schema, ...parts.slice(1)] }
  }
}

/** A table with its expressions as `change` makes them. */
function withTexts(
  stored: StoredSqlTable,
  table: TableSchema,
  change: (text: string, options: ScalarOptions) => string,
): StoredSqlTable {
  const overRow: ScalarOptions = { table }
  return {
    ...stored,
    columns: stored.columns.map((column, i) => {
      const { defaultText, generatedText } = column
      const { type, modifier } = table.columns[i]
      const target = { type, modifier }
      return {
        ...column,
        ...(defaultText === undefined ? {} : { defaultText: change(defaultText, { target }) }),
        ...(generatedText === undefined ? {} : { generatedText: change(generatedText, { table, target }) }),
      }
    }),
    constraints: stored.constraints.map(one =>
      one.kind === 'check' ? { ...one, text: change(one.text, overRow) } : one,
    ),
    indexes: stored.indexes.map(index => ({
      ...index,
      columns: index.columns.map(part =>
        part.expressionText === undefined
          ? part
          : { ...part, expressionText: change(part.expressionText, overRow) },
      ),
      ...(index.predicateText === undefined ? {} : { predicateText: change(index.predicateText, overRow) }),
    })),
  }
}
