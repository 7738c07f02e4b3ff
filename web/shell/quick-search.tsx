import { useNavigate, type LinkProps } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useId, useState, type KeyboardEvent } from 'react';
import { useQuery } from 'urql';

import { Button } from '../components/form/button.tsx';
import { Dialog } from '../components/dialog/dialog.tsx';
import { Kbd } from '../components/kbd.tsx';
import { SearchInput } from '../components/form/search-input.tsx';
import { faultMessage } from '../graphql/fault-message.ts';
import { graphql, type ResultOf } from '../graphql/graphql.ts';
import { classNames } from '../lib/class-names.ts';
import { currentId, isGlobalId } from '../lib/global-id.ts';
import { IS_APPLE } from '../lib/keyboard/modifier-key.ts';
import { keyNames, useShortcut } from '../lib/keyboard/shortcuts.ts';
import { useSettled } from '../lib/use-settled.ts';

const FoundNodeFragment = graphql(`
  fragment FoundNode on Node @_unmask {
    __typename
    id
    ... on Delivery {
      event {
        id
        type
      }
      webhook {
        id
        name
      }
    }
    ... on Event {
      type
      eventId
    }
    ... on Webhook {
      name
      url
    }
  }
`);

const QuickSearchQuery = graphql(
  `
    query QuickSearch($text: String!, $ids: [ID!]!, $hasPart: Boolean!) {
      nodes(ids: $ids) {
        ...FoundNode
      }
      byPart: nodesByPart(part: $text) @include(if: $hasPart) {
        ...FoundNode
      }
      events(filter: { eventId: $text }, first: 3) {
        nodes {
          id
          type
          eventId
        }
      }
      webhooks(filter: { search: $text }, first: 5) {
        nodes {
          id
          name
          url
        }
      }
      deleted: webhooks(filter: { search: $text, isDeleted: true }, first: 3) {
        nodes {
          id
          name
          url
        }
      }
    }
  `,
  [FoundNodeFragment],
);

/** Somewhere to land. */
interface Place {
  key: string;
  kind: 'Delivery' | 'Event' | 'Webhook' | 'Deleted webhook';
  name: string;
  detail: string;
  to: LinkProps;
}

const KEYS = 'Mod+k';
const TYPING_MS = 150;
/** Longer texts are no ids and no names. */
const MOST = 2_048;
/** The server looks for no shorter parts of ids. */
const SHORTEST_PART = 4;

/** One box for whatever somebody has at hand: an id, a name, a URL. */
export function QuickSearch() {
  const [isOpen, setOpen] = useState(false);
  useShortcut({ keys: KEYS, label: 'Find anything', group: 'Everywhere' }, () => setOpen(true));
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        icon={Search}
        aria-keyshortcuts={IS_APPLE ? 'Meta+K' : 'Control+K'}
        onClick={() => setOpen(true)}
      >
        <span className="sr-only">Find anything</span>
        <span aria-hidden className="flex gap-1 max-md:hidden">
          {keyNames(KEYS).map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
        </span>
      </Button>
      <Dialog open={isOpen} onOpenChange={setOpen} title="Find anything">
        {isOpen && <Finder onDone={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function Finder({ onDone }: { onDone: () => void }) {
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const navigate = useNavigate();
  const listId = useId();
  const text = useSettled(typed.trim().slice(0, MOST), TYPING_MS);
  const [{ data, error, fetching }] = useQuery({
    query: QuickSearchQuery,
    variables: {
      text,
      ids: [currentId(text)].filter(isGlobalId),
      hasPart: text.length >= SHORTEST_PART && !isGlobalId(currentId(text)),
    },
    pause: text === '',
    requestPolicy: 'cache-and-network',
  });
  const isSettled = text === typed.trim() && !fetching;
  const places = text === '' || data === undefined ? [] : placesOf(data);
  const at = Math.min(active, places.length - 1);

  function go(place: Place): void {
    onDone();
    void navigate(place.to);
  }
  function onKeyDown(event: KeyboardEvent): void {
    const place = places[at];
    if (event.key === 'ArrowDown') setActive(Math.min(places.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, at - 1));
    else if (event.key === 'Enter' && isSettled && place !== undefined) go(place);
    else return;
    event.preventDefault();
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys of the input within
    <div className="flex min-h-72 flex-col gap-2" onKeyDown={onKeyDown}>
      <SearchInput
        label="An id, a webhook’s name or URL"
        placeholder="Delivery id, event id, webhook’s name or URL"
        value={typed}
        onChange={(next) => {
          setTyped(next);
          setActive(0);
        }}
      />
      {error !== undefined && (
        <p role="alert" className="text-sm text-failed">
          {faultMessage(error)}
        </p>
      )}
      <ul id={listId} aria-label="Found" className="flex flex-col">
        {places.map((place, index) => (
          <li key={place.key}>
            <button
              type="button"
              aria-current={index === at ? 'true' : undefined}
              onClick={() => go(place)}
              onPointerMove={() => setActive(index)}
              className={classNames(
                'flex w-full items-baseline gap-3 rounded-md px-2.5 py-2 text-left text-sm',
                index === at && 'bg-accent-soft',
              )}
            >
              <span className="w-28 shrink-0 text-xs text-muted">{place.kind}</span>
              <span className="min-w-0 flex-1">
                <bdi className="block truncate font-medium">{place.name}</bdi>
                <span className="block truncate font-mono text-xs text-muted">{place.detail}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {typed.trim() === '' ? (
        <p className="text-sm text-muted">
          Paste an id as a receiver or your platform has it, or its beginning, or type a part of a
          webhook’s name or URL.
        </p>
      ) : (
        isSettled &&
        places.length === 0 &&
        error === undefined && (
          <p role="status" className="text-sm text-muted">
            Nothing has this id, name or URL. Of ids, upper and lower case count, and a part of an
            event’s own id is looked for among the newest 5,000 events.
          </p>
        )
      )}
    </div>
  );
}

type Found = ResultOf<typeof QuickSearchQuery>;

function placesOf({ nodes, byPart, events, webhooks, deleted }: Found): Place[] {
  const byId = [...nodes, ...(byPart ?? [])].flatMap((node): Place[] => {
    switch (node?.__typename) {
      case 'Delivery':
        return [
          {
            key: node.id,
            kind: 'Delivery',
            name: `${node.event.type} to ${node.webhook.name}`,
            detail: node.id,
            to: { to: '/deliveries/$deliveryId', params: { deliveryId: node.id } },
          },
        ];
      case 'Event':
        return [eventPlace(node)];
      case 'Webhook':
        return [webhookPlace(node, 'Webhook')];
      default:
        return [];
    }
  });
  const places = [
    ...events.nodes.map(eventPlace),
    ...byId,
    ...webhooks.nodes.map((node) => webhookPlace(node, 'Webhook')),
    ...deleted.nodes.map((node) => webhookPlace(node, 'Deleted webhook')),
  ];
  // A whole id is a part of itself.
  return [...new Map(places.map((place) => [place.key, place])).values()];
}

function eventPlace({ id, type, eventId }: { id: string; type: string; eventId: string }): Place {
  return {
    key: id,
    kind: 'Event',
    name: type,
    detail: eventId,
    to: { to: '/events/$eventId', params: { eventId: id } },
  };
}

function webhookPlace(
  { id, name, url }: { id: string; name: string; url: string },
  kind: Place['kind'],
): Place {
  return {
    key: id,
    kind,
    name,
    detail: url,
    to: { to: '/webhooks/$webhookId', params: { webhookId: id } },
  };
}
