/** The table of cities, and how it answers "what lies in this box?". */

import { type RecordOf, type TableOf, t, table } from '../../src/index.ts'

/** Cells of a quarter of a degree: about 28 km from south to north. */
const CELLS_PER_DEGREE = 4
const cellOf = (degrees: number): number => Math.floor(degrees * CELLS_PER_DEGREE)

export const cities = table('cities', {
  columns: {
    id: t.u32,
    name: t.text,
    /** ISO 3166: 'CH' is Switzerland. */
    country: t.text,
    region: t.text.nullable(),
    latitude: t.f64,
    longitude: t.f64,
    latitudeCell: t.i16,
    longitudeCell: t.i16,
  },
  primaryKey: ['id'],
  indexes: {
    // Country first, then name: one index gives a country's cities, and gives them in the order of their names.
    byCountry: { on: ['country', 'name'] },
    byName: { on: ['name'] },
    byCell: { on: ['latitudeCell', 'longitudeCell'] },
  },
})

/** One city, and the table of all as a snapshot gives it. */
export type City = RecordOf<typeof cities>
export type Cities = TableOf<typeof cities>

/** The two columns that `byCell` needs, for a place. */
export function cellsOf(latitude: number, longitude: number) {
  return { latitudeCell: cellOf(latitude), longitudeCell: cellOf(longitude) }
}

/** Degrees; `west` is east of `east` when the box lies across the date line. */
export interface Box {
  readonly south: number
  readonly north: number
  readonly west: number
  readonly east: number
}

/**
 * The cities in a box.
 *
 * An index is a line, a map is a plane. An index on [latitude, longitude] would have to walk the whole belt
 * around the Earth between two latitudes. So the map is cut into cells: in the index `byCell`, the cells of one
 * row lie side by side, and the part of the row that the box covers is one short range. A box is then one range
 * for each row of cells; the cells at its edges reach out over it, so every city is looked at once more.
 */
export function* citiesIn(table: Cities, box: Box): Generator<City> {
  if (box.west > box.east) {
    yield* citiesIn(table, { ...box, east: 180 })
    yield* citiesIn(table, { ...box, west: -180 })
    return
  }
  for (let row = cellOf(box.south); row <= cellOf(box.north); row++) {
    const cells = { gte: [row, cellOf(box.west)], lte: [row, cellOf(box.east)] } as const
    for (const city of table.by('byCell').range(cells)) {
      if (city.latitude < box.south || city.latitude > box.north) continue
      if (city.longitude < box.west || city.longitude > box.east) continue
      yield city
    }
  }
}
