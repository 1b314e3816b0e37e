/**
 * Texts of dates, times and intervals, read and printed under several settings. `npx tsx test/sql/types/datetime-texts.ts`
 * asks PGlite (PostgreSQL) what it says to each and writes datetime-texts.json.
 */

import { readFileSync, writeFileSync } from 'node:fs'

export interface Setting {
  readonly timeZone: string
  readonly dateStyle: string
  readonly intervalStyle: string
}
/** By setting and type: text, and what it prints as or the SQLSTATE and message. */
export interface Answers {
  /** When PostgreSQL was asked, in microseconds since 2000: times of day get the zone's offset of the day. */
  readonly transactionTime: number
  readonly dates: readonly string[]
  readonly intervals: readonly string[]
  readonly answers: readonly (Setting & { readonly types: Readonly<Record<string, readonly string[]>> })[]
}

export const TYPES = ['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'] as const
const SETTINGS: readonly Setting[] = [
  { timeZone: 'UTC', dateStyle: 'ISO, MDY', intervalStyle: 'postgres' },
  { timeZone: 'America/New_York', dateStyle: 'SQL, DMY', intervalStyle: 'sql_standard' },
  { timeZone: 'Europe/Moscow', dateStyle: 'Postgres, MDY', intervalStyle: 'iso_8601' },
  { timeZone: 'Asia/Kolkata', dateStyle: 'German, DMY', intervalStyle: 'postgres_verbose' },
  { timeZone: '<+05:30>-05:30', dateStyle: 'Postgres, YMD', intervalStyle: 'postgres' },
]
export const FILE = new URL('datetime-texts.json', import.meta.url)

async function record(): Promise<void> {
  const { PGlite } = await import('@electric-sql/pglite')
  const database = await PGlite.create()
  const { dates, intervals } = JSON.parse(readFileSync(FILE, 'utf8')) as Answers
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
  const answers = []
  const transactionTime = (Date.now() - Date.UTC(2000, 0, 1)) * 1000
  for (const setting of SETTINGS) {
    await database.exec(
      `set timezone = ${quoted(setting.timeZone)}; set datestyle = ${quoted(setting.dateStyle)}; set intervalstyle = ${setting.intervalStyle}`,
    )
    const types: Record<string, string[]> = {}
    for (const type of TYPES) {
      types[type] = []
      for (const text of type === 'interval' ? intervals : dates) {
        try {
          const { rows } = await database.query<{ t: string }>(`select ${quoted(text)}::${type}::text as t`)
          types[type].push(rows[0].t)
        } catch (error) {
          types[type].push(`${(error as { code: string }).code} ${(error as Error).message}`)
        }
      }
    }
    answers.push({ ...setting, types })
  }
  writeFileSync(FILE, `${JSON.stringify({ transactionTime, dates, intervals, answers }, null, 1)}\n`)
  await database.close()
}

if (process.argv[1]?.endsWith('datetime-texts.ts')) await record()
