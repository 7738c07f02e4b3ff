/** Whether a text can be the key that a platform knows a customer by: its own id of it. */
export function isCustomerKey(text: string): boolean {
  return /^[\w.:-]{1,128}$/.test(text);
}
