/** Rows of pg_type, pg_enum, pg_cast and pg_collation. */

import type { EvaluationContext } from '../functions/registry.ts'
import { ExpressionTree } from '../types/catalog-formats.ts'
import { BUILTIN_TYPES, JSONB, NO_MODIFIER, type SqlType } from '../types/type.ts'
import { OWNER_OID, type SystemCatalog, UTF8_ENCODING } from './system-catalog.ts'
import { ARRAY_ANALYZE, ARRAY_SUBSCRIPT, JSONB_SUBSCRIPT, typeFacts } from './type-facts.ts'
import type { RowSource, SystemRow } from './virtual-tables.ts'

/** pg_type.typtype. */
function kindLetter(type: SqlType): string {
  switch (type.kind) {
    case 'enum':
      return 'e'
    case 'domain':
      return 'd'
    case 'composite':
      return 'c'
    case 'pseudo':
      return 'p'
    default:
      return 'b'
  }
}

function typeRow(
  type: SqlType,
  catalog: SystemCatalog,
  context: EvaluationContext,
  relationOf: ReadonlyMap<SqlType, number>,
): SystemRow {
  const facts = typeFacts(type)
  const domain = catalog.state.domain(type)
  const isArray = type.element !== undefined
  const { input, receive } = facts
  const { output, send } = type.kind === 'domain' ? typeFacts(type.base!) : facts
  const tree =
    domain?.defaultText === undefined
      ? null
      : new ExpressionTree(domain.defaultText, { type: type.base!, modifier: type.baseModifier })
  return {
    oid: type.oid,
    typname: type.name,
    typnamespace: catalog.namespaceOid(type.schema),
    typowner: OWNER_OID,
    typlen: type.length,
    typbyval: facts.isByValue,
    typtype: kindLetter(type),
    typcategory: type.category,
    typispreferred: type.isPreferred,
    typisdefined: true,
    typdelim: type.delimiter,
    typrelid: relationOf.get(type) ?? 0,
    typsubscript: isArray ? ARRAY_SUBSCRIPT.oid : type === JSONB ? JSONB_SUBSCRIPT.oid : 0,
    typelem: type.element?.oid ?? 0,
    typarray: type.array?.oid ?? 0,
    typinput: input.oid,
    typoutput: output.oid,
    typreceive: receive.oid,
    typsend: send.oid,
    typmodin: facts.modifierInput.oid,
    typmodout: facts.modifierOutput.oid,
    typanalyze: isArray ? ARRAY_ANALYZE.oid : 0,
    typalign: facts.alignment,
    typstorage: facts.storage,
    typnotnull: domain?.isNotNull ?? false,
    typbasetype: type.base?.oid ?? 0,
    typtypmod: type.base === undefined ? NO_MODIFIER : type.baseModifier,
    typndims: type.base?.element?.array === type.base && type.base !== undefined ? 1 : 0,
    typcollation: facts.collation,
    typdefaultbin: tree,
    typdefault: tree === null ? null : (context.catalog.definitions.expression(tree, 0, false) ?? null),
  }
}

function* typeRows(catalog: SystemCatalog, context: EvaluationContext): Iterable<SystemRow> {
  const relationOf = new Map<SqlType, number>()
  for (const type of catalog.compositeTypes()) relationOf.set(type, catalog.compositeRelationOid(type))
  for (const relation of catalog.relations()) {
    if (relation.kind !== 'sequence') relationOf.set(relation.rowType, relation.oid)
  }
  for (const type of BUILTIN_TYPES) {
    yield typeRow(type, catalog, context, relationOf)
    if (type.array !== undefined) yield typeRow(type.array, catalog, context, relationOf)
  }
  for (const type of catalog.state.allTypes()) yield typeRow(type, catalog, context, relationOf)
  for (const { rowType } of catalog.virtualTables) yield typeRow(rowType, catalog, context, relationOf)
}

function* castRows(catalog: SystemCatalog): Iterable<SystemRow> {
  const CONTEXTS = { implicit: 'i', assignment: 'a', explicit: 'e' } as const
  for (const [i, cast] of catalog.functions.allCasts().entries()) {
    yield {
      oid: CASTS_FROM + i,
      castsource: cast.from.oid,
      casttarget: cast.to.oid,
      castfunc: 0,
      castcontext: CONTEXTS[cast.context],
      castmethod: cast.implement === undefined ? 'b' : 'i',
    }
  }
}
/** PostgreSQL numbers its casts anew in each cluster, too. */
const CASTS_FROM = 10_200

/** Text is compared by code points: C and its other names. */
const COLLATIONS = [
  { oid: 100, collname: 'default', collprovider: 'd', collencoding: -1 },
  { oid: 950, collname: 'C', collprovider: 'c', collencoding: -1, collcollate: 'C', collctype: 'C' },
  {
    oid: 951,
    collname: 'POSIX',
    collprovider: 'c',
    collencoding: -1,
    collcollate: 'POSIX',
    collctype: 'POSIX',
  },
  { oid: 962, collname: 'ucs_basic', collprovider: 'b', collencoding: UTF8_ENCODING, colllocale: 'C' },
]

export const TYPE_ROWS = {
  pg_type: { rows: typeRows, rowsExpected: 500 },
  pg_enum: {
    rows: catalog =>
      catalog.labels().map(({ oid, type, label, order }) => ({
        oid,
        enumtypid: type.oid,
        enumsortorder: order,
        enumlabel: label,
      })),
  },
  pg_cast: { rows: castRows, rowsExpected: 130 },
  pg_collation: {
    rows: catalog =>
      COLLATIONS.map(one => ({
        ...one,
        collnamespace: catalog.namespaceOid('pg_catalog'),
        collowner: OWNER_OID,
        collisdeterministic: true,
      })),
  },
} satisfies Record<string, RowSource>
