/**
 * Programs that tests start as processes of their own. They are compiled once: plain JavaScript starts three times as
 * fast as TypeScript through a loader, and hundreds of processes are started. CommonJS modules load with half of the
 * system calls, each of which is slow when it is traced.
 */

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mutate } from '../../props/mutants/mutant.ts'
import { findMutant } from '../../props/mutants/table.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

/**
 * Compiles the programs, named from the root of the project, with the engine into `directory`, a new one; returns the
 * files to run, in the same order. Types are not checked. With COPPICE_MUTANT the engine is that mutant, as it is in
 * the process of the test.
 */
export function compilePrograms(directory: string, sources: readonly string[]): string[] {
  mkdirSync(directory)
  writeFileSync(join(directory, 'package.json'), '{ "type": "commonjs" }')
  const mutantName = process.env.COPPICE_MUTANT
  const from = mutantName === undefined ? root : mutatedSources(join(directory, 'mutant'), mutantName)
  const configuration = join(directory, 'tsconfig.json')
  writeFileSync(
    configuration,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        noCheck: true,
        module: 'commonjs',
        moduleResolution: 'bundler',
        verbatimModuleSyntax: false,
        rootDir: from,
        outDir: directory,
        typeRoots: [join(root, 'node_modules/@types')],
      },
      include: [],
      files: sources.map(source => join(from, source)),
    }),
  )
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', configuration], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`compiling ${sources.join(', ')} failed:\n${stdout}`)
  nameCommonJsModules(directory)
  return sources.map(source => join(directory, source.replace(/\.ts$/, '.js')))
}

/** A CommonJS module learns its own address another way. */
function nameCommonJsModules(directory: string): void {
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js') || name.includes('node_modules')) continue
    const file = join(directory, name)
    const code = readFileSync(file, 'utf8')
    if (!code.includes('import.meta.url')) continue
    const own = "require('node:url').pathToFileURL(__filename).href"
    writeFileSync(file, code.replaceAll('import.meta.url', own))
  }
}

/** A copy of the sources with the mutant's edits: its root. */
function mutatedSources(directory: string, mutantName: string): string {
  for (const part of ['src', 'test', 'props']) {
    cpSync(join(root, part), join(directory, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  const mutant = findMutant(mutantName)
  for (const file of new Set(mutant.edits.map(edit => edit.file))) {
    const path = join(directory, file)
    writeFileSync(path, mutate(mutant, file, readFileSync(path, 'utf8')))
  }
  return directory
}
