/** Modules, as callers name them, and the URLs by which another thread can import them. */

import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'

const PROTOCOLS: readonly string[] = ['file:', 'data:']

/**
 * The URL of a module: `given` is one, or an absolute path. Undefined for anything else: what is relative would be
 * relative to nothing that both threads know.
 */
export function moduleUrlOf(given: unknown): string | undefined {
  if (given instanceof URL) return PROTOCOLS.includes(given.protocol) ? given.href : undefined
  if (typeof given !== 'string') return undefined
  // First, because C:\ looks like a protocol.
  if (isAbsolute(given)) return pathToFileURL(given).href
  return PROTOCOLS.some(protocol => given.startsWith(protocol)) ? given : undefined
}
