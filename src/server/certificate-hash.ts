/**
 * The hash of a certificate that clients bind their logins to (RFC 5929, tls-server-end-point): by the hash function of the
 * certificate's own signature, by SHA-256 where that is MD5 or SHA-1. A signature that names none has no such binding.
 */

import { createHash, X509Certificate } from 'node:crypto'

/** Object identifiers of signature algorithms, as DER has them. */
const HASHES: Readonly<Record<string, string>> = {
  // RSA (PKCS #1 v1.5).
  '2a864886f70d010104': 'sha256',
  '2a864886f70d010105': 'sha256',
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a864886f70d01010e': 'sha224',
  // ECDSA.
  '2a8648ce3d0401': 'sha256',
  '2a8648ce3d040301': 'sha224',
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
}

/** @param pem the server's certificate first, then those of its issuers; undefined: it has none */
export function certificateHash(pem: string): Buffer | undefined {
  const { raw } = new X509Certificate(pem)
  const name = HASHES[signatureAlgorithm(raw)]
  return name === undefined ? undefined : createHash(name).update(raw).digest()
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { algorithm OID, … }, signature } */
function signatureAlgorithm(der: Buffer): string {
  const certificate = contentAt(der, 0)
  const signed = contentAt(der, certificate.start)
  const algorithm = contentAt(der, signed.end)
  const identifier = contentAt(der, algorithm.start)
  return der.toString('hex', identifier.start, identifier.end)
}

/** Where the content of the value at a place begins and ends. */
function contentAt(der: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = der[at + 1]
  if (first < 0x80) return { start: at + 2, end: at + 2 + first }
  const lengthBytes = first & 0x7f
  const start = at + 2 + lengthBytes
  return { start, end: start + der.readUIntBE(at + 2, lengthBytes) }
}
