/** Clients that are installed apart from the others: `npm ci --prefix test/clients`, and programs of the system. */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Whether a package of this folder, or of the project, is installed; tests of those that are not are skipped, and say so. */
export function hasPackage(name: string): boolean {
  const isThere = ['.', '../..'].some(folder =>
    existsSync(fileURLToPath(new URL(`${folder}/node_modules/${name}/package.json`, import.meta.url))),
  )
  if (!isThere) console.warn(`${name} is not installed (npm ci --prefix test/clients): its tests are skipped`)
  return isThere
}

/** Whether a file of the system is there; what needs it is skipped otherwise, and says so. */
export function hasFile(path: string, name: string): boolean {
  const isThere = existsSync(path)
  if (!isThere) console.warn(`${name} is not installed: its tests are skipped`)
  return isThere
}

/** A package of this folder, whose types the compiler does not see. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export const load = (name: string): Promise<any> => import(name)

export const connectionOf = (port: number) => ({
  host: '127.0.0.1',
  port,
  user: 'ann',
  password: 'unused',
  database: 'test',
})
