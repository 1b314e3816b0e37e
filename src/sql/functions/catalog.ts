/**
 * Functions that clients and tools ask about definitions, names, sizes, privileges and the server: pg_get_indexdef,
 * to_regclass, pg_table_is_visible, has_table_privilege and their like. The answers are the session's (CatalogAccess).
 */

import { SqlError } from '../errors.ts'
import { SqlArray } from '../types/array.ts'
import { inputFunction } from '../types/input-output.ts'
import {
  ACLITEM,
  ANYARRAY,
  BOOL,
  CHAR,
  INT4,
  INT8,
  NAME,
  OID,
  PG_NODE_TREE,
  RECORD,
  REGCLASS,
  REGNAMESPACE,
  REGPROC,
  REGPROCEDURE,
  REGROLE,
  REGTYPE,
  type SqlType,
  TEXT,
  TIMESTAMPTZ,
} from '../types/type.ts'
import { defaultAccessList, explodedAccess } from './access-lists.ts'
import { BACKEND_FUNCTIONS } from './backends.ts'
import { scalar, setReturning } from './definitions.ts'
import { keywordRows } from './keywords.ts'
import { PRIVILEGE_FUNCTIONS, unquoted } from './privileges.ts'
import type { CatalogAccess, EvaluationContext, ScalarFunction, SqlFunction, Value } from './registry.ts'

const STABLE = { volatility: 'stable' } as const
const VOLATILE = { volatility: 'volatile' } as const
const UTF8 = 6

const stable = (
  name: string,
  types: readonly SqlType[],
  result: SqlType,
  implementation: (...all: Value[]) => Value,
): ScalarFunction => scalar(name, types, result, implementation, STABLE)

/** Asks the catalogs; what there is not is null. */
function asked(
  name: string,
  types: readonly SqlType[],
  result: SqlType,
  ask: (catalog: CatalogAccess, ...all: Value[]) => Value,
): ScalarFunction {
  const count = types.length
  return stable(name, types, result, (...all: Value[]) => {
    const { catalog }: EvaluationContext = all[count]
    return ask(catalog, ...all.slice(0, count)) ?? null
  })
}

const DEFINITIONS: readonly ScalarFunction[] = [
  asked('pg_get_viewdef', [OID], TEXT, ({ definitions }, oid) => definitions.view(oid, false)),
  asked('pg_get_viewdef', [OID, BOOL], TEXT, ({ definitions }, oid, pretty) => definitions.view(oid, pretty)),
  asked('pg_get_viewdef', [OID, INT4], TEXT, ({ definitions }, oid) => definitions.view(oid, true)),
  stable('pg_get_viewdef', [TEXT], TEXT, (name: string, context: EvaluationContext) =>
    viewNamed(name, false, context),
  ),
  stable('pg_get_viewdef', [TEXT, BOOL], TEXT, viewNamed),
  asked('pg_get_indexdef', [OID], TEXT, ({ definitions }, oid) => definitions.index(oid, 0, false)),
  asked('pg_get_indexdef', [OID, INT4, BOOL], TEXT, ({ definitions }, oid, column, pretty) =>
    definitions.index(oid, column, pretty),
  ),
  asked('pg_get_constraintdef', [OID], TEXT, ({ definitions }, oid) => definitions.constraint(oid, false)),
  asked('pg_get_constraintdef', [OID, BOOL], TEXT, ({ definitions }, oid, pretty) =>
    definitions.constraint(oid, pretty),
  ),
  asked('pg_get_expr', [PG_NODE_TREE, OID], TEXT, ({ definitions }, tree, oid) =>
    definitions.expression(tree, oid, false),
  ),
  asked('pg_get_expr', [PG_NODE_TREE, OID, BOOL], TEXT, ({ definitions }, tree, oid, pretty) =>
    definitions.expression(tree, oid, pretty),
  ),
  asked('pg_get_serial_sequence', [TEXT, TEXT], TEXT, ({ definitions }, table, column) =>
    definitions.serialSequence(table, column),
  ),
  ...(
    [
      ['pg_get_functiondef', 'definition'],
      ['pg_get_function_arguments', 'arguments'],
      ['pg_get_function_identity_arguments', 'identity'],
      ['pg_get_function_result', 'result'],
    ] as const
  ).map(([name, part]) =>
    asked(name, [OID], TEXT, ({ definitions }, oid) => definitions.function(oid, part)),
  ),
  // Of what there is none here.
  ...['pg_get_triggerdef', 'pg_get_ruledef'].flatMap(name => [
    stable(name, [OID], TEXT, () => null),
    stable(name, [OID, BOOL], TEXT, () => null),
  ]),
  ...[
    'pg_get_partkeydef',
    'pg_get_statisticsobjdef',
    'pg_get_statisticsobjdef_columns',
    'pg_get_function_sqlbody',
  ].map(name => stable(name, [OID], TEXT, () => null)),
]

function viewNamed(name: string, isPretty: boolean, context: EvaluationContext): string | null {
  const oid = inputFunction(REGCLASS)(name, context)
  return context.catalog.definitions.view(oid, isPretty) ?? null
}

const REGISTERED: readonly (readonly [string, SqlType])[] = [
  ['to_regclass', REGCLASS],
  ['to_regnamespace', REGNAMESPACE],
  ['to_regtype', REGTYPE],
  ['to_regrole', REGROLE],
  ['to_regproc', REGPROC],
  ['to_regprocedure', REGPROCEDURE],
]

/** Null where there is none of that name; what names nothing that there could be is refused. */
function registered(type: SqlType, text: string, context: EvaluationContext): Value {
  try {
    return inputFunction(type)(text, context)
  } catch (error) {
    if (!(error instanceof SqlError) || error.sqlstate === '0A000' || error.sqlstate === '42601') throw error
    return null
  }
}

const NAMES: readonly ScalarFunction[] = [
  asked('current_database', [], NAME, catalog => catalog.currentDatabase),
  asked('current_schema', [], NAME, catalog => catalog.currentSchema),
  stable('current_schemas', [BOOL], NAME.array!, (withSystem: boolean, { catalog }: EvaluationContext) => {
    const path = catalog.effectivePath
    const own = catalog.searchPath.filter(one => path.includes(one))
    return SqlArray.of(withSystem ? path : own)
  }),
  asked('current_user', [], NAME, catalog => catalog.currentUser),
  asked('session_user', [], NAME, catalog => catalog.currentUser),
  asked('pg_get_userbyid', [OID], NAME, (catalog, oid) => catalog.roleName(oid) ?? `unknown (OID=${oid})`),
  ...REGISTERED.map(([name, type]) =>
    stable(name, [TEXT], type, (text: string, context: EvaluationContext) => registered(type, text, context)),
  ),
  ...(['table', 'type', 'function'] as const).map(kind =>
    asked(`pg_${kind}_is_visible`, [OID], BOOL, (catalog, oid) =>
      catalog.isVisible(kind === 'table' ? 'relation' : kind, oid),
    ),
  ),
  // All of these are in pg_catalog.
  ...[
    'operator',
    'opclass',
    'opfamily',
    'collation',
    'conversion',
    'statistics_obj',
    'ts_config',
    'ts_dict',
    'ts_parser',
    'ts_template',
  ].map(kind => stable(`pg_${kind}_is_visible`, [OID], BOOL, () => true)),
  asked('obj_description', [OID, NAME], TEXT, (catalog, oid, kind) => catalog.comment(oid, kind, 0)),
  asked('obj_description', [OID], TEXT, (catalog, oid) => catalog.comment(oid, undefined, 0)),
  asked('col_description', [OID, INT4], TEXT, (catalog, oid, column) =>
    catalog.comment(oid, 'pg_class', column),
  ),
  asked('shobj_description', [OID, NAME], TEXT, (catalog, oid, kind) => catalog.sharedComment(oid, kind)),
]

const size = (
  name: string,
  part: 'table' | 'indexes' | 'all',
  more: readonly SqlType[] = [],
): ScalarFunction =>
  scalar(
    name,
    [REGCLASS, ...more],
    INT8,
    (...all: Value[]) => {
      const { catalog }: EvaluationContext = all[more.length + 1]
      return catalog.relationSizeBytes(all[0], part) ?? null
    },
    VOLATILE,
  )

const SERVER: readonly SqlFunction[] = [
  asked('pg_backend_pid', [], INT4, catalog => catalog.processId),
  asked('pg_postmaster_start_time', [], TIMESTAMPTZ, catalog => catalog.startTime),
  asked('pg_conf_load_time', [], TIMESTAMPTZ, catalog => catalog.startTime),
  asked('txid_current', [], INT8, catalog => catalog.transactionId),
  stable('pg_client_encoding', [], NAME, () => 'UTF8'),
  stable('getdatabaseencoding', [], NAME, () => 'UTF8'),
  stable('pg_encoding_to_char', [INT4], NAME, (encoding: number) => (encoding === UTF8 ? 'UTF8' : '')),
  stable('pg_char_to_encoding', [NAME], INT4, (name: string) =>
    /^(?:utf-?8|unicode)$/i.test(name) ? UTF8 : -1,
  ),
  stable('pg_is_in_recovery', [], BOOL, () => false),
  stable('pg_my_temp_schema', [], OID, () => 0),
  stable('pg_is_other_temp_schema', [OID], BOOL, () => false),
  stable('pg_relation_is_publishable', [REGCLASS], BOOL, () => false),
  stable('pg_tablespace_location', [OID], TEXT, () => ''),
  size('pg_relation_size', 'table'),
  size('pg_relation_size', 'table', [TEXT]),
  size('pg_table_size', 'table'),
  size('pg_indexes_size', 'indexes'),
  size('pg_total_relation_size', 'all'),
  ...[NAME, OID].map(type => asked('pg_database_size', [type], INT8, catalog => catalog.databaseSizeBytes())),
  asked('acldefault', [CHAR, OID], ACLITEM.array!, (catalog, kind, owner) => {
    const list = defaultAccessList(kind, unquoted(catalog.roleName(owner) ?? String(owner)))
    if (list === undefined) throw new SqlError('XX000', `unrecognized object type abbreviation: ${kind}`)
    return list
  }),
  // Nothing is partitioned.
  setReturning('pg_partition_ancestors', [REGCLASS], REGCLASS, () => () => [], { columnName: 'relid' }),
  setReturning('aclexplode', [ACLITEM.array!], RECORD, () => explodedItems, {
    columns: () => [
      { name: 'grantor', type: OID },
      { name: 'grantee', type: OID },
      { name: 'privilege_type', type: TEXT },
      { name: 'is_grantable', type: BOOL },
    ],
  }),
  setReturning('pg_get_keywords', [], RECORD, () => keywordRows, {
    columns: () => [
      { name: 'word', type: TEXT },
      { name: 'catcode', type: CHAR },
      { name: 'barelabel', type: BOOL },
      { name: 'catdesc', type: TEXT },
      { name: 'baredesc', type: TEXT },
    ],
  }),
  setReturning('pg_options_to_table', [TEXT.array!], RECORD, () => optionRows, {
    columns: () => [
      { name: 'option_name', type: TEXT },
      { name: 'option_value', type: TEXT },
    ],
  }),
  setReturning('_pg_expandarray', [ANYARRAY], RECORD, () => expanded, {
    schema: 'information_schema',
    columns: call => [
      { name: 'x', type: call.argumentTypes[0].element ?? TEXT },
      { name: 'n', type: INT4 },
    ],
  }),
]

function explodedItems(list: SqlArray, { catalog }: EvaluationContext): Iterable<Value[]> {
  return explodedAccess(list, catalog)
}

/** `name=value` each. */
function* optionRows(options: SqlArray): Iterable<Value[]> {
  for (const option of options.elements) {
    const at = option.indexOf('=')
    yield at < 0 ? [option, null] : [option.slice(0, at), option.slice(at + 1)]
  }
}

function* expanded(array: SqlArray): Iterable<Value[]> {
  for (const [i, element] of array.elements.entries()) yield [element, i + 1]
}

export const CATALOG_FUNCTIONS: readonly SqlFunction[] = [
  ...DEFINITIONS,
  ...NAMES,
  ...SERVER,
  ...PRIVILEGE_FUNCTIONS,
  ...BACKEND_FUNCTIONS,
]
