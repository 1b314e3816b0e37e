/**
 * A table in the making, or being altered: what will be stored about it. Columns and constraints are added one by one, and
 * checked as they come; `finish` gives what the catalog stores.
 */

import { ownValue } from '../../base/own-value.ts'
import type { BoundScalar } from '../bind/binder.ts'
import { refuseCollation } from '../bind/collations.ts'
import { walk } from '../bind/walk.ts'
import type { CatalogEditor } from '../catalog/editor.ts'
import type { TableSchema } from '../catalog/schema.ts'
import type {
  StoredConstraint,
  StoredSequence,
  StoredSqlColumn,
  StoredSqlIndex,
  StoredSqlTable,
} from '../catalog/stored.ts'
import { notSupported, SqlError } from '../errors.ts'
import { formatExpression } from '../syntax/format.ts'
import type {
  ColumnDefinition,
  ConstraintDefinition,
  Expression,
  SequenceOption,
  TypeName,
} from '../syntax/tree.ts'
import { INT2, INT4, INT8, type SqlType, TEXT, UNKNOWN } from '../types/type.ts'
import { checkedGenerated } from './column-actions.ts'
import { checkColumnType, checkIndexableType } from './column-type.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { newForeignKey } from './foreign-key.ts'
import { newKeyIndex, usedIndex } from './key-index.ts'
import { freeName, nameTaken, type ObjectName, storedTableName } from './names.ts'
import { newSequence, nextOf } from './sequences.ts'
import { setMethods } from './storage-hints.ts'
import { storedExpression, typeNamed } from './stored-names.ts'
import { isTemporarySchema } from './temporary.ts'
import { isStoredKey } from './typed-definition.ts'

/** The column of a table without a primary key. */
export const ROW_NUMBER = 'row number'

const SERIALS: Readonly<Record<string, SqlType>> = {
  serial: INT4,
  serial4: INT4,
  bigserial: INT8,
  serial8: INT8,
  smallserial: INT2,
  serial2: INT2,
}

/** A constraint as it is written. */
export type Of<K extends ConstraintDefinition['kind']> = Extract<ConstraintDefinition, { readonly kind: K }>

export class TableDraft {
  readonly oid: number
  readonly target: ObjectName
  columns: StoredSqlColumn[] = []
  indexes: StoredSqlIndex[] = []
  constraints: StoredConstraint[] = []
  private readonly environment: DefinitionEnvironment
  private readonly editor: CatalogEditor
  readonly isNameTaken: (name: string) => boolean
  private readonly storedName: string
  private readonly rowTypeOid: number
  private nextAttributeNumber = 1
  private comment: string | undefined
  materialized: StoredSqlTable['materialized']
  onCommit: StoredSqlTable['onCommit']
  hints: StoredSqlTable['hints']
  /** Foreign keys wait until all columns and keys are there: they may refer to the table itself. */
  private readonly foreignKeys: Of<'foreign key'>[] = []
  private readonly checks: Of<'check'>[] = []

  constructor(
    environment: DefinitionEnvironment,
    editor: CatalogEditor,
    target: ObjectName,
    existing?: TableSchema,
  ) {
    this.environment = environment
    this.editor = editor
    this.target = target
    const taken = nameTaken(environment.state, target.schema)
    this.isNameTaken = name => taken(name) || this.indexes.some(index => index.name === name)
    if (existing === undefined) {
      this.oid = editor.newOid(3)
      this.rowTypeOid = this.oid + 1
      this.storedName = storedTableName(target)
      return
    }
    const stored = editor.get('table', existing.oid)
    if (stored === undefined) {
      throw notSupported(
        `changing table "${existing.name}" by SQL: it was defined from TypeScript, and is changed there`,
      )
    }
    this.oid = existing.oid
    this.rowTypeOid = stored.rowTypeOid
    this.storedName = stored.storedName
    this.columns = [...stored.columns]
    this.indexes = [...stored.indexes]
    this.constraints = [...stored.constraints]
    this.nextAttributeNumber = stored.nextAttributeNumber
    this.comment = stored.comment
    this.materialized = stored.materialized
    this.onCommit = stored.onCommit
    this.hints = stored.hints
  }

  // -------------------------------------------------------------------------------------------- columns

  addColumn(definition: ColumnDefinition): void {
    const { name, at } = definition
    if (this.columns.some(column => column.name === name && !column.isHidden)) {
      throw new SqlError('42701', `column "${name}" specified more than once`, { position: at })
    }
    if (definition.collation !== undefined) refuseCollation(definition.collation, at)
    const serial = serialOf(definition.type)
    const { type, modifier } =
      serial === undefined ? typeNamed(definition.type, this.environment) : { type: serial, modifier: -1 }
    checkColumnType(type, this.environment.state)
    const column: { -readonly [K in keyof StoredSqlColumn]: StoredSqlColumn[K] } = {
      name,
      type: type.oid,
      modifier,
      isNotNull: serial !== undefined,
      attributeNumber: this.nextAttributeNumber++,
      storedName: this.freeStoredName(name),
    }
    if (serial !== undefined) {
      const sequenceOid = this.ownedSequence(column, type, [])
      const sequence = this.editor.get('sequence', sequenceOid)!
      column.defaultText = nextOf(sequence.schema, sequence.name)
      column.sequenceOid = sequenceOid
    }
    let nullSaid: boolean | undefined
    for (const constraint of definition.constraints) {
      switch (constraint.kind) {
        case 'not null':
          if (nullSaid === true) throw conflictingNull(name, this.target.name, constraint.at)
          nullSaid = false
          column.isNotNull = true
          if (constraint.name !== undefined) column.notNullName = constraint.name
          if (constraint.isNoInherit) column.hints = { ...column.hints, isNoInherit: true }
          break
        case 'null':
          if (nullSaid === false || serial !== undefined)
            throw conflictingNull(name, this.target.name, constraint.at)
          nullSaid = true
          break
        case 'default':
          if (column.defaultText !== undefined) {
            throw new SqlError(
              '42601',
              `multiple default values specified for column "${name}" of table "${this.target.name}"`,
              { position: constraint.at },
            )
          }
          column.defaultText = this.checkedDefault(constraint.expression, type, modifier)
          break
        case 'identity':
          if (type !== INT2 && type !== INT4 && type !== INT8) {
            throw new SqlError('22023', 'identity column type must be smallint, integer, or bigint')
          }
          column.identity = constraint.always ? 'always' : 'by default'
          column.isNotNull = true
          column.sequenceOid = this.ownedSequence(column, type, constraint.options)
          break
        case 'generated':
          column.generatedText = formatExpression(constraint.expression)
          if (!constraint.isStored) column.isVirtual = true
          this.generated.add(column.attributeNumber)
          break
        case 'check':
          this.checks.push(constraint)
          break
        case 'primary key':
        case 'unique':
          this.keys.push({ ...constraint, columns: [name] })
          break
        case 'foreign key':
          this.foreignKeys.push({ ...constraint, columns: [name] })
          break
      }
    }
    checkSources(column, this.target.name, definition.at)
    this.columns.push(column)
    setMethods(this, definition)
  }
  /** Attribute numbers of columns whose expressions are new. */
  private readonly generated = new Set<number>()

  checkGeneratedLater(number: number): void {
    this.generated.add(this.columns[number].attributeNumber)
  }

  private readonly keys: Of<'primary key' | 'unique'>[] = []

  /** A column of a type that is known already: of CREATE TABLE AS and LIKE. */
  addPlainColumn(name: string, type: SqlType, modifier: number, more: Partial<StoredSqlColumn> = {}): void {
    if (this.columns.some(column => column.name === name && !column.isHidden)) {
      throw new SqlError('42701', `column "${name}" specified more than once`)
    }
    const plain = type === UNKNOWN ? TEXT : type
    checkColumnType(plain, this.environment.state)
    this.columns.push({
      name,
      type: plain.oid,
      modifier,
      isNotNull: false,
      attributeNumber: this.nextAttributeNumber++,
      storedName: this.freeStoredName(name),
      ...more,
    })
  }

  private freeStoredName(name: string): string {
    const isTaken = (one: string) => this.columns.some(column => column.storedName === one)
    let stored = name
    for (let i = 2; isTaken(stored); i++) stored = `${name} (${i})`
    return stored
  }

  ownedSequence(column: StoredSqlColumn, type: SqlType, options: readonly SequenceOption[]): number {
    const name = freeName(`${this.target.name}_${column.name}_seq`, this.isNameTaken)
    const oid = this.editor.newOid()
    this.environment.unit.state.sequences.make(oid)
    const sequence: StoredSequence = {
      ...newSequence(
        { schema: this.target.schema, name },
        [{ kind: 'as', type: EMPTY_TYPE }, ...options],
        () => type,
      ),
      ownedBy: { tableOid: this.oid, attributeNumber: column.attributeNumber },
    }
    this.editor.put('sequence', oid, sequence)
    return oid
  }

  /** @throws SqlError 42804 when the default does not fit the column */
  checkedDefault(expression: Expression, type: SqlType, modifier: number): string {
    // A user's type is another object in each state, and a type is told by its object.
    const state = this.environment.stateNow()
    const target = { type: state.typeByOid(type.oid) ?? type, modifier }
    return storedExpression(expression, { ...this.environment, state }, { target, clause: 'default' }).text
  }

  // ---------------------------------------------------------------------------------------- constraints

  addConstraint(constraint: ConstraintDefinition): void {
    switch (constraint.kind) {
      case 'primary key':
      case 'unique':
        this.keys.push(constraint)
        return
      case 'check':
        this.checks.push(constraint)
        return
      case 'foreign key':
        this.foreignKeys.push(constraint)
        return
      case 'not null':
        this.addNotNull(constraint)
        return
      default:
        throw notSupported(constraint.kind, constraint.at)
    }
  }

  numberOf(name: string, at: number): number {
    const number = this.columns.findIndex(column => column.name === name && !column.isHidden)
    if (number < 0)
      throw new SqlError('42703', `column "${name}" named in key does not exist`, { position: at })
    return number
  }

  /** All keys, checks and references that were added since the last time, in PostgreSQL's order. */
  settle(): void {
    // Keys name their columns by number: those that were added come before the hidden one first.
    const hidden = this.columns.findIndex(column => column.isHidden)
    if (hidden >= 0) this.columns.push(...this.columns.splice(hidden, 1))
    for (const key of this.keys.splice(0)) this.addKey(key)
    this.keepRowNumber()
    this.nameNotNulls()
    // Expressions and references are bound against the table as it is now.
    this.store()
    for (const [number, column] of this.columns.entries()) {
      if (!this.generated.delete(column.attributeNumber)) continue
      this.columns[number] = { ...column, generatedText: checkedGenerated(this, column, this.environment) }
    }
    for (const constraint of this.checks.splice(0)) this.addCheck(constraint)
    this.store()
    for (const constraint of this.foreignKeys.splice(0)) {
      this.constraints.push(newForeignKey(constraint, this, this.environment, this.editor.newOid()))
    }
    this.store()
  }

  private addKey(key: Of<'primary key' | 'unique'>): void {
    const isPrimary = key.kind === 'primary key'
    if (isPrimary && this.indexes.some(index => index.isPrimary)) {
      throw new SqlError('42P16', `multiple primary keys for table "${this.target.name}" are not allowed`, {
        position: key.at,
      })
    }
    const hasName = (name: string) =>
      this.constraints.some(one => one.name === name) || this.columns.some(one => one.notNullName === name)
    if (key.name !== undefined && hasName(key.name)) throw this.constraintExists(key.name)
    const index =
      key.usingIndex === undefined
        ? newKeyIndex(key, this, this.editor.newOid())
        : usedIndex(key, key.usingIndex, this)
    const columns = index.columns.map(one => one.column)
    if (isPrimary) {
      for (const number of columns) this.columns[number] = { ...this.columns[number], isNotNull: true }
    }
    this.indexes.push(index)
    this.constraints.push({
      kind: key.kind,
      oid: this.editor.newOid(),
      name: index.name,
      columns,
      indexOid: index.oid,
      isDeferrable: key.isDeferrable,
      isInitiallyDeferred: key.isInitiallyDeferred,
    })
  }

  /** Each column that may not be null has a constraint that says so. */
  private nameNotNulls(): void {
    const isTaken = (name: string) =>
      this.constraints.some(one => one.name === name) || this.columns.some(one => one.notNullName === name)
    this.columns.forEach((column, number) => {
      const { notNullName, ...rest } = column
      if (!column.isNotNull) this.columns[number] = withoutInheritance(rest)
      else if (notNullName === undefined && !column.isHidden) {
        const name = freeName(`${this.target.name}_${column.name}_not_null`, isTaken)
        this.columns[number] = { ...column, notNullName: name }
      }
    })
  }

  private addNotNull({ name, column, isNoInherit, at }: Of<'not null'>): void {
    const number = this.columns.findIndex(one => one.name === column && !one.isHidden)
    if (number < 0) {
      throw new SqlError('42703', `column "${column}" of relation "${this.target.name}" does not exist`, {
        position: at,
      })
    }
    const { isNotNull, notNullName } = this.columns[number]
    if (isNotNull && name !== undefined && notNullName !== undefined && name !== notNullName) {
      throw new SqlError(
        '55000',
        `cannot create not-null constraint "${name}" on column "${column}" of table "${this.target.name}"`,
        { detail: `A not-null constraint named "${notNullName}" already exists for this column.` },
      )
    }
    this.columns[number] = {
      ...this.columns[number],
      isNotNull: true,
      ...(name === undefined ? {} : { notNullName: name }),
      ...(isNoInherit ? { hints: { ...this.columns[number].hints, isNoInherit } } : {}),
    }
  }

  typeOf(number: number): SqlType {
    return this.environment.stateNow().typeByOid(this.columns[number].type)!
  }

  checkIndexable(number: number): void {
    checkIndexableType(this.typeOf(number))
  }

  /** A name that no typed index of the table has: one that was renamed keeps its own. */
  freeIndexName(name: string): string {
    return freeName(name, one => this.indexes.some(index => index.storedName === one))
  }

  /** A table without a primary key has a hidden number instead. */
  private keepRowNumber(): void {
    const hasKey = this.indexes.some(isStoredKey)
    const hidden = this.columns.findIndex(column => column.isHidden)
    if (hasKey && hidden >= 0) {
      // It is the last column always, so that no other one's number changes.
      this.columns.splice(hidden, 1)
    } else if (!hasKey && hidden < 0) {
      this.columns.push({
        name: ROW_NUMBER,
        type: INT8.oid,
        modifier: -1,
        isNotNull: true,
        attributeNumber: 0,
        isHidden: true,
        storedName: ROW_NUMBER,
      })
    }
  }

  private addCheck(constraint: Of<'check'>): void {
    const { expression, isEnforced, isNoInherit, comment } = constraint
    const state = this.environment.stateNow()
    const table = state.tableByOid(this.oid)!
    const { bound, text } = storedExpression(
      expression,
      { ...this.environment, state },
      { table, clause: 'check' },
    )
    const column = onlyColumn(bound)
    const isTaken = (name: string) => this.constraints.some(one => one.name === name)
    if (constraint.name !== undefined && isTaken(constraint.name))
      throw this.constraintExists(constraint.name)
    const base = column === undefined ? `${this.target.name}_check` : `${this.target.name}_${column}_check`
    this.constraints.push({
      kind: 'check',
      oid: this.editor.newOid(),
      name: constraint.name ?? freeName(base, isTaken),
      text,
      isValidated: isEnforced && !constraint.isNotValid,
      ...(isEnforced ? {} : { isEnforced }),
      ...(isNoInherit ? { isNoInherit } : {}),
      ...(comment === undefined ? {} : { comment }),
    })
  }

  constraintExists(name: string): SqlError {
    return new SqlError('42710', `constraint "${name}" for relation "${this.target.name}" already exists`)
  }

  // ------------------------------------------------------------------------------------------- the result

  get stored(): StoredSqlTable {
    return {
      schema: this.target.schema,
      name: this.target.name,
      rowTypeOid: this.rowTypeOid,
      columns: this.columns,
      nextAttributeNumber: this.nextAttributeNumber,
      indexes: this.indexes,
      constraints: this.constraints,
      storedName: this.storedName,
      ...(isTemporarySchema(this.target.schema) ? { isTemporary: true } : {}),
      ...(this.onCommit === undefined ? {} : { onCommit: this.onCommit }),
      ...(this.materialized === undefined ? {} : { materialized: this.materialized }),
      ...(this.hints === undefined ? {} : { hints: this.hints }),
      ...(this.comment === undefined ? {} : { comment: this.comment }),
    }
  }

  private store(): void {
    this.editor.put('table', this.oid, this.stored)
  }
}

/** A column that may be null: what was said of its NOT NULL is gone with it. */
export function withoutInheritance(column: StoredSqlColumn): StoredSqlColumn {
  if (column.hints?.isNoInherit === undefined) return column
  const { hints, ...rest } = column
  const { isNoInherit: _, ...others } = hints
  return Object.keys(others).length === 0 ? rest : { ...rest, hints: others }
}

/** What `as` stands before: the type comes from the column. */
const EMPTY_TYPE: TypeName = { name: [], modifiers: [], dimensions: 0, isSetOf: false, at: -1 }

/** The only column that a check mentions: its name is part of the check's. */
function onlyColumn({ expression, row }: BoundScalar): string | undefined {
  const columns = new Set<number>()
  walk([expression], {
    expression(e) {
      if (e.kind === 'column' && e.relation === row?.id) columns.add(e.column)
    },
  })
  const [column, ...more] = columns
  return column === undefined || more.length > 0 ? undefined : row?.columns[column]?.name
}

function serialOf({ name, dimensions }: TypeName): SqlType | undefined {
  return name.length === 1 && dimensions === 0 ? ownValue(SERIALS, name[0]) : undefined
}

function conflictingNull(column: string, table: string, at: number): SqlError {
  return new SqlError(
    '42601',
    `conflicting NULL/NOT NULL declarations for column "${column}" of table "${table}"`,
    {
      position: at,
    },
  )
}

/** A column's values come from one place. */
function checkSources(
  { name, defaultText, identity, generatedText }: StoredSqlColumn,
  table: string,
  at: number,
): void {
  const [first, second] = [
    defaultText === undefined ? undefined : 'default',
    identity === undefined ? undefined : 'identity',
    generatedText === undefined ? undefined : 'generation expression',
  ].filter(source => source !== undefined)
  if (second === undefined) return
  throw new SqlError(
    '42601',
    `both ${first} and ${second} specified for column "${name}" of table "${table}"`,
    {
      position: at,
    },
  )
}
