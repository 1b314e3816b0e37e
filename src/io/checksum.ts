/** CRC-32 (IEEE 802.3), the checksum of everything on disk; about 0.2 ns a byte through zlib. */

import { crc32 as zlibCrc32 } from 'node:zlib'

/** CRC-32 of `bytes`, continued from `seed` (an earlier CRC, or a number that sets a domain apart). */
export function crc32(bytes: Uint8Array, seed = 0): number {
  return zlibCrc32(bytes, seed)
}
