/** The import table of docs/ARCHITECTURE.md, enforced. */
const FOLDERS = [
  'contracts',
  'pipelines',
  'workflows',
  'activities',
  'datasets',
  'models',
  'governance',
  'storage',
  'workers',
  'cli',
  'infra',
  'docs',
];

/** Folder → the folders it may import besides itself. */
const MAY_IMPORT = {
  contracts: [],
  pipelines: ['contracts'],
  workflows: ['contracts'],
  activities: ['contracts', 'storage', 'datasets', 'governance', 'pipelines'],
  datasets: ['contracts'],
  models: ['contracts'],
  governance: ['contracts'],
  storage: ['contracts'],
  workers: ['contracts', 'activities', 'storage', 'models', 'pipelines'],
  cli: ['contracts', 'pipelines', 'storage', 'governance', 'infra'],
  infra: [],
  // The generated pages describe the contracts, and examples are compiled.
  docs: ['contracts', 'pipelines'],
};

/** npm package → the only places that may import it. */
const ONLY_IN = {
  minio: '^storage/minio-client\\.ts$',
  '@duckdb/node-api': '^datasets/duckdb\\.ts$',
  '@tensorflow/tfjs-node-gpu': '^models/tf\\.ts$',
  yaml: '^(pipelines|docs)/',
  ajv: '^pipelines/',
  '@temporalio/activity': '^activities/',
  '@temporalio/workflow': '^workflows/',
  '@temporalio/worker': '^workers/',
  '@temporalio/client': '^(workers|cli)/',
  commander: '^(cli|bench)/',
};

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: '^contracts/errors' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      severity: 'error',
      from: { path: `^${folder}/` },
      to: { path: `^(${FOLDERS.filter((other) => other !== folder && !allowed.includes(other)).join('|')})/` },
    })),
    ...Object.entries(ONLY_IN).map(([name, place]) => ({
      name: `only-${name.replace(/\W+/g, '-')}`,
      severity: 'error',
      from: { pathNot: `${place}|^(test|bench)/` },
      to: { path: `node_modules/${name}/`, dependencyTypesNot: ['type-only'] },
    })),
    {
      name: 'no-node-in-workflows',
      severity: 'error',
      from: { path: '^(workflows|contracts)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'domain-knows-no-world',
      severity: 'error',
      from: { path: '^(datasets|models|governance)/' },
      to: { path: 'node_modules/(@temporalio|minio)/' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.assay)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
