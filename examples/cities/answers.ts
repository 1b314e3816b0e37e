/** Chapter two: questions to the table. */

import type { Database } from '../../src/index.ts'
import { type Box, type City, cities, citiesIn } from './cities-table.ts'
import { countryName, faint, number, tell, timed } from './screen.ts'

const LAKE_GENEVA: Box = { south: 46.1, north: 46.6, west: 6.0, east: 7.0 }
const FIJI: Box = { south: -19.5, north: -16, west: 177, east: -179 }
/** Cities of an answer that are named; the others are counted. */
const NAMED = 3

/** 'Bern (Bern, CH)' */
function label({ name, region, country }: City): string {
  return `${name} (${region === null ? country : `${region}, ${country}`})`
}

/** Asks, and tells the first cities of the answer and the time that it took to get all of them. */
function ask(title: string, question: () => readonly City[]): void {
  const { result, took } = timed(question)
  const named = result.slice(0, NAMED).map(label).join(' · ') || faint('none')
  const others = result.length - NAMED
  tell(title, `${named}${others > 0 ? faint(` … and ${number(others)} more`) : ''}  ${took}`)
}

export function answer(db: Database): void {
  // A snapshot: whatever is written meanwhile, all answers are about one and the same state.
  using snap = db.read()
  const table = snap.table(cities)
  const byCountry = table.by('byCountry')

  const id = Math.floor(table.count() * 0.54)
  ask(`By key: number ${number(id)}`, () => [table.get(id)!])

  // Counting looks at the two ends of a range only, however much lies between them.
  const swiss = { prefix: ['CH'] } as const
  ask(`By country: ${countryName('CH')} has ${number(byCountry.count(swiss))}, in the order of names`, () =>
    byCountry.range(swiss).toArray(),
  )

  ask("By name: beginning with 'Winter'", () => table.by('byName').range({ startsWith: 'Winter' }).toArray())

  ask('By bounding box: around Lake Geneva', () => [...citiesIn(table, LAKE_GENEVA)])
  ask('By bounding box: Fiji, across the date line', () => [...citiesIn(table, FIJI)])
}
