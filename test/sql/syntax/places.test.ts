import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseStatements } from '../../../src/sql/syntax/parser.ts'
import { Source } from '../../../src/sql/syntax/source.ts'

/** All nodes of a tree that say where they are. */
function* nodesOf(value: unknown): Generator<{ readonly at: number; readonly names?: readonly string[] }> {
  if (typeof value !== 'object' || value === null) return
  if ('at' in value) yield value as { readonly at: number }
  for (const part of Object.values(value)) yield* nodesOf(part)
}

describe('places in the text', () => {
  test('are indices of JavaScript, whatever stands before them', () => {
    const text = `select 'é', "ü😀", a + $1 from "😀" as "t€" where "b" in (1, '€', c)`
    const [parsed] = parseStatements(text)
    for (const node of nodesOf(parsed!.statement)) {
      if (node.names === undefined) continue
      const [name] = node.names
      expect(text.slice(node.at).replace('"', '').startsWith(name!)).toBe(true)
    }
    // Of an operator it is the operator's.
    expect(JSON.stringify(parsed!.statement)).toContain(`"at":${text.indexOf('+')},"name":["+"]`)
  })

  test('statements of a script are where their words begin and end', () => {
    const text = "  select 'é' ;; /* ; /* 😀 */ */ -- ;\n update t set a = 1 ;select 2 -- end"
    const parts = parseStatements(text).map(({ start, end }) => text.slice(start, end))
    expect(parts).toEqual(["select 'é' ", 'update t set a = 1 ', 'select 2 -- end'])
  })

  test('bytes and code points are told apart', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'é', '€', '😀', ' ')), characters => {
        const text = characters.join('')
        const source = new Source(text)
        let index = 0
        let byte = 0
        characters.forEach((character, number) => {
          expect(source.ofByte(byte)).toBe(index)
          expect(source.ofCodePoint(number + 1)).toBe(index)
          index += character.length
          byte += Buffer.byteLength(character)
        })
        expect(source.ofByte(byte)).toBe(text.length)
      }),
    )
  })

  test('an unknown place is -1', () => {
    expect(new Source('é').ofByte(-1)).toBe(-1)
    expect(new Source('é').ofCodePoint(0)).toBe(-1)
  })
})
