/** Which format a file is in, by its name. */

import { basename } from 'node:path'

export const FILE_FORMATS = ['csv', 'jsonl', 'json', 'arrow', 'arrows'] as const
/** `arrow` is the file format of Arrow's IPC (Feather version 2), `arrows` the stream. */
export type FileFormat = (typeof FILE_FORMATS)[number]
export const IMPORT_FORMATS: readonly FileFormat[] = FILE_FORMATS

const BY_EXTENSION: Readonly<Record<string, FileFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  arrow: 'arrow',
  feather: 'arrow',
  arrows: 'arrows',
}

export function formatOf(file: string): FileFormat | undefined {
  const extension = /\.([^./\\]+)$/.exec(file.replace(/\.gz$/, ''))?.[1]
  const name = extension?.toLowerCase()
  return name !== undefined && Object.hasOwn(BY_EXTENSION, name) ? BY_EXTENSION[name] : undefined
}

/** What a table is called that is made of a file: its name without extension. */
export function tableOf(file: string): string | undefined {
  if (file === '-') return undefined
  const name = basename(file)
    .replace(/\.gz$/, '')
    .replace(/\.[^.]+$/, '')
  const plain = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_]+/gu, '_')
    .replace(/^_+|_+$/g, '')
  return plain === '' || /^\d/.test(plain) ? `t_${plain}` : plain
}
