/** Message digests, as the machine computes them. */

import { createHash } from 'node:crypto'

export type DigestName = 'md5' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

export function digest(name: DigestName, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(name).update(bytes).digest())
}
