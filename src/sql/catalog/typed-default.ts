/**
 * The default of a column of a table that was made from TypeScript, as the SQL text of a constant: what `default(…)` said in
 * the definition that opened the table last, and the table has stored.
 */

import { decodedDefault } from '../../table/column-default.ts'
import type { TypeNode } from '../../table/type-node.ts'
import type { EvaluationContext } from '../functions/registry.ts'
import { quoteLiteral } from '../functions/string-format.ts'
import { columnStorage } from '../storage/column-storage.ts'
import { outputFunction } from '../types/input-output.ts'
import { BOOL, type SqlType } from '../types/type.ts'

/** Text that means the same whatever a session has set: times with their zone, intervals with a sign for each part. */
const EVERYWHERE = {
  dateStyle: 'ISO, MDY',
  intervalStyle: 'iso_8601',
  timeZone: 'UTC',
  setting: (_name: string) => undefined,
} as EvaluationContext

const NUMBERS: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'numeric'])

/** @param type of the column in SQL @param encoded in base64, as the catalog has it */
export function typedDefaultText(type: SqlType, node: TypeNode, encoded: string): string {
  const plain = node.kind === 'nullable' ? node.of : node
  const { fromStored } = columnStorage(type, plain)
  const value = decodedDefault(plain, encoded)
  const held = fromStored === undefined ? value : fromStored(value)
  return constantText(outputFunction(type)(held, EVERYWHERE), type)
}

function constantText(text: string, type: SqlType): string {
  if (type === BOOL) return text === 't' ? 'true' : 'false'
  // Signs are operators, and other numbers would be read as another type than they print.
  if (NUMBERS.has(type.name) && /^\d+(\.\d+)?$/.test(text)) return text
  return `${quoteLiteral(text)}::${type.displayName}`
}
