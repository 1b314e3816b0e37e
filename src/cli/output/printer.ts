/** Prints the rows of one statement in the format that is set, a part at a time. */

import type { PrintSettings } from '../shell/settings.ts'
import type { Colours } from './colours.ts'
import type { Column, Row } from './result.ts'
import { ExpandedPrinter, rowCountText, TablePrinter, type TableStyle } from './table.ts'
import { csvLine, jsonLine } from './text-formats.ts'
import { textWidth } from './width.ts'

export interface RowPrinter {
  rows(rows: readonly Row[]): string
  end(): string
}

export interface Page {
  readonly colours: Colours
  /** Columns of the terminal; undefined: not a terminal. */
  readonly width: number | undefined
}

export function printerFor(
  columns: readonly Column[],
  firstRows: readonly Row[],
  settings: PrintSettings,
  page: Page,
): RowPrinter {
  switch (settings.format) {
    case 'csv':
      return new CsvPrinter(columns, settings)
    case 'json':
      return new JsonPrinter(columns)
    case 'jsonl':
      return { rows: rows => rows.map(row => `${jsonLine(columns, row)}\n`).join(''), end: () => '' }
    case 'unaligned':
      if (settings.expanded === 'on') return new UnalignedRecordPrinter(columns, settings)
      return new UnalignedPrinter(columns, settings)
  }
  const style: TableStyle = {
    ...settings,
    colours: page.colours,
    widthMax: settings.format === 'wrapped' ? (page.width ?? 80) : undefined,
  }
  const table = new TablePrinter(columns, style)
  if (settings.expanded === 'on') return new ExpandedPrinter(columns, style)
  if (settings.expanded === 'auto' && page.width !== undefined) {
    const trial = new TablePrinter(columns, style).rows(firstRows)
    const isTooWide = trial.split('\n', 60).some(line => textWidth(stripColours(line)) > page.width!)
    if (isTooWide) return new ExpandedPrinter(columns, style)
  }
  return table
}

function stripColours(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours
  return line.replace(/\x1b\[[0-9;]*m/g, '')
}

class CsvPrinter implements RowPrinter {
  private readonly settings: PrintSettings
  private head: string

  constructor(columns: readonly Column[], settings: PrintSettings) {
    this.settings = settings
    this.head = settings.tuplesOnly
      ? ''
      : csvLine(
          columns.map(column => column.name),
          settings.csvSeparator,
        )
  }
  rows(rows: readonly Row[]): string {
    const { csvSeparator } = this.settings
    const text = this.head + rows.map(row => csvLine(row, csvSeparator)).join('')
    this.head = ''
    return text
  }
  end(): string {
    return this.head
  }
}

/** One array, a row a line. */
class JsonPrinter implements RowPrinter {
  private readonly columns: readonly Column[]
  private before = '['

  constructor(columns: readonly Column[]) {
    this.columns = columns
  }
  rows(rows: readonly Row[]): string {
    let text = ''
    for (const row of rows) {
      text += this.before + jsonLine(this.columns, row)
      this.before = ',\n '
    }
    return text
  }
  end(): string {
    return this.before === '[' ? '[]\n' : ']\n'
  }
}

class UnalignedPrinter implements RowPrinter {
  private readonly columns: readonly Column[]
  private readonly settings: PrintSettings
  private hasHead: boolean
  private count = 0

  constructor(columns: readonly Column[], settings: PrintSettings) {
    this.columns = columns
    this.settings = settings
    this.hasHead = settings.tuplesOnly
  }
  rows(rows: readonly Row[]): string {
    const { fieldSeparator, nullText } = this.settings
    let text = ''
    if (!this.hasHead) text += `${this.columns.map(column => column.name).join(fieldSeparator)}\n`
    this.hasHead = true
    for (const row of rows) text += `${row.map(cell => cell ?? nullText).join(fieldSeparator)}\n`
    this.count += rows.length
    return text
  }
  end(): string {
    const head = this.rows([])
    return this.settings.footer && !this.settings.tuplesOnly ? `${head}${rowCountText(this.count)}\n` : head
  }
}

/** A line for each value, and an empty one between rows. */
class UnalignedRecordPrinter implements RowPrinter {
  private readonly columns: readonly Column[]
  private readonly settings: PrintSettings
  private isFirst = true

  constructor(columns: readonly Column[], settings: PrintSettings) {
    this.columns = columns
    this.settings = settings
  }
  rows(rows: readonly Row[]): string {
    const { fieldSeparator, nullText } = this.settings
    let text = ''
    for (const row of rows) {
      if (!this.isFirst) text += '\n'
      this.isFirst = false
      row.forEach((cell, i) => {
        text += `${this.columns[i].name}${fieldSeparator}${cell ?? nullText}\n`
      })
    }
    return text
  }
  end(): string {
    return ''
  }
}
