/** Part of the cache key of generated data: raise it when the generated shop changes for the same seed. */
export const GENERATOR_VERSION = 1;
