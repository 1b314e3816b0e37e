/**
 * Constraints of columns, tables and domains, converted. On a column the raw tree has DEFERRABLE, INITIALLY DEFERRED and
 * NOT ENFORCED as nodes of their own behind the constraint that they mean; they are joined to it here, with PostgreSQL's
 * errors.
 */

import { SqlError } from '../errors.ts'
import { nameList, requiredExpression } from './expressions.ts'
import { type Fields, fieldsOf } from './fields.ts'
import { tableIn } from './from.ts'
import { sequenceOptions } from './sequences.ts'
import { storageParameters } from './storage-parameters.ts'
import type { ConstraintDefinition, ReferentialAction } from './tree.ts'

/** What stands behind a constraint of a column; undefined: nothing was said. */
interface Attributes {
  isDeferrable: boolean | undefined
  isInitiallyDeferred: boolean | undefined
  isEnforced: boolean | undefined
}

interface Draft {
  readonly fields: Fields
  readonly kind: Kind
  readonly attributes: Attributes
}

const KINDS = {
  CONSTR_NULL: 'null',
  CONSTR_NOTNULL: 'not null',
  CONSTR_DEFAULT: 'default',
  CONSTR_IDENTITY: 'identity',
  CONSTR_GENERATED: 'generated',
  CONSTR_CHECK: 'check',
  CONSTR_PRIMARY: 'primary key',
  CONSTR_UNIQUE: 'unique',
  CONSTR_FOREIGN: 'foreign key',
  CONSTR_EXCLUSION: 'exclusion',
  CONSTR_ATTR_DEFERRABLE: 'DEFERRABLE',
  CONSTR_ATTR_NOT_DEFERRABLE: 'NOT DEFERRABLE',
  CONSTR_ATTR_DEFERRED: 'INITIALLY DEFERRED',
  CONSTR_ATTR_IMMEDIATE: 'INITIALLY IMMEDIATE',
  CONSTR_ATTR_ENFORCED: 'ENFORCED',
  CONSTR_ATTR_NOT_ENFORCED: 'NOT ENFORCED',
} as const
type Kind = (typeof KINDS)[keyof typeof KINDS]

/** The constraints of a column or domain. */
export function columnConstraints(parent: Fields, name: string): readonly ConstraintDefinition[] {
  const drafts: Draft[] = []
  for (const node of parent.list(name)) {
    const fields = fieldsOf(parent.source, node, 'Constraint', parent.at)
    const kind = fields.keyword('contype', KINDS)
    if (kind === kind.toUpperCase()) {
      attribute(drafts.at(-1), kind, fields)
      fields.done()
    } else {
      drafts.push({ fields, kind, attributes: noAttributes() })
    }
  }
  return drafts.map(convert)
}

/** A constraint of a table. */
export function constraint(fields: Fields): ConstraintDefinition {
  return convert({ fields, kind: fields.keyword('contype', KINDS), attributes: noAttributes() })
}

function noAttributes(): Attributes {
  return { isDeferrable: undefined, isInitiallyDeferred: undefined, isEnforced: undefined }
}

const DEFERRABLE: readonly Kind[] = ['primary key', 'unique', 'exclusion', 'foreign key']
const ENFORCEABLE: readonly Kind[] = ['check', 'foreign key']

function attribute(draft: Draft | undefined, kind: Kind, fields: Fields): void {
  const error = (message: string): SqlError => new SqlError('42601', message, { position: fields.at })
  const isEnforcement = kind === 'ENFORCED' || kind === 'NOT ENFORCED'
  const allowed = isEnforcement ? ENFORCEABLE : DEFERRABLE
  if (draft === undefined || !allowed.includes(draft.kind)) throw error(`misplaced ${kind} clause`)
  const { attributes } = draft
  if (isEnforcement) {
    if (attributes.isEnforced !== undefined) throw error('multiple ENFORCED/NOT ENFORCED clauses not allowed')
    attributes.isEnforced = kind === 'ENFORCED'
  } else if (kind === 'DEFERRABLE' || kind === 'NOT DEFERRABLE') {
    if (attributes.isDeferrable !== undefined) {
      throw error('multiple DEFERRABLE/NOT DEFERRABLE clauses not allowed')
    }
    attributes.isDeferrable = kind === 'DEFERRABLE'
  } else {
    if (attributes.isInitiallyDeferred !== undefined) {
      throw error('multiple INITIALLY IMMEDIATE/DEFERRED clauses not allowed')
    }
    attributes.isInitiallyDeferred = kind === 'INITIALLY DEFERRED'
  }
  if (attributes.isInitiallyDeferred === true && attributes.isDeferrable === false) {
    throw error('constraint declared INITIALLY DEFERRED must be DEFERRABLE')
  }
}

function convert(draft: Draft): ConstraintDefinition {
  const { fields, attributes } = draft
  const isInitiallyDeferred = fields.flag('initdeferred') || attributes.isInitiallyDeferred === true
  const head = {
    at: fields.at,
    name: fields.string('conname'),
    // INITIALLY DEFERRED alone implies it.
    isDeferrable: fields.flag('deferrable') || attributes.isDeferrable === true || isInitiallyDeferred,
    isInitiallyDeferred,
  }
  const converted: ConstraintDefinition = { ...head, ...body(draft) }
  fields.done()
  return converted
}

type Head = 'at' | 'name' | 'isDeferrable' | 'isInitiallyDeferred'
type Body = ConstraintDefinition extends infer C ? (C extends unknown ? Omit<C, Head> : never) : never

function body({ fields, kind, attributes }: Draft): Body {
  switch (kind) {
    case 'null':
      return { kind }
    case 'not null': {
      takeValidity(fields)
      const isNoInherit = fields.flag('is_no_inherit')
      const [column, ...more] = nameList(fields, 'keys')
      if (more.length > 0) throw fields.refusal('NOT NULL of several columns')
      return { kind, column, ...(isNoInherit ? { isNoInherit } : {}) }
    }
    case 'default':
      return { kind, expression: requiredExpression(fields, 'raw_expr') }
    case 'identity':
      return { kind, always: isAlways(fields), options: sequenceOptions(fields, 'options') }
    case 'generated':
      if (!isAlways(fields)) throw fields.refusal('GENERATED BY DEFAULT of an expression')
      return {
        kind,
        expression: requiredExpression(fields, 'raw_expr'),
        isStored: fields.keyword('generated_kind', { s: true, v: false }),
      }
    case 'check':
      return {
        kind,
        expression: requiredExpression(fields, 'raw_expr'),
        isNoInherit: fields.flag('is_no_inherit'),
        ...validity(fields, attributes),
      }
    case 'primary key':
    case 'unique': {
      const options = storageParameters(fields, 'options')
      return {
        kind,
        columns: nameList(fields, 'keys'),
        include: nameList(fields, 'including'),
        nullsNotDistinct: fields.flag('nulls_not_distinct'),
        usingIndex: fields.string('indexname'),
        ...(options.length > 0 ? { options } : {}),
      }
    }
    case 'foreign key':
      return {
        kind,
        columns: nameList(fields, 'fk_attrs'),
        referenced: tableIn(fields, 'pktable'),
        referencedColumns: nameList(fields, 'pk_attrs'),
        match: fields.keyword('fk_matchtype', { s: 'simple', f: 'full', p: 'partial' } as const),
        onUpdate: fields.keyword('fk_upd_action', ACTIONS),
        onDelete: fields.keyword('fk_del_action', ACTIONS),
        onDeleteColumns: nameList(fields, 'fk_del_set_cols'),
        ...validity(fields, attributes),
      }
    default:
      throw fields.refusal(kind === 'exclusion' ? 'EXCLUDE' : kind)
  }
}

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
}

function isAlways(fields: Fields): boolean {
  return fields.keyword('generated_when', { a: true, d: false })
}

/** NOT NULL is always enforced and checked, whatever the grammar marks. */
function takeValidity(fields: Fields): void {
  fields.take('is_enforced')
  fields.take('initially_valid')
}

function validity(
  fields: Fields,
  attributes: Attributes,
): { readonly isNotValid: boolean; readonly isEnforced: boolean } {
  const isEnforced = fields.flag('is_enforced') && attributes.isEnforced !== false
  const isSkipped = fields.flag('skip_validation')
  // It says the opposite of `skip_validation`.
  fields.take('initially_valid')
  // What is not enforced is not valid either, and the tree says only the first.
  return { isNotValid: isSkipped && isEnforced, isEnforced }
}
