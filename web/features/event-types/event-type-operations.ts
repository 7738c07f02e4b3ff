import { graphql, type ResultOf } from '../../graphql/graphql.ts';

/** An event type with all that can be changed of it; plain, for the form reads it. */
export const EventTypeFragment = graphql(`
  fragment EditedEventType on EventType @_unmask {
    id
    name
    group
    description
    sample
    schema
    validation
    deprecatedAt
  }
`);

/** An event type with all that can be changed of it. */
export type EditedEventType = ResultOf<typeof EventTypeFragment>;

export const CreateEventTypeMutation = graphql(
  `
    mutation CreateEventType($input: EventTypeCreateInput!) {
      eventTypeCreate(input: $input) {
        eventType {
          ...EditedEventType
        }
        userErrors {
          field
          message
        }
      }
    }
  `,
  [EventTypeFragment],
);

export const UpdateEventTypeMutation = graphql(
  `
    mutation UpdateEventType($input: EventTypeUpdateInput!) {
      eventTypeUpdate(input: $input) {
        eventType {
          ...EditedEventType
        }
        userErrors {
          field
          message
        }
      }
    }
  `,
  [EventTypeFragment],
);

export const DeleteEventTypeMutation = graphql(`
  mutation DeleteEventType($input: EventTypeDeleteInput!) {
    eventTypeDelete(input: $input) {
      deletedEventTypeName
      userErrors {
        message
      }
    }
  }
`);
