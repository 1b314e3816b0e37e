/** Starting workers that are written in TypeScript. */

import { Worker } from 'node:worker_threads'

/** Node 20 does not preload modules in a worker, so the worker itself teaches its thread TypeScript. */
export function startWorker(module: URL, workerData: unknown): Worker {
  const code = `
    import('tsx/esm/api').then(tsx => {
      tsx.register()
      return import(${JSON.stringify(module.href)})
    })`
  return new Worker(code, { eval: true, workerData })
}
