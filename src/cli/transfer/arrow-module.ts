/** `apache-arrow`, which is loaded when a file of Arrow is read or written, where it is installed. */

import { UsageError } from '../usage-error.ts'

export type ArrowModule = typeof import('apache-arrow')

/** @throws UsageError when it is not installed */
export async function loadArrow(): Promise<ArrowModule> {
  try {
    return await import('apache-arrow')
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError('files of Arrow need the package apache-arrow: npm install apache-arrow')
  }
}
