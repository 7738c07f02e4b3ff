/**
 * What a delivery or an event names is kept as long as it is itself: only retention can come between.
 * @throws where it has just removed the row.
 */
export function kept<Row>(row: Row | null): Row {
  if (row === null) throw new Error('a row was removed while what names it was read');
  return row;
}
