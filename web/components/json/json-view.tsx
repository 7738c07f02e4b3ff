import { useMemo, useState } from 'react';

import { classNames } from '../../lib/class-names.ts';
import { parseJsonTree } from '../../lib/json/json-nodes.ts';
import { CopyButton } from '../copy-button.tsx';
import { JsonTree } from './json-tree.tsx';
import { Segmented, type SegmentedOption } from '../form/segmented.tsx';

type Look = 'tree' | 'raw';

const LOOKS: readonly SegmentedOption<Look>[] = [
  { value: 'tree', label: 'Tree' },
  { value: 'raw', label: 'Raw' },
];

export interface JsonViewProps {
  text: string;
  /** What it is: `Request body`. */
  label: string;
  /** It may break off anywhere. */
  isCut?: boolean | undefined;
  /** A CSS length; what is longer scrolls. */
  maxHeight?: string | undefined;
}

/** JSON, folded and highlighted, each number and string as it was written; other text as text. */
export function JsonView({ text, label, isCut = false, maxHeight = '28rem' }: JsonViewProps) {
  const tree = useMemo(() => parseJsonTree(text, { isCut }), [text, isCut]);
  const [look, setLook] = useState<Look>('tree');
  const isTree = tree !== null && look === 'tree';
  return (
    <div className="overflow-hidden rounded-lg border border-line">
      <div className="flex items-center justify-between gap-3 border-b border-line bg-surface py-1 pr-1 pl-3.5">
        <span className="truncate text-xs font-medium text-muted">{label}</span>
        <div className="flex shrink-0 items-center gap-1">
          {tree !== null && (
            <Segmented
              label={`${label}: look`}
              value={look}
              onChange={setLook}
              options={LOOKS}
              size="sm"
            />
          )}
          <CopyButton value={text} label={`Copy: ${label}`} iconOnly />
        </div>
      </div>
      <section
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- else no key scrolls it
        tabIndex={0}
        aria-label={label}
        style={{ maxHeight }}
        className={classNames(
          'overflow-auto bg-canvas py-2 pr-3.5 font-mono text-xs leading-6 focus-visible:-outline-offset-2',
          isTree ? 'pl-2' : 'pl-3.5 wrap-anywhere whitespace-pre-wrap',
        )}
      >
        {isTree ? <JsonTree root={tree} /> : text}
        {text === '' && <span className="font-sans text-muted italic">empty</span>}
      </section>
    </div>
  );
}
