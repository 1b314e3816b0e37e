/**
 * Rows as a table, as psql prints it: `aligned` with a border of 0, 1 or 2, of ASCII or of box-drawing characters, and
 * `expanded`, a line for each value. Line breaks inside of values are kept and marked.
 *
 * A table's widths are those of its first rows; a later row that is wider sticks out rather than have all rows wait in
 * memory.
 */

import type { Colours } from './colours.ts'
import { type Cell, type Column, isNumber, type Row } from './result.ts'
import { type Alignment, clip, pad, textWidth, visible } from './width.ts'

export interface TableStyle {
  readonly border: 0 | 1 | 2
  readonly lines: 'ascii' | 'unicode'
  readonly nullText: string
  readonly colours: Colours
  /** Only rows: no names, no footer. */
  readonly tuplesOnly: boolean
  readonly footer: boolean
  /** What stands above the table. */
  readonly title: string | undefined
  /** Widest that a table may be: values are cut. Undefined: as wide as they are. */
  readonly widthMax: number | undefined
}

interface LineSet {
  readonly vertical: string
  readonly horizontal: string
  readonly cross: string
  readonly left: string
  readonly right: string
  readonly top: readonly [string, string, string]
  readonly bottom: readonly [string, string, string]
  /** Marks a line that goes on below. */
  readonly wrap: string
}

const LINES: Record<TableStyle['lines'], LineSet> = {
  ascii: {
    vertical: '|',
    horizontal: '-',
    cross: '+',
    left: '+',
    right: '+',
    top: ['+', '+', '+'],
    bottom: ['+', '+', '+'],
    wrap: '+',
  },
  unicode: {
    vertical: '│',
    horizontal: '─',
    cross: '┼',
    left: '├',
    right: '┤',
    top: ['┌', '┬', '┐'],
    bottom: ['└', '┴', '┘'],
    wrap: '↵',
  },
}

/** Prints one table, a part of its rows at a time. */
export class TablePrinter {
  private readonly columns: readonly Column[]
  private readonly style: TableStyle
  private readonly lines: LineSet
  private widths: number[] | undefined
  private count = 0

  constructor(columns: readonly Column[], style: TableStyle) {
    this.columns = columns
    this.style = style
    this.lines = LINES[style.lines]
  }

  /** The lines of some rows, and before the first ones the head. */
  rows(rows: readonly Row[]): string {
    const cells = rows.map(row => row.map(cell => this.cellLines(cell)))
    let text = ''
    if (this.widths === undefined) {
      this.widths = this.measure(cells)
      text = this.head(this.widths)
    }
    for (let i = 0; i < rows.length; i++) text += this.row(cells[i], rows[i], this.widths)
    this.count += rows.length
    return text
  }

  /** What closes the table. */
  end(): string {
    let text = this.widths === undefined ? this.rows([]) : ''
    if (this.style.border === 2) text += this.rule(this.lines.bottom)
    if (this.style.footer && !this.style.tuplesOnly) text += `${rowCountText(this.count)}\n`
    return `${text}\n`
  }

  private cellLines(cell: Cell): string[] {
    return (cell === null ? this.style.nullText : visible(cell)).split('\n')
  }

  private measure(cells: readonly string[][][]): number[] {
    const names = this.style.tuplesOnly ? this.columns.map(() => 0) : this.names.map(nameWidth)
    const widths = names.map((width, i) =>
      cells.reduce((widest, row) => Math.max(widest, ...row[i].map(textWidth)), width),
    )
    return shrink(widths, names, this.style)
  }

  private get names(): string[][] {
    return this.columns.map(column => visible(column.name).split('\n'))
  }

  private head(widths: readonly number[]): string {
    const { style, lines } = this
    const top = style.border === 2 ? this.ruleOf(widths, lines.top) : ''
    if (style.tuplesOnly) return top
    const names = this.names
    const height = Math.max(...names.map(name => name.length), 0)
    let text = ''
    for (let at = 0; at < height; at++) {
      const parts = names.map((name, i) =>
        style.colours.strong(pad(clip(name[at] ?? '', widths[i]), widths[i], 'centre')),
      )
      text += this.line(
        parts,
        names.map(name => at + 1 < name.length),
        true,
      )
    }
    const title = style.title === undefined ? '' : `${centred(style.title, totalWidth(widths, style))}\n`
    const ends: LineSet['top'] =
      style.border === 2 ? [lines.left, lines.cross, lines.right] : ['', lines.cross, '']
    return title + top + text + this.ruleOf(widths, ends)
  }

  private rule(ends: LineSet['top']): string {
    return this.ruleOf(this.widths ?? [], ends)
  }

  private ruleOf(widths: readonly number[], [left, middle, right]: LineSet['top']): string {
    const { border } = this.style
    const { horizontal } = this.lines
    if (border === 0) return `${widths.map(width => horizontal.repeat(width)).join(' ')}\n`
    const parts = widths.map(width => horizontal.repeat(width + 2))
    return `${this.style.colours.faint(`${border === 2 ? left : ''}${parts.join(middle)}${border === 2 ? right : ''}`)}\n`
  }

  private row(cells: readonly string[][], row: Row, widths: readonly number[]): string {
    const height = cells.reduce((most, lines) => Math.max(most, lines.length), 1)
    let text = ''
    for (let at = 0; at < height; at++) {
      const goesOn = cells.map(lines => at + 1 < lines.length)
      const parts = cells.map((lines, i) => {
        const shown = this.cell(lines[at] ?? '', i, widths[i], goesOn[i])
        return row[i] === null ? this.style.colours.faint(shown) : shown
      })
      text += this.line(parts, goesOn)
    }
    return text
  }

  private cell(line: string, i: number, width: number, goesOn: boolean): string {
    const { border, widthMax } = this.style
    const alignment: Alignment = isNumber(this.columns[i]) ? 'right' : 'left'
    const shown = widthMax === undefined ? line : clip(line, width)
    // Nothing stands behind the last value of a line: no need to fill up.
    const isBare = border < 2 && i === this.columns.length - 1 && !goesOn && alignment === 'left'
    return isBare ? shown : pad(shown, width, alignment)
  }

  /** One line of the table; `goesOn` says which of its cells have more below. */
  private line(parts: readonly string[], goesOn: readonly boolean[], isHead = false): string {
    const { border, colours } = this.style
    const { wrap } = this.lines
    const vertical = colours.faint(this.lines.vertical)
    const mark = (i: number): string => (goesOn[i] ? wrap : ' ')
    if (border === 0) return `${parts.map((part, i) => part + (goesOn[i] ? wrap : '')).join(' ')}\n`
    const inner = parts.map((part, i) => ` ${part}${mark(i)}`).join(vertical)
    if (border === 2) return `${vertical}${inner}${vertical}\n`
    return `${isHead || goesOn.at(-1) ? inner : inner.slice(0, -1)}\n`
  }
}

function nameWidth(lines: readonly string[]): number {
  return Math.max(...lines.map(textWidth))
}

function totalWidth(widths: readonly number[], { border }: TableStyle): number {
  const sum = widths.reduce((total, width) => total + width, 0)
  const between = Math.max(0, widths.length - 1)
  return border === 0 ? sum + between : sum + widths.length * 2 + between + (border === 2 ? 2 : 0)
}

/** Takes columns from the widest ones until the table fits. */
function shrink(widths: number[], least: readonly number[], style: TableStyle): number[] {
  const { widthMax } = style
  if (widthMax === undefined) return widths
  const floor = least.map(width => Math.min(Math.max(width, 3), 12))
  for (;;) {
    const excess = totalWidth(widths, style) - widthMax
    if (excess <= 0) return widths
    const widest = widths.reduce(
      (best, width, i) => (width - floor[i] > widths[best] - floor[best] ? i : best),
      0,
    )
    if (widths[widest] <= floor[widest]) return widths
    const others = widths.filter((_, i) => i !== widest).reduce((most, width) => Math.max(most, width), 0)
    const step = Math.max(1, Math.min(excess, widths[widest] - Math.max(others, floor[widest])))
    widths[widest] -= Math.min(step, widths[widest] - floor[widest])
  }
}

function centred(text: string, width: number): string {
  return pad(text, width, 'centre').trimEnd()
}

export function rowCountText(count: number): string {
  return `(${count} ${count === 1 ? 'row' : 'rows'})`
}

/** Prints each row as a block of lines: a name and a value. */
export class ExpandedPrinter {
  private readonly columns: readonly Column[]
  private readonly style: TableStyle
  private count = 0

  constructor(columns: readonly Column[], style: TableStyle) {
    this.columns = columns
    this.style = style
  }

  rows(rows: readonly Row[]): string {
    const { colours, nullText, lines } = this.style
    const { vertical, horizontal, cross, wrap } = LINES[lines]
    const names = this.columns.map(column => visible(column.name).replaceAll('\n', ' '))
    const nameColumns = names.reduce((most, name) => Math.max(most, textWidth(name)), 0)
    const values = rows.map(row => row.map(cell => (cell === null ? nullText : visible(cell)).split('\n')))
    const valueColumns = values.reduce(
      (most, row) => row.reduce((widest, cell) => Math.max(widest, ...cell.map(textWidth)), most),
      0,
    )
    let text = ''
    for (let i = 0; i < rows.length; i++) {
      this.count++
      text += `${colours.faint(this.ruler(horizontal, cross, nameColumns, valueColumns))}\n`
      values[i].forEach((cell, column) => {
        cell.forEach((line, at) => {
          const name = colours.strong(pad(at === 0 ? names[column] : '', nameColumns, 'left'))
          const value = rows[i][column] === null ? colours.faint(line) : line
          const mark = at + 1 < cell.length ? wrap : ''
          text += `${`${name} ${colours.faint(vertical)} ${value}`.trimEnd()}${mark}\n`
        })
      })
    }
    return text
  }

  end(): string {
    return this.count === 0 && !this.style.tuplesOnly ? `${rowCountText(0)}\n\n` : '\n'
  }

  private ruler(horizontal: string, cross: string, nameColumns: number, valueColumns: number): string {
    if (this.style.tuplesOnly) return horizontal.repeat(nameColumns + valueColumns + 3)
    const left = horizontal.repeat(nameColumns + 1)
    const line = `${left}${cross}${horizontal.repeat(valueColumns + 1)}`
    const label = `${horizontal}[ RECORD ${this.count} ]`
    return label.length <= nameColumns ? label + line.slice(label.length) : label + line.slice(label.length)
  }
}
