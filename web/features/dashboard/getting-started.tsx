import { Link, type LinkProps } from '@tanstack/react-router';
import { ArrowRight, Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useQuery } from 'urql';

import { buttonClasses } from '../../components/form/button.tsx';
import { Card, CardHeader } from '../../components/card.tsx';
import { graphql } from '../../graphql/graphql.ts';
import { classNames } from '../../lib/class-names.ts';
import { useSession } from '../../session/session.tsx';
import { HEIGHT } from './trend/trend-scale.ts';

const WebhookCountQuery = graphql(`
  query WebhookCount {
    webhooks(first: 0) {
      totalCount
    }
  }
`);

/** The way to the first delivery, in the place of a trend that would be empty. */
export function GettingStarted() {
  const { mayWrite } = useSession();
  const [{ data }] = useQuery({ query: WebhookCountQuery, requestPolicy: 'cache-and-network' });
  const hasWebhook = (data?.webhooks.totalCount ?? 0) > 0;
  return (
    <Card aria-label="Getting started">
      <CardHeader title="Getting started" description="Three steps to your first delivery." />
      <ol
        className="grid content-stretch divide-line max-lg:divide-y lg:grid-cols-3 lg:divide-x"
        style={{ minHeight: HEIGHT + 13 }}
      >
        <Step
          number={1}
          title="Create a webhook"
          isDone={hasWebhook}
          isNext={!hasWebhook}
          to="/webhooks/new"
          action="New webhook"
          mayDo={mayWrite}
        >
          Where to send, and which events. You get the secret that its deliveries are signed with.
        </Step>
        <Step
          number={2}
          title="Trigger an event"
          isNext={hasWebhook}
          to="/events/new"
          action="New event"
          mayDo={mayWrite}
        >
          From here with a sample payload, or from your own code with the eventTrigger mutation.
        </Step>
        <Step number={3} title="Watch it live" to="/deliveries" action="Deliveries" mayDo>
          Each attempt shows as it happens: what was sent, what came back, and when the next attempt
          is due.
        </Step>
      </ol>
    </Card>
  );
}

interface StepProps {
  number: number;
  title: string;
  children: ReactNode;
  to: NonNullable<LinkProps['to']>;
  action: string;
  /** Else somebody with another key has to. */
  mayDo: boolean;
  isDone?: boolean;
  isNext?: boolean;
}

function Step({ number, title, children, to, action, mayDo, isDone, isNext }: StepProps) {
  return (
    <li className="flex flex-col items-start gap-3 p-5">
      <span
        className={classNames(
          'flex size-7 items-center justify-center rounded-full text-sm font-semibold',
          isDone === true ? 'bg-success-soft text-success' : 'bg-accent-soft text-accent',
        )}
      >
        {isDone === true ? <Check aria-label="Done" className="size-4" /> : number}
      </span>
      <div>
        <h3 className="font-semibold">{title}</h3>
        <p className="mt-1 max-w-sm text-sm text-muted">{children}</p>
      </div>
      {mayDo ? (
        <Link
          to={to}
          className={classNames(
            buttonClasses({ variant: isNext === true ? 'primary' : 'secondary', size: 'sm' }),
            'lg:mt-auto',
          )}
        >
          {action}
          <ArrowRight aria-hidden className="size-4" />
        </Link>
      ) : (
        <p className="text-sm text-muted lg:mt-auto">
          Needs a key with the role OPERATOR or ADMIN.
        </p>
      )}
    </li>
  );
}
