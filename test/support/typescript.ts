/** What makes this runtime run TypeScript in a process of its own. */
export const FOR_TYPESCRIPT: readonly string[] =
  process.versions.deno !== undefined
    ? ['run', '-A']
    : process.versions.bun !== undefined
      ? []
      : ['--import', import.meta.resolve('tsx')]
