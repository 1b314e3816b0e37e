/** Settings that are an amount of time or of memory: kept as a whole number of their unit, written and shown with any. */

import { SqlError } from '../errors.ts'

interface Amount {
  /** What the number counts that is kept. */
  readonly unit: string
  readonly least: number
  readonly most: number
  /** In units of it, the largest first. */
  readonly units: readonly (readonly [name: string, size: number])[]
  readonly hint: string
}

const INT_MAX = 2_147_483_647

const MILLISECONDS: Amount = {
  unit: 'ms',
  least: 0,
  most: INT_MAX,
  units: [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
    ['ms', 1],
    ['us', 0.001],
  ],
  hint: 'Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".',
}

const KILOBYTES: Amount = {
  unit: 'kB',
  least: 64,
  most: INT_MAX,
  units: [
    ['TB', 1024 ** 3],
    ['GB', 1024 ** 2],
    ['MB', 1024],
    ['kB', 1],
    ['B', 1 / 1024],
  ],
  hint: 'Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".',
}

/** Blocks of 8 kB. */
const BLOCKS: Amount = {
  unit: '8kB',
  least: 0,
  most: INT_MAX,
  units: KILOBYTES.units.map(([name, size]) => [name, size / 8] as const),
  hint: KILOBYTES.hint,
}

const IN_BLOCKS = [
  'effective_cache_size',
  'min_parallel_index_scan_size',
  'min_parallel_table_scan_size',
  'segment_size',
  'shared_buffers',
  'temp_buffers',
]

function amountOf(key: string): Amount | undefined {
  if (key === 'work_mem' || key === 'maintenance_work_mem') return KILOBYTES
  if (IN_BLOCKS.includes(key)) return BLOCKS
  // A name of the session's own is a text.
  const isOwn = key.includes('.') && !key.startsWith('coppice.')
  return key.endsWith('_timeout') && !isOwn ? MILLISECONDS : undefined
}

/** What the number of a setting counts; undefined: nothing that has a unit. */
export function unitOfSetting(key: string): string | undefined {
  return amountOf(key)?.unit
}

/** As SHOW prints it: in the largest unit of which it is a whole number. */
export function shownAmount(key: string, value: string): string {
  const amount = amountOf(key)
  const number = Number(value)
  if (amount === undefined || !(number > 0)) return value
  const [name, size] = amount.units.find(
    ([name, size]) => (size >= 1 || (amount === BLOCKS && name === 'kB')) && number % size === 0,
  )!
  return `${number / size}${name}`
}

const WRITTEN = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*([a-z]*)\s*$/i

/** A number as it is kept. @param refuse throws that it is none @throws SqlError 22023 */
export function readAmount(
  key: string,
  name: string,
  value: string,
  refuse: (hint?: string) => never,
): string {
  const [, digits, unit] = WRITTEN.exec(value) ?? refuse()
  const amount = amountOf(key)
  if (amount === undefined) return unit === '' ? String(roundedToEven(Number(digits))) : refuse()
  // Without a unit it is in that which is kept, which has a name of its own or none.
  const found = unit === '' ? (['', 1] as const) : amount.units.find(([one]) => one === unit)
  const [, size] = found ?? refuse(amount.hint)
  const number = roundedToEven(Number(digits) * size)
  if (number < amount.least || number > amount.most) {
    const inUnit = (one: number) => `${one} ${amount.unit}`
    throw new SqlError(
      '22023',
      `${inUnit(number)} is outside the valid range for parameter "${name}" (${inUnit(amount.least)} .. ${inUnit(amount.most)})`,
    )
  }
  return String(number)
}

/** As PostgreSQL rounds: halves to the even neighbour. */
function roundedToEven(number: number): number {
  const rounded = Math.round(number)
  const isHalf = Math.abs(number % 1) === 0.5
  return (isHalf && rounded % 2 !== 0 ? rounded - 1 : rounded) + 0
}
