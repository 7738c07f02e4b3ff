import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from 'urql';

import { Field } from '../../../components/form/field.tsx';
import { TextInput } from '../../../components/form/text-input.tsx';
import { graphql } from '../../../graphql/graphql.ts';
import { useSettled } from '../../../lib/use-settled.ts';
import { checkUrl } from './webhook-url-check.ts';

export interface UrlFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** The server's words on what was sent last. */
  errors: readonly string[];
  /** Whether the form was to be sent as it is: what is unfinished is a fault then. */
  isAsked: boolean;
}

const UrlFaultQuery = graphql(`
  query WebhookUrlFault($url: String!) {
    webhookUrlFault(url: $url)
  }
`);

const TYPING_MS = 400;

/** Why the server would refuse the URL as it stands; null where it would not, or is still asked. */
function useRefusal(url: string | null): string | null {
  const settled = useSettled(url, TYPING_MS);
  const isAsked = settled !== null && settled === url;
  const [{ data, operation }] = useQuery({
    query: UrlFaultQuery,
    variables: { url: settled ?? '' },
    pause: !isAsked,
  });
  if (!isAsked || operation?.variables.url !== url) return null;
  return data?.webhookUrlFault ?? null;
}

/** A webhook's URL, checked while it is typed. */
export function UrlField({ value, onChange, errors, isAsked }: UrlFieldProps) {
  const [isLeft, setIsLeft] = useState(false);
  const { fault, isUnfinished, warnings: unwise } = checkUrl(value);
  const refusal = useRefusal(fault === null ? value.trim() : null);
  const warnings = refusal === null ? unwise : [refusal];
  const isTold = fault !== null && (isAsked || (value !== '' && (isLeft || !isUnfinished)));
  const isTaken = fault === null && errors.length === 0;
  return (
    <Field
      label="URL"
      error={isTold ? [fault] : errors}
      hint={
        <>
          Where deliveries are sent, by POST. Redirects are not followed.
          {isTaken &&
            warnings.map((warning) => (
              <span key={warning} className="mt-1 flex gap-1.5 text-retrying">
                <TriangleAlert aria-hidden className="mt-0.75 size-3.5 shrink-0" />
                {warning}
              </span>
            ))}
        </>
      }
    >
      {(ids) => (
        <div className="relative">
          <TextInput
            {...ids}
            isMono
            type="url"
            inputMode="url"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="https://example.com/webhooks"
            value={value}
            onChange={(event) => onChange(event.target.value)}
            onFocus={() => setIsLeft(false)}
            onBlur={() => setIsLeft(true)}
            className="pr-9"
          />
          {isTaken && warnings.length === 0 && (
            <CircleCheck
              aria-hidden
              className="pointer-events-none absolute top-2.5 right-3 size-4 text-success"
            />
          )}
        </div>
      )}
    </Field>
  );
}
