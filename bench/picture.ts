/**
 * A run's result as a picture for the README: a panel for each of the rows that say most, a bar for each
 * contender, its length the time. Plain SVG with its own background, so that it is readable on any page.
 */

import { CONTENDER_NAMES, type ContenderName, SUBJECT } from './contender.ts'
import { medianOf, type Result, type Row, type Unit } from './result.ts'

interface Panel {
  readonly workloadId: string
  readonly rowId: string
  readonly title: string
}

const PANELS: readonly Panel[] = [
  { workloadId: 'redb', rowId: 'get', title: 'random get' },
  { workloadId: 'redb', rowId: 'scan', title: 'scan, an entry' },
  { workloadId: 'redb', rowId: 'load', title: 'bulk load, an entry' },
  { workloadId: 'redb', rowId: 'single', title: 'durable commit of one put' },
  { workloadId: 'concurrent', rowId: '100', title: 'durable put, 100 at once' },
  { workloadId: 'redb', rowId: 'unsynced', title: 'unsynced commit of one put' },
  { workloadId: 'records', rowId: 'get', title: 'get a record as an object' },
  { workloadId: 'ycsb', rowId: 'a-all', title: 'YCSB A, an operation' },
]

const COLUMNS = 2
const PANEL_WIDTH = 440
const LABEL_WIDTH = 130
const NUMBER_WIDTH = 80
const BAR_HEIGHT = 14
const LINE_HEIGHT = 20
const TITLE_HEIGHT = 34
const MARGIN = 20
const FOOTER_HEIGHT = 34
const BAR_WIDTH = PANEL_WIDTH - LABEL_WIDTH - NUMBER_WIDTH - MARGIN

const INK = '#1f2328'
const FAINT = '#59636e'
const OWN = '#2f7d4f'
const PEER = '#b5bcc4'
const PEER_IN_C = '#8a94a0'

interface Bar {
  readonly name: ContenderName
  readonly value: number
}

export function drawPicture(result: Result): string {
  const panels = PANELS.flatMap(panel => {
    const section = result.sections.find(({ workloadId }) => workloadId === panel.workloadId)
    const row = section?.rows.find(({ id }) => id === panel.rowId)
    const bars = row === undefined ? [] : barsOf(row)
    return bars.length === 0 ? [] : [{ title: panel.title, unit: row!.unit, bars }]
  })
  const lines: string[] = []
  let top = MARGIN
  for (let first = 0; first < panels.length; first += COLUMNS) {
    const abreast = panels.slice(first, first + COLUMNS)
    abreast.forEach((panel, column) => {
      lines.push(...drawPanel(panel.title, panel.bars, panel.unit, MARGIN + column * PANEL_WIDTH, top))
    })
    top += TITLE_HEIGHT + Math.max(...abreast.map(({ bars }) => bars.length)) * LINE_HEIGHT
  }
  const width = COLUMNS * PANEL_WIDTH + MARGIN
  const height = top + FOOTER_HEIGHT
  const label = 'Times of Coppice and other embedded databases; shorter bars are faster'
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" rx="6" fill="#ffffff"/>`,
    ...lines,
    text(
      MARGIN,
      height - 14,
      `Shorter is faster. Medians; dark grey: programs in C. ${result.machine}.`,
      `fill="${FAINT}" font-size="11"`,
    ),
    '</svg>',
    '',
  ].join('\n')
}

/** Fastest first. */
function barsOf(row: Row): Bar[] {
  const bars: Bar[] = []
  for (const name of CONTENDER_NAMES) {
    const value = medianOf(row, name)
    if (value !== undefined) bars.push({ name, value })
  }
  return bars.sort((a, b) => a.value - b.value)
}

function drawPanel(title: string, bars: readonly Bar[], unit: Unit, left: number, top: number): string[] {
  const longest = Math.max(...bars.map(({ value }) => value))
  const lines = [text(left, top + 14, title, `fill="${INK}" font-size="13" font-weight="600"`)]
  bars.forEach(({ name, value }, i) => {
    const y = top + TITLE_HEIGHT - 10 + i * LINE_HEIGHT
    const length = Math.max(2, Math.round((value / longest) * BAR_WIDTH))
    const own = name === SUBJECT
    const weight = own ? ' font-weight="600"' : ''
    const fill = own ? OWN : name.endsWith('-c') ? PEER_IN_C : PEER
    lines.push(
      text(left + LABEL_WIDTH - 8, y + 11, name, `text-anchor="end" fill="${INK}"${weight}`),
      `<rect x="${left + LABEL_WIDTH}" y="${y}" width="${length}" height="${BAR_HEIGHT}" rx="2" fill="${fill}"/>`,
      text(left + LABEL_WIDTH + length + 6, y + 11, amountOf(value, unit), `fill="${INK}"${weight}`),
    )
  })
  return lines
}

/** With three digits and the unit that suits them. */
function amountOf(value: number, unit: Unit): string {
  if (unit !== 'ns') return `${Number(value.toPrecision(3))} ${unit}`
  if (value < 1000) return `${Math.round(value)} ns`
  return value < 1e6
    ? `${Number((value / 1e3).toPrecision(3))} µs`
    : `${Number((value / 1e6).toPrecision(3))} ms`
}

function text(x: number, y: number, content: string, attributes: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x}" y="${y}" ${attributes}>${escaped}</text>`
}
