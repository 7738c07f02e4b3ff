import { CodeTabs } from '../../../components/json/code-tabs.tsx';
import { linkClasses } from '../../../components/link.tsx';
import { VERIFY_SNIPPETS } from './verify-snippets.ts';

/** How a receiver checks that a delivery is from here and unchanged. */
export function HowToVerify() {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-muted">
        Each delivery is signed (<Mono>webhook-signature</Mono>, Standard Webhooks). Check the raw
        body before anything parses it, and refuse a timestamp more than five minutes off.
      </p>
      <CodeTabs label="How to verify a delivery" tabs={VERIFY_SNIPPETS} />
      <p className="text-sm text-muted">
        Or take a{' '}
        <a
          href="https://www.standardwebhooks.com"
          target="_blank"
          rel="noreferrer"
          className={`${linkClasses} underline`}
        >
          Standard Webhooks
        </a>{' '}
        library (npm, pip, Go and more): give it the secret as it stands here, the headers and the
        raw body.
      </p>
    </div>
  );
}

function Mono({ children }: { children: string }) {
  return <code className="font-mono text-xs text-ink">{children}</code>;
}
