/**
 * TPC-H's data (specification, section 4.2), made from a seed: the same scale and seed give the same rows. The
 * distributions that the queries depend on are the specification's; texts that no query looks into are shorter and of
 * fewer words.
 *
 * A row is its table's columns in order: integers as numbers, money as text with two decimals, dates as `YYYY-MM-DD`.
 */

import { SeededRandom } from '../../../props/seeded-random.ts'
import type { TpchTableName } from './schema.ts'

export type TpchRow = readonly (number | string)[]

const REGIONS = ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST']
/** Nations with the numbers of their regions. */
const NATIONS: readonly (readonly [string, number])[] = [
  ['ALGERIA', 0],
  ['ARGENTINA', 1],
  ['BRAZIL', 1],
  ['CANADA', 1],
  ['EGYPT', 4],
  ['ETHIOPIA', 0],
  ['FRANCE', 3],
  ['GERMANY', 3],
  ['INDIA', 2],
  ['INDONESIA', 2],
  ['IRAN', 4],
  ['IRAQ', 4],
  ['JAPAN', 2],
  ['JORDAN', 4],
  ['KENYA', 0],
  ['MOROCCO', 0],
  ['MOZAMBIQUE', 0],
  ['PERU', 1],
  ['CHINA', 2],
  ['ROMANIA', 3],
  ['SAUDI ARABIA', 4],
  ['VIETNAM', 2],
  ['RUSSIA', 3],
  ['UNITED KINGDOM', 3],
  ['UNITED STATES', 1],
]
const SEGMENTS = ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD']
const PRIORITIES = ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW']
const INSTRUCTIONS = ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN']
const MODES = ['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB']
const TYPES = [
  ['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO'],
  ['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED'],
  ['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'],
]
const CONTAINERS = [
  ['SM', 'LG', 'MED', 'JUMBO', 'WRAP'],
  ['CASE', 'BOX', 'BAG', 'JAR', 'PKG', 'PACK', 'CAN', 'DRUM'],
]
const COLOURS = (
  'almond azure beige black blue brown coral cream cyan firebrick forest frosted ghost goldenrod green grey honeydew ' +
  'hot indian ivory khaki lace lavender lemon linen magenta maroon midnight mint navy olive orchid peach plum puff red ' +
  'rose sandy sienna sky smoke snow spring steel tan thistle tomato turquoise violet wheat white yellow'
).split(' ')
const WORDS = (
  'furiously carefully quickly slyly pending regular ironic express final bold even silent special packages requests ' +
  'accounts deposits foxes ideas theodolites instructions dependencies excuses platelets asymptotes courts dolphins ' +
  'sleep haggle nag wake use boost detect integrate among above across after against along about the unusual'
).split(' ')

const DAY_MS = 86_400_000
const FIRST_DAY = Date.UTC(1992, 0, 1)
/** Orders are made until 151 days before the last day, so that all is delivered by it. */
const ORDER_DAYS = (Date.UTC(1998, 11, 31) - FIRST_DAY) / DAY_MS - 151
const TODAY = '1995-06-17'
const PARTS_PER_SCALE = 200_000
const SUPPLIERS_PER_SCALE = 10_000
const CUSTOMERS_PER_SCALE = 150_000
const ORDERS_PER_CUSTOMER = 10
const SUPPLIERS_PER_PART = 4

function day(number: number): string {
  return new Date(FIRST_DAY + number * DAY_MS).toISOString().slice(0, 10)
}

function money(cents: number): string {
  const sign = cents < 0 ? '-' : ''
  const digits = String(Math.abs(cents)).padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

function numbered(prefix: string, number: number): string {
  return `${prefix}#${String(number).padStart(9, '0')}`
}

/** Of a part: 900 to 2099 with a pattern that the specification gives. */
function retailCents(part: number): number {
  return 90_000 + (Math.floor(part / 10) % 20_001) + 100 * (part % 1000)
}

export class TpchGenerator {
  private readonly seed: number
  private readonly parts: number
  private readonly suppliers: number
  private readonly customers: number

  constructor(scale: number, seed = 1) {
    this.seed = seed
    this.parts = Math.max(40, Math.round(PARTS_PER_SCALE * scale))
    this.suppliers = Math.max(10, Math.round(SUPPLIERS_PER_SCALE * scale))
    this.customers = Math.max(30, Math.round(CUSTOMERS_PER_SCALE * scale))
  }

  rows(table: TpchTableName): Iterable<TpchRow> {
    switch (table) {
      case 'region':
        return REGIONS.map((name, i) => [i, name, 'a region'])
      case 'nation':
        return NATIONS.map(([name, region], i) => [i, name, region, 'a nation'])
      case 'supplier':
        return this.supplierRows()
      case 'customer':
        return this.customerRows()
      case 'part':
        return this.partRows()
      case 'partsupp':
        return this.partSupplierRows()
      case 'orders':
        return this.orderRows()
      case 'lineitem':
        return this.lineRows()
    }
  }

  /** Each table has random numbers of its own, so that it can be made alone. */
  private random(stream: number): SeededRandom {
    return new SeededRandom(this.seed * 1009 + stream)
  }

  private *supplierRows(): Generator<TpchRow> {
    const random = this.random(1)
    for (let key = 1; key <= this.suppliers; key++) {
      const nation = random.below(NATIONS.length)
      // Five in ten thousand have had complaints; more of them here, so that a small scale has one.
      const comment = key % 50 === 7 ? 'slyly Customer of the Complaints wake' : comments(random, 6)
      yield [
        key,
        numbered('Supplier', key),
        comments(random, 2),
        nation,
        phone(random, nation),
        money(random.below(1_099_999) - 99_999),
        comment,
      ]
    }
  }

  private *customerRows(): Generator<TpchRow> {
    const random = this.random(2)
    for (let key = 1; key <= this.customers; key++) {
      const nation = random.below(NATIONS.length)
      yield [
        key,
        numbered('Customer', key),
        comments(random, 2),
        nation,
        phone(random, nation),
        money(random.below(1_099_999) - 99_999),
        random.pick(SEGMENTS),
        comments(random, 8),
      ]
    }
  }

  private *partRows(): Generator<TpchRow> {
    const random = this.random(3)
    for (let key = 1; key <= this.parts; key++) {
      const maker = 1 + random.below(5)
      yield [
        key,
        Array.from({ length: 5 }, () => random.pick(COLOURS)).join(' '),
        `Manufacturer#${maker}`,
        `Brand#${maker}${1 + random.below(5)}`,
        TYPES.map(syllables => random.pick(syllables)).join(' '),
        1 + random.below(50),
        CONTAINERS.map(syllables => random.pick(syllables)).join(' '),
        money(retailCents(key)),
        comments(random, 2),
      ]
    }
  }

  private *partSupplierRows(): Generator<TpchRow> {
    const random = this.random(4)
    for (let part = 1; part <= this.parts; part++) {
      for (let which = 0; which < SUPPLIERS_PER_PART; which++) {
        yield [
          part,
          this.supplierOf(part, which),
          1 + random.below(9999),
          money(100 + random.below(99_901)),
          comments(random, 6),
        ]
      }
    }
  }

  /** The four suppliers of a part, spread over all. With less than a third of all between them they are four. */
  private supplierOf(part: number, which: number): number {
    const all = this.suppliers
    const shift = Math.floor((part - 1) / all) % Math.max(1, Math.floor(all / 12))
    const step = Math.floor(all / SUPPLIERS_PER_PART) + shift
    return ((part + which * step) % all) + 1
  }

  private *orderRows(): Generator<TpchRow> {
    for (const { order } of this.orders()) yield order
  }

  private *lineRows(): Generator<TpchRow> {
    for (const { lines } of this.orders()) yield* lines
  }

  /** An order and its lines hang together: its status and price are theirs. */
  private *orders(): Generator<{ readonly order: TpchRow; readonly lines: readonly TpchRow[] }> {
    const random = this.random(5)
    const count = this.customers * ORDERS_PER_CUSTOMER
    for (let i = 0; i < count; i++) {
      // Of each 32 keys the first 8 are used.
      const key = (i >> 3) * 32 + (i & 7) + 1
      const orderDay = random.below(ORDER_DAYS)
      const lines: TpchRow[] = []
      let totalCents = 0
      let delivered = 0
      const lineCount = 1 + random.below(7)
      for (let number = 1; number <= lineCount; number++) {
        const line = this.line(random, key, number, orderDay)
        lines.push(line.row)
        totalCents += line.cents
        if (line.isDelivered) delivered++
      }
      const order: TpchRow = [
        key,
        this.customerOf(random),
        delivered === lineCount ? 'F' : delivered === 0 ? 'O' : 'P',
        money(Math.round(totalCents)),
        day(orderDay),
        random.pick(PRIORITIES),
        numbered('Clerk', 1 + random.below(Math.max(1, this.suppliers / 10))),
        0,
        comments(random, 8),
      ]
      yield { order, lines }
    }
  }

  /** A third of the customers, those whose key three divides, order nothing. */
  private customerOf(random: SeededRandom): number {
    const key = 1 + random.below(this.customers)
    return key % 3 === 0 ? key - 1 : key
  }

  private line(random: SeededRandom, order: number, number: number, orderDay: number) {
    const part = 1 + random.below(this.parts)
    const quantity = 1 + random.below(50)
    const priceCents = quantity * retailCents(part)
    const discount = random.below(11)
    const tax = random.below(9)
    const shipDay = orderDay + 1 + random.below(121)
    const commitDay = orderDay + 30 + random.below(61)
    const receiptDate = day(shipDay + 1 + random.below(30))
    const shipDate = day(shipDay)
    const isDelivered = shipDate <= TODAY
    const row: TpchRow = [
      order,
      part,
      this.supplierOf(part, random.below(SUPPLIERS_PER_PART)),
      number,
      money(quantity * 100),
      money(priceCents),
      money(discount),
      money(tax),
      receiptDate <= TODAY ? random.pick(['R', 'A']) : 'N',
      isDelivered ? 'F' : 'O',
      shipDate,
      day(commitDay),
      receiptDate,
      random.pick(INSTRUCTIONS),
      random.pick(MODES),
      comments(random, 4),
    ]
    return { row, isDelivered, cents: (priceCents * (100 + tax) * (100 - discount)) / 10_000 }
  }
}

function comments(random: SeededRandom, words: number): string {
  return Array.from({ length: words }, () => random.pick(WORDS)).join(' ')
}

/** The country's number is ten more than the nation's. */
function phone(random: SeededRandom, nation: number): string {
  const part = (digits: number) => String(random.below(10 ** digits)).padStart(digits, '0')
  return `${10 + nation}-${part(3)}-${part(3)}-${part(4)}`
}
