import type { graphql } from './graphql.ts';

/** What holds a delivery back although it is due. */
export type DeliveryHold = ReturnType<typeof graphql.scalar<'DeliveryHold'>>;
