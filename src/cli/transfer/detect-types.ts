/**
 * Which SQL type the values of a column have: the narrowest that takes all of them and gives back the very text. So `007` and
 * `+1` are no numbers, and a column that turns out to be wider later has lost nothing when it is read again.
 */

import type { Cell } from '../output/result.ts'
import type { SourceRecord, ValueKind } from './records.ts'

/** From the narrowest to the widest; a value may be several of them. */
const TYPES = [
  'boolean',
  'integer',
  'bigint',
  'numeric',
  'double precision',
  'date',
  'timestamp',
  'timestamp with time zone',
  'uuid',
  'jsonb',
] as const
type Detected = (typeof TYPES)[number] | 'text'

const BIT: Record<(typeof TYPES)[number], number> = Object.fromEntries(
  TYPES.map((type, i) => [type, 1 << i]),
) as Record<(typeof TYPES)[number], number>
const ALL = (1 << TYPES.length) - 1

const INTEGER = /^-?(?:0|[1-9][0-9]{0,18})$/
const DECIMAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/
const FLOAT = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?$/
const DATE = /^\d{4}-\d\d-\d\d$/
const TIMESTAMP = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?$/
const TIMESTAMPTZ = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d(?::?\d\d)?)$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const BIGINT_MAX = 2n ** 63n - 1n

/** What the columns of a source are, as far as they were seen. */
export class TypeDetector {
  private readonly masks: number[] = []

  add({ values, kinds }: SourceRecord): void {
    for (let i = 0; i < values.length; i++) {
      this.masks[i] ??= ALL
      const value = values[i]
      if (value !== null && this.masks[i] !== 0) this.masks[i] &= maskOf(value, kinds?.[i] ?? 'unknown')
    }
  }

  /** The type of each of so many columns; of one without values it is text. */
  types(columnCount: number): Detected[] {
    return Array.from({ length: columnCount }, (_, i) => {
      const mask = this.masks[i] ?? ALL
      return mask === ALL ? 'text' : (TYPES.find(type => (mask & BIT[type]) !== 0) ?? 'text')
    })
  }
}

function maskOf(value: NonNullable<Cell>, kind: ValueKind): number {
  switch (kind) {
    case 'boolean':
      return BIT.boolean
    case 'json':
      return BIT.jsonb
    case 'number':
      return numberMask(value)
    case 'string':
      return timeMask(value) | (UUID.test(value) ? BIT.uuid : 0)
    case 'unknown':
      return numberMask(value) | timeMask(value) | otherMask(value)
  }
}

function numberMask(value: string): number {
  if (!FLOAT.test(value)) return 0
  if (!DECIMAL.test(value)) return BIT['double precision']
  const wide = BIT.numeric | BIT['double precision']
  if (!INTEGER.test(value) || value === '-0') return wide
  const number = Number(value)
  if (Math.abs(number) <= 0x7fff_ffff) return wide | BIT.bigint | BIT.integer
  if (Number.isSafeInteger(number)) return wide | BIT.bigint
  const exact = BigInt(value)
  return exact >= -BIGINT_MAX - 1n && exact <= BIGINT_MAX ? wide | BIT.bigint : wide
}

function timeMask(value: string): number {
  if (value.length < 10 || value.charCodeAt(4) !== 45) return 0
  if (DATE.test(value)) return isDay(value) ? BIT.date | BIT.timestamp : 0
  if (!isDay(value.slice(0, 10))) return 0
  if (TIMESTAMP.test(value)) return BIT.timestamp
  return TIMESTAMPTZ.test(value) ? BIT['timestamp with time zone'] : 0
}

/** 2023-02-30 is none. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

function otherMask(value: string): number {
  if (value === 'true' || value === 'false' || value === 't' || value === 'f') return BIT.boolean
  if (UUID.test(value)) return BIT.uuid
  if (value.startsWith('{') || value.startsWith('[')) return isJson(value) ? BIT.jsonb : 0
  return 0
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value)
    return true
  } catch {
    return false
  }
}
