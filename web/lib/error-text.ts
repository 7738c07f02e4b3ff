/** What a failed request says to the reader, without the client's own prefix. */
export function errorText(error: { readonly message: string }): string {
  if (error.message.startsWith('[Network]')) {
    return 'The server does not answer. Check the connection and try again.';
  }
  return error.message.replace(/^\[GraphQL\]\s*/, '');
}
