/** The documentation says what the code says. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The first group of each match, sorted. */
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, it]) => it).sort()

describe('the documentation', () => {
  it('explains every error code, and no other', () => {
    const union = /export type ErrorCode =(.*?)\n\n/s.exec(read('src/base/errors.ts'))![1]
    expect(all(read('docs/errors.md'), /^\| `([A-Z_]+)` \|/gm)).toEqual(all(union, /\| '([A-Z_]+)'/g))
  })

  it('explains every option, and no other', () => {
    const options = /export interface StoreOptions \{(.*?)\n\}/s.exec(read('src/store/options.ts'))![1]
    expect(all(read('docs/options.md'), /^\| `(\w+)` \|/gm)).toEqual(all(options, /readonly (\w+)\?:/g))
  })

  it('shows a quick start that is the one in the examples', () => {
    const [, program] = read('examples/quick-start.ts').split('*/\n\n')
    expect(read('README.md')).toContain(`\`\`\`ts\n${program.replace('../src/index.ts', 'coppice')}\`\`\``)
  })

  const pages = ['README.md', ...readdirSync(join(root, 'docs')).map(name => `docs/${name}`)]
  it.each(pages)('has no link that leads nowhere: %s', page => {
    const text = read(page).replaceAll(/```.*?```/gs, '')
    const targets = all(text, /\]\(([^)\s]+)\)/g).filter(target => !target.startsWith('http'))
    const broken = targets.filter(target => {
      const [path, anchor] = target.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      return !existsSync(join(root, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
    })
    expect(broken).toEqual([])
  })

  /** The anchors of a page's headings, as the usual renderers make them. */
  function anchorsOf(page: string): string[] {
    return all(read(page), /^#+ (.+)$/gm).map(heading =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    )
  }
})
