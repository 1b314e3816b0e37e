/**
 * The cities of the world in one file: a walk through Coppice. `npm run demo`, or
 * `tsx examples/cities.ts [--limit=5000] [path]` for fewer cities, or to keep the database.
 *
 * Each step is a file of its own in `cities/`; begin with the table, `cities/cities-table.ts`.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { intro, outro } from '@clack/prompts'
import { open } from '../src/index.ts'
import { answer } from './cities/answers.ts'
import { crash } from './cities/crash.ts'
import { load } from './cities/load.ts'
import { strong } from './cities/screen.ts'
import { showStatistics } from './cities/statistics.ts'
import { holdSnapshot } from './cities/steady-snapshot.ts'

const { values, positionals } = parseArgs({ options: { limit: { type: 'string' } }, allowPositionals: true })
const limit = values.limit === undefined ? Infinity : Number(values.limit)
const directory = mkdtempSync(join(tmpdir(), 'coppice-cities-'))
const path = positionals[0] ?? join(directory, 'cities.db')

try {
  intro(`${strong('Coppice')}: the cities of the world in one file`)
  {
    using db = await open(path)
    await load(db, limit)
    answer(db)
    await holdSnapshot(db)
  }
  // Closed: the next one to open the file is another process, and it comes to a bad end.
  await crash(path)
  {
    using db = await open(path)
    await showStatistics(db)
  }
  outro(positionals[0] === undefined ? 'That was it. The database is gone again.' : `The database is ${path}`)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
