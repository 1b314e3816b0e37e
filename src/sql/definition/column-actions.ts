/** ALTER TABLE … ALTER COLUMN: what a column computes and counts by itself: defaults, identities, generation. */

import { walk } from '../bind/walk.ts'
import type { CatalogEditor } from '../catalog/editor.ts'
import type { StoredSqlColumn } from '../catalog/stored.ts'
import { SqlError } from '../errors.ts'
import { formatExpression } from '../syntax/format.ts'
import { parseExpression } from '../syntax/parser.ts'
import type { AlterTableAction } from '../syntax/tree.ts'
import { INT2, INT4, INT8 } from '../types/type.ts'
import type { DefinitionEnvironment } from './environment.ts'
import { requireImmutable } from './immutable.ts'
import { newSequence } from './sequences.ts'
import { storedExpression } from './stored-names.ts'
import type { TableDraft } from './table-draft.ts'
import { checkVirtualExpression, checkVirtualType } from './virtual-columns.ts'

type Action<K extends AlterTableAction['kind']> = Extract<AlterTableAction, { readonly kind: K }>

function refuse(column: string, draft: TableDraft, reason: string): SqlError {
  return new SqlError('55000', `column "${column}" of relation "${draft.target.name}" ${reason}`)
}

export function setDefault(
  draft: TableDraft,
  number: number,
  { column: name, expression }: Action<'set default'>,
  environment: DefinitionEnvironment,
): void {
  const column = draft.columns[number]
  const where = `column "${name}" of relation "${draft.target.name}"`
  if (column.identity !== undefined) {
    throw new SqlError('42601', `${where} is an identity column`, {
      ...(expression === undefined
        ? { hint: 'Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead.' }
        : {}),
    })
  }
  if (column.generatedText !== undefined) {
    throw new SqlError('42601', `${where} is a generated column`, {
      hint: `Use ALTER TABLE ... ALTER COLUMN ... ${expression === undefined ? 'DROP' : 'SET'} EXPRESSION instead.`,
    })
  }
  const { defaultText: _, ...rest } = column
  const type = environment.state.typeByOid(column.type)!
  draft.columns[number] =
    expression === undefined
      ? rest
      : { ...rest, defaultText: draft.checkedDefault(expression, type, column.modifier) }
}

export function addIdentity(
  draft: TableDraft,
  number: number,
  { column: name, always, options }: Action<'add identity'>,
  environment: DefinitionEnvironment,
): void {
  const column = draft.columns[number]
  const type = environment.state.typeByOid(column.type)!
  if (!column.isNotNull) throw refuse(name, draft, 'must be declared NOT NULL before identity can be added')
  if (column.identity !== undefined) throw refuse(name, draft, 'is already an identity column')
  if (column.defaultText !== undefined) throw refuse(name, draft, 'already has a default value')
  if (type !== INT2 && type !== INT4 && type !== INT8) {
    throw new SqlError('22023', 'identity column type must be smallint, integer, or bigint')
  }
  draft.columns[number] = {
    ...column,
    identity: always ? 'always' : 'by default',
    sequenceOid: draft.ownedSequence(column, type, options),
  }
}

export function setIdentity(
  draft: TableDraft,
  number: number,
  { column: name, always, options }: Action<'set identity'>,
  environment: DefinitionEnvironment,
  editor: CatalogEditor,
): void {
  const column = draft.columns[number]
  if (column.identity === undefined) throw refuse(name, draft, 'is not an identity column')
  if (always !== undefined) draft.columns[number] = { ...column, identity: always ? 'always' : 'by default' }
  if (options.length === 0) return
  const oid = column.sequenceOid!
  const old = environment.unit.state.sequences.find(oid, editor)
  const typeOf = (type: number) => environment.state.typeByOid(type)
  environment.unit.state.sequences.setAnew(oid)
  editor.put(
    'sequence',
    oid,
    newSequence(old, options, () => typeOf(old.type)!, old, typeOf),
  )
}

export function dropIdentity(
  draft: TableDraft,
  number: number,
  { column: name, ifExists }: Action<'drop identity'>,
  editor: CatalogEditor,
): void {
  const { identity, sequenceOid, ...rest } = draft.columns[number]
  if (identity === undefined) {
    if (ifExists) return
    throw refuse(name, draft, 'is not an identity column')
  }
  editor.remove('sequence', sequenceOid!)
  draft.columns[number] = rest
}

export function dropExpression(
  draft: TableDraft,
  number: number,
  { column: name, ifExists }: Action<'drop expression'>,
): void {
  const { generatedText, isVirtual, ...rest } = draft.columns[number]
  if (generatedText === undefined) {
    if (ifExists) return
    throw refuse(name, draft, 'is not a generated column')
  }
  if (isVirtual) {
    throw new SqlError(
      '0A000',
      'ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns',
      { detail: `Column "${name}" of relation "${draft.target.name}" is a virtual generated column.` },
    )
  }
  draft.columns[number] = rest
}

export function setExpression(
  draft: TableDraft,
  number: number,
  { column: name, expression }: Action<'set expression'>,
): void {
  const column = draft.columns[number]
  if (column.generatedText === undefined) throw refuse(name, draft, 'is not a generated column')
  if (column.isVirtual && draft.constraints.some(one => one.kind === 'check')) {
    throw new SqlError(
      '0A000',
      'ALTER TABLE / SET EXPRESSION is not supported for virtual generated columns in tables with check constraints',
      { detail: `Column "${name}" of relation "${draft.target.name}" is a virtual generated column.` },
    )
  }
  draft.columns[number] = { ...column, generatedText: formatExpression(expression) }
  draft.checkGeneratedLater(number)
}

/**
 * The expression of a generated column, as it is stored: over its own row, without other generated columns, and always the
 * same.
 */
export function checkedGenerated(
  draft: TableDraft,
  column: StoredSqlColumn,
  environment: DefinitionEnvironment,
): string {
  const state = environment.stateNow()
  const table = state.tableByOid(draft.oid)!
  const type = state.typeByOid(column.type)!
  if (column.isVirtual) checkVirtualType(column.name, type)
  const { bound, text } = storedExpression(
    parseExpression(column.generatedText!),
    { ...environment, state },
    {
      table,
      clause: 'generated',
      target: { type, modifier: column.modifier },
      targetName: column.name,
    },
  )
  const { expression } = bound
  walk([expression], {
    expression(e) {
      if (e.kind !== 'column' || table.columns[e.column].generatedText === undefined) return
      throw new SqlError(
        '42P17',
        `cannot use generated column "${table.columns[e.column].name}" in column generation expression`,
        { detail: 'A generated column cannot reference another generated column.' },
      )
    },
  })
  requireImmutable(expression, 'generation expression is not immutable')
  if (column.isVirtual) checkVirtualExpression(expression)
  return text
}
