/** Whole statements, one after the other on one database: rows, names of columns and SQLSTATEs are PostgreSQL's. */

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { openSync } from '../../../src/index.ts'
import { statementCode } from '../../../src/sql/execute/generate/policy.ts'
import { type Answer, expectAnswer } from './answers.ts'
import { answersFile, scriptNames } from './statements.ts'

const WAYS = ['never', 'always'] as const

describe.each(scriptNames().flatMap(name => WAYS.map(mode => [name, mode] as const)))(
  'the script %s, with code generated: %s',
  (name, mode) => {
    const db = openSync(':memory:').connect()
    beforeAll(() => {
      statementCode.mode = mode
    })
    afterAll(() => {
      statementCode.mode = 'auto'
      db.close()
    })
    const answers = readFileSync(answersFile(name), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Answer)

    test.each(answers.map((answer, i) => [`${i + 1}: ${answer.text.slice(0, 100)}`, answer] as const))(
      '%s',
      (_, answer) => expectAnswer(db, answer),
    )
  },
)
