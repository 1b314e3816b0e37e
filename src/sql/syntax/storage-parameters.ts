/**
 * `WITH (fillfactor = 70, …)`: how PostgreSQL should lay out a table or index. It says nothing about what is in them, so what
 * PostgreSQL knows is remembered (pg_class.reloptions) and does nothing; what it does not know, or out of its bounds, is refused as it does.
 */

import { SqlError } from '../errors.ts'
import { type Fields, fieldsOf, kindOf, type Raw, stringOf } from './fields.ts'
import type { StorageParameter } from './tree.ts'

const FILL_FACTOR_LEAST = 10
const FILL_FACTOR_MOST = 100
export const KNOWN_PARAMETERS =
  /^(fillfactor|deduplicate_items|fastupdate|buffering|pages_per_range|autosummarize|parallel_workers|log_autovacuum_min_duration|user_catalog_table|vacuum_(index_cleanup|truncate|max_eager_freeze_failure_rate)|toast_tuple_target|autovacuum_[a-z_]+)$/

/** Takes the field, if it is there. @throws SqlError 22023 */
export function storageParameters(parent: Fields, name: string): readonly StorageParameter[] {
  return storageParametersOf(parent, parent.list(name), KNOWN_PARAMETERS)
}

/** @param known names that there are; undefined: they are only names, of what is to be forgotten @throws SqlError 22023, 42601 */
export function storageParametersOf(
  parent: Fields,
  nodes: readonly Raw[],
  known: RegExp | undefined,
): readonly StorageParameter[] {
  const parameters: StorageParameter[] = []
  for (const node of nodes) {
    const fields = fieldsOf(parent.source, node, 'DefElem', parent.at)
    fields.expect('defaction', 'DEFELEM_UNSPEC')
    // Those of PostgreSQL's table for what is large are said of a table that is not there.
    const isOfOther = fields.string('defnamespace') !== undefined
    const parameter = fields.text('defname')
    const given = fields.node('arg')
    const value = given === undefined ? undefined : parameterText(fields, given)
    fields.done()
    if (!isOfOther) parameters.push({ name: parameter, value: value ?? 'true' })
    if (known === undefined) {
      if (value === undefined) continue
      throw new SqlError('42601', 'RESET must not include values for parameters', { position: fields.at })
    }
    if (!known.test(parameter)) {
      throw new SqlError('22023', `unrecognized parameter "${parameter}"`, { position: fields.at })
    }
    if (parameter !== 'fillfactor') continue
    const factor = Number(value)
    if (!Number.isInteger(factor)) {
      throw new SqlError('22023', `invalid value for integer option "fillfactor": ${value ?? 'true'}`, {
        position: fields.at,
      })
    }
    if (factor < FILL_FACTOR_LEAST || factor > FILL_FACTOR_MOST) {
      throw new SqlError('22023', `value ${value} out of bounds for option "fillfactor"`, {
        detail: `Valid values are between "${FILL_FACTOR_LEAST}" and "${FILL_FACTOR_MOST}".`,
        position: fields.at,
      })
    }
  }
  return parameters
}

function parameterText(parent: Fields, node: Raw): string {
  const { source, at } = parent
  const kind = kindOf(node) ?? ''
  if (kind === 'String') return stringOf(source, node, at)
  const fields = fieldsOf(source, node, kind, at)
  let text: string
  if (kind === 'Integer') text = `${fields.integer('ival')}`
  else if (kind === 'Float') text = fields.text('fval')
  else if (kind === 'TypeName') {
    // A word, such as `off` or `auto`.
    const [name] = fields.list('names')
    text = stringOf(source, name, at)
    fields.integer('typemod')
  } else throw fields.refusal('a value of this kind')
  fields.done()
  return text
}
