import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';

import { buttonClasses } from '../../components/form/button.tsx';
import { Card, CardHeader } from '../../components/card.tsx';
import { Kbd } from '../../components/kbd.tsx';
import { ThemeSwitch } from '../../components/theme-switch.tsx';
import { TimeStyleSwitch } from '../../components/time/time-style-switch.tsx';

/** What is kept in this browser, and what else there is to know. */
export function PreferencesSection() {
  return (
    <Card aria-label="This browser">
      <CardHeader title="This browser" />
      <div className="divide-y divide-line">
        <Preference
          title="Appearance"
          description="System follows what your machine is set to. Kept in this browser."
        >
          <ThemeSwitch />
        </Preference>
        <Preference title="Times" description="Exact times show on hover.">
          <TimeStyleSwitch />
        </Preference>
        <Preference
          title="Keyboard"
          description={
            <>
              Press <Kbd>?</Kbd> on any page for the list of its keys, <Kbd>/</Kbd> to search,{' '}
              <Kbd>g</Kbd> <Kbd>d</Kbd> for the dashboard.
            </>
          }
        />
        <Preference title="API" description="GraphiQL, with the schema’s documentation beside it.">
          <a
            href="/graphql"
            target="_blank"
            rel="noreferrer"
            className={buttonClasses({ size: 'sm' })}
          >
            Open GraphiQL
            <ExternalLink aria-hidden className="size-4" />
          </a>
        </Preference>
      </div>
    </Card>
  );
}

interface PreferenceProps {
  title: string;
  description: ReactNode;
  children?: ReactNode;
}

function Preference({ title, description, children }: PreferenceProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-4">
      <div className="max-w-md min-w-0">
        <h3 className="text-sm font-medium">{title}</h3>
        <p className="mt-0.5 text-sm text-muted">{description}</p>
      </div>
      {children}
    </div>
  );
}
