/**
 * What PostgreSQL 18 says of its own types besides what types/type.ts knows: how they are stored, and the names and oids of the
 * functions that read, print, receive, send them, and read and print their modifiers. Clients compare these oids and names
 * (`typinput = 'array_in'::regproc` is an array, to JDBC).
 */

import type { SqlType } from '../types/type.ts'

export interface FunctionFact {
  readonly name: string
  readonly oid: number
}

export interface TypeFacts {
  readonly isByValue: boolean
  readonly alignment: string
  readonly storage: string
  readonly collation: number
  readonly input: FunctionFact
  readonly output: FunctionFact
  readonly receive: FunctionFact
  readonly send: FunctionFact
  readonly modifierInput: FunctionFact
  readonly modifierOutput: FunctionFact
}

/** By value, alignment, storage, collation; input, output, receive, send, modifier in and out. */
const FACTS: Readonly<Record<string, string>> = {
  bool: 't c p 0 boolin:1242 boolout:1243 boolrecv:2436 boolsend:2437',
  bytea: 'f i x 0 byteain:1244 byteaout:31 bytearecv:2412 byteasend:2413',
  char: 't c p 0 charin:1245 charout:33 charrecv:2434 charsend:2435',
  name: 'f c p 950 namein:34 nameout:35 namerecv:2422 namesend:2423',
  int8: 't d p 0 int8in:460 int8out:461 int8recv:2408 int8send:2409',
  int2: 't s p 0 int2in:38 int2out:39 int2recv:2404 int2send:2405',
  int2vector: 'f i p 0 int2vectorin:40 int2vectorout:41 int2vectorrecv:2410 int2vectorsend:2411',
  int4: 't i p 0 int4in:42 int4out:43 int4recv:2406 int4send:2407',
  regproc: 't i p 0 regprocin:44 regprocout:45 regprocrecv:2444 regprocsend:2445',
  text: 'f i x 100 textin:46 textout:47 textrecv:2414 textsend:2415',
  oid: 't i p 0 oidin:1798 oidout:1799 oidrecv:2418 oidsend:2419',
  xid: 't i p 0 xidin:50 xidout:51 xidrecv:2440 xidsend:2441',
  oidvector: 'f i p 0 oidvectorin:54 oidvectorout:55 oidvectorrecv:2420 oidvectorsend:2421',
  json: 'f i x 0 json_in:321 json_out:322 json_recv:323 json_send:324',
  pg_node_tree:
    'f i x 100 pg_node_tree_in:195 pg_node_tree_out:196 pg_node_tree_recv:197 pg_node_tree_send:198',
  float4: 't i p 0 float4in:200 float4out:201 float4recv:2424 float4send:2425',
  float8: 't d p 0 float8in:214 float8out:215 float8recv:2426 float8send:2427',
  unknown: 'f c p 0 unknownin:109 unknownout:110 unknownrecv:2416 unknownsend:2417',
  aclitem: 'f d p 0 aclitemin:1031 aclitemout:1032',
  bpchar:
    'f i x 100 bpcharin:1044 bpcharout:1045 bpcharrecv:2430 bpcharsend:2431 bpchartypmodin:2913 bpchartypmodout:2914',
  varchar:
    'f i x 100 varcharin:1046 varcharout:1047 varcharrecv:2432 varcharsend:2433 varchartypmodin:2915 varchartypmodout:2916',
  date: 't i p 0 date_in:1084 date_out:1085 date_recv:2468 date_send:2469',
  time: 't d p 0 time_in:1143 time_out:1144 time_recv:2470 time_send:2471 timetypmodin:2909 timetypmodout:2910',
  timestamp:
    't d p 0 timestamp_in:1312 timestamp_out:1313 timestamp_recv:2474 timestamp_send:2475 timestamptypmodin:2905 timestamptypmodout:2906',
  timestamptz:
    't d p 0 timestamptz_in:1150 timestamptz_out:1151 timestamptz_recv:2476 timestamptz_send:2477 timestamptztypmodin:2907 timestamptztypmodout:2908',
  interval:
    'f d p 0 interval_in:1160 interval_out:1161 interval_recv:2478 interval_send:2479 intervaltypmodin:2903 intervaltypmodout:2904',
  timetz:
    'f d p 0 timetz_in:1350 timetz_out:1351 timetz_recv:2472 timetz_send:2473 timetztypmodin:2911 timetztypmodout:2912',
  numeric:
    'f i m 0 numeric_in:1701 numeric_out:1702 numeric_recv:2460 numeric_send:2461 numerictypmodin:2917 numerictypmodout:2918',
  regprocedure:
    't i p 0 regprocedurein:2212 regprocedureout:2213 regprocedurerecv:2446 regproceduresend:2447',
  regclass: 't i p 0 regclassin:2218 regclassout:2219 regclassrecv:2452 regclasssend:2453',
  regtype: 't i p 0 regtypein:2220 regtypeout:2221 regtyperecv:2454 regtypesend:2455',
  record: 'f d x 0 record_in:2290 record_out:2291 record_recv:2402 record_send:2403',
  cstring: 'f c p 0 cstring_in:2292 cstring_out:2293 cstring_recv:2500 cstring_send:2501',
  any: 't i p 0 any_in:2294 any_out:2295',
  anyarray: 'f d x 0 anyarray_in:2296 anyarray_out:2297 anyarray_recv:2502 anyarray_send:2503',
  void: 't i p 0 void_in:2298 void_out:2299 void_recv:3120 void_send:3121',
  trigger: 't i p 0 trigger_in:2300 trigger_out:2301',
  internal: 't i p 0 internal_in:2304 internal_out:2305',
  anyelement: 't i p 0 anyelement_in:2312 anyelement_out:2313',
  anynonarray: 't i p 0 anynonarray_in:2777 anynonarray_out:2778',
  uuid: 'f c p 0 uuid_in:2952 uuid_out:2953 uuid_recv:2961 uuid_send:2962',
  anyenum: 't i p 0 anyenum_in:3504 anyenum_out:3505',
  jsonb: 'f i x 0 jsonb_in:3806 jsonb_out:3804 jsonb_recv:3805 jsonb_send:3803',
  jsonpath: 'f i x 0 jsonpath_in:4001 jsonpath_out:4003 jsonpath_recv:4002 jsonpath_send:4004',
  regnamespace:
    't i p 0 regnamespacein:4084 regnamespaceout:4085 regnamespacerecv:4087 regnamespacesend:4088',
  regrole: 't i p 0 regrolein:4098 regroleout:4092 regrolerecv:4094 regrolesend:4095',
  anycompatible: 't i p 0 anycompatible_in:5086 anycompatible_out:5087',
  anycompatiblearray:
    'f d x 0 anycompatiblearray_in:5088 anycompatiblearray_out:5089 anycompatiblearray_recv:5090 anycompatiblearray_send:5091',
}
/** Kinds of types whose functions are the same for all. */
const KIND_FACTS = {
  array: 'f i x 0 array_in:750 array_out:751 array_recv:2400 array_send:2401',
  enum: 't i p 0 enum_in:3506 enum_out:3507 enum_recv:3532 enum_send:3533',
  composite: 'f d x 0 record_in:2290 record_out:2291 record_recv:2402 record_send:2403',
  domain: 'f i x 0 domain_in:2597 - domain_recv:2598 -',
}
export const NO_FUNCTION: FunctionFact = { name: '-', oid: 0 }
export const ARRAY_SUBSCRIPT: FunctionFact = { name: 'array_subscript_handler', oid: 6179 }
export const JSONB_SUBSCRIPT: FunctionFact = { name: 'jsonb_subscript_handler', oid: 6098 }
export const ARRAY_ANALYZE: FunctionFact = { name: 'array_typanalyze', oid: 3816 }

const read = (text: string): TypeFacts => {
  const [isByValue, alignment, storage, collation, ...functions] = text.split(' ')
  const [input, output, receive, send, modifierInput, modifierOutput] = Array.from({ length: 6 }, (_, i) => {
    const [name, oid] = (functions[i] ?? '-').split(':')
    return oid === undefined ? NO_FUNCTION : { name, oid: Number(oid) }
  })
  return {
    isByValue: isByValue === 't',
    alignment,
    storage,
    collation: Number(collation),
    input,
    output,
    receive,
    send,
    modifierInput,
    modifierOutput,
  }
}

const known = new Map<string, TypeFacts>(Object.entries(FACTS).map(([name, text]) => [name, read(text)]))
const ofKind = {
  array: read(KIND_FACTS.array),
  enum: read(KIND_FACTS.enum),
  composite: read(KIND_FACTS.composite),
  domain: read(KIND_FACTS.domain),
}

export function typeFacts(type: SqlType): TypeFacts {
  if (type.kind === 'domain') {
    const base = typeFacts(type.base!)
    const { input, receive } = ofKind.domain
    return { ...base, input, receive, modifierInput: NO_FUNCTION, modifierOutput: NO_FUNCTION }
  }
  if (type.schema === 'pg_catalog') {
    const own = known.get(type.name)
    if (own !== undefined) return own
  }
  if (type.element !== undefined) {
    const { alignment, collation, modifierInput, modifierOutput } = typeFacts(type.element)
    const wide = alignment === 'd' ? 'd' : 'i'
    return { ...ofKind.array, alignment: wide, collation, modifierInput, modifierOutput }
  }
  return type.kind === 'enum' ? ofKind.enum : ofKind.composite
}

/** All of them, for pg_proc. */
export function allTypeFacts(): Iterable<readonly [string, TypeFacts]> {
  return known
}
export const KIND_TYPE_FACTS: readonly TypeFacts[] = Object.values(ofKind)
