import type { Customer } from '../generated/prisma/client.ts';

/** A customer as it is kept. Its key is null once it is erased. */
export type CustomerRow = Customer;

/** Stands for no customer where a row may belong to one: the platform's own, or for nobody. */
export { NIL_UUID as NO_CUSTOMER } from '../domain/identifiers.ts';
