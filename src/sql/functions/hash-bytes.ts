/**
 * The hash of bytes that PostgreSQL's hash functions give. Source: B. Jenkins, lookup3.c, 2006, with PostgreSQL's beginning.
 */

const BEGINNING = 0x9e37_79b9 + 3_923_095

function rotated(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits))
}

class Words {
  a: number
  b: number
  c: number

  constructor(length: number) {
    this.a = (BEGINNING + length) | 0
    this.b = this.a
    this.c = this.a
  }

  mix(): void {
    let { a, b, c } = this
    a = ((a - c) | 0) ^ rotated(c, 4)
    c = (c + b) | 0
    b = ((b - a) | 0) ^ rotated(a, 6)
    a = (a + c) | 0
    c = ((c - b) | 0) ^ rotated(b, 8)
    b = (b + a) | 0
    a = ((a - c) | 0) ^ rotated(c, 16)
    c = (c + b) | 0
    b = ((b - a) | 0) ^ rotated(a, 19)
    a = (a + c) | 0
    c = ((c - b) | 0) ^ rotated(b, 4)
    b = (b + a) | 0
    this.a = a
    this.b = b
    this.c = c
  }

  finish(): void {
    let { a, b, c } = this
    c = ((c ^ b) - rotated(b, 14)) | 0
    a = ((a ^ c) - rotated(c, 11)) | 0
    b = ((b ^ a) - rotated(a, 25)) | 0
    c = ((c ^ b) - rotated(b, 16)) | 0
    a = ((a ^ c) - rotated(c, 4)) | 0
    b = ((b ^ a) - rotated(a, 14)) | 0
    c = ((c ^ b) - rotated(b, 24)) | 0
    this.b = b
    this.c = c
  }
}

/** Four bytes from `at` on, those that are there, the first one the lowest. */
function wordAt(bytes: Uint8Array, at: number): number {
  let word = 0
  for (let i = Math.min(4, bytes.length - at) - 1; i >= 0; i--) word = (word << 8) | bytes[at + i]
  return word
}

function hashed(bytes: Uint8Array, seed: bigint): Words {
  const words = new Words(bytes.length)
  if (seed !== 0n) {
    words.a = (words.a + Number(seed >> 32n)) | 0
    words.b = (words.b + Number(seed & 0xffff_ffffn)) | 0
    words.mix()
  }
  let at = 0
  for (; bytes.length - at >= 12; at += 12) {
    words.a = (words.a + wordAt(bytes, at)) | 0
    words.b = (words.b + wordAt(bytes, at + 4)) | 0
    words.c = (words.c + wordAt(bytes, at + 8)) | 0
    words.mix()
  }
  words.a = (words.a + wordAt(bytes, at)) | 0
  words.b = (words.b + wordAt(bytes, at + 4)) | 0
  // The lowest byte of the last word is for the length, which is in already.
  words.c = (words.c + (wordAt(bytes, at + 8) << 8)) | 0
  words.finish()
  return words
}

/** 32 bits, without sign. */
export function hashBytes(bytes: Uint8Array): number {
  return hashed(bytes, 0n).c >>> 0
}

/** 64 bits, without sign; a seed of 0 has the first hash as its lower half. */
export function hashBytesExtended(bytes: Uint8Array, seed: bigint): bigint {
  const { b, c } = hashed(bytes, seed)
  return (BigInt(b >>> 0) << 32n) | BigInt(c >>> 0)
}
