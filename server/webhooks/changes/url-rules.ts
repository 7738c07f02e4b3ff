import type { Outcome } from '../../domain/user-fault.ts';
import { checkWebhookUrl, MAX_URL_LENGTH } from '../../domain/address/webhook-url.ts';
import { invalid, type Path, sentence, tooLarge } from '../../domain/input-rules.ts';
import type { Reachability } from './reachability.ts';

export interface UrlRules {
  httpsOnly: boolean;
  reachability: Reachability;
}

/** The URL as it is kept; or why it may not be: how it is written, or where it leads to. */
export async function checkUrl(
  rules: UrlRules,
  text: string,
  path: Path,
): Promise<Outcome<string>> {
  const checked = checkWebhookUrl(text, rules);
  if (checked.url === undefined) {
    const tell = text.trim().length > MAX_URL_LENGTH ? tooLarge : invalid;
    return { faults: [tell(path, sentence(checked.message))] };
  }
  const reachable = await rules.reachability.check(new URL(checked.url));
  return reachable.ok
    ? { value: checked.url }
    : { faults: [{ field: [...path], message: reachable.message, code: 'URL_NOT_ALLOWED' }] };
}
