/** Templates of to_char, to_date and to_timestamp, cut into their patterns. */

export type TemplateNode =
  | {
      readonly kind: 'field'
      /** In upper case: `HH24`, `MONTH`, `A.M.`. */
      readonly name: string
      /** As written: tells MONTH from Month. */
      readonly text: string
      readonly isFill: boolean
      readonly isLocal: boolean
      /** `TH`, `th` or nothing. */
      readonly ordinal: string
    }
  | { readonly kind: 'space'; readonly text: string }
  | { readonly kind: 'separator'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }

const NAMES = [
  'A.D.', 'A.M.', 'AD', 'AM', 'B.C.', 'BC', 'CC', 'DAY', 'DDD', 'DD', 'DY', 'D', 'FF1', 'FF2', 'FF3', 'FF4', 'FF5',
  'FF6', 'FX', 'HH24', 'HH12', 'HH', 'IDDD', 'ID', 'IW', 'IYYY', 'IYY', 'IY', 'I', 'J', 'MI', 'MM', 'MONTH', 'MON',
  'MS', 'OF', 'P.M.', 'PM', 'Q', 'RM', 'SSSSS', 'SSSS', 'SS', 'TZH', 'TZM', 'TZ', 'US', 'WW', 'W', 'Y,YYY', 'YYYY',
  'YYY', 'YY', 'Y',
] // biome-ignore format: a table reads better in rows
const SPELLINGS: readonly string[] = NAMES.flatMap(name => {
  const lower = name.toLowerCase()
  const capital = name[0] + lower.slice(1)
  return ['MONTH', 'MON', 'DAY', 'DY'].includes(name) ? [name, lower, capital] : [name, lower]
})
const byFirst = new Map<string, string[]>()
for (const spelling of SPELLINGS) {
  const list = byFirst.get(spelling[0]!)
  if (list === undefined) byFirst.set(spelling[0]!, [spelling])
  else list.push(spelling)
}

const kept = new Map<string, readonly TemplateNode[]>()
const TEMPLATES_KEPT_MAX = 200

export function templateNodes(template: string): readonly TemplateNode[] {
  const known = kept.get(template)
  if (known !== undefined) return known
  const nodes = parse(template)
  if (kept.size >= TEMPLATES_KEPT_MAX) kept.clear()
  kept.set(template, nodes)
  return nodes
}

function isSeparator(character: string): boolean {
  return /[!-/:-@[-`{-~]/.test(character)
}

function parse(template: string): TemplateNode[] {
  const nodes: TemplateNode[] = []
  let at = 0
  while (at < template.length) {
    let isFill = false
    let isLocal = false
    let start = at
    for (;;) {
      const prefix = template.slice(start, start + 2)
      if (prefix === 'FM' || prefix === 'fm') isFill = true
      else if (prefix === 'TM' || prefix === 'tm') isLocal = true
      else break
      start += 2
    }
    // A prefix stays one, even where no field follows.
    at = start
    if (at >= template.length) break
    const spelling = byFirst.get(template[at]!)?.find(one => template.startsWith(one, at))
    if (spelling !== undefined) {
      at += spelling.length
      let ordinal = ''
      for (;;) {
        const suffix = template.slice(at, at + 2)
        if (suffix === 'TH' || suffix === 'th') ordinal = suffix
        else if (suffix !== 'SP') break
        at += 2
      }
      nodes.push({ kind: 'field', name: spelling.toUpperCase(), text: spelling, isFill, isLocal, ordinal })
      continue
    }
    const character = String.fromCodePoint(template.codePointAt(at)!)
    if (character === '"') {
      at += 1
      while (at < template.length && template[at] !== '"') {
        if (template[at] === '\\' && at + 1 < template.length) at += 1
        const quoted = String.fromCodePoint(template.codePointAt(at)!)
        nodes.push({ kind: 'text', text: quoted })
        at += quoted.length
      }
      at += 1
      continue
    }
    if (character === '\\' && template[at + 1] === '"') {
      nodes.push({ kind: 'text', text: '"' })
      at += 2
      continue
    }
    at += character.length
    const kind = /\s/.test(character) ? 'space' : isSeparator(character) ? 'separator' : 'text'
    nodes.push({ kind, text: character })
  }
  return nodes
}

/** Fields that begin with a digit: what stands before them must have its full width. */
export function isNumericField(name: string): boolean {
  return ![
    'A.D.',
    'A.M.',
    'AD',
    'AM',
    'B.C.',
    'BC',
    'P.M.',
    'PM',
    'DAY',
    'DY',
    'MONTH',
    'MON',
    'RM',
    'FX',
    'OF',
    'TZ',
    'TZH',
  ].includes(name)
}

export const FULL_MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
export const FULL_DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
/** December first, as PostgreSQL counts them. */
export const ROMAN_MONTHS = ['XII', 'XI', 'X', 'IX', 'VIII', 'VII', 'VI', 'V', 'IV', 'III', 'II', 'I']
