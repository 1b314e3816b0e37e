import { describe, expect, test } from 'vitest'
import { SqlError } from '../../../src/sql/errors.ts'
import { parseExpression, parseStatements } from '../../../src/sql/syntax/parser.ts'
import { ERRORS } from './errors.ts'

function errorOf(task: () => unknown): SqlError {
  try {
    task()
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
  throw new Error('no error')
}

function said(error: SqlError): string {
  return `${error.sqlstate} ${error.primary}${error.position === undefined ? '' : ` @${error.position}`}`
}

describe('what PostgreSQL refuses', () => {
  test.each(ERRORS)('%s', (text, error) => {
    expect(said(errorOf(() => parseStatements(text)))).toBe(error)
  })

  test('the message shows the line and the place', () => {
    const error = errorOf(() => parseStatements("select 1;\nselect 'é😀' frm t x"))
    expect(error.message).toBe(
      `syntax error at or near "t"\nLINE 2: select 'é😀' frm t x\n${' '.repeat(25)}^`,
    )
  })

  test('hints are those of PostgreSQL', () => {
    expect(errorOf(() => parseStatements("select E'\\u12'")).fields.hint).toContain('\\uXXXX or \\UXXXXXXXX')
    expect(errorOf(() => parseStatements("select U&'\\12'")).fields.hint).toContain('\\XXXX or \\+XXXXXX')
    expect(errorOf(() => parseStatements('select 1 limit 1, 2')).fields.hint).toContain('LIMIT and OFFSET')
  })
})

describe('texts that are no UTF-8', () => {
  test('a NUL is refused where it is', () => {
    const error = errorOf(() => parseStatements("select 'é\0'"))
    expect(said(error)).toBe('22021 invalid byte sequence for encoding "UTF8": 0x00 @9')
  })

  test('half a surrogate pair is refused where it is', () => {
    const error = errorOf(() => parseStatements("select '😀\ud83d'"))
    expect(said(error)).toBe('22021 invalid byte sequence for encoding "UTF8": 0xed 0xa0 0xbd @10')
  })
})

describe('depth', () => {
  const plus = (terms: number): string => `select 1${' + 1'.repeat(terms)}`

  test('a chain of 1,500 operators is converted', () => {
    expect(parseStatements(plus(1500))).toHaveLength(1)
  })

  test('AND, OR, IN and VALUES of 50,000 items are converted', () => {
    expect(parseStatements(`select a = 0${' or a = 1'.repeat(50_000)}`)).toHaveLength(1)
    expect(parseStatements(`select a in (0${', 1'.repeat(50_000)})`)).toHaveLength(1)
    expect(parseStatements(`values (0)${', (1)'.repeat(50_000)}`)).toHaveLength(1)
  })

  test('a depth that the stack does not have is 54001, and the next statement is parsed as ever', () => {
    expect(said(errorOf(() => parseStatements(plus(100_000))))).toBe('54001 stack depth limit exceeded')
    expect(parseStatements(plus(10))).toHaveLength(1)
  })

  test('too many parentheses are refused as PostgreSQL does, which has a limit of its own', () => {
    const text = `select ${'('.repeat(10_000)}1${')'.repeat(10_000)}`
    expect(said(errorOf(() => parseStatements(text)))).toBe('42601 memory exhausted at or near "(" @10003')
    expect(parseStatements(`select ${'('.repeat(5000)}1${')'.repeat(5000)}`)).toHaveLength(1)
  })

  test('65,535 parameters', () => {
    const list = Array.from({ length: 65_535 }, (_, index) => `$${index + 1}`).join()
    expect(parseStatements(`select ${list}`)[0]!.parameterCount).toBe(65_535)
  })

  test('a literal of 10 MB', () => {
    const text = 'é'.repeat(5 * 2 ** 20)
    const [parsed] = parseStatements(`select '${text}'`)
    expect(parsed!.statement).toMatchObject({
      items: [{ expression: { value: { type: 'string', text } } }],
    })
  })
})

describe('one expression', () => {
  test('is parsed, with places in its own text', () => {
    expect(parseExpression('é + 1')).toMatchObject({
      kind: 'operator',
      at: 2,
      left: { names: ['é'], at: 0 },
      right: { at: 4 },
    })
    expect(said(errorOf(() => parseExpression('é + + ')))).toBe('42601 syntax error at end of input @6')
  })

  test.each([
    '1, 2',
    '1 as a',
    '1 from t',
    '1; select 2',
    '',
    '1 order by 1',
    '1 union select 2',
    '1 limit 1',
  ])('and nothing else: %s', text => expect(errorOf(() => parseExpression(text)).sqlstate).toBe('42601'))
})
