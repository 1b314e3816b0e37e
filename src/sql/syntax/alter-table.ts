/** ALTER TABLE, converted. */

import { constraint } from './constraints.ts'
import { optionalExpression, requiredExpression } from './expressions.ts'
import { type Fields, fieldsOf, itemsOf, type Raw } from './fields.ts'
import { tableIn } from './from.ts'
import { isChangeOfOwner, ownerOfRelation } from './owner.ts'
import { sequenceOption, sequenceOptions } from './sequences.ts'
import { STORAGE_ACTIONS, setOptions } from './storage-actions.ts'
import { columnDefinition } from './tables.ts'
import type { AlteredObject, AlterTable, AlterTableAction, OwnerStatement, SequenceOption } from './tree.ts'
import { typeName } from './type-names.ts'

export function alterTable(fields: Fields): AlterTable | OwnerStatement {
  const commands = fields.list('cmds')
  if (isChangeOfOwner(commands)) return ownerOfRelation(fields, commands[0])
  const object = fields.keyword('objtype', OBJECTS, fields.source.statementName)
  return {
    kind: 'alter table',
    at: fields.at,
    ...(object === 'table' ? {} : { object }),
    name: tableIn(fields, 'relation'),
    ifExists: fields.flag('missing_ok'),
    actions: commands.map(node => {
      const command = fieldsOf(fields.source, node, 'AlterTableCmd', fields.at)
      const converted = action(command, object)
      command.done()
      return converted
    }),
  }
}

const OBJECTS = {
  OBJECT_TABLE: 'table',
  OBJECT_INDEX: 'index',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
} as const

function action(fields: Fields, object: AlteredObject): AlterTableAction {
  const subtype = fields.take('subtype') as string
  if (subtype === 'AT_SetRelOptions') return setOptions(fields, object)
  const isOfOptions = subtype === 'AT_ResetRelOptions'
  const isOfView = object === 'view' && subtype === 'AT_ColumnDefault'
  if ((object === 'view' || object === 'index') && !isOfOptions && !isOfView) {
    throw fields.refusal(`this form of ${fields.source.statementName}`)
  }
  const convert = Object.hasOwn(ACTIONS, subtype) ? ACTIONS[subtype] : undefined
  if (convert === undefined) throw fields.refusal(REFUSED[subtype] ?? `ALTER TABLE (${subtype})`)
  return convert(fields)
}

const REFUSED: Readonly<Record<string, string>> = {
  AT_AddInherit: 'INHERIT',
  AT_AttachPartition: 'ATTACH PARTITION',
  AT_ChangeOwner: 'OWNER TO',
  AT_DetachPartition: 'DETACH PARTITION',
  AT_DropInherit: 'NO INHERIT',
  AT_EnableRowSecurity: 'ROW LEVEL SECURITY',
  AT_DisableTrigAll: 'DISABLE TRIGGER ALL, foreign keys among them,',
  AT_ForceRowSecurity: 'ROW LEVEL SECURITY',
  AT_SetAccessMethod: 'SET ACCESS METHOD',
  AT_SetTableSpace: 'TABLESPACE',
  AT_SetUnLogged: 'SET UNLOGGED',
}

/** The column, or constraint, that an action names. */
function named(fields: Fields): string {
  return fields.text('name')
}

/** What the grammar says of every action, where it means nothing. */
function noBehavior(fields: Fields): void {
  fields.expect('behavior', 'DROP_RESTRICT', 'CASCADE')
}

function isCascade(fields: Fields): boolean {
  return fields.keyword('behavior', { DROP_RESTRICT: false, DROP_CASCADE: true })
}

function definition(fields: Fields, kind: string): Fields {
  return fieldsOf(fields.source, fields.required('def'), kind, fields.at)
}

const ACTIONS: Readonly<Record<string, (fields: Fields) => AlterTableAction>> = {
  ...STORAGE_ACTIONS,
  AT_AddColumn: fields => {
    noBehavior(fields)
    const column = columnDefinition(definition(fields, 'ColumnDef'))
    return { kind: 'add column', at: column.at, column, ifNotExists: fields.flag('missing_ok') }
  },
  AT_DropColumn: fields => ({
    kind: 'drop column',
    at: fields.at,
    column: named(fields),
    ifExists: fields.flag('missing_ok'),
    isCascade: isCascade(fields),
  }),
  AT_AlterColumnType: fields => {
    noBehavior(fields)
    const column = definition(fields, 'ColumnDef')
    const type = typeName(column, 'typeName')
    const using = optionalExpression(column, 'raw_default')
    column.done()
    return { kind: 'set type', at: column.at, column: named(fields), type, using }
  },
  AT_ColumnDefault: fields => {
    noBehavior(fields)
    return {
      kind: 'set default',
      at: fields.at,
      column: named(fields),
      expression: optionalExpression(fields, 'def'),
    }
  },
  AT_SetNotNull: fields => nullability(fields, 'set not null'),
  AT_DropNotNull: fields => nullability(fields, 'drop not null'),
  AT_SetExpression: fields => {
    noBehavior(fields)
    const expression = requiredExpression(fields, 'def')
    return { kind: 'set expression', at: fields.at, column: named(fields), expression }
  },
  AT_DropExpression: fields => dropOf(fields, 'drop expression'),
  AT_DropIdentity: fields => dropOf(fields, 'drop identity'),
  AT_AddIdentity: fields => {
    noBehavior(fields)
    const identity = definition(fields, 'Constraint')
    identity.keyword('contype', { CONSTR_IDENTITY: true })
    const always = identity.keyword('generated_when', { a: true, d: false })
    const options = sequenceOptions(identity, 'options')
    identity.done()
    return { kind: 'add identity', at: identity.at, column: named(fields), always, options }
  },
  AT_SetIdentity: fields => {
    noBehavior(fields)
    const items = itemsOf(fields.source, fields.required('def'), fields.at)
    return { kind: 'set identity', at: fields.at, column: named(fields), ...identityChange(fields, items) }
  },
  AT_AddConstraint: fields => {
    noBehavior(fields)
    const added = constraint(definition(fields, 'Constraint'))
    return { kind: 'add constraint', at: added.at, constraint: added }
  },
  AT_DropConstraint: fields => ({
    kind: 'drop constraint',
    at: fields.at,
    name: named(fields),
    ifExists: fields.flag('missing_ok'),
    isCascade: isCascade(fields),
  }),
  AT_ValidateConstraint: fields => {
    noBehavior(fields)
    return { kind: 'validate constraint', at: fields.at, name: named(fields) }
  },
  AT_AlterConstraint: fields => {
    noBehavior(fields)
    const change = definition(fields, 'ATAlterConstraint')
    const altersDeferral = change.flag('alterDeferrability')
    const altersEnforcement = change.flag('alterEnforceability')
    if (!altersDeferral && !altersEnforcement) throw change.refusal('this form of ALTER CONSTRAINT')
    const deferral = {
      isDeferrable: change.flag('deferrable'),
      isInitiallyDeferred: change.flag('initdeferred'),
    }
    // It is said here, and means nothing without `alterEnforceability`.
    const isEnforced = change.flag('is_enforced')
    const altered = {
      kind: 'alter constraint',
      at: change.at,
      name: change.text('conname'),
      deferral: altersDeferral ? deferral : undefined,
      isEnforced: altersEnforcement ? isEnforced : undefined,
    } as const
    change.done()
    return altered
  },
}

function nullability(fields: Fields, kind: 'set not null' | 'drop not null'): AlterTableAction {
  noBehavior(fields)
  return { kind, at: fields.at, column: named(fields) }
}

function dropOf(fields: Fields, kind: 'drop expression' | 'drop identity'): AlterTableAction {
  noBehavior(fields)
  return { kind, at: fields.at, column: named(fields), ifExists: fields.flag('missing_ok') }
}

/** `SET GENERATED ALWAYS` comes as an option among those of the sequence, with a letter as a number. */
function identityChange(parent: Fields, nodes: readonly Raw[]) {
  const { source, at } = parent
  let always: boolean | undefined
  const options: SequenceOption[] = []
  for (const node of nodes) {
    const fields = fieldsOf(source, node, 'DefElem', at)
    if ((node.DefElem as Raw).defname !== 'generated') {
      options.push(sequenceOption(fields))
      continue
    }
    fields.take('defname')
    fields.expect('defaction', 'DEFELEM_UNSPEC')
    const letter = fieldsOf(source, fields.required('arg'), 'Integer', fields.at)
    always = String.fromCharCode(letter.integer('ival')) === 'a'
    letter.done()
    fields.done()
  }
  return { always, options }
}
