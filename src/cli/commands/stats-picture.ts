/** The sizes of tables and indexes as a picture (SVG): a bar each, filled as far as their pages are. */

import type { DatabaseStats } from '../../index.ts'
import { bytesText, countText } from '../output/quantities.ts'
import type { TreePart } from './stats.ts'

const WIDTH = 960
const NAMES = 240
const NUMBERS = 260
const ROW = 26
const HEAD = 96
const FOOT = 40

/** Colours of tables and indexes, what is used of them and what is free; they stand on light and dark pages. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 18px; font-weight: 600; }
  .faint { fill: #656d76; }
  .ground { fill: #ffffff; }
  .table { fill: #2f6f4f; } .table-free { fill: #2f6f4f; opacity: 0.25; }
  .index { fill: #b7791f; } .index-free { fill: #b7791f; opacity: 0.25; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; } text { fill: #e6edf3; } .faint { fill: #8d96a0; }
    .table, .table-free { fill: #56b881; } .index, .index-free { fill: #e0a84c; }
  }`

export function statsPicture(path: string, stats: DatabaseStats, parts: readonly TreePart[]): string {
  const height = HEAD + parts.length * ROW + FOOT
  const largest = Math.max(...parts.map(part => part.bytes), 1)
  const room = WIDTH - NAMES - NUMBERS - 40
  const rows = parts.map((part, i) => row(part, HEAD + i * ROW, (part.bytes / largest) * room))
  const { fileBytes, filePages, freePages, pageSizeBytes, pagesByKind } = stats
  const kinds = Object.entries(pagesByKind)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${countText(count)} ${KINDS[kind as keyof typeof pagesByKind]}`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escaped(path)}</title>
<style>${STYLE}</style>
<rect class="ground" width="${WIDTH}" height="${height}" rx="8"/>
<text class="title" x="20" y="34">${escaped(path)}</text>
<text class="faint" x="20" y="58">${bytesText(fileBytes)} · ${countText(filePages)} pages of ${bytesText(pageSizeBytes)}, ${countText(freePages)} of them free · ${kinds.join(', ')}</text>
${legend()}
${rows.join('\n')}
</svg>
`
}

const KINDS: Readonly<Record<keyof DatabaseStats['pagesByKind'], string>> = {
  header: 'header',
  branch: 'branches',
  leaf: 'leaves',
  extent: 'extents',
  spaceMap: 'space map',
}

function legend(): string {
  const swatch = (x: number, kind: string, label: string): string =>
    `<rect class="${kind}" x="${x}" y="70" width="12" height="12" rx="2"/><text class="faint" x="${x + 18}" y="81">${label}</text>`
  return (
    swatch(20, 'table', 'rows') +
    swatch(90, 'index', 'index') +
    swatch(166, 'table-free', 'room in pages that are not full')
  )
}

function row({ bytes, entries, fill, isIndex, name }: TreePart, y: number, width: number): string {
  const kind = isIndex ? 'index' : 'table'
  const shown = Math.max(2, width)
  const used = shown * Math.min(1, Math.max(0, fill))
  const text = y + ROW / 2 + 4
  return [
    `<text${isIndex ? ' class="faint"' : ''} x="${isIndex ? 36 : 20}" y="${text}">${escaped(clipped(name))}</text>`,
    `<rect class="${kind}-free" x="${NAMES}" y="${y + 4}" width="${shown.toFixed(1)}" height="${ROW - 8}" rx="3"/>`,
    `<rect class="${kind}" x="${NAMES}" y="${y + 4}" width="${used.toFixed(1)}" height="${ROW - 8}" rx="3"/>`,
    `<text class="faint" x="${(NAMES + shown + 10).toFixed(1)}" y="${text}">${bytesText(bytes)} · ${countText(entries)} · ${Math.round(fill * 100)}% full</text>`,
  ].join('')
}

const NAME_MAX = 30

function clipped(name: string): string {
  return name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
