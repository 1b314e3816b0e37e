/** File URLs, which programs make of `import.meta.url`, and the paths that they stand for on this system. */

import { fileURLToPath } from 'node:url'
import { CoppiceError } from '../base/errors.ts'

/** @throws CoppiceError INVALID_OPTION when it is not the URL of a file on this machine */
export function pathOfUrl(url: URL): string {
  try {
    return fileURLToPath(url)
  } catch (cause) {
    throw new CoppiceError(
      'INVALID_OPTION',
      `path: expected the URL of a file on this machine, got ${url.href}`,
      {
        expected: 'a file: URL',
        given: url.href,
        cause,
      },
    )
  }
}
