/**
 * ALTER TABLE. Each action changes the draft; when all are done, rows are laid out anew if one of them asks for it, and
 * what the new constraints say is checked.
 */

import type { Steps } from '../../base/steps.ts'
import { bindScalar } from '../bind/binder.ts'
import type { BoundExpression } from '../bind/bound.ts'
import { CatalogEditor } from '../catalog/editor.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type { StoredConstraint, StoredSqlColumn, StoredSqlIndex, StoredSqlTable } from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import { compile, type Evaluate } from '../execute/expression.ts'
import { RowScope } from '../execute/table-writer.ts'
import type { Value } from '../functions/registry.ts'
import { quoteIdentifier } from '../functions/string-format.ts'
import { parseExpression } from '../syntax/parser.ts'
import type { AlterTable, AlterTableAction } from '../syntax/tree.ts'
import { alterView } from './alter-view.ts'
import { castDefault, castsUnasked, refuseGenerated, typeText } from './altered-type.ts'
import {
  addIdentity,
  dropExpression,
  dropIdentity,
  setDefault,
  setExpression,
  setIdentity,
} from './column-actions.ts'
import { dropSequencesOf } from './column-sequences.ts'
import { checkColumnType } from './column-type.ts'
import { describe, dropViews, namesColumn, viewsOver } from './drop.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { refuseInUse } from './in-use.ts'
import { placePrimaryKey } from './key-index.ts'
import { findRelation, requireColumn } from './names.ts'
import {
  changeIndexes,
  checkReferences,
  checkReferencesOver,
  checkRows,
  isNewlyValid,
  rebuildTable,
} from './rebuild.ts'
import { applyHint } from './storage-hints.ts'
import { typeNamed } from './stored-names.ts'
import { TableDraft, withoutInheritance } from './table-draft.ts'
import { isStoredKey } from './typed-definition.ts'
import { forgetColumnsInViews } from './view-columns.ts'

/** What a column of the new row is: a column of the old one, or an expression over it. */
interface Origin {
  readonly column: number
  readonly expression: BoundExpression | undefined
  readonly rowRelation: number
}

export function* alterTable(statement: AlterTable, environment: DefinitionEnvironment): Steps {
  const relation = findRelation(statement.name, environment)
  if (relation === undefined) {
    const message = `relation "${statement.name.join('.')}" does not exist`
    if (!statement.ifExists) throw new SqlError('42P01', message, { position: statement.at })
    environment.notice('00000', `${message}, skipping`)
    return
  }
  if (relation.kind === 'view') {
    alterView(statement, environment)
    return
  }
  if (relation.kind !== 'table') throw notSupported(`ALTER TABLE of a ${relation.kind}`, statement.at)
  if (relation.materialized !== undefined) refuseForMaterialized(statement, relation)
  refuseInUse(relation, 'ALTER TABLE', environment)
  const alteration = new Alteration(relation, environment)
  for (const action of statement.actions.toSorted((a, b) => passOf(a) - passOf(b))) alteration.apply(action)
  yield* alteration.finish()
}

/** PostgreSQL does what goes first, and what needs the new columns last, in whatever order it is said. */
function passOf(action: AlterTableAction): number {
  switch (action.kind) {
    case 'drop column':
    case 'drop constraint':
    case 'drop not null':
    case 'drop identity':
    case 'drop expression':
      return 0
    case 'set default':
      return action.expression === undefined ? 0 : 5
    case 'set type':
      return 1
    case 'add column':
      return 2
    case 'set expression':
      return 3
    case 'set not null':
      return 4
    case 'add constraint':
    case 'add identity':
      return 5
    default:
      return 6
  }
}

/** Of a materialized view only its layout is changed. */
function refuseForMaterialized({ actions, at }: AlterTable, { name }: TableSchema): void {
  for (const { kind } of actions) {
    if (OF_MATERIALIZED.has(kind)) continue
    if (kind === 'set default') {
      throw new SqlError(
        '42809',
        `ALTER action ALTER COLUMN ... SET DEFAULT cannot be performed on relation "${name}"`,
        { detail: 'This operation is not supported for materialized views.' },
      )
    }
    throw notSupported(`ALTER TABLE (${kind}) of materialized view "${name}"`, at)
  }
}

const OF_MATERIALIZED: ReadonlySet<AlterTableAction['kind']> = new Set([
  'set options',
  'reset options',
  'set column options',
  'reset column options',
  'set statistics',
  'set storage',
  'set compression',
  'cluster on',
])

class Alteration {
  private readonly table: TableSchema
  private readonly environment: DefinitionEnvironment
  private readonly draft: TableDraft
  /** By attribute number: where its values come from. */
  private readonly origins = new Map<number, Origin>()
  /** Attribute numbers of columns whose values, or their type, are others than before. */
  private readonly changed = new Set<number>()
  /** Of columns that have been given another type. */
  private readonly retyped = new Set<number>()
  private readonly editor: CatalogEditor
  /** By attribute number: the defaults that new columns come with. */
  private readonly added = new Map<number, string | undefined>()
  /** Places of columns that go, among those that are seen. */
  private readonly dropped: number[] = []

  constructor(table: TableSchema, environment: DefinitionEnvironment) {
    this.table = table
    this.environment = environment
    this.editor = new CatalogEditor(environment.unit.tables)
    this.draft = new TableDraft(environment, this.editor, table, table)
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
        this.noteAdded(draft.columns.at(-1)!)
        return
      case 'drop column':
        this.dropColumn(action)
        return
      case 'set type':
        this.setType(action)
        return
      case 'set default':
        setDefault(draft, this.columnOf(action.column, action.at), action, this.environment)
        return
      case 'add identity':
        addIdentity(draft, this.columnOf(action.column, action.at), action, this.environment)
        return
      case 'set identity':
        setIdentity(draft, this.columnOf(action.column, action.at), action, this.environment, this.editor)
        return
      case 'drop identity':
        dropIdentity(draft, this.columnOf(action.column, action.at), action, this.editor)
        return
      case 'set expression': {
        const number = this.columnOf(action.column, action.at)
        setExpression(draft, number, action)
        // What is stored must be computed anew.
        this.origins.delete(draft.columns[number].attributeNumber)
        this.changed.add(draft.columns[number].attributeNumber)
        return
      }
      case 'drop expression':
        dropExpression(draft, this.columnOf(action.column, action.at), action)
        return
      case 'set not null': {
        const number = this.columnOf(action.column, action.at)
        draft.columns[number] = { ...draft.columns[number], isNotNull: true }
        return
      }
      case 'drop not null':
        this.dropNotNull(this.columnOf(action.column, action.at))
        return
      case 'add constraint':
        draft.addConstraint(action.constraint)
        return
      case 'drop constraint':
        this.dropConstraint(action)
        return
      case 'validate constraint':
        this.validate(action.name)
        return
      case 'alter constraint':
        this.alterConstraint(action)
        return
      default:
        applyHint(action, draft, this.table, this.environment)
    }
  }

  /** The rows that there are get the default that the column comes with, and not one that it is given besides. */
  private noteAdded({ attributeNumber, defaultText }: StoredSqlColumn): void {
    this.added.set(attributeNumber, defaultText)
  }

  private dropNotNull(number: number): void {
    const { draft } = this
    const column = draft.columns[number]
    if (draft.indexes.some(index => index.isPrimary && index.columns.some(one => one.column === number))) {
      throw new SqlError('42P16', `column "${column.name}" is in a primary key`)
    }
    if (column.identity !== undefined) {
      throw new SqlError(
        '42601',
        `column "${column.name}" of relation "${this.table.name}" is an identity column`,
      )
    }
    // What was said of the constraint goes with it, also where another one comes in the same statement.
    const { notNullName: _, ...rest } = column
    draft.columns[number] = { ...withoutInheritance(rest), isNotNull: false }
  }

  private constraintNamed(name: string): StoredConstraint {
    const constraint = this.draft.constraints.find(one => one.name === name)
    if (constraint !== undefined) return constraint
    throw new SqlError('42704', `constraint "${name}" of relation "${this.table.name}" does not exist`)
  }

  private notNullNamed(name: string): number {
    return this.draft.columns.findIndex(one => one.isNotNull && one.notNullName === name)
  }

  private validate(name: string): void {
    // All rows are held to NOT NULL anyway.
    if (this.notNullNamed(name) >= 0) return
    const constraint = this.constraintNamed(name)
    if (!('isValidated' in constraint)) {
      throw new SqlError('42809', `cannot validate constraint "${name}" of relation "${this.table.name}"`, {
        detail: 'This operation is not supported for this type of constraint.',
      })
    }
    if ('isEnforced' in constraint && constraint.isEnforced === false) {
      throw new SqlError('55000', 'cannot validate NOT ENFORCED constraint')
    }
    if (constraint.isValidated) return
    this.replace(constraint, { ...constraint, isValidated: true })
  }

  private alterConstraint(action: Extract<AlterTableAction, { kind: 'alter constraint' }>): void {
    const constraint = this.constraintNamed(action.name)
    const { name, deferral, isEnforced } = action
    if (constraint.kind !== 'foreign key') {
      throw new SqlError(
        '42809',
        deferral === undefined
          ? `cannot alter enforceability of constraint "${name}" of relation "${this.table.name}"`
          : `constraint "${name}" of relation "${this.table.name}" is not a foreign key constraint`,
      )
    }
    const { isEnforced: _, ...rest } = constraint
    const isNow = isEnforced ?? constraint.isEnforced !== false
    this.replace(constraint, {
      ...rest,
      ...deferral,
      // What begins to be enforced is checked for all rows that are there.
      isValidated: isNow && (isEnforced === true || constraint.isValidated),
      ...(isNow ? {} : { isEnforced: false }),
    })
  }

  private replace(constraint: StoredConstraint, next: StoredConstraint): void {
    this.draft.constraints = this.draft.constraints.map(one => (one === constraint ? next : one))
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
    this.dropReadersOf(action)
    const number = this.columnOf(action.column, action.at)
    const { attributeNumber } = draft.columns[number]
    dropSequencesOf(draft, this.table, attributeNumber, this.environment, user => {
      if (!action.isCascade) throw this.isNeeded(action.column, `${describe(user)} depends on`)
    })
    const before = this.table.columns.findIndex(one => one.attributeNumber === attributeNumber)
    if (before >= 0) this.dropped.push(before)
    for (const { tableOid, constraint } of this.table.referencedBy) {
      if (!constraint.referencedColumns.includes(before)) continue
      if (!action.isCascade) {
        throw this.isNeeded(action.column, `constraint ${constraint.name} depends on`)
      }
      refuseInUse(this.environment.state.tableByOid(tableOid)!, 'ALTER TABLE', this.environment)
      this.dropForeignKey(tableOid, constraint.oid)
    }
    const moved = (column: number) => (column > number ? column - 1 : column)
    draft.indexes = draft.indexes
      .filter(index => !isIndexOver(index, number, action.column))
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
    for (const tableOid of new Set(this.table.referencedBy.map(one => one.tableOid))) {
      const stored = tableOid === this.table.oid ? undefined : this.editor.get('table', tableOid)
      if (stored === undefined) continue
      const constraints = stored.constraints.map(one =>
        one.kind === 'foreign key' && one.referencedOid === this.table.oid
          ? { ...one, referencedColumns: one.referencedColumns.map(moved) }
          : one,
      )
      this.editor.put('table', tableOid, { ...stored, constraints })
    }
    draft.columns.splice(number, 1)
  }

  /** Generated columns and views that read the column go with it. @throws SqlError 2BP01 without CASCADE */
  private dropReadersOf({ column, isCascade, at }: Extract<AlterTableAction, { kind: 'drop column' }>): void {
    const { draft, environment } = this
    this.columnOf(column, at)
    const generated = draft.columns.filter(
      one => one.generatedText !== undefined && namesColumn(one.generatedText, column),
    )
    const views = viewsOver(this.table, column, environment)
    if (!isCascade) {
      if (generated.length > 0) {
        throw this.isNeeded(column, `column ${generated[0].name} of table ${this.table.name} depends on`)
      }
      if (views.length > 0) throw this.isNeeded(column, `view ${views[0].name} depends on`)
    }
    for (const { name } of generated) {
      environment.notice('00000', `drop cascades to column ${name} of table ${this.table.name}`)
      this.dropColumn({ kind: 'drop column', column: name, isCascade, ifExists: false, at })
    }
    if (views.length > 0) dropViews(views, environment)
  }

  private isNeeded(column: string, dependent: string): SqlError {
    const what = `column ${column} of table ${this.table.name}`
    return new SqlError('2BP01', `cannot drop ${what} because other objects depend on it`, {
      detail: `${dependent} ${what}`,
      hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
    })
  }

  private setType(action: Extract<AlterTableAction, { kind: 'set type' }>): void {
    const { draft, environment, table } = this
    const number = this.columnOf(action.column, action.at)
    const column = draft.columns[number]
    const { type, modifier } = typeNamed(action.type, environment)
    checkColumnType(type, environment.state)
    if (this.retyped.has(column.attributeNumber)) {
      throw new SqlError('0A000', `cannot alter type of column "${action.column}" twice`)
    }
    refuseGenerated(column, action, draft.columns)
    const using =
      action.using ?? parseExpression(`CAST(${quoteIdentifier(action.column)} AS ${typeText(type)})`)
    const from = table.columns[requireColumn(table, action.column)].type
    if (action.using === undefined && !castsUnasked(table, action.column, { type, modifier }, environment)) {
      throw new SqlError(
        '42804',
        `column "${action.column}" cannot be cast automatically to type ${type.displayName}`,
        {
          hint: `You might need to specify "USING ${action.column}::${type.displayName}".`,
        },
      )
    }
    const { state, searchPath, functions } = environment
    const { expression, row } = bindScalar(using, state.withSearchPath(searchPath), functions, {
      table,
      target: { type, modifier },
      clause: 'transform',
    })
    const defaultText = column.defaultText && castDefault(column, from, { type, modifier }, environment)
    draft.columns[number] = {
      ...column,
      type: type.oid,
      modifier,
      ...(defaultText === undefined ? {} : { defaultText }),
    }
    if (from !== type || column.modifier !== modifier) this.retyped.add(column.attributeNumber)
    if (from !== type) placePrimaryKey(draft)
    if (from === type && column.modifier === modifier && action.using === undefined) return
    this.changed.add(column.attributeNumber)
    const [view] = viewsOver(table, action.column, environment)
    if (view !== undefined) {
      throw new SqlError('0A000', 'cannot alter type of a column used by a view or rule', {
        detail: `rule _RETURN on view ${view.name} depends on column "${action.column}"`,
      })
    }
    this.origins.set(column.attributeNumber, { column: -1, expression, rowRelation: row!.id })
  }

  private dropConstraint(action: Extract<AlterTableAction, { kind: 'drop constraint' }>): void {
    const { draft } = this
    const constraint = draft.constraints.find(one => one.name === action.name)
    const column = this.notNullNamed(action.name)
    if (constraint === undefined && column >= 0) {
      this.dropNotNull(column)
      return
    }
    if (constraint === undefined) {
      if (action.ifExists) return
      throw new SqlError(
        '42704',
        `constraint "${action.name}" of relation "${this.table.name}" does not exist`,
      )
    }
    if (constraint.kind === 'primary key' || constraint.kind === 'unique') {
      const references = this.table.referencedBy.filter(
        one =>
          one.constraint.referencedColumns.length === constraint.columns.length &&
          one.constraint.referencedColumns.every(column => constraint.columns.includes(column)),
      )
      if (references.length > 0 && !action.isCascade) {
        throw new SqlError(
          '2BP01',
          `cannot drop constraint ${action.name} on table ${this.table.name} because other objects depend on it`,
          {
            hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
          },
        )
      }
      for (const { tableOid, constraint } of references) this.dropForeignKey(tableOid, constraint.oid)
      draft.indexes = draft.indexes.filter(index => index.oid !== constraint.indexOid)
    }
    // What a change of the other table means goes with it.
    if (constraint.kind === 'foreign key') {
      const { environment } = this
      refuseInUse(environment.state.tableByOid(constraint.referencedOid)!, 'ALTER TABLE', environment)
    }
    draft.constraints = draft.constraints.filter(one => one !== constraint)
  }

  /** Of a table that refers to this one, or of this one. */
  private dropForeignKey(tableOid: number, oid: number): void {
    const { draft, editor, table } = this
    draft.constraints = draft.constraints.filter(one => one.oid !== oid)
    const stored = tableOid === table.oid ? undefined : editor.get('table', tableOid)
    if (stored === undefined) return
    const constraints = stored.constraints.filter(one => one.oid !== oid)
    editor.put('table', tableOid, { ...stored, constraints })
  }

  /** Stores the new definition, brings rows and indexes into it, and checks what is new. */
  *finish(): Steps {
    const { draft, environment, table } = this
    if (this.dropped.length > 0) forgetColumnsInViews(table, this.dropped, this.editor, environment)
    const before = this.editor.get('table', table.oid)!
    draft.settle()
    if (this.hasOtherRows(before)) yield* rebuildTable(table, draft, environment, this.rowChange())
    else {
      yield* changeIndexes(before, draft, table, environment)
      if (this.isNewlyValid('check', before)) yield* checkRows(draft, environment)
    }
    if (this.isNewlyValid('foreign key', before)) yield* checkReferences(draft, before, environment)
    if (this.changed.size > 0) yield* checkReferencesOver(draft, this.changed, environment)
  }

  /** Whether the rows must be laid out anew. */
  private hasOtherRows(before: StoredSqlTable): boolean {
    const { columns, indexes } = this.draft
    const layout = (of: Pick<StoredSqlTable, 'columns' | 'indexes'>) =>
      JSON.stringify([
        of.columns.map(({ attributeNumber, type, modifier, isNotNull }) => [
          attributeNumber,
          type,
          modifier,
          isNotNull,
        ]),
        of.indexes.find(isStoredKey)?.columns.map(({ column }) => of.columns[column].attributeNumber),
      ])
    const isComputed = columns.some(({ attributeNumber }) => {
      const origin = this.origins.get(attributeNumber)
      return origin === undefined ? attributeNumber > 0 : origin.expression !== undefined
    })
    return isComputed || layout(before) !== layout({ columns, indexes })
  }

  private isNewlyValid(kind: 'check' | 'foreign key', before: StoredSqlTable): boolean {
    return this.draft.constraints.some(one => one.kind === kind && isNewlyValid(one, before))
  }

  /** From a row as it was to one as it will be. */
  private rowChange(): (row: readonly Value[]) => Value[] {
    const { draft, environment, origins } = this
    const scope = new RowScope(environment.context)
    const old = this.table
    const state = environment.stateNow()
    const now = state.tableByOid(draft.oid)!
    // As they were added: a default that was set besides is for the rows to come.
    const withAdded: TableSchema = {
      ...now,
      columns: now.columns.map(column =>
        this.added.has(column.attributeNumber)
          ? { ...column, defaultText: this.added.get(column.attributeNumber) }
          : column,
      ),
    }
    const { defaults } = environment.data(state).expressionsOf(withAdded)
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
}

function isIndexOver(index: StoredSqlIndex, number: number, name: string): boolean {
  if (index.include.includes(number)) return true
  if (index.predicateText !== undefined && namesColumn(index.predicateText, name)) return true
  return index.columns.some(
    one =>
      one.column === number || (one.expressionText !== undefined && namesColumn(one.expressionText, name)),
  )
}
