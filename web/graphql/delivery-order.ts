/**
 * A text by which deliveries stand in the server's order: of two, the greater comes first. Ids sort
 * as the deliveries were made.
 */
export function rankOf({ id }: { id: string }): string {
  return id;
}
