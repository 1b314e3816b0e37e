/** Transactions, settings, EXPLAIN, ANALYZE and prepared statements, converted. */

import { notSupported, SqlError } from '../errors.ts'
import { dataStatement } from './changes.ts'
import { expressionList, nameList } from './expressions.ts'
import { type Fields, fieldsOf, kindOf, type Raw, stringOf } from './fields.ts'
import { tableIn, tableName } from './from.ts'
import { literal } from './literals.ts'
import { skipBlank } from './source.ts'
import { statement } from './statements.ts'
import type {
  AnalyzeStatement,
  DeallocateStatement,
  DiscardStatement,
  ExecuteStatement,
  ExplainStatement,
  LockStatement,
  PrepareStatement,
  ResetAllStatement,
  SetConstraintsStatement,
  SetStatement,
  SetTransactionStatement,
  ShowStatement,
  TransactionModes,
  TransactionStatement,
} from './tree.ts'
import { typeName, typeNameOf } from './type-names.ts'

export function transaction(fields: Fields): TransactionStatement {
  return {
    kind: 'transaction',
    at: fields.at,
    action: fields.keyword(
      'kind',
      {
        TRANS_STMT_BEGIN: 'begin',
        TRANS_STMT_START: 'begin',
        TRANS_STMT_COMMIT: 'commit',
        TRANS_STMT_ROLLBACK: 'rollback',
        TRANS_STMT_SAVEPOINT: 'savepoint',
        TRANS_STMT_RELEASE: 'release',
        TRANS_STMT_ROLLBACK_TO: 'rollback to',
      } as const,
      fields.source.statementName,
    ),
    savepoint: fields.string('savepoint_name'),
    modes: transactionModes(fields, 'options'),
    isChain: fields.flag('chain'),
  }
}

const ISOLATIONS = {
  serializable: 'serializable',
  'repeatable read': 'repeatable read',
  'read committed': 'read committed',
  'read uncommitted': 'read uncommitted',
} as const

function transactionModes(parent: Fields, name: string): TransactionModes {
  let isolation: TransactionModes['isolation']
  let isReadOnly: boolean | undefined
  let isDeferrable: boolean | undefined
  for (const node of parent.list(name)) {
    const fields = fieldsOf(parent.source, node, 'DefElem', parent.at)
    const option = optionOf(fields)
    if (option.name === 'transaction_isolation') {
      if (!Object.hasOwn(ISOLATIONS, option.value)) throw fields.refusal(option.value)
      isolation = option.value as keyof typeof ISOLATIONS
    } else if (option.name === 'transaction_read_only') isReadOnly = option.value === '1'
    else if (option.name === 'transaction_deferrable') isDeferrable = option.value === '1'
    else throw fields.refusal(option.name)
  }
  return { isolation, isReadOnly, isDeferrable }
}

/** A name with a value, as text. */
function optionOf(fields: Fields): { readonly name: string; readonly value: string; readonly at: number } {
  fields.expect('defaction', 'DEFELEM_UNSPEC')
  const name = fields.text('defname')
  const node = fields.node('arg')
  const value = node === undefined ? 'true' : valueText(fields, node)
  fields.done()
  return { name, value, at: fields.at }
}

/** A value of a setting or an option, as SHOW would print it. */
function valueText(parent: Fields, node: Raw): string {
  const { source, at } = parent
  const kind = kindOf(node)
  if (kind === 'String') return stringOf(source, node, at)
  if (kind === 'Integer' || kind === 'Float') {
    const fields = fieldsOf(source, node, kind, at)
    const text = kind === 'Integer' ? `${fields.integer('ival')}` : fields.text('fval')
    fields.done()
    return text
  }
  if (kind === 'TypeCast') return zoneInterval(fieldsOf(source, node, kind, at))
  const fields = fieldsOf(source, node, 'A_Const', at)
  const { value } = literal(fields)
  fields.done()
  if (value.type === 'integer') return `${value.value}`
  if (value.type === 'string' || value.type === 'numeric') return value.text
  throw parent.refusal('a value of this kind')
}

/** `SET TIME ZONE INTERVAL '+05:30' HOUR TO MINUTE`: hours east of Greenwich. */
function zoneInterval(fields: Fields): string {
  const type = typeName(fields, 'typeName')
  const constant = fieldsOf(fields.source, fields.required('arg'), 'A_Const', fields.at)
  const { value } = literal(constant)
  constant.done()
  fields.done()
  const parts = value.type === 'string' ? /^([+-]?)(\d{1,2})(?::(\d{2}))?$/.exec(value.text.trim()) : null
  if (type.name.at(-1) !== 'interval' || parts === null) {
    throw new SqlError('22023', 'invalid value for parameter "TimeZone"', {
      hint: "A time zone that is an interval is hours and minutes: '+05:30'.",
      position: fields.at,
    })
  }
  const [, sign, hours, minutes] = parts
  const east = Number(hours) + Number(minutes ?? 0) / 60
  return `${sign === '-' ? -east : east}`
}

// --------------------------------------------------------------------------------------------- Settings

export function set(fields: Fields): SetStatement | ResetAllStatement | SetTransactionStatement {
  const kind = fields.keyword('kind', {
    VAR_SET_VALUE: 'value',
    VAR_SET_DEFAULT: 'default',
    VAR_SET_MULTI: 'several',
    VAR_RESET: 'default',
    VAR_RESET_ALL: 'all',
    VAR_SET_CURRENT: 'FROM CURRENT',
  } as const)
  const { at } = fields
  // Whether its values are constants of a normalised statement.
  fields.take('jumble_args')
  if (kind === 'all') return { kind: 'reset all', at }
  if (kind === 'several') return setTransaction(fields)
  if (kind === 'FROM CURRENT') throw fields.refusal('SET FROM CURRENT')
  return {
    kind: 'set',
    at,
    name: fields.text('name'),
    values: kind === 'value' ? fields.list('args').map(node => valueText(fields, node)) : undefined,
    isLocal: fields.flag('is_local'),
  }
}

function setTransaction(fields: Fields): SetTransactionStatement {
  const isSession = fields.keyword(
    'name',
    { TRANSACTION: false, 'SESSION CHARACTERISTICS': true },
    'SET TRANSACTION SNAPSHOT',
  )
  // SET TRANSACTION is local by its nature, however it is written.
  if (!isSession) fields.take('is_local')
  return { kind: 'set transaction', at: fields.at, modes: transactionModes(fields, 'args'), isSession }
}

export function show(fields: Fields): ShowStatement {
  return { kind: 'show', at: fields.at, name: fields.text('name') }
}

export function setConstraints(fields: Fields): SetConstraintsStatement {
  const { source, at } = fields
  return {
    kind: 'set constraints',
    at,
    names: fields.list('constraints').map(node => tableName(fieldsOf(source, node, 'RangeVar', at))),
    isDeferred: fields.flag('deferred'),
  }
}

// ------------------------------------------------------------------------------------ EXPLAIN and ANALYZE

export function explain(fields: Fields): ExplainStatement {
  const { source, at } = fields
  return {
    kind: 'explain',
    at,
    statement: statement(source, fields.required('query'), at),
    options: options(fields),
  }
}

function options(parent: Fields): ExplainStatement['options'] {
  return parent.list('options').map(node => optionOf(fieldsOf(parent.source, node, 'DefElem', parent.at)))
}

export function analyze(fields: Fields): AnalyzeStatement {
  const { source, at } = fields
  return {
    kind: 'analyze',
    at,
    tables: fields.list('rels').map(node => {
      const relation = fieldsOf(source, node, 'VacuumRelation', at)
      const table = { name: tableIn(relation, 'relation'), columns: nameList(relation, 'va_cols') }
      relation.done()
      return table
    }),
    isVacuum: fields.flag('is_vacuumcmd'),
    options: options(fields),
  }
}

// -------------------------------------------------------------------------------- Prepared statements

export function prepare(fields: Fields): PrepareStatement {
  const { source, at } = fields
  const name = fields.text('name')
  const rest = source.rest(at)
  return {
    kind: 'prepare',
    at,
    name,
    types: fields.list('argtypes').map(node => typeNameOf(source, node, at)),
    statement: dataStatement(source, fields.required('query'), at),
    text: rest.slice(preparedAt(rest)),
    wholeText: rest,
  }
}

const TOKEN = /"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*|[\s\S]/uy

/** Where the statement begins that is prepared: behind the first AS that stands in no parentheses. */
function preparedAt(text: string): number {
  let depth = 0
  let index = 0
  while (index < text.length) {
    index = skipBlank(text, index)
    TOKEN.lastIndex = index
    const token = TOKEN.exec(text)?.[0] ?? ''
    index += token.length
    if (token === '(') depth++
    else if (token === ')') depth--
    else if (depth === 0 && /^as$/i.test(token)) return skipBlank(text, index)
  }
  throw notSupported('this form of PREPARE')
}

export function executeStatement(fields: Fields): ExecuteStatement {
  return {
    kind: 'execute',
    at: fields.at,
    name: fields.text('name'),
    arguments: expressionList(fields, 'params'),
  }
}

export function deallocate(fields: Fields): DeallocateStatement {
  const isAll = fields.flag('isall')
  const name = fields.string('name')
  return { kind: 'deallocate', at: fields.at, name: isAll ? undefined : name }
}

export function discard(fields: Fields): DiscardStatement {
  return {
    kind: 'discard',
    at: fields.at,
    what: fields.keyword('target', {
      DISCARD_ALL: 'all',
      DISCARD_PLANS: 'plans',
      DISCARD_SEQUENCES: 'sequences',
      DISCARD_TEMP: 'temporary',
    } as const),
  }
}

/** PostgreSQL's numbers for ACCESS SHARE and ROW SHARE; six stronger ones follow. */
const READING_MODES = [1, 2]

export function lock(fields: Fields): LockStatement {
  const { source, at } = fields
  const isForReading = READING_MODES.includes(fields.integer('mode'))
  return {
    kind: 'lock',
    at,
    tables: fields.list('relations').map(node => tableName(fieldsOf(source, node, 'RangeVar', at))),
    isForReading,
    waits: !fields.flag('nowait'),
  }
}
