import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours as JSON has them everywhere in the app (components/json/json-tree.tsx). */
export const jsonHighlight = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--sending)' },
  { tag: tags.string, color: 'var(--success)' },
  { tag: tags.number, color: 'var(--retrying)' },
  { tag: [tags.bool, tags.null], color: 'var(--accent)' },
  { tag: [tags.separator, tags.squareBracket, tags.brace], color: 'var(--muted)' },
]);

const underline = (color: string) => ({
  backgroundImage: 'none',
  textDecoration: `underline wavy ${color} 1px`,
  textUnderlineOffset: '4px',
});

/** From the tokens of styles/app.css, which follow the theme by themselves. */
export const jsonEditorTheme = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--surface)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
    fontSize: '0.8125rem',
    lineHeight: '1.25rem',
  },
  '.cm-content': { padding: '0.5rem 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 0.75rem 0 0.25rem' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: 'color-mix(in srgb, var(--accent) 24%, transparent)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--hover) 60%, transparent)',
  },
  '.cm-gutters': {
    color: 'var(--muted)',
    backgroundColor: 'var(--surface)',
    border: 'none',
    paddingLeft: '0.25rem',
  },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '1.75rem', padding: '0 0.25rem' },
  '.cm-foldGutter .cm-gutterElement': { width: '1rem', cursor: 'pointer', textAlign: 'center' },
  '.cm-gutter-lint': { width: '1rem' },
  '.cm-gutter-lint .cm-gutterElement': {
    padding: '0.25rem 0.125rem 0',
    display: 'flex',
    alignItems: 'flex-start',
  },
  '.cm-lint-marker': { width: '0.75rem', height: '0.75rem', borderRadius: '9999px' },
  '.cm-lint-marker-error': { content: '""', background: 'var(--failed)' },
  '.cm-lint-marker-warning': {
    content: '""',
    background: 'var(--retrying)',
    borderRadius: '0.125rem',
  },
  '.cm-foldPlaceholder': {
    color: 'var(--muted)',
    background: 'var(--hover)',
    border: '1px solid var(--line-strong)',
    padding: '0 0.375rem',
  },
  '&.cm-focused .cm-matchingBracket': {
    background: 'var(--accent-soft)',
    outline: '1px solid var(--accent)',
  },
  '&.cm-focused .cm-nonmatchingBracket': { background: 'var(--failed-soft)' },
  '.cm-lintRange-error': underline('var(--failed)'),
  '.cm-lintRange-warning': underline('var(--retrying)'),
  '.cm-tooltip': {
    color: 'var(--ink)',
    background: 'var(--raised)',
    border: '1px solid var(--line-strong)',
    borderRadius: '0.375rem',
    boxShadow: 'var(--shadow-pop)',
    maxWidth: '24rem',
    overflow: 'hidden',
  },
  '.cm-diagnostic': { padding: '0.375rem 0.625rem', fontFamily: 'var(--font-sans)' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--failed)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--retrying)' },
  '.cm-panels': { color: 'var(--ink)', background: 'var(--surface)', borderColor: 'var(--line)' },
  '.cm-panel.cm-panel-lint ul [aria-selected]': {
    color: 'var(--ink)',
    background: 'var(--hover)',
  },
});
