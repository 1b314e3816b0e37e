/** Whole programs of clients, step by step: what they see here is what they see of PostgreSQL, as it was written down there. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../io/temporary-directory.ts'
import { atEnd, startServer } from '../server/support.ts'
import { SCENARIOS } from './scenarios/all.ts'
import { connectionOf, hasPackage } from './support.ts'

describe.each(Object.entries(SCENARIOS))('%s', (name, scenario) => {
  test.skipIf(!hasPackage(name))('is answered as by PostgreSQL', async () => {
    const directory = temporaryDirectory()
    atEnd(() => directory.remove())
    const { port } = await startServer({ database: directory.file('app.db') })
    const seen = await scenario(connectionOf(port))
    const answers = JSON.parse(readFileSync(new URL(`./scenarios/${name}.json`, import.meta.url), 'utf8'))
    expect(JSON.parse(JSON.stringify(seen))).toEqual(answers)
  })
})
