/**
 * Where the parser of PostgreSQL lives: the package libpg-query, its WebAssembly and the emscripten glue that gives it
 * its imports. Read when it is asked for, never before: who uses only keys and values never pays for it.
 */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** What the glue is given, and fills with what it exports. Only what Coppice uses is named. */
export interface ParserModule {
  readonly HEAPU8: Uint8Array
  readonly HEAPU32: Uint32Array
  readonly _malloc: (sizeBytes: number) => number
  readonly _free: (address: number) => void
  readonly _wasm_parse_query_raw: (text: number) => number
  /** Gives a text that the caller frees, also where it is an error's. */
  readonly _wasm_normalize_query: (text: number) => number
  readonly _wasm_free_parse_result: (result: number) => void
}

export interface ParserInstance {
  readonly exports: Readonly<Record<string, unknown>>
}

/** As much of WebAssembly as is used here; the ECMAScript library of the compiler lacks it. */
interface WasmNamespace {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => ParserInstance
}
declare const WebAssembly: WasmNamespace

/** The part of the module that the caller brings. */
export interface ParserModuleOptions {
  readonly noFSInit: boolean
  readonly print: (text: string) => void
  readonly printErr: (text: string) => void
  readonly instantiateWasm: (imports: object, receive: (instance: ParserInstance) => void) => object
  readonly preRun: () => void
}

export interface ParserPackage {
  /** Fills the given object, step by step; the promise resolves when emscripten thinks that it has started. */
  readonly glue: (module: ParserModuleOptions) => Promise<unknown>
  /** A new instance of the code, with a memory of its own. */
  readonly instantiate: (imports: object) => ParserInstance
}

/** Reads and compiles the package: some 20 ms. */
export function loadParserPackage(): ParserPackage {
  const require = createRequire(import.meta.url)
  const path = require.resolve('libpg-query/wasm/libpg-query.js')
  const bytes = readFileSync(path.replace(/\.js$/, '.wasm'))
  const code = new WebAssembly.Module(bytes)
  return {
    glue: require(path) as ParserPackage['glue'],
    instantiate: imports => new WebAssembly.Instance(code, imports),
  }
}
