/** A link within text or a table: accent, underlined when pointed at. */
export const linkClasses =
  'rounded-sm text-accent underline-offset-2 hover:text-accent-strong hover:underline';

/** A link that looks like the text around it until it is pointed at, e.g. a row's name. */
export const quietLinkClasses = 'rounded-sm underline-offset-2 hover:text-accent hover:underline';

/** A link that is as large as the row or card it stands in, and shows there that it has the focus. */
export const rowLinkClasses =
  'outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent';
