/** An error as people read it, or as a line of JSON. What it quotes may be anybody's: a value must not move the cursor. */

import type { SentError, SentNotice } from '../session/protocol.ts'
import type { Colours } from './colours.ts'
import { textWidth, visible } from './width.ts'

export interface ErrorStyle {
  readonly colours: Colours
  readonly asJson: boolean
  /** As psql's VERBOSITY: `verbose` shows the SQLSTATE. */
  readonly isVerbose: boolean
}

/** `where` is the file and line of a script. */
export function errorText(error: SentError, style: ErrorStyle, where = ''): string {
  if (style.asJson)
    return `${JSON.stringify({ error: { ...withoutUndefined(error), ...(where === '' ? {} : { where }) } })}\n`
  const { colours } = style
  const code = style.isVerbose && error.sqlstate !== undefined ? `${error.sqlstate}: ` : ''
  const coppice = error.code === undefined || PLAIN_CODES.has(error.code) ? '' : ` (${error.code})`
  let text = `${where === '' ? '' : `${where}: `}${colours.bad('ERROR:')}  ${code}${visible(error.message)}${colours.faint(coppice)}\n`
  if (error.place !== undefined) text += `${placeText(error.place, colours)}\n`
  if (error.detail !== undefined) text += `${colours.strong('DETAIL:')}  ${visible(error.detail)}\n`
  if (error.hint !== undefined) text += `${colours.strong('HINT:')}  ${visible(error.hint)}\n`
  if (error.context !== undefined) text += `${colours.strong('CONTEXT:')}  ${visible(error.context)}\n`
  // Only of what nobody expected: then the place in the code is what a report needs.
  if (error.stack !== undefined && error.code === undefined)
    text += `${colours.faint(stackOf(error.stack))}\n`
  return text
}

export function noticeText(notice: SentNotice, colours: Colours, asJson: boolean): string {
  if (asJson) return `${JSON.stringify({ notice })}\n`
  const { detail, hint, message, severity } = notice
  let text = `${colours.note(`${severity}:`)}  ${visible(message)}\n`
  if (detail !== undefined) text += `${colours.strong('DETAIL:')}  ${visible(detail)}\n`
  if (hint !== undefined) text += `${colours.strong('HINT:')}  ${visible(hint)}\n`
  return text
}

/** Codes that say nothing to people that the message does not. */
const PLAIN_CODES = new Set(['SQL_ERROR', 'USAGE'])

function stackOf(stack: string): string {
  return stack.split('\n').slice(1).join('\n')
}

/** The line of the statement and the caret below: under the character that it is about, as wide as those before it are. */
function placeText(place: string, colours: Colours): string {
  const end = place.lastIndexOf('\n')
  const line = place.slice(0, end)
  const column = place.length - end - 2
  const before = visible(line.slice(0, column))
  return `${before}${visible(line.slice(column))}\n${' '.repeat(textWidth(before))}${colours.bad('^')}`
}

function withoutUndefined({ stack: _, ...error }: SentError): Partial<SentError> {
  return Object.fromEntries(Object.entries(error).filter(([, value]) => value !== undefined))
}
