/**
 * Definitions keep queries and expressions as text, with names in it. When a relation or column gets another name, the texts
 * that mean it are written anew, so that they go on meaning it.
 */

import type { CatalogEditor } from '../catalog/editor.ts'
import type { RelationSchema } from '../catalog/schema.ts'
import type { StoredSqlTable } from '../catalog/stored.ts'
import { formatExpression, formatQuery } from '../syntax/format.ts'
import { parseExpression, parseStatements } from '../syntax/parser.ts'
import type { Query, TableReference } from '../syntax/tree.ts'
import { queryOf, readsRelation } from './drop.ts'
import type { DefinitionEnvironment } from './environment.ts'
import type { ObjectName } from './names.ts'

/** A copy of a tree in which `replace` has its say for each node; undefined: the node with its parts replaced. */
function mapTree<T>(tree: T, replace: (node: Record<string, unknown>) => unknown): T {
  if (typeof tree !== 'object' || tree === null) return tree
  if (Array.isArray(tree)) return tree.map(one => mapTree(one, replace)) as T
  const node = tree as Record<string, unknown>
  const replaced = replace(node)
  if (replaced !== undefined) return replaced as T
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, mapTree(value, replace)])) as T
}

/**
 * Views that read the relation go on reading it under its new name, and call it by its old one; `columns`: and its columns by
 * the names that they had.
 */
export function renameInViews(
  relation: RelationSchema,
  to: ObjectName,
  editor: CatalogEditor,
  { state }: DefinitionEnvironment,
  columns: readonly string[] = [],
): void {
  for (const view of state.allRelations()) {
    const text = queryOf(view)
    if (text === undefined || view === relation || !readsRelation(text, relation, state)) continue
    const query = mapTree(parseStatements(text)[0].statement as Query, node => {
      if (node.kind !== 'table' || !Array.isArray(node.name)) return undefined
      const table = node as unknown as TableReference
      const schema = table.name.length > 1 ? table.name[table.name.length - 2] : undefined
      const own = table.name[table.name.length - 1]
      if (state.relation(schema, own) !== relation) return undefined
      const aliases = table.alias?.columns ?? []
      const named = [...aliases, ...columns.slice(aliases.length)]
      return {
        ...table,
        name: [to.schema, to.name],
        alias: { name: table.alias?.name ?? own, columns: named },
      }
    })
    const changed = formatQuery(query)
    if (view.kind === 'view') {
      editor.put('view', view.oid, { ...editor.get('view', view.oid)!, text: changed })
      continue
    }
    const stored = editor.get('table', view.oid)!
    editor.put('table', view.oid, { ...stored, materialized: { ...stored.materialized!, text: changed } })
  }
}

/** A table whose expressions (checks, generated columns, indexes) name a column by its new name. */
export function withRenamedColumn(table: StoredSqlTable, from: string, to: string): StoredSqlTable {
  const inText = (text: string): string =>
    formatExpression(
      mapTree(parseExpression(text), node => {
        if (node.kind !== 'column' || !Array.isArray(node.names) || node.names.at(-1) !== from)
          return undefined
        return { ...node, names: [...node.names.slice(0, -1), to] }
      }),
    )
  return {
    ...table,
    columns: table.columns.map(column => ({
      ...column,
      name: column.name === from && !column.isHidden ? to : column.name,
      ...(column.generatedText === undefined ? {} : { generatedText: inText(column.generatedText) }),
    })),
    constraints: table.constraints.map(one =>
      one.kind === 'check' ? { ...one, text: inText(one.text) } : one,
    ),
    indexes: table.indexes.map(index => ({
      ...index,
      columns: index.columns.map(part =>
        part.expressionText === undefined ? part : { ...part, expressionText: inText(part.expressionText) },
      ),
      ...(index.predicateText === undefined ? {} : { predicateText: inText(index.predicateText) }),
    })),
  }
}
