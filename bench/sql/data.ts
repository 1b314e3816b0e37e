/** The rows that all engines hold: the same for the same number, spread by a multiplicative hash. */

/** An item's columns, in the order of the table. */
export type Item = readonly [
  id: number,
  category: number,
  region: string,
  price: number,
  quantity: number,
  score: number,
  name: string,
]

const REGIONS = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west']
export const CATEGORY_COUNT = 100
export const QUANTITY_COUNT = 100

/** A number from 0 to 1, by place and purpose. */
function spread(id: number, purpose: number): number {
  let hash = Math.imul(id + purpose * 0x5bd1, 0x9e37_79b1)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x85eb_ca77)
  hash ^= hash >>> 13
  return (hash >>> 0) / 2 ** 32
}

/** Item `id`, from 1. `count`: how many there are; scores are spread over so many numbers. */
export function itemAt(id: number, count: number): Item {
  return [
    id,
    Math.floor(spread(id, 1) * CATEGORY_COUNT),
    REGIONS[Math.floor(spread(id, 2) * REGIONS.length)]!,
    // Sums of these are exact in floating point, whatever the order.
    Math.floor(spread(id, 3) * 100_000) / 64,
    Math.floor(spread(id, 4) * QUANTITY_COUNT),
    Math.floor(spread(id, 5) * count),
    `item number ${id}`,
  ]
}

/** The weight of item `id`, in the other table. */
export function weightOf(id: number): number {
  return Math.floor(spread(id, 6) * 4096) / 16
}

/** Places from 1 to `count`, as scattered as the data but not in its order. */
export function scatteredIds(total: number, count: number, round: number): number[] {
  const ids: number[] = []
  for (let i = 0; i < total; i++) ids.push(1 + Math.floor(spread(round * total + i, 7) * count))
  return ids
}

/** PostgreSQL's spelling, which SQLite reads in its own way. */
export const ITEM_COLUMNS =
  'category integer not null, region text not null, price double precision not null, ' +
  'quantity integer not null, score integer not null, name text not null'
