/** Whole statements, one after the other on one database: rows, names of columns and SQLSTATEs are PostgreSQL's. */

import { readFileSync } from 'node:fs'
import { afterAll, describe, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { type Answer, expectAnswer } from './answers.ts'
import { answersFile, scriptNames } from './statements.ts'

describe.each(scriptNames())('the script %s', name => {
  const db = openSync(':memory:').connect()
  afterAll(() => db.close())
  const answers = readFileSync(answersFile(name), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Answer)

  test.each(answers.map((answer, i) => [`${i + 1}: ${answer.text.slice(0, 100)}`, answer] as const))(
    '%s',
    (_, answer) => expectAnswer(db, answer),
  )
})
