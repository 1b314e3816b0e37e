/**
 * Definitions as PostgreSQL prints them: pg_get_viewdef, pg_get_indexdef, pg_get_constraintdef, pg_get_expr,
 * pg_get_serial_sequence, pg_get_functiondef and its parts. What it prints of expressions is expression-text.ts's.
 */

import { bindStatement } from '../bind/binder.ts'
import type { RelationColumns } from '../bind/bound.ts'
import type {
  CheckSchema,
  ForeignKeySchema,
  IndexColumn,
  IndexSchema,
  TableSchema,
} from '../catalog/schema.ts'
import { SqlError } from '../errors.ts'
import type { DefinitionTexts, EvaluationContext } from '../functions/registry.ts'
import { quoteIdentifier } from '../functions/string-format.ts'
import { parseStatements } from '../syntax/parser.ts'
import { ExpressionTree } from '../types/catalog-formats.ts'
import { NO_MODIFIER, type SqlType } from '../types/type.ts'
import { ExpressionPrinter, isCallOfFunction } from './expression-text.ts'
import { argumentsText, functionByOid, resultText } from './function-rows.ts'
import { isPrintable, QueryPrinter, UnprintableQuery } from './query-text.ts'
import { type BoundStored, bindStored, type ExpressionSurroundings } from './stored-expressions.ts'
import { type SystemCatalog, visibleColumns } from './system-catalog.ts'

export class CatalogTexts implements DefinitionTexts {
  private readonly catalog: SystemCatalog
  private readonly context: EvaluationContext

  constructor(catalog: SystemCatalog, context: EvaluationContext) {
    this.catalog = catalog
    this.context = context
  }

  // ------------------------------------------------------------------------------------------ expressions

  expression(tree: unknown, relationOid: number, isPretty: boolean): string | undefined {
    const [text, target] =
      tree instanceof ExpressionTree ? [tree.text, tree.target] : [String(tree), undefined]
    const table = this.catalog.state.tableByOid(relationOid)
    if (relationOid !== 0 && table === undefined && this.catalog.relationName(relationOid) === undefined) {
      return undefined
    }
    // A constant that is fitted to the column's length when it is stored is shown as it is before.
    const type = target && { type: target.type, modifier: NO_MODIFIER }
    return this.printed(text, { table, target: type }, isPretty)
      .map(one => one.text)
      .join(', ')
  }

  private printed(
    text: string,
    surroundings: ExpressionSurroundings,
    isPretty: boolean,
  ): { readonly text: string; readonly bound: BoundStored['expression'] }[] {
    const { state, functions } = this.catalog
    const all = bindStored(text, state, functions, { ...surroundings, context: this.context })
    return all.map(({ expression, row }) => {
      const printer = new ExpressionPrinter({
        context: this.context,
        isPretty,
        columnName: (_, column) => columnName(row, column),
      })
      return { text: printer.print(expression), bound: expression }
    })
  }

  // ---------------------------------------------------------------------------------------------- indexes

  index(oid: number, column: number, isPretty: boolean): string | undefined {
    const found = this.catalog.indexByOid(oid)
    if (found === undefined) return undefined
    const { table, index } = found
    if (column !== 0) return this.indexColumnAlone(table, index, column, isPretty)
    const columns = index.columns.map(one => this.indexColumn(table, one, isPretty)).join(', ')
    const included = index.include.map(one => quoteIdentifier(table.columns[one].name)).join(', ')
    const where =
      index.predicateText === undefined
        ? ''
        : ` WHERE ${this.printed(index.predicateText, { table }, isPretty)[0].text}`
    return (
      `CREATE ${index.isUnique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(index.name)} ON ` +
      `${isPretty ? this.shownName(table.oid) : qualifiedName(table)} USING btree (${columns})` +
      `${included === '' ? '' : ` INCLUDE (${included})`}` +
      `${index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''}${parametersText(index.options)}${where}`
    )
  }

  private indexColumn(table: TableSchema, one: IndexColumn, isPretty: boolean): string {
    // Nulls are the largest: first when descending, unless it says otherwise.
    const nulls = one.nullsFirst === one.isDescending ? '' : one.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST'
    return `${this.indexKey(table, one, isPretty)}${one.isDescending ? ' DESC' : ''}${nulls}`
  }

  private indexKey(table: TableSchema, { column, expressionText }: IndexColumn, isPretty: boolean): string {
    if (expressionText === undefined) return quoteIdentifier(table.columns[column].name)
    const [{ text, bound }] = this.printed(expressionText, { table }, isPretty)
    return isCallOfFunction(bound) ? text : `(${text})`
  }

  private indexColumnAlone(
    table: TableSchema,
    index: IndexSchema,
    number: number,
    isPretty: boolean,
  ): string {
    const column = index.columns[number - 1]
    return column === undefined ? '' : this.indexKey(table, column, isPretty)
  }

  // ------------------------------------------------------------------------------------------ constraints

  constraint(oid: number, isPretty: boolean): string | undefined {
    for (const table of this.catalog.tables()) {
      const one = table.constraints.find(constraint => constraint.oid === oid)
      if (one === undefined) continue
      switch (one.kind) {
        case 'foreign key':
          return this.foreignKey(table, one)
        case 'check':
          return `CHECK (${this.printed(one.text, { table }, isPretty)[0].text})${validityText(one)}`
        default: {
          const index = table.indexes.find(candidate => candidate.oid === one.indexOid)
          const distinct = index?.nullsNotDistinct === true ? ' NULLS NOT DISTINCT' : ''
          const included = index?.include.map(column => quoteIdentifier(table.columns[column].name)) ?? []
          return (
            `${one.kind.toUpperCase()}${distinct} (${columnNames(table, one.columns)})` +
            `${included.length === 0 ? '' : ` INCLUDE (${included.join(', ')})`}${deferral(one)}`
          )
        }
      }
    }
    const notNull = this.catalog.notNulls().find(one => one.oid === oid)
    if (notNull !== undefined) {
      const { name, hints } = notNull.column
      return `NOT NULL ${quoteIdentifier(name)}${hints?.isNoInherit === true ? ' NO INHERIT' : ''}`
    }
    const ofDomain = this.catalog.domainConstraints().find(one => one.oid === oid)
    if (ofDomain === undefined) return undefined
    return ofDomain.text === undefined
      ? 'NOT NULL'
      : `CHECK (${this.domainCheck(ofDomain.text, ofDomain.type, isPretty)})`
  }

  /** Over VALUE. */
  domainCheck(text: string, domain: SqlType, isPretty: boolean): string {
    return this.printed(text, { domain }, isPretty)[0].text
  }

  private foreignKey(table: TableSchema, one: ForeignKeySchema): string {
    const referenced = this.catalog.state.tableByOid(one.referencedOid)
    const target =
      referenced === undefined
        ? ''
        : `${this.shownName(referenced.oid)}(${columnNames(referenced, one.referencedColumns)})`
    const only = one.onDeleteColumns.length === 0 ? '' : ` (${columnNames(table, one.onDeleteColumns)})`
    return (
      `FOREIGN KEY (${columnNames(table, one.columns)}) REFERENCES ${target}` +
      `${one.match === 'full' ? ' MATCH FULL' : ''}` +
      `${one.onUpdate === 'no action' ? '' : ` ON UPDATE ${one.onUpdate.toUpperCase()}`}` +
      `${one.onDelete === 'no action' ? '' : ` ON DELETE ${one.onDelete.toUpperCase()}${only}`}` +
      `${deferral(one)}${one.isEnforced === false ? ' NOT ENFORCED' : one.isValidated ? '' : ' NOT VALID'}`
    )
  }

  // ----------------------------------------------------------------------------------------------- others

  view(oid: number, isPretty: boolean): string | undefined {
    const relation = this.catalog.state.relationByOid(oid)
    if (relation?.kind === 'view') {
      return `${this.query(relation.text, relation.columns, isPretty) ?? ` ${relation.text}`};`
    }
    if (relation?.kind !== 'table' || relation.materialized === undefined) return undefined
    const { text } = relation.materialized
    return `${this.query(text, visibleColumns(relation), isPretty) ?? ` ${text}`};`
  }

  /** A view's query as PostgreSQL lays it out; undefined where that is not known. */
  private query(
    text: string,
    columns: readonly { readonly name: string }[],
    isPretty: boolean,
  ): string | undefined {
    const { statement } = parseStatements(text)[0]
    const isQuery = statement.kind === 'select' || statement.kind === 'set operation'
    if (!isQuery || !isPrintable(statement)) return undefined
    const { state, functions } = this.catalog
    const bound = bindStatement(statement, state, functions, { context: this.context })
    if (bound.kind !== 'query') return undefined
    const names = columns.map(column => column.name)
    try {
      return new QueryPrinter(this.context, isPretty).print(bound.query, statement, 0, names)
    } catch (error) {
      if (error instanceof UnprintableQuery) return undefined
      throw error
    }
  }

  serialSequence(table: string, column: string): string | undefined {
    const oid = this.context.catalog.relationOid(table)
    const found = oid === undefined ? undefined : this.catalog.state.relationByOid(oid)
    if (found === undefined) throw new SqlError('42P01', `relation "${table}" does not exist`)
    const columns = found.kind === 'table' ? visibleColumns(found) : 'columns' in found ? found.columns : []
    const place = columns.find(one => one.name === column)
    if (place === undefined) {
      throw new SqlError('42703', `column "${column}" of relation "${found.name}" does not exist`)
    }
    if (!('attributeNumber' in place)) return undefined
    for (const sequence of this.catalog.sequences()) {
      if (
        sequence.ownedBy?.tableOid === found.oid &&
        sequence.ownedBy.attributeNumber === place.attributeNumber
      ) {
        return qualifiedName(sequence)
      }
    }
    return undefined
  }

  function(oid: number, part: 'definition' | 'arguments' | 'identity' | 'result'): string | undefined {
    const one = functionByOid(this.catalog.functions, oid)
    if (one === undefined) return undefined
    if (part === 'result') return resultText(one)
    if (part !== 'definition') return argumentsText(one, part === 'arguments')
    if (one.kind === 'a') throw new SqlError('42809', `"${one.name}" is an aggregate function`)
    const volatility = { i: ' IMMUTABLE', s: ' STABLE', v: '' }[one.volatility]
    return (
      `CREATE OR REPLACE FUNCTION ${quoteIdentifier(one.schema)}.${quoteIdentifier(one.name)}` +
      `(${argumentsText(one, true)})\n RETURNS ${resultText(one)}\n LANGUAGE internal\n` +
      `${volatility} PARALLEL SAFE${one.isStrict ? ' STRICT' : ''}\nAS $function$${one.name}$function$\n`
    )
  }

  private shownName(oid: number): string {
    return this.context.catalog.relationName(oid) ?? String(oid)
  }
}

function qualifiedName({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

function columnName(row: RelationColumns | undefined, column: number): string {
  return quoteIdentifier(column < 0 ? (row?.name ?? '') : (row?.columns[column].name ?? ''))
}

/** `WITH (…)` of an index. */
function parametersText(options: readonly string[] | undefined): string {
  if (options === undefined) return ''
  const texts = options.map(option => {
    const at = option.indexOf('=')
    const value = option.slice(at + 1)
    const isPlain = quoteIdentifier(value) === value
    return `${quoteIdentifier(option.slice(0, at))}=${isPlain ? value : `'${value.replaceAll("'", "''")}'`}`
  })
  return ` WITH (${texts.join(', ')})`
}

function columnNames(table: TableSchema, columns: readonly number[]): string {
  return columns.map(column => quoteIdentifier(table.columns[column].name)).join(', ')
}

function deferral(one: { readonly isDeferrable: boolean; readonly isInitiallyDeferred: boolean }): string {
  return `${one.isDeferrable ? ' DEFERRABLE' : ''}${one.isInitiallyDeferred ? ' INITIALLY DEFERRED' : ''}`
}

function validityText({ isNoInherit, isEnforced, isValidated }: CheckSchema): string {
  const inherited = isNoInherit === true ? ' NO INHERIT' : ''
  if (isEnforced === false) return `${inherited} NOT ENFORCED`
  return isValidated ? inherited : `${inherited} NOT VALID`
}
