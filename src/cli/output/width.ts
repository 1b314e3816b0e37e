/**
 * How many columns of a terminal a text takes: East Asian wide characters and emoji two, marks and what joins characters
 * none. After Unicode's annexes 11 (East Asian Width) and 29 (grapheme clusters).
 */

const PLAIN = /^[\x20-\x7e]*$/
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]+$/u
const EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u
const WIDE = new RegExp(
  '^[\\u1100-\\u115f\\u2329\\u232a\\u2e80-\\u303e\\u3041-\\u33ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\ua000-\\ua4cf' +
    '\\ua960-\\ua97f\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe10-\\ufe19\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6' +
    '\\u{16fe0}-\\u{18cff}\\u{1aff0}-\\u{1b2ff}\\u{1f200}-\\u{1f251}\\u{20000}-\\u{3fffd}]',
  'u',
)

export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

function graphemeWidth(grapheme: string): number {
  if (PLAIN.test(grapheme)) return grapheme.length
  if (ZERO_WIDTH.test(grapheme)) return 0
  return WIDE.test(grapheme) || EMOJI.test(grapheme) ? 2 : 1
}

export type Alignment = 'left' | 'right' | 'centre'

/** Fills up with spaces to a width. */
export function pad(text: string, width: number, alignment: Alignment): string {
  const missing = width - textWidth(text)
  if (missing <= 0) return text
  if (alignment === 'right') return ' '.repeat(missing) + text
  if (alignment === 'left') return text + ' '.repeat(missing)
  const before = Math.floor(missing / 2)
  return ' '.repeat(before) + text + ' '.repeat(missing - before)
}

/** At most so many columns of a text, with an ellipsis where it was cut. */
export function clip(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let clipped = ''
  let taken = 1
  for (const { segment } of graphemes.segment(text)) {
    taken += graphemeWidth(segment)
    if (taken > width) break
    clipped += segment
  }
  return `${clipped}…`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g
const TAB_COLUMNS = 8

/** A text whose control characters are seen instead of obeyed: a value must not move the cursor or change colours. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text
  const shown = text.replace(CONTROL, character =>
    character === '\r' ? '\\r' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  )
  return shown.includes('\t') ? withoutTabs(shown) : shown
}

function withoutTabs(text: string): string {
  return text
    .split('\n')
    .map(line => {
      const [first, ...parts] = line.split('\t')
      let expanded = first
      for (const part of parts) {
        expanded += ' '.repeat(TAB_COLUMNS - (textWidth(expanded) % TAB_COLUMNS)) + part
      }
      return expanded
    })
    .join('\n')
}
