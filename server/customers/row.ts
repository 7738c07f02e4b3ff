import { NIL_UUID } from '../domain/identifiers.ts';
import type { Customer } from '../generated/prisma/client.ts';

/** A customer as it is kept. Its key is null once it is erased. */
export type CustomerRow = Customer;

/** Stands for no customer where a row may belong to one: the platform's own, or for nobody. */
export const NO_CUSTOMER = NIL_UUID;

/**
 * Whether a row belongs to a customer, as the indexes of customers' rows say it: without this they
 * could not be used.
 * @param row its name in the statement.
 */
export const ofACustomer = (row: string) => `${row}."customerId" <> '${NO_CUSTOMER}'`;
