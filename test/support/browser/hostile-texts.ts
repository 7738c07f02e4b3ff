/** What whoever sends an event, names a webhook or answers as its receiver may put into a text. */

const SCRIPT = 'window.__pwned=1';

const MARKUP: readonly string[] = [
  `<script>${SCRIPT}</script>`,
  `</script><script>${SCRIPT}</script>`,
  `<img src=x onerror=${SCRIPT}>`,
  `<img src="https://evil.example/pixel.png">`,
  `<svg onload=${SCRIPT}>`,
  `<svg><script>${SCRIPT}</script></svg>`,
  `<svg><animate onbegin=${SCRIPT} attributeName=x dur=1s>`,
  `<math><mi xlink:href="javascript:${SCRIPT}">x</mi></math>`,
  `<iframe src="javascript:parent.__pwned=1"></iframe>`,
  `<iframe srcdoc="<script>parent.__pwned=1</script>"></iframe>`,
  `<body onload=${SCRIPT}>`,
  `<details open ontoggle=${SCRIPT}>`,
  `<input autofocus onfocus=${SCRIPT}>`,
  `<video><source onerror=${SCRIPT}></video>`,
  `<a href="javascript:${SCRIPT}">click</a>`,
  `<form action="https://evil.example"><button>go</button></form>`,
  `<base href="https://evil.example/">`,
  `<meta http-equiv="refresh" content="0;url=https://evil.example/">`,
  `<link rel="stylesheet" href="https://evil.example/x.css">`,
  `<style>@import "https://evil.example/x.css"; * { display: none }</style>`,
  `<template><img src=x onerror=${SCRIPT}></template>`,
  `"><img src=x onerror=${SCRIPT}>`,
  `' onmouseover='${SCRIPT}`,
  `javascript:${SCRIPT}//`,
  `data:text/html,<script>${SCRIPT}</script>`,
  `{{constructor.constructor('${SCRIPT}')()}}`,
  '${' + SCRIPT + '}',
  `<%= ${SCRIPT} %>`,
  `&lt;script&gt;${SCRIPT}&lt;/script&gt; &amp; &#x3c;b&#x3e;`,
  `]]><![CDATA[<script>${SCRIPT}</script>`,
  `<!-- --><!--[if gte IE 4]><script>${SCRIPT}</script><![endif]-->`,
  `__proto__`,
];

/** As above in printable ASCII: fit for a header as well. */
export const HOSTILE_MARKUP = MARKUP;

/** Texts that are broken, invisible, or too long, rather than markup; each begins with a plain word. */
export const ODD_TEXTS: readonly string[] = [
  'reversed \u202Egnp.exe\u202C and \u2066isolated',
  'zero\u200Bwidth\uFEFF and \u00AD soft',
  `long ${'W'.repeat(180)}`,
  'many \u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u0301\u0301\u0301\u0301\u0301 marks',
];
