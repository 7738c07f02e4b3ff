import { useEffect, useRef, useState, type ComponentType } from 'react';

import { TextArea } from '../form/text-input.tsx';
import { classNames } from '../../lib/class-names.ts';
import type { JsonMark } from '../../lib/json/json-marks.ts';
import type { CodeEditorProps } from './json-editor-lazy.tsx';

export interface JsonEditorProps {
  value: string;
  onChange: (value: string) => void;
  /** Ctrl+Enter, or Cmd+Enter. */
  onSubmit: () => void;
  label: string;
  describedBy: string | undefined;
  isInvalid: boolean;
  /** Takes the focus and puts the caret there, each time it is another object. */
  faultAt: { readonly from: number } | null;
  /** What the server found wrong, marked where it stands. */
  marks?: readonly JsonMark[] | undefined;
  /** Lower than the page's own height, where it is one field among others. */
  isLow?: boolean | undefined;
}

/** JSON to write, with faults marked; a plain field until the editor is there, or where it is not. */
export function JsonEditor(props: JsonEditorProps) {
  const [Editor, setEditor] = useState<ComponentType<CodeEditorProps> | null>(null);
  /** Where the plain field's caret is while it has the focus: the editor goes on from there. */
  const caret = useRef<number | null>(null);

  useEffect(() => {
    let isHere = true;
    import('./json-editor-lazy.tsx').then(
      ({ CodeEditor }) => {
        if (isHere) setEditor(() => CodeEditor);
      },
      // Not loaded, e.g. as the server was updated since: the plain field does as well.
      () => {},
    );
    return () => {
      isHere = false;
    };
  }, []);

  return (
    <div
      className={classNames(
        'overflow-hidden rounded-md border bg-surface shadow-xs motion-safe:transition-colors focus-within:outline-1 focus-within:-outline-offset-1',
        props.isLow === true ? 'h-48' : 'h-[clamp(14rem,100dvh-36rem,40rem)]',
        props.isInvalid
          ? 'border-failed focus-within:outline-failed'
          : 'border-line-strong hover:border-muted focus-within:border-accent focus-within:outline-accent',
      )}
    >
      {Editor === null ? (
        <PlainEditor {...props} onCaret={(at) => (caret.current = at)} />
      ) : (
        <Editor {...props} caret={caret} />
      )}
    </div>
  );
}

interface PlainEditorProps extends JsonEditorProps {
  onCaret: (at: number | null) => void;
}

function PlainEditor(props: PlainEditorProps) {
  const { value, onChange, onSubmit, label, describedBy, isInvalid, faultAt, onCaret } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (faultAt === null) return;
    field.current?.focus();
    field.current?.setSelectionRange(faultAt.from, faultAt.from);
  }, [faultAt]);
  return (
    <TextArea
      ref={field}
      aria-label={label}
      describedBy={describedBy}
      isInvalid={isInvalid}
      isMono
      spellCheck={false}
      autoCapitalize="none"
      value={value}
      onChange={(event) => {
        onChange(event.target.value);
        onCaret(event.target.selectionStart);
      }}
      onSelect={(event) => onCaret(event.currentTarget.selectionStart)}
      onBlur={() => onCaret(null)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        onSubmit();
      }}
      className="h-full resize-none! border-0 pl-14 shadow-none focus-visible:outline-none"
    />
  );
}
