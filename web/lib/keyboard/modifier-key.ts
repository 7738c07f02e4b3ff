/** Keyboards of Apple's machines have ⌘ where others have Ctrl. */
export const IS_APPLE = /mac|iphone|ipad/i.test(navigator.userAgent);
