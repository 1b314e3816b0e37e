/** Chapter two: questions to the table. */

import type { Database } from '../../src/index.ts'
import { type Box, cities, citiesIn } from './cities-table.ts'
import { countryName, faint, number, place, tell, timed } from './screen.ts'

const LAKE_GENEVA: Box = { south: 46.1, north: 46.6, west: 6.0, east: 7.0 }
const FIJI: Box = { south: -19.5, north: -16, west: 177, east: -179 }

/** The first few names, as many as a line takes, and a word about the others. */
function few(names: readonly string[], count: number): string {
  const shown = names.slice(0, 3)
  return (
    shown.join(' · ') + (count > shown.length ? faint(` … and ${number(count - shown.length)} more`) : '')
  )
}

export function answer(db: Database): void {
  // A snapshot: whatever is written meanwhile, all four answers are about one and the same state.
  using snap = db.read()
  const table = snap.table(cities)

  const id = Math.floor(table.count() * 0.54)
  const byKey = timed(() => table.get(id))
  tell(`By key: number ${number(id)}`, `${place(byKey.result!)}  ${byKey.took}`)

  const country = 'CH'
  const byCountry = timed(() => ({
    // Counting looks at the two ends of the range only, however much lies between them.
    count: table.by('byCountry').count({ prefix: [country] }),
    cities: table
      .by('byCountry')
      .range({ prefix: [country], limit: 3 })
      .toArray(),
  }))
  const names = byCountry.result.cities.map(city => city.name)
  tell(
    `By country: ${countryName(country)}, in the order of their names`,
    `${few(names, byCountry.result.count)}  ${byCountry.took}`,
  )

  const startsWith = 'Winter'
  const byName = timed(() => table.by('byName').range({ startsWith }).toArray())
  tell(
    `By name: beginning with '${startsWith}'`,
    `${few(byName.result.map(place), byName.result.length)}  ${byName.took}`,
  )

  for (const [title, box] of [
    ['around Lake Geneva', LAKE_GENEVA],
    ['Fiji, across the date line', FIJI],
  ] as const) {
    const found = timed(() => [...citiesIn(table, box)])
    const foundNames = found.result.map(city => city.name)
    tell(`By bounding box: ${title}`, `${few(foundNames, foundNames.length)}  ${found.took}`)
  }
}
