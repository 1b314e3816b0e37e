/**
 * to_char and to_number of numbers: templates such as `9G999D99`. The way through a template is PostgreSQL's, place by
 * place, because its corners (FM, signs that float, `.1` for 0.1) are only right that way.
 */

import { notSupported, SqlError } from '../errors.ts'
import type { Int8 } from '../types/integer.ts'
import { Numeric, powerOfTen } from '../types/numeric.ts'
import { FLOAT4, FLOAT8, INT4, INT8, NUMERIC, TEXT } from '../types/type.ts'
import { scalar } from './definitions.ts'
import type { ScalarFunction } from './registry.ts'

type Word =
  | '9'
  | '0'
  | '.'
  | ','
  | 'D'
  | 'G'
  | 'L'
  | 'S'
  | 'SG'
  | 'MI'
  | 'PL'
  | 'PR'
  | 'TH'
  | 'th'
  | 'RN'
  | 'rn'

interface Template {
  readonly parts: readonly ({ readonly word: Word } | { readonly text: string })[]
  readonly pre: number
  readonly post: number
  readonly multiplier: number
  readonly hasDecimal: boolean
  readonly isFill: boolean
  /** 0: none; else the first place that a 0 was written for. */
  readonly zeroStart: number
  readonly zeroEnd: number
  readonly hasZero: boolean
  readonly sign: 'none' | 'before' | 'after'
  readonly hasPlus: boolean
  readonly hasMinus: boolean
  readonly isBracket: boolean
  readonly isRoman: boolean
  readonly isScientific: boolean
}

const WORDS = /^(?:EEEE|FM|MI|PL|PR|RN|SG|TH|B|C|D|G|L|S|V|[09.,])/i

const syntax = (message: string): SqlError => new SqlError('42601', message)

function parseTemplate(text: string): Template {
  const parts: ({ word: Word } | { text: string })[] = []
  const template = {
    parts,
    pre: 0,
    post: 0,
    multiplier: 0,
    hasDecimal: false,
    isFill: false,
    zeroStart: 0,
    zeroEnd: 0,
    hasZero: false,
    sign: 'none' as 'none' | 'before' | 'after',
    hasPlus: false,
    hasMinus: false,
    isBracket: false,
    isRoman: false,
    isScientific: false,
  }
  let isMultiplied = false
  let hasBlank = false
  let digitsAtSign = -1
  for (let at = 0; at < text.length; ) {
    if (text[at] === '"') {
      let end = at + 1
      let literal = ''
      while (end < text.length && text[end] !== '"') {
        if (text[end] === '\\') end++
        literal += text[end++] ?? ''
      }
      parts.push({ text: literal })
      at = end + 1
      continue
    }
    if (text[at] === '\\' && text[at + 1] === '"') {
      parts.push({ text: '"' })
      at += 2
      continue
    }
    const found = WORDS.exec(text.slice(at, at + 4))?.[0]
    if (found === undefined) {
      const character = String.fromCodePoint(text.codePointAt(at)!)
      parts.push({ text: character })
      at += character.length
      continue
    }
    at += found.length
    const word = found.toUpperCase()
    if (template.isScientific && word !== 'EEEE') throw syntax('"EEEE" must be the last pattern used')
    switch (word) {
      case '9':
        if (template.isBracket) throw syntax('"9" must be ahead of "PR"')
        if (isMultiplied) {
          template.multiplier++
          template.pre++
        } else if (template.hasDecimal) template.post++
        else template.pre++
        parts.push({ word: '9' })
        continue
      case '0':
        if (template.isBracket) throw syntax('"0" must be ahead of "PR"')
        if (!template.hasZero && !template.hasDecimal) {
          template.hasZero = true
          template.zeroStart = template.pre + 1
        }
        if (template.hasDecimal) template.post++
        else template.pre++
        template.zeroEnd = template.pre + template.post
        parts.push({ word: '0' })
        continue
      case '.':
      case 'D':
        if (template.hasDecimal) throw syntax('multiple decimal points')
        if (isMultiplied) throw syntax('cannot use "V" and decimal point together')
        template.hasDecimal = true
        parts.push({ word: '.' })
        continue
      case 'FM':
        template.isFill = true
        continue
      case 'S':
        if (template.sign !== 'none') throw syntax('cannot use "S" twice')
        if (template.hasPlus || template.hasMinus || template.isBracket) {
          throw syntax('cannot use "S" and "PL"/"MI"/"SG"/"PR" together')
        }
        template.sign = template.hasDecimal ? 'after' : 'before'
        digitsAtSign = template.pre
        parts.push({ word: 'S' })
        continue
      case 'MI':
      case 'PL':
      case 'SG':
        if (template.sign !== 'none') throw syntax(`cannot use "S" and "${word}" together`)
        if (word !== 'PL') template.hasMinus = true
        if (word !== 'MI') template.hasPlus = true
        parts.push({ word })
        continue
      case 'PR':
        if (template.sign !== 'none' || template.hasPlus || template.hasMinus) {
          throw syntax('cannot use "PR" and "S"/"PL"/"MI"/"SG" together')
        }
        template.isBracket = true
        parts.push({ word: 'PR' })
        continue
      case 'RN':
        if (template.isRoman) throw syntax('cannot use "RN" twice')
        template.isRoman = true
        parts.push({ word: found[0] === 'r' ? 'rn' : 'RN' })
        continue
      case 'TH':
        parts.push({ word: found[0] === 't' ? 'th' : 'TH' })
        continue
      case 'V':
        if (template.hasDecimal) throw syntax('cannot use "V" and decimal point together')
        isMultiplied = true
        continue
      case 'EEEE':
        if (template.isScientific) throw syntax('cannot use "EEEE" twice')
        if (
          template.isFill ||
          template.sign !== 'none' ||
          template.isBracket ||
          template.hasMinus ||
          template.hasPlus ||
          template.isRoman ||
          isMultiplied
        ) {
          throw new SqlError('42601', '"EEEE" is incompatible with other formats', {
            detail: '"EEEE" may only be used together with digit and decimal point patterns.',
          })
        }
        template.isScientific = true
        continue
      case 'B':
        hasBlank = true
        continue
      case 'C':
        continue
      default:
        parts.push({ word: word as Word })
    }
  }
  const isPlain =
    template.sign === 'none' && !template.hasPlus && !template.hasMinus && !template.isBracket && !hasBlank
  const isOfDigits = !template.hasZero && !template.hasDecimal && !isMultiplied && !template.isScientific
  if (template.isRoman && !(isPlain && isOfDigits)) {
    throw new SqlError('42601', '"RN" is incompatible with other formats', {
      detail: '"RN" may only be used together with "FM".',
    })
  }
  // A sign behind all digits before the point belongs behind the number.
  if (template.sign === 'before' && digitsAtSign === template.pre && template.pre > 0) template.sign = 'after'
  return template
}

let keptText = ''
let keptTemplate: Template | undefined
function templateOf(text: string): Template {
  if (keptTemplate === undefined || keptText !== text) {
    keptTemplate = parseTemplate(text)
    keptText = text
  }
  return keptTemplate
}

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
]

function roman(value: number): string {
  if (!(value >= 1 && value <= 3999)) return '#'.repeat(15)
  let rest = Math.trunc(value)
  let text = ''
  for (const [size, letters] of ROMAN) {
    while (rest >= size) {
      text += letters
      rest -= size
    }
  }
  return text
}

/** @throws SqlError 22P02 */
function romanValue(text: string, { parts }: Template): number {
  const first = parts[0]
  if (first === undefined || 'text' in first || first.word.toLowerCase() !== 'rn') {
    throw notSupported('to_number of Roman numerals behind something else')
  }
  if (text === '') throw new SqlError('22P02', 'invalid input syntax for type numeric: " "')
  const letters = /^\s*(\S*)/.exec(text)![1].toUpperCase()
  let rest = letters
  let value = 0
  for (const [size, part] of ROMAN) {
    while (rest.startsWith(part)) {
      value += size
      rest = rest.slice(part.length)
    }
  }
  // What is not written as it would be is no number: IIII, VX.
  if (rest !== '' || letters === '' || roman(value) !== letters) {
    throw new SqlError('22P02', 'invalid Roman numeral')
  }
  return value
}

function ordinalSuffix(digits: string): string {
  const last = digits[digits.length - 1]
  if (digits.length > 1 && digits[digits.length - 2] === '1') return 'th'
  return last === '1' ? 'st' : last === '2' ? 'nd' : last === '3' ? 'rd' : 'th'
}

/** Digits of the rounded number without its sign, and the sign. */
function fill(template: Template, digits: string, isNegative: boolean, romanText: string): string {
  const { pre, post, hasZero, zeroStart, isFill, hasDecimal } = template
  const point = digits.indexOf('.')
  const wholeLength = point < 0 ? digits.length : point
  let number = digits
  let spaces = 0
  if (wholeLength < pre) spaces = pre - wholeLength
  else if (wholeLength > pre)
    number = `${'#'.repeat(pre)}${post > 0 || hasDecimal ? `.${'#'.repeat(post)}` : ''}`
  const sign = isNegative ? '-' : '+'
  const isLocaleSign = template.sign !== 'none'
  let signIsWritten: boolean
  if (template.hasPlus || template.hasMinus) signIsWritten = template.hasMinus
  else signIsWritten = !isNegative && isFill && !isLocaleSign
  let isBracket = template.isBracket
  if (!isNegative && isFill) isBracket = false
  let lastRelevant = -1
  if (isFill && hasDecimal) {
    const dot = number.indexOf('.')
    if (dot >= 0) {
      lastRelevant = dot
      for (let at = dot + 1; at < number.length; at++) if (number[at] !== '0') lastRelevant = at
      if (template.zeroEnd > spaces) {
        lastRelevant = Math.max(lastRelevant, Math.min(number.length - 1, template.zeroEnd - spaces))
      }
    }
  }
  let count = post + pre - 1
  if (!signIsWritten && spaces === 0) count++
  let current = 0
  let at = 0
  let isInside = false
  let result = ''
  const isBlankZero = (): boolean => !hasZero && at === 0 && number[0] === '0' && post !== 0
  const endsAtPoint = lastRelevant >= 0 && number[lastRelevant] === '.'
  const place = (word: Word): void => {
    isInside = false
    if (
      !signIsWritten &&
      (current >= spaces || (hasZero && zeroStart - 1 === current)) &&
      (!isBlankZero() || endsAtPoint)
    ) {
      if (isLocaleSign) {
        if (template.sign === 'before') {
          result += sign
          signIsWritten = true
        }
      } else if (isBracket) {
        result += isNegative ? '<' : ' '
        signIsWritten = true
      } else if (!isNegative) {
        if (!isFill) result += ' '
        signIsWritten = true
      } else {
        result += '-'
        signIsWritten = true
      }
    }
    if (current < spaces && (zeroStart - 1 > current || !hasZero)) {
      if (!isFill) result += ' '
    } else if (hasZero && current < spaces && zeroStart - 1 <= current) {
      result += '0'
      isInside = true
    } else {
      if (number[at] === '.') {
        if (!endsAtPoint || isFill) result += '.'
      } else if (lastRelevant >= 0 && at > lastRelevant && word !== '0') {
        // Zeros that do not matter.
      } else if (isBlankZero()) {
        if (!isFill) result += ' '
        else if (endsAtPoint) result += '0'
      } else {
        result += number[at] ?? ''
        isInside = true
      }
      if (at < number.length) at++
    }
    let end = count + (spaces > 0 ? 1 : 0) + (hasDecimal ? 1 : 0)
    if (lastRelevant >= 0 && lastRelevant === at) end = current
    if (current + 1 === end) {
      if (signIsWritten && isBracket) result += isNegative ? '>' : ' '
      else if (isLocaleSign && template.sign === 'after') result += sign
    }
    current++
  }
  for (const part of template.parts) {
    if ('text' in part) {
      result += part.text
      continue
    }
    switch (part.word) {
      case '9':
      case '0':
      case '.':
        if (!template.isRoman) place(part.word)
        break
      case ',':
      case 'G':
        if (isInside) result += ','
        else if (!isFill) result += ' '
        break
      case 'L':
        result += ' '
        break
      case 'MI':
        if (isNegative) result += '-'
        else if (!isFill) result += ' '
        break
      case 'PL':
        if (!isNegative) result += '+'
        else if (!isFill) result += ' '
        break
      case 'SG':
        result += sign
        break
      case 'TH':
      case 'th':
        if (template.isRoman || number[0] === '#' || isNegative || hasDecimal) break
        result += part.word === 'th' ? ordinalSuffix(number) : ordinalSuffix(number).toUpperCase()
        break
      case 'RN':
      case 'rn': {
        const text = part.word === 'rn' ? romanText.toLowerCase() : romanText
        result += isFill ? text : text.padStart(15)
        break
      }
    }
  }
  return result
}

/** `4.86e-04`, with a blank for the plus. */
function scientific(value: Numeric, post: number): string {
  if (!value.isFinite) return ` ${'#'.repeat(1)}.${'#'.repeat(post + 4)}`.replace(/\.$/, '')
  if (value.isZero) return ` 0${post > 0 ? `.${'0'.repeat(post)}` : ''}e+00`
  const digits = String(value.abs().coefficient)
  let exponent = digits.length - 1 - value.scale
  let rounded = Numeric.ofBigint(value.abs().big, digits.length - 1)
    .round(post)
    .toString()
  if (rounded.startsWith('10')) {
    exponent++
    rounded = Numeric.ofBigint(value.abs().big, digits.length).round(post).toString()
  }
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${value.sign < 0 ? '-' : ' '}${rounded}e${exponent < 0 ? '-' : '+'}${size}`
}

function numericToChar(value: Numeric, text: string): string {
  const template = templateOf(text)
  if (text === '') return ''
  if (template.isScientific) return scientific(value, template.post)
  if (template.isRoman) {
    return fill(template, '', false, value.isFinite ? roman(value.round(0).toNumber()) : '#'.repeat(15))
  }
  if (!value.isFinite) return special(template, value.toNumber())
  const multiplied =
    template.multiplier === 0 ? value : value.multiply(Numeric.ofBigint(powerOfTen(template.multiplier), 0))
  const rounded = multiplied.round(template.post)
  return fill(template, rounded.abs().toString(), rounded.sign < 0, '')
}

function special(template: Template, value: number): string {
  if (Number.isNaN(value)) return fill(template, 'NaN', false, '')
  return fill(template, 'Infinity', value < 0, '')
}

/** As C's printf: a tie, which is exact in binary, goes to the even digit. */
function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits)
  const longer = value.toFixed(Math.min(digits + 20, 100))
  const rest = longer.slice(longer.indexOf('.') + 1 + digits)
  if (!/^50*$/.test(rest) || Number(longer) !== value) return text
  const cut =
    digits === 0 ? longer.slice(0, longer.indexOf('.')) : longer.slice(0, longer.length - rest.length)
  return (cut.charCodeAt(cut.length - 1) - 48) % 2 === 0 ? cut : text
}

function floatToChar(value: number, text: string, digitsMax: number): string {
  const template = templateOf(text)
  if (text === '') return ''
  if (!Number.isFinite(value)) {
    if (template.isScientific || template.isRoman) return numericToChar(Numeric.ofFloat(value), text)
    return special(template, value)
  }
  if (template.isScientific) {
    const [mantissa, exponent] = Math.abs(value).toExponential(Math.min(template.post, 100)).split('e')
    const size = exponent.slice(1).padStart(2, '0')
    return `${value < 0 ? '-' : ' '}${mantissa}e${exponent[0]}${size}`
  }
  if (template.isRoman) return fill(template, '', false, roman(Number(fixed(value, 0))))
  const multiplied = value * 10 ** template.multiplier
  if (Math.abs(multiplied) >= 1e21) return numericToChar(Numeric.ofBigint(BigInt(multiplied), 0), text)
  const wholeLength = fixed(Math.abs(multiplied), 0).length
  let post = template.post
  if (wholeLength >= digitsMax) post = 0
  else if (wholeLength + post > digitsMax) post = digitsMax - wholeLength
  return fill({ ...template, post }, fixed(Math.abs(multiplied), post), value < 0, '')
}

/** Reads a number as the template says it was written. */
function toNumber(text: string, pattern: string): Numeric | null {
  if (pattern === '') return null
  const template = templateOf(pattern)
  if (template.isScientific) throw new SqlError('0A000', '"EEEE" not supported for input')
  if (template.isRoman) return Numeric.ofBigint(BigInt(romanValue(text, template)), 0)
  let at = 0
  let digits = ''
  let isNegative = false
  const skipBlanks = (): void => {
    while (text[at] === ' ') at++
  }
  const takeSign = (): void => {
    if (text[at] === '-' || text[at] === '<') {
      isNegative = true
      at++
    } else if (text[at] === '+') at++
  }
  skipBlanks()
  for (const part of template.parts) {
    if (at >= text.length) break
    if ('text' in part) {
      at += part.text.length
      continue
    }
    switch (part.word) {
      case '9':
      case '0':
        if (digits === '') {
          skipBlanks()
          takeSign()
        }
        if (/\d/.test(text[at] ?? '')) digits += text[at++]
        else if (text[at] === ' ') at++
        break
      case '.':
        // Digits that the template has no place for before the point are left out.
        if (text[at] === '.') {
          digits += '.'
          at++
        }
        break
      case ',':
      case 'G':
        if (text[at] === ',') at++
        break
      case 'L':
        if (!/[\d.,+-]/.test(text[at])) at++
        break
      default:
        takeSign()
    }
  }
  if (text[at] === '-' && (template.sign === 'after' || template.hasMinus)) isNegative = true
  if (!/\d/.test(digits)) throw new SqlError('22P02', 'invalid input syntax for type numeric: " "')
  const value = Numeric.parse(digits.replace(/\.$/, ''))
  const scaled =
    template.multiplier === 0 ? value : Numeric.ofBigint(value.big, value.scale + template.multiplier)
  return isNegative ? scaled.negate() : scaled
}

const ofInteger = (value: Int8, text: string): string => numericToChar(Numeric.ofInteger(value), text)

export const FORMATTING_FUNCTIONS: readonly ScalarFunction[] = [
  scalar('to_char', [INT4, TEXT], TEXT, ofInteger, { volatility: 'stable' }),
  scalar('to_char', [INT8, TEXT], TEXT, ofInteger, { volatility: 'stable' }),
  scalar('to_char', [NUMERIC, TEXT], TEXT, numericToChar, { volatility: 'stable' }),
  scalar('to_char', [FLOAT4, TEXT], TEXT, (value: number, text: string) => floatToChar(value, text, 6), {
    volatility: 'stable',
  }),
  scalar('to_char', [FLOAT8, TEXT], TEXT, (value: number, text: string) => floatToChar(value, text, 15), {
    volatility: 'stable',
  }),
  scalar('to_number', [TEXT, TEXT], NUMERIC, toNumber, { volatility: 'stable' }),
]
