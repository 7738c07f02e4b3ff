/** A text as messages show it: what is longer than `most` characters ends in `…` there. */
export function cutText(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
