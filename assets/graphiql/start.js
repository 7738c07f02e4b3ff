/* global YogaGraphiQL */
'use strict';

// The key goes into headers only, never into the URL; sessionStorage forgets it with the tab.
// Without one, the session of the web app counts, whose cookie the browser adds.
const STORED_KEY = 'nexus-api-key';
let key = sessionStorage.getItem(STORED_KEY) ?? '';

const form = document.getElementById('key-form');
const input = document.getElementById('api-key');
const state = document.getElementById('key-state');

function authorization() {
  return key === '' ? {} : { authorization: `Bearer ${key}` };
}

/** With the session's cookie, the server asks for the CSRF header. */
function requestHeaders() {
  return { 'x-nexus-csrf': '1', ...authorization() };
}

function useKey(text) {
  key = text.trim();
  if (key === '') sessionStorage.removeItem(STORED_KEY);
  else sessionStorage.setItem(STORED_KEY, key);
  return showCaller('No key: operations are refused.');
}

async function showCaller(nobody) {
  const asked = key;
  const description = await describeCaller(asked, nobody);
  // An answer about a key that is no longer in use comes too late.
  if (key === asked) state.textContent = description;
}

async function describeCaller(asked, nobody) {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...requestHeaders() },
      body: JSON.stringify({ query: '{ viewer { tenant { name } apiKey { name role } } }' }),
    });
    const { data } = await response.json();
    if (!data) return asked === '' ? nobody : 'This key is not known, or was revoked.';
    const { tenant, apiKey } = data.viewer;
    const how = asked === '' ? 'Signed in' : 'In use';
    return `${how}: ${apiKey.name} (${apiKey.role}) of ${tenant.name}.`;
  } catch {
    return 'The server cannot be reached.';
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void useKey(input.value);
});
input.value = key;
void showCaller(state.textContent);

const firstExample = `# Put your API key into the box above, then press the play button (Ctrl-Enter).
query FirstLook {
  viewer {
    tenant {
      name
    }
    apiKey {
      name
      role
    }
  }
  installation {
    version
    mode
    maxAttempts
    retryDelays
  }
  eventTypes {
    name
    group
  }
}
`;

const liveExample = `# Leave this running and trigger an event in another tab: each change arrives as it happens.
subscription Live {
  deliveryUpdated {
    status
    cursor
    delivery {
      id
      attemptCount
      webhook {
        name
      }
    }
  }
}
`;

/** What the tab in front shows. GraphiQL opens a new tab for any query that no tab has. */
function queryInFront() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'));
    return tabs[activeTabIndex].query ?? firstExample;
  } catch {
    return firstExample; // the first visit
  }
}

const assets = '/graphiql-assets/monacoeditorwork';
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) =>
    ({
      json: `${assets}/json.worker.bundle.js`,
      graphql: `${assets}/graphql.worker..bundle.js`,
    })[label] ?? `${assets}/editor.worker.bundle.js`,
};

const socketUrl = new URL('/graphql', location.href);
socketUrl.protocol = socketUrl.protocol === 'https:' ? 'wss:' : 'ws:';

YogaGraphiQL.renderYogaGraphiQL(document.getElementById('graphiql'), {
  title: 'NEXUS Webhooks',
  logo: ' ',
  endpoint: '/graphql',
  subscriptionsProtocol: 'WS',
  subscriptionsEndpoint: socketUrl.href,
  additionalHeaders: requestHeaders,
  connectionParams: authorization,
  query: queryInFront(),
  defaultTabs: [{ query: firstExample }, { query: liveExample }],
  shouldPersistHeaders: false,
  // The page's address stays as it is: a query may hold what a history should not.
  onEditQuery: () => history.replaceState({}, '', '/graphql'),
});
