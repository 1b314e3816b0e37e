/**
 * ALTER TABLE. Each action changes the draft; when all are done, rows are laid out anew if one of them asks for it, and
 * what the new constraints say is checked.
 */

import { bindScalar, bindType } from '../bind/binder.ts'
import type { BoundExpression } from '../bind/bound.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { StoredConstraint } from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import { compile, type Evaluate } from '../execute/expression.ts'
import { checkReference } from '../execute/foreign-keys.ts'
import { wholeRowCursor } from '../execute/row-lookup.ts'
import { RowScope } from '../execute/table-writer.ts'
import type { Value } from '../functions/registry.ts'
import { parseExpression } from '../syntax/parser.ts'
import type { AlterTable, AlterTableAction } from '../syntax/tree.ts'
import { readsRelation } from './drop.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { findRelation, requireColumn } from './names.ts'
import { rebuildTable } from './rebuild.ts'
import { TableDraft } from './table-draft.ts'

/** What a column of the new row is: a column of the old one, or an expression over it. */
interface Origin {
  readonly column: number
  readonly expression: BoundExpression | undefined
  readonly rowRelation: number
}

export function alterTable(statement: AlterTable, environment: DefinitionEnvironment): void {
  const relation = findRelation(statement.name, environment)
  if (relation === undefined) {
    if (statement.ifExists) return
    throw new SqlError('42P01', `relation "${statement.name.join('.')}" does not exist`, {
      position: statement.at,
    })
  }
  if (relation.kind !== 'table') throw notSupported(`ALTER TABLE of a ${relation.kind}`, statement.at)
  const alteration = new Alteration(relation, environment)
  for (const action of statement.actions) alteration.apply(action)
  alteration.finish()
}

class Alteration {
  private readonly table: TableSchema
  private readonly environment: DefinitionEnvironment
  private readonly draft: TableDraft
  /** By attribute number: where its values come from. */
  private readonly origins = new Map<number, Origin>()
  private readonly validated = new Set<string>()

  constructor(table: TableSchema, environment: DefinitionEnvironment) {
    this.table = table
    this.environment = environment
    this.draft = new TableDraft(environment, new CatalogEditor(environment.unit.tables), table, table)
    table.columns.forEach((column, number) => {
      this.origins.set(column.attributeNumber, { column: number, expression: undefined, rowRelation: -1 })
    })
  }

  apply(action: AlterTableAction): void {
    const { draft } = this
    switch (action.kind) {
      case 'add column':
        if (draft.columns.some(column => column.name === action.column.name && !column.isHidden)) {
          if (action.ifNotExists) return
          throw new SqlError(
            '42701',
            `column "${action.column.name}" of relation "${this.table.name}" already exists`,
          )
        }
        draft.addColumn(action.column)
        return
      case 'drop column':
        this.dropColumn(action)
        return
      case 'set type':
        this.setType(action)
        return
      case 'set default': {
        const number = this.columnOf(action.column, action.at)
        const column = draft.columns[number]
        const { defaultText: _, ...rest } = column
        if (action.expression === undefined) {
          draft.columns[number] = rest
          return
        }
        const type = this.environment.state.typeByOid(column.type)!
        draft.columns[number] = {
          ...rest,
          defaultText: draft.checkedDefault(action.expression, type, column.modifier),
        }
        return
      }
      case 'set not null':
      case 'drop not null': {
        const number = this.columnOf(action.column, action.at)
        if (
          action.kind === 'drop not null' &&
          draft.indexes.some(index => index.isPrimary && index.columns.some(one => one.column === number))
        ) {
          throw new SqlError('42P16', `column "${action.column}" is in a primary key`)
        }
        draft.columns[number] = { ...draft.columns[number], isNotNull: action.kind === 'set not null' }
        return
      }
      case 'add constraint':
        if (
          'columns' in action.constraint ||
          action.constraint.kind === 'check' ||
          action.constraint.kind === 'not null'
        ) {
          draft.addConstraint(action.constraint)
          return
        }
        throw notSupported(action.constraint.kind, action.at)
      case 'drop constraint':
        this.dropConstraint(action)
        return
      case 'validate constraint':
        this.validated.add(action.name)
        return
      default:
        throw notSupported(`ALTER TABLE … ${action.kind.toUpperCase()}`, action.at)
    }
  }

  private columnOf(name: string, at: number): number {
    const number = this.draft.columns.findIndex(column => column.name === name && !column.isHidden)
    if (number < 0) {
      throw new SqlError('42703', `column "${name}" of relation "${this.table.name}" does not exist`, {
        position: at,
      })
    }
    return number
  }

  private dropColumn(action: Extract<AlterTableAction, { kind: 'drop column' }>): void {
    const { draft } = this
    if (action.ifExists && !draft.columns.some(column => column.name === action.column && !column.isHidden))
      return
    const number = this.columnOf(action.column, action.at)
    for (const { constraint } of this.table.referencedBy) {
      if (!constraint.referencedColumns.includes(number) || action.isCascade) continue
      throw new SqlError(
        '2BP01',
        `cannot drop column ${action.column} of table ${this.table.name} because other objects depend on it`,
        {
          detail: `constraint ${constraint.name} depends on column ${action.column} of table ${this.table.name}`,
          hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
        },
      )
    }
    if (this.table.referencedBy.length > 0 && action.isCascade)
      throw notSupported('DROP COLUMN … CASCADE of a referenced column', action.at)
    this.refuseUsedByView(action.column, (view: string) => {
      return new SqlError(
        '2BP01',
        `cannot drop column ${action.column} of table ${this.table.name} because other objects depend on it`,
        {
          detail: `view ${view} depends on column ${action.column} of table ${this.table.name}`,
          hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
        },
      )
    })
    const moved = (column: number) => (column > number ? column - 1 : column)
    draft.indexes = draft.indexes
      .filter(index => !index.columns.some(one => one.column === number) && !index.include.includes(number))
      .map(index => ({
        ...index,
        columns: index.columns.map(one => ({ ...one, column: moved(one.column) })),
        include: index.include.map(moved),
      }))
    draft.constraints = draft.constraints.flatMap((constraint): StoredConstraint[] => {
      if (constraint.kind === 'check') {
        return namesColumn(constraint.text, action.column) ? [] : [constraint]
      }
      if (constraint.columns.includes(number)) return []
      const columns = constraint.columns.map(moved)
      if (constraint.kind !== 'foreign key') return [{ ...constraint, columns }]
      const own = constraint.referencedOid === this.table.oid
      return [
        {
          ...constraint,
          columns,
          onDeleteColumns: constraint.onDeleteColumns.map(moved),
          referencedColumns: own ? constraint.referencedColumns.map(moved) : constraint.referencedColumns,
        },
      ]
    })
    if (this.table.referencedBy.some(one => one.tableOid !== this.table.oid)) {
      throw notSupported('dropping a column of a table that others refer to', action.at)
    }
    draft.columns.splice(number, 1)
  }

  private setType(action: Extract<AlterTableAction, { kind: 'set type' }>): void {
    const { draft, environment, table } = this
    const number = this.columnOf(action.column, action.at)
    const column = draft.columns[number]
    const { type, modifier } = bindType(action.type, environment.state, environment.functions)
    const using =
      action.using ??
      parseExpression(`CAST("${action.column.replaceAll('"', '""')}" AS ${type.schema}."${type.name}")`)
    const from = table.columns[requireColumn(table, action.column)].type
    if (action.using === undefined && !this.castsUnasked(action.column, type, modifier)) {
      throw new SqlError(
        '42804',
        `column "${action.column}" cannot be cast automatically to type ${type.displayName}`,
        {
          hint: `You might need to specify "USING ${action.column}::${type.displayName}".`,
        },
      )
    }
    const { expression, row } = bindScalar(using, environment.state, environment.functions, {
      table,
      target: { type, modifier },
      clause: 'transform',
    })
    draft.columns[number] = { ...column, type: type.oid, modifier }
    if (from === type && column.modifier === modifier) return
    this.refuseUsedByView(action.column, view => {
      return new SqlError('0A000', 'cannot alter type of a column used by a view or rule', {
        detail: `rule _RETURN on view ${view} depends on column "${action.column}"`,
      })
    })
    this.origins.set(column.attributeNumber, { column: -1, expression, rowRelation: row!.id })
  }

  /** A view that reads the table and names such a column keeps it as it is. */
  private refuseUsedByView(column: string, refusal: (view: string) => SqlError): void {
    const { state } = this.environment
    for (const relation of state.allRelations()) {
      if (relation.kind !== 'view' || !readsRelation(relation.text, this.table, state)) continue
      if (namesColumn(`EXISTS (${relation.text})`, column)) throw refusal(relation.name)
    }
  }

  /** Whether the old value may be assigned to the new type without being asked for. */
  private castsUnasked(column: string, type: import('../types/type.ts').SqlType, modifier: number): boolean {
    try {
      bindScalar(
        parseExpression(`"${column.replaceAll('"', '""')}"`),
        this.environment.state,
        this.environment.functions,
        {
          table: this.table,
          target: { type, modifier },
          clause: 'transform',
        },
      )
      return true
    } catch (error) {
      if (error instanceof SqlError && error.sqlstate === '42804') return false
      throw error
    }
  }

  private dropConstraint(action: Extract<AlterTableAction, { kind: 'drop constraint' }>): void {
    const { draft } = this
    const constraint = draft.constraints.find(one => one.name === action.name)
    if (constraint === undefined) {
      if (action.ifExists) return
      throw new SqlError(
        '42704',
        `constraint "${action.name}" of relation "${this.table.name}" does not exist`,
      )
    }
    if (constraint.kind === 'primary key' || constraint.kind === 'unique') {
      const isUsed = this.table.referencedBy.some(
        one =>
          one.constraint.referencedColumns.length === constraint.columns.length &&
          one.constraint.referencedColumns.every(column => constraint.columns.includes(column)),
      )
      if (isUsed) {
        throw new SqlError(
          '2BP01',
          `cannot drop constraint ${action.name} on table ${this.table.name} because other objects depend on it`,
          {
            hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
          },
        )
      }
      draft.indexes = draft.indexes.filter(index => index.oid !== constraint.indexOid)
    }
    draft.constraints = draft.constraints.filter(one => one !== constraint)
  }

  /** Stores the new definition, brings the rows into it, and checks what is new. */
  finish(): void {
    const { draft, environment, table } = this
    draft.constraints = draft.constraints.map(one =>
      this.validated.has(one.name) && 'isValidated' in one ? { ...one, isValidated: true } : one,
    )
    draft.settle()
    rebuildTable(table, draft, environment, this.rowChange())
    this.checkReferences()
  }

  /** From a row as it was to one as it will be. */
  private rowChange(): (row: readonly Value[]) => Value[] {
    const { draft, environment, origins } = this
    const scope = new RowScope(environment.context)
    const old = this.table
    const state = environment.stateNow()
    const now = state.tableByOid(draft.oid)!
    const defaults = environment.data(state).expressionsOf(now).defaults
    const { file } = scope
    const makers = draft.columns.map((column, number): ((row: readonly Value[]) => Value) => {
      const origin = origins.get(column.attributeNumber)
      if (origin === undefined) {
        const e = defaults[number]
        const evaluate: Evaluate = e === undefined ? () => null : compile(e, scope)
        return () => evaluate(file)
      }
      if (origin.expression === undefined) {
        const from = origin.column
        return row => row[from]
      }
      const evaluate = compile(origin.expression, scope)
      const registers = old.columns.map((_, i) => scope.registers.of(origin.rowRelation, i))
      return row => {
        for (let i = 0; i < registers.length; i++) file[registers[i]] = row[i]
        return evaluate(file)
      }
    })
    scope.prepare()
    return row => makers.map(make => make(row))
  }

  /** Foreign keys that are new: every row must have what it refers to. */
  private checkReferences(): void {
    const { environment, draft } = this
    const state = environment.stateNow()
    const table = state.tableByOid(draft.oid)!
    const known = new Set(this.table.constraints.map(one => one.oid))
    const fresh = table.constraints.filter(
      one =>
        one.kind === 'foreign key' &&
        one.isValidated &&
        (!known.has(one.oid) || this.validated.has(one.name)),
    )
    if (fresh.length === 0) return
    const data = environment.data(state)
    const cursor = wholeRowCursor(data, table)
    const rows: Value[][] = []
    cursor.open({ from: undefined, to: undefined })
    const row: Value[] = []
    while (cursor.next(row)) rows.push([...row])
    cursor.close()
    for (const constraint of fresh) {
      if (constraint.kind !== 'foreign key') continue
      for (const one of rows) {
        const values = constraint.columns.map(column => one[column])
        if (values.includes(null)) continue
        checkReference(data, { table, constraint, values, side: 'referring' }, environment.context)
      }
    }
  }
}

/** Whether an expression's text names a column. */
function namesColumn(text: string, column: string): boolean {
  let isFound = false
  const look = (value: unknown): void => {
    if (isFound || typeof value !== 'object' || value === null) return
    const node = value as { kind?: string; names?: readonly string[] }
    if (node.kind === 'column' && node.names?.at(-1) === column) isFound = true
    for (const one of Object.values(value)) look(one)
  }
  look(parseExpression(text))
  return isFound
}
