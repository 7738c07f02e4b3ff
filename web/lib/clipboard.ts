/**
 * Puts the text on the clipboard, also one that is still to come; false where the browser refuses.
 * @throws what the text's promise does.
 */
export async function copyText(text: string | Promise<string>): Promise<boolean> {
  // Missing on plain http away from localhost, whatever the types say.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (clipboard !== undefined) {
    try {
      // A browser may take a text only while the click is handled, but then one that is to come.
      if (typeof text === 'string') await clipboard.writeText(text);
      else await clipboard.write([new ClipboardItem({ 'text/plain': text })]);
      return true;
    } catch {
      // Refused, e.g. in a frame without the permission: the old way may still work.
    }
  }
  return copyBySelection(await text);
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  area.setAttribute('aria-hidden', 'true');
  area.style.cssText = 'position:fixed;inset:0 auto auto 0;opacity:0';
  // An open dialog takes the focus back from anything outside of it, and with it the selection.
  const place = focused?.closest('[role="dialog"], [role="alertdialog"]') ?? document.body;
  place.append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }
}
