import { graphql, type ResultOf } from '../../../graphql/graphql.ts';

export const EventTriggerMutation = graphql(`
  mutation TriggerEvent($input: EventTriggerInput!) {
    eventTrigger(input: $input) {
      event {
        id
        eventId
        type
        createdAt
      }
      isDuplicate
      webhooksNotified
      userErrors {
        code
        field
        message
      }
    }
  }
`);

type Payload = ResultOf<typeof EventTriggerMutation>['eventTrigger'];

/** An event that the server has taken. */
export interface TriggeredEvent {
  readonly event: NonNullable<Payload['event']>;
  readonly isDuplicate: boolean;
  readonly webhooksNotified: number;
}

/** What is wrong, at the field of the form that can mend it; the rest is with the form as a whole. */
export interface TriggerFaults {
  readonly type: readonly string[];
  readonly customer: readonly string[];
  readonly eventId: readonly string[];
  readonly orderingKey: readonly string[];
  readonly payload: readonly string[];
  readonly form: readonly string[];
}

export const NO_FAULTS: TriggerFaults = {
  type: [],
  customer: [],
  eventId: [],
  orderingKey: [],
  payload: [],
  form: [],
};

const FIELDS = ['type', 'customer', 'eventId', 'orderingKey', 'payload'] as const;

/** The server's faults by field. */
export function triggerFaultsOf(userErrors: Payload['userErrors']): TriggerFaults {
  const faults: Record<keyof TriggerFaults, string[]> = {
    type: [],
    customer: [],
    eventId: [],
    orderingKey: [],
    payload: [],
    form: [],
  };
  for (const { field, message } of userErrors) {
    const name = FIELDS.find((each) => each === field?.[1]);
    faults[name ?? 'form'].push(message);
  }
  return faults;
}
