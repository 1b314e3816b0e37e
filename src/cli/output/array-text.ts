/** PostgreSQL's text of an array, `{1,"a b",NULL,{…}}`, as nested lists of texts. */

import type { Cell } from './result.ts'

export type NestedCells = Cell | readonly NestedCells[]

/** The text is one that the engine has printed. */
export function arrayFromText(text: string, delimiter = ','): readonly NestedCells[] {
  // Bounds that do not begin with 1 stand before it: [2:3]={…}
  let at = text.indexOf('{')
  const list = (): NestedCells[] => {
    const elements: NestedCells[] = []
    at++
    while (text[at] !== '}') {
      elements.push(element())
      if (text[at] === delimiter) at++
    }
    at++
    return elements
  }
  const element = (): NestedCells => {
    if (text[at] === '{') return list()
    let value = ''
    if (text[at] === '"') {
      for (at++; text[at] !== '"'; at++) {
        if (text[at] === '\\') at++
        value += text[at]
      }
      at++
      return value
    }
    while (at < text.length && text[at] !== delimiter && text[at] !== '}') {
      if (text[at] === '\\') at++
      value += text[at++]
    }
    return value === 'NULL' ? null : value
  }
  return list()
}

const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|[[\]]|[^\s,[\]]+/g

/** A list of JSON as the text of an array; numbers keep their digits. Objects in it are left for the engine to refuse. */
export function arrayTextOfJson(json: string): string {
  return json.replace(JSON_TOKEN, token => {
    if (token === '[') return '{'
    if (token === ']') return '}'
    if (token === 'null') return 'NULL'
    if (!token.startsWith('"')) return token
    return `"${(JSON.parse(token) as string).replace(/["\\]/g, '\\$&')}"`
  })
}
