import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SqlEngine, SqlResult } from './engine.ts'
import { parseRecords } from './records.ts'
import { differenceOf, hashOf, resultValues } from './result.ts'
import { runScript } from './script.ts'

describe('records', () => {
  const file = [
    'hash-threshold 8',
    '',
    '# a comment',
    'statement ok',
    'create table t',
    '  (a int)',
    '',
    '',
    'statement error',
    'selec',
    '',
    'query IT rowsort label-1',
    'select a,',
    '  b from t',
    '----',
    '1',
    'x',
    '',
    'skipif sqlite # why',
    'onlyif postgresql',
    'statement ok',
    'select 1',
    '',
    'skipif postgresql',
    'halt',
    '',
    'onlyif mysql',
    'statement ok',
    'select 1 div 2',
    '',
    'skipif mysql',
    'halt',
    '',
    'statement ok',
    'never',
  ].join('\n')

  test('are read with their conditions, up to the halt', () => {
    expect(parseRecords(file, 'postgresql')).toEqual([
      { kind: 'hash threshold', line: 1, values: 8 },
      { kind: 'statement', line: 4, text: 'create table t\n  (a int)', isError: false },
      { kind: 'statement', line: 9, text: 'selec', isError: true },
      {
        kind: 'query',
        line: 12,
        text: 'select a,\n  b from t',
        types: 'IT',
        sort: 'rowsort',
        label: 'label-1',
        expected: ['1', 'x'],
      },
      { kind: 'statement', line: 21, text: 'select 1', isError: false },
      { kind: 'skipped', line: 25 },
      { kind: 'skipped', line: 28 },
    ])
  })

  test('what is no record is an error with its line', () => {
    expect(() => parseRecords('\nquery Q\nselect 1', 'postgresql')).toThrow('line 2: not a record')
  })
})

describe('results', () => {
  test('integers, reals, texts and NULL are written as the format says', () => {
    const row = [1.9, '-7.5', true, 12345678901234567890n, '1.0005', 2, '', 'é\n', null]
    expect(resultValues([row], 'IIIIRRTTT', 'nosort')).toEqual([
      '1',
      '-7',
      '1',
      '12345678901234567890',
      '1.000',
      '2.000',
      '(empty)',
      '@@',
      'NULL',
    ])
  })

  test('rows are sorted as texts, or all values are', () => {
    const rows = [
      [10, 1],
      [9, 2],
      [10, 0],
    ]
    expect(resultValues(rows, 'II', 'nosort')).toEqual(['10', '1', '9', '2', '10', '0'])
    expect(resultValues(rows, 'II', 'rowsort')).toEqual(['10', '0', '10', '1', '9', '2'])
    expect(resultValues(rows, 'II', 'valuesort')).toEqual(['0', '1', '10', '10', '2', '9'])
  })

  test('many values are compared by their hash', () => {
    expect(hashOf(['1', '2', '3'])).toBe('c0710d6b4f15dfa88f600b0e6b624077')
    const expected = [`3 values hashing to ${hashOf(['1', '2', '3'])}`]
    expect(differenceOf(['1', '2', '3'], expected, 1)).toBeUndefined()
    expect(differenceOf(['1', '2', '4'], expected, 1)).toContain('got 3 values hashing to')
  })

  test('values stand on a line each, or those of a row on one', () => {
    expect(differenceOf(['1', 'a', '2', 'b'], ['1 a', '2 b'], 2)).toBeUndefined()
    expect(differenceOf(['1', 'a'], ['1', 'b'], 2)).toBe('value 2: expected b, got a')
    expect(differenceOf(['1'], [], 1)).toBe('expected 0 values, got 1')
  })
})

describe('a file', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slt-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** An engine that knows these answers, and refuses all else. */
  function engine(answers: Readonly<Record<string, SqlResult['rows']>>): SqlEngine {
    const answer = (text: string): SqlResult['rows'] => {
      const rows = answers[text]
      if (rows === undefined) throw new Error(`refused: ${text}`)
      return rows
    }
    return {
      name: 'of answers',
      async exec(text) {
        answer(text)
      },
      async query(text) {
        const rows = answer(text)
        return { columnCount: rows[0]?.length ?? 1, rows }
      },
      async close() {},
    }
  }

  async function run(file: string, tested: SqlEngine, reference?: SqlEngine) {
    const path = join(folder, 'a.test')
    writeFileSync(path, file)
    const { failures, ...counts } = await runScript(path, tested, reference)
    return { ...counts, failures: failures.map(({ line, reason }) => `${line}: ${reason}`) }
  }

  const FILE =
    'query I\nselect 1\n----\n1\n\nstatement ok\nselect 1\n\nstatement error\nbad\n\nonlyif x\nstatement ok\ny'

  test('is counted', async () => {
    expect(await run(FILE, engine({ 'select 1': [[1]] }))).toEqual({
      passed: 3,
      skipped: 1,
      refused: 0,
      failures: [],
    })
  })

  test('fails by wrong values, numbers of columns, errors and missing errors', async () => {
    const { failures } = await run(FILE, engine({ 'select 1': [[2]], bad: [] }))
    expect(failures).toEqual(['1: value 1: expected 1, got 2', '9: an error was expected'])
    expect((await run(FILE, engine({ 'select 1': [[1, 2]] }))).failures).toEqual([
      '1: expected 1 columns, got 2',
    ])
    expect((await run(FILE, engine({}))).failures).toEqual(['1: refused: select 1', '6: refused: select 1'])
  })

  test('fails when one label has two results', async () => {
    const file = 'query I nosort a\nx\n----\n1\n\nquery I nosort a\ny\n----\n2'
    const { failures } = await run(file, engine({ x: [[1]], y: [[2]] }))
    expect(failures).toEqual(['6: another result with the label a'])
  })

  test('what the reference refuses, too, is no failure', async () => {
    const tested = engine({})
    expect(await run(FILE, tested, engine({}))).toMatchObject({ passed: 1, refused: 2, failures: [] })
    expect((await run(FILE, tested, engine({ 'select 1': [[1]] }))).failures).toHaveLength(2)
  })

  test('where the file is wrong for the reference, the engine has to agree with the reference', async () => {
    const reference = engine({ 'select 1': [[2]] })
    expect(await run(FILE, engine({ 'select 1': [[2]] }), reference)).toMatchObject({ passed: 2, refused: 1 })
    const { failures } = await run(FILE, engine({ 'select 1': [[1]] }), reference)
    expect(failures).toEqual(['1: the reference says 1 values (2), and the engine 1 values (1)'])
  })
})
