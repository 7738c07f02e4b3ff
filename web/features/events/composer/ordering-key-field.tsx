import { Field } from '../../../components/form/field.tsx';
import { TextInput } from '../../../components/form/text-input.tsx';
import type { Composer } from './use-composer.ts';

/** What webhooks that keep order put the event in order by. */
export function OrderingKeyField({ composer }: { composer: Composer }) {
  const { orderingKey, setOrderingKey, faults } = composer;
  return (
    <Field
      label="Ordering key"
      optional
      error={faults.orderingKey}
      hint="Webhooks that keep order send events with the same key one after the other."
    >
      {(ids) => (
        <TextInput
          {...ids}
          isMono
          autoCapitalize="none"
          spellCheck={false}
          placeholder="e.g. order-90210"
          value={orderingKey}
          onChange={(event) => setOrderingKey(event.target.value)}
        />
      )}
    </Field>
  );
}
