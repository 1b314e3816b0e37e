/** DECLARE, FETCH, MOVE and CLOSE of the raw tree, converted. */

import type { Fields } from './fields.ts'
import { query } from './queries.ts'
import type { CloseCursorStatement, DeclareCursorStatement, FetchStatement } from './tree.ts'

/** PostgreSQL's bits of a cursor's options. */
const BINARY = 0x1
const SCROLL = 0x2
const NO_SCROLL = 0x4
const HOLD = 0x20

export function declareCursor(fields: Fields): DeclareCursorStatement {
  const options = fields.integer('options')
  if ((options & BINARY) !== 0) throw fields.refusal('BINARY cursors')
  return {
    kind: 'declare cursor',
    at: fields.at,
    name: fields.text('portalname'),
    isScrollable: (options & SCROLL) !== 0 ? true : (options & NO_SCROLL) !== 0 ? false : undefined,
    isHeld: (options & HOLD) !== 0,
    length: fields.source.rest(fields.at).length,
    query: query(fields.source, fields.required('query'), fields.at),
  }
}

export function fetch(fields: Fields): FetchStatement {
  return {
    kind: 'fetch',
    at: fields.at,
    direction: fields.keyword('direction', {
      FETCH_FORWARD: 'forward',
      FETCH_BACKWARD: 'backward',
      FETCH_ABSOLUTE: 'absolute',
      FETCH_RELATIVE: 'relative',
    } as const),
    count: fields.integer('howMany'),
    name: fields.text('portalname'),
    isMove: fields.flag('ismove'),
  }
}

export function closeCursor(fields: Fields): CloseCursorStatement {
  return { kind: 'close', at: fields.at, name: fields.string('portalname') }
}
