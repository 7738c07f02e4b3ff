/**
 * The layers of server/, from the top down:
 * main → application → open-api → services → http → graphql → (webhooks, events, event-types, customers, filters, recoveries, deliveries, access, feed)
 * → (queue, database) → domain. worker stands beside graphql.
 * And of web/: main → router → shell → features → recoveries → (customers, deliveries) → session → (components, live → graphql) → lib.
 */
const layer = (name) => `^server/${name}/`;
const services =
  '^server/(webhooks|events|event-types|customers|filters|recoveries|deliveries|access|feed)/';

/** Nothing in `from` imports anything in `to`. */
const forbid = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files have one subject, or that a contract is missing.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-stands-alone',
      comment: 'Rules are pure: they import nothing of ours.',
      severity: 'error',
      from: { path: layer('domain') },
      to: { path: '^server/', pathNot: layer('domain') },
    },
    forbid(
      'database-is-below',
      'The database layer knows no service.',
      layer('database'),
      `${services}|^server/(graphql|http|worker|queue)/`,
    ),
    forbid(
      'queue-is-below',
      'The queue knows no service.',
      layer('queue'),
      `${services}|^server/(graphql|http|worker)/`,
    ),
    forbid(
      'services-are-below',
      'Services know neither who asks nor who sends.',
      services,
      '^server/(graphql|http|worker)/',
    ),
    forbid(
      'graphql-beside-worker',
      'They meet at the contract of the queue and the topics of the feed.',
      layer('graphql'),
      '^server/(worker|http)/',
    ),
    forbid(
      'worker-beside-graphql',
      'They meet at the contract of the queue and the topics of the feed.',
      layer('worker'),
      '^server/(graphql|http)/',
    ),
    {
      name: 'producers-only',
      comment: 'Above the queue, its contract is enough; only the application opens a backend.',
      severity: 'error',
      from: { path: `${services}|^server/(graphql|http|worker)/` },
      to: { path: '^server/queue/', pathNot: '^server/queue/contract\\.ts$' },
    },
    forbid(
      'nothing-imports-the-top',
      'The composition root is the top.',
      '^server/[^/]+/',
      '^server/(main|application|open-api|services|start-up-banner)\\.ts$',
    ),
    {
      name: 'roles-load-their-own',
      comment:
        "A worker has no use for the API's modules, nor an API for a worker's: each is imported when its role starts.",
      severity: 'error',
      from: { path: '^server/(application|http/server)\\.ts$' },
      to: {
        path: '^server/(open-api\\.ts|services\\.ts|http/api\\.ts|(graphql|http/graphql|worker)/)',
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      comment: 'The product does not need its tests.',
      from: { path: '^server/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'declared',
      severity: 'error',
      comment: 'What is imported stands in package.json.',
      from: { path: '^server/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    forbid(
      'web-knows-the-schema-alone',
      'The web app knows the server through schema.graphql only, and the server does not know it.',
      '^web/',
      '^(server|test|bench|scripts)/',
    ),
    forbid('server-knows-no-web-app', 'It serves what was built.', '^server/', '^web/'),
    forbid('web-lib-stands-alone', 'It knows no view and no data.', '^web/lib/', `^web/(?!lib/)`),
    forbid(
      'web-data-shows-nothing',
      'Data knows no view.',
      '^web/(graphql|live)/',
      '^web/(components|session|customers|deliveries|recoveries|features|shell|[^/]+$)',
    ),
    forbid(
      'web-graphql-is-below-live',
      'What is live is merged from what GraphQL gives.',
      '^web/graphql/',
      '^web/live/',
    ),
    forbid(
      'web-components-know-no-page',
      'They show what they are given.',
      '^web/components/',
      '^web/(live|session|customers|deliveries|recoveries|features|shell|[^/]+$)',
    ),
    forbid(
      'web-session-is-below',
      'Who is signed in is known to all pages, and knows none.',
      '^web/session/',
      '^web/(customers|deliveries|recoveries|features|shell|[^/]+$)',
    ),
    forbid(
      'web-deliveries-are-below-recoveries',
      'Recoveries bring deliveries back, which know nothing of it.',
      '^web/deliveries/',
      '^web/recoveries/',
    ),
    forbid(
      'web-deliveries-are-below-the-features',
      'Lists of deliveries, the pane and recoveries are shared by pages, and know none.',
      '^web/(customers|deliveries|recoveries)/',
      '^web/(features|shell|[^/]+$)',
    ),
    forbid(
      'web-features-are-below-the-shell',
      'A page does not know what stands around it.',
      '^web/features/',
      '^web/(shell/|[^/]+$)',
    ),
    {
      name: 'web-features-stand-apart',
      comment: 'What two of them need stands below them.',
      severity: 'error',
      from: { path: '^web/features/([^/]+)/' },
      to: { path: '^web/features/', pathNot: '^web/features/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^server/generated'] },
    exclude: { path: '^server/generated' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
