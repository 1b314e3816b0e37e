/**
 * How large a single value may become: a text, the elements of an array or of a JSON value. PostgreSQL allows a gigabyte; V8 ends
 * the process when its heap is full, so what functions make of values stays far enough below it.
 */

import { constants } from 'node:buffer'
import { SqlError } from '../errors.ts'

/** PostgreSQL's. */
const ELEMENTS_MAX = 134_217_727

/** Of the heap's bytes: what a text may have of characters. It may take two bytes for each, and be there twice. */
const TEXT_SHARE = 1 / 8
/** The same of elements: with the values that they refer to, and while a list of them grows. */
const ELEMENT_SHARE = 1 / 64

let textLengthMax = constants.MAX_STRING_LENGTH
let elementsMax = ELEMENTS_MAX

/** For the thread, whose heap it is. */
export function limitValues(heapBytes: number): void {
  textLengthMax = Math.floor(Math.min(constants.MAX_STRING_LENGTH, heapBytes * TEXT_SHARE))
  elementsMax = Math.floor(Math.min(ELEMENTS_MAX, heapBytes * ELEMENT_SHARE))
}

/** @throws SqlError 54000 */
export function checkTextLength(length: number): void {
  if (length > textLengthMax) {
    throw new SqlError('54000', 'requested length too large', {
      detail: `A text of ${length} characters is too long; here it may have ${textLengthMax}.`,
    })
  }
}

/** The same text, if it is not too long. @throws SqlError 54000 */
export function limitedText(text: string): string {
  checkTextLength(text.length)
  return text
}

/** @throws SqlError 54000 */
export function checkElementCount(count: number): void {
  if (count > elementsMax) throw arrayTooLarge()
}

export function arrayTooLarge(): SqlError {
  return new SqlError('54000', `array size exceeds the maximum allowed (${elementsMax})`)
}

/** Elements and members of a JSON value, those inside of others too. @throws SqlError 54000 */
export function checkJsonParts(count: number): void {
  if (count * JSON_PART_ELEMENTS > elementsMax) {
    const most = Math.floor(elementsMax / JSON_PART_ELEMENTS)
    throw new SqlError('54000', `number of values in JSON exceeds the maximum allowed (${most})`)
  }
}
/** Such a part takes as much as so many elements of an array. */
const JSON_PART_ELEMENTS = 4

/** Of a text whose characters are looked at as a list. @throws SqlError 54000 */
export function checkCharacters(text: string): void {
  if (text.length > elementsMax) {
    throw new SqlError('54000', 'requested length too large', {
      detail: `A text of ${text.length} characters is too long for this function; here it may have ${elementsMax}.`,
    })
  }
}
