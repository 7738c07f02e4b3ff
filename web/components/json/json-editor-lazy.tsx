import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  codeFolding,
  foldGutter,
  foldKeymap,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, linter } from '@codemirror/lint';
import { Compartment, EditorState, Prec, StateEffect, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef, type RefObject } from 'react';

import type { JsonEditorProps } from './json-editor.tsx';
import { jsonEditorTheme, jsonHighlight } from './json-editor-theme.ts';
import { type JsonMark, markedFaults } from '../../lib/json/json-marks.ts';
import { readPayload } from '../../lib/json/json-faults.ts';

const LINT_DELAY_MS = 300;
/** What the server found is other than before: the text is looked at anew. */
const marksChanged = StateEffect.define<readonly JsonMark[] | undefined>();

export interface CodeEditorProps extends JsonEditorProps {
  /** Where the caret stands in the plain field that this takes the place of; null: not in it. */
  caret: RefObject<number | null>;
}

/** CodeMirror for JSON. Loaded by itself, as it is as large as the rest of the page. */
export function CodeEditor(props: CodeEditorProps) {
  const { value, label, describedBy, isInvalid, faultAt, marks } = props;
  const parent = useRef<HTMLDivElement>(null);
  const editor = useRef<{ view: EditorView; attributes: Compartment } | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (parent.current === null) return;
    const { value } = latest.current;
    const caret = latest.current.caret.current;
    const attributes = new Compartment();
    const view = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: value,
        selection: { anchor: Math.min(caret ?? 0, value.length) },
        extensions: [
          attributes.of(contentAttributes(latest.current)),
          Prec.highest(
            keymap.of([
              { key: 'Mod-Enter', run: () => (latest.current.onSubmit(), true) },
              // Tab leaves the field, as it leaves any other: nothing here binds it.
            ]),
          ),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          linter((shown) => faultsIn(shown, latest.current.marks ?? []), {
            delay: LINT_DELAY_MS,
            needsRefresh: ({ transactions }) =>
              transactions.some(({ effects }) => effects.some((each) => each.is(marksChanged))),
          }),
          EXTENSIONS,
        ],
      }),
    });
    editor.current = { view, attributes };
    // Lines of the font that stood in were of another height: without this the numbers stay at theirs.
    void document.fonts.ready.then(() => view.requestMeasure());
    if (caret !== null) view.focus();
    return () => {
      editor.current = null;
      view.destroy();
    };
  }, []);

  useEffect(() => {
    const view = editor.current?.view;
    if (view === undefined || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    editor.current?.view.dispatch({
      effects: editor.current.attributes.reconfigure(
        contentAttributes({ label, describedBy, isInvalid }),
      ),
    });
  }, [label, describedBy, isInvalid]);

  useEffect(() => {
    editor.current?.view.dispatch({ effects: marksChanged.of(marks) });
  }, [marks]);

  useEffect(() => {
    const view = editor.current?.view;
    if (view === undefined || faultAt === null) return;
    const anchor = Math.min(faultAt.from, view.state.doc.length);
    view.dispatch({ selection: { anchor }, scrollIntoView: true });
    view.focus();
  }, [faultAt]);

  return <div ref={parent} className="h-full" />;
}

function contentAttributes(
  given: Pick<JsonEditorProps, 'label' | 'describedBy' | 'isInvalid'>,
): Extension {
  return EditorView.contentAttributes.of({
    'aria-label': given.label,
    ...(given.describedBy === undefined ? {} : { 'aria-describedby': given.describedBy }),
    ...(given.isInvalid ? { 'aria-invalid': 'true' } : {}),
    autocapitalize: 'none',
    // It takes the focus as it is; said once more for tools that know only this of focus.
    tabindex: '0',
  });
}

/** Nothing is wrong with a text that nobody has begun. */
function faultsIn(view: EditorView, marks: readonly JsonMark[]): Diagnostic[] {
  const text = view.state.doc.toString();
  if (text.trim() === '') return [];
  return [...readPayload(text).faults, ...markedFaults(text, marks)];
}

const EXTENSIONS: Extension = [
  lineNumbers(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  lintGutter(),
  foldGutter(),
  codeFolding({ placeholderText: '…' }),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  EditorState.tabSize.of(2),
  EditorView.lineWrapping,
  keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap]),
  json(),
  syntaxHighlighting(jsonHighlight),
  jsonEditorTheme,
];
