/** The expressions of a table when one of its columns gets another name: they go on meaning it. */

import type { StoredSqlTable } from '../catalog/stored.ts'
import { formatExpression } from '../syntax/format.ts'
import { parseExpression } from '../syntax/parser.ts'

/** A copy of a tree in which `replace` has its say for each node; undefined: the node with its parts replaced. */
function mapTree<T>(tree: T, replace: (node: Record<string, unknown>) => unknown): T {
  if (typeof tree !== 'object' || tree === null) return tree
  if (Array.isArray(tree)) return tree.map(one => mapTree(one, replace)) as T
  const node = tree as Record<string, unknown>
  const replaced = replace(node)
  if (replaced !== undefined) return replaced as T
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, mapTree(value, replace)])) as T
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
