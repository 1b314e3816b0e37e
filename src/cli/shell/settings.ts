/** How results are printed (`\pset`) and what a script does (`\set`): names and values as psql's. */

import { UsageError } from '../usage-error.ts'

export const FORMATS = ['aligned', 'wrapped', 'unaligned', 'csv', 'json', 'jsonl'] as const
export type Format = (typeof FORMATS)[number]

/** On, off, or as the terminal's width asks for it. */
export type Switch = 'on' | 'off' | 'auto'

export interface PrintSettings {
  format: Format
  border: 0 | 1 | 2
  lines: 'ascii' | 'unicode'
  nullText: string
  expanded: Switch
  tuplesOnly: boolean
  footer: boolean
  title: string | undefined
  fieldSeparator: string
  csvSeparator: string
  pager: 'on' | 'off' | 'always'
  timing: boolean
}

export function defaultSettings(isTerminal: boolean, isUnicode: boolean): PrintSettings {
  return {
    format: 'aligned',
    border: 1,
    lines: isTerminal && isUnicode ? 'unicode' : 'ascii',
    nullText: isTerminal ? 'null' : '',
    expanded: 'off',
    tuplesOnly: false,
    footer: true,
    title: undefined,
    fieldSeparator: '|',
    csvSeparator: ',',
    pager: 'on',
    timing: false,
  }
}

interface Option {
  readonly show: (settings: PrintSettings) => string
  /** Without a value it is switched over, or set back. */
  readonly set: (settings: PrintSettings, value: string | undefined) => void
  readonly help: string
}

const onOff = (is: boolean): string => (is ? 'on' : 'off')

export function readSwitch(name: string, value: string | undefined, before: boolean): boolean {
  if (value === undefined) return !before
  if (/^(on|true|yes|1)$/i.test(value)) return true
  if (/^(off|false|no|0)$/i.test(value)) return false
  throw new UsageError(`${name}: expected on or off, got "${value}"`)
}

function oneOf<T extends string>(name: string, value: string | undefined, known: readonly T[]): T {
  const found = known.filter(one => one.startsWith(value ?? '\0'))
  const exact = found.find(one => one === value)
  if (exact !== undefined) return exact
  if (found.length === 1) return found[0]
  throw new UsageError(
    `${name}: expected ${known.join(', ')}${value === undefined ? '' : `; got "${value}"`}`,
  )
}

/** What `\pset` knows, by psql's names. */
export const PSET: Readonly<Record<string, Option>> = {
  border: {
    help: '0, 1 or 2: lines around the values',
    show: settings => String(settings.border),
    set: (settings, value) => {
      settings.border = Number(oneOf('border', value, ['0', '1', '2'])) as PrintSettings['border']
    },
  },
  csv_fieldsep: {
    help: 'what separates values in CSV',
    show: settings => `"${settings.csvSeparator}"`,
    set: (settings, value) => {
      if (value?.length !== 1 || value === '"' || value === '\n') {
        throw new UsageError('csv_fieldsep: expected one character, no quote and no line break')
      }
      settings.csvSeparator = value
    },
  },
  expanded: {
    help: 'on, off or auto: a line for each value; auto where a table would be too wide',
    show: settings => settings.expanded,
    set: (settings, value) => {
      if (value === 'auto') settings.expanded = 'auto'
      else settings.expanded = onOff(readSwitch('expanded', value, settings.expanded === 'on')) as Switch
    },
  },
  fieldsep: {
    help: 'what separates values in the format unaligned',
    show: settings => `"${settings.fieldSeparator}"`,
    set: (settings, value) => {
      settings.fieldSeparator = value ?? '|'
    },
  },
  footer: {
    help: 'on or off: the count of rows below a table',
    show: settings => onOff(settings.footer),
    set: (settings, value) => {
      settings.footer = readSwitch('footer', value, settings.footer)
    },
  },
  format: {
    help: FORMATS.join(', '),
    show: settings => settings.format,
    set: (settings, value) => {
      settings.format = oneOf('format', value, FORMATS)
    },
  },
  linestyle: {
    help: 'ascii or unicode',
    show: settings => settings.lines,
    set: (settings, value) => {
      settings.lines = oneOf('linestyle', value, ['ascii', 'unicode'])
    },
  },
  null: {
    help: 'what is printed for null',
    show: settings => `"${settings.nullText}"`,
    set: (settings, value) => {
      settings.nullText = value ?? ''
    },
  },
  pager: {
    help: 'on, off or always: a program that shows long results a page at a time ($PAGER)',
    show: settings => settings.pager,
    set: (settings, value) => {
      if (value === 'always') settings.pager = 'always'
      else settings.pager = onOff(readSwitch('pager', value, settings.pager !== 'off')) as 'on' | 'off'
    },
  },
  title: {
    help: 'what is printed above tables',
    show: settings => settings.title ?? '',
    set: (settings, value) => {
      settings.title = value
    },
  },
  tuples_only: {
    help: 'on or off: rows without names and count',
    show: settings => onOff(settings.tuplesOnly),
    set: (settings, value) => {
      settings.tuplesOnly = readSwitch('tuples_only', value, settings.tuplesOnly)
    },
  },
}

/** Undefined: there is none of that name. */
export function optionNamed(name: string): Option | undefined {
  return Object.hasOwn(PSET, name) ? PSET[name] : undefined
}

/** @throws UsageError */
export function setOption(settings: PrintSettings, name: string, value: string | undefined): void {
  const option = optionNamed(name)
  if (option === undefined) {
    throw new UsageError(`\\pset: there is no option "${name}" (known: ${Object.keys(PSET).join(', ')})`)
  }
  option.set(settings, value)
}
