/** Certificates for tests, signed by themselves; made by openssl. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { temporaryDirectory } from '../io/temporary-directory.ts'

const ECDSA = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']

/** @param options of `openssl req`: what kind of key */
export function certificate(options: readonly string[] = ECDSA): {
  readonly key: string
  readonly cert: string
} {
  const directory = temporaryDirectory()
  try {
    const [key, cert] = [directory.file('key.pem'), directory.file('cert.pem')]
    const words = [...options, '-nodes', '-days', '1', '-subj', '/CN=localhost']
    execFileSync('openssl', ['req', '-x509', ...words, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  } finally {
    directory.remove()
  }
}
