/** Task queues: workflows on the first; activities on the others. */
export const QUEUES = { workflow: 'assay', cpu: 'assay-cpu', gpu: 'assay-gpu' } as const;
export type ActivityQueue = 'cpu' | 'gpu';
