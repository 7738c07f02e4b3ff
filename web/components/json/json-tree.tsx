import { ChevronRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { classNames } from '../../lib/class-names.ts';
import { readableString, type JsonNode } from '../../lib/json/json-nodes.ts';
import { formatPlural } from '../../lib/number-format.ts';
import { linkClasses } from '../link.tsx';

const OPEN_LEVELS = 3;
const MOST_OPEN = 100;
const CHUNK = 100;
const LONG_STRING = 1_000;

type Branch = Extract<JsonNode, { kind: 'object' | 'array' }>;

interface NodeProps {
  /** With its quotes; null in an array and at the root. */
  name: string | null;
  node: JsonNode;
  level: number;
  /** The comma, where another follows. */
  end: string;
}

/** A JSON value, its objects and arrays each to be folded. */
export function JsonTree({ root }: { root: JsonNode }) {
  return <TreeNode name={null} node={root} level={0} end="" />;
}

function TreeNode({ name, node, level, end }: NodeProps) {
  if (node.kind === 'object' || node.kind === 'array') {
    return <BranchNode name={name} branch={node} level={level} end={end} />;
  }
  return (
    <Line>
      <Name name={name} />
      <Scalar node={node} />
      {end}
    </Line>
  );
}

interface BranchProps extends Omit<NodeProps, 'node'> {
  branch: Branch;
}

function BranchNode({ name, branch, level, end }: BranchProps) {
  const count = branch.kind === 'object' ? branch.entries.length : branch.items.length;
  const [isOpen, setIsOpen] = useState(level < OPEN_LEVELS && count <= MOST_OPEN);
  const [opening, closing] = branch.kind === 'object' ? '{}' : '[]';
  if (count === 0) {
    return (
      <Line>
        <Name name={name} />
        {opening}
        {closing}
        {end}
      </Line>
    );
  }
  const size = formatPlural(count, branch.kind === 'object' ? 'key' : 'item');
  return (
    <div>
      <Line>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={name === null ? size : `${readableString(name)}, ${size}`}
          onClick={() => setIsOpen(!isOpen)}
          className="absolute top-0 left-0 flex size-6 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink focus-visible:-outline-offset-2"
        >
          <ChevronRight
            aria-hidden
            className={classNames(
              'size-3.5 motion-safe:transition-transform',
              isOpen && 'rotate-90',
            )}
          />
        </button>
        <Name name={name} />
        {opening}
        {!isOpen && (
          <>
            <span className="font-sans text-muted"> {size} </span>
            {closing}
            {end}
          </>
        )}
      </Line>
      {isOpen && (
        <>
          <div className="ml-3 border-l border-line pl-1">
            <Children branch={branch} count={count} level={level + 1} />
          </div>
          <Line>
            {closing}
            {end}
          </Line>
        </>
      )}
    </div>
  );
}

function Children({ branch, count, level }: { branch: Branch; count: number; level: number }) {
  const [shown, setShown] = useState(CHUNK);
  const end = (index: number) => (index < count - 1 ? ',' : '');
  const rows =
    branch.kind === 'object'
      ? branch.entries.slice(0, shown).map(({ key, value }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a key may come twice, its place not
          <TreeNode key={index} name={key} node={value} level={level} end={end(index)} />
        ))
      : branch.items.slice(0, shown).map((value, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- an item is its place
          <TreeNode key={index} name={null} node={value} level={level} end={end(index)} />
        ));
  const rest = count - shown;
  return (
    <>
      {rows}
      {rest > 0 && (
        <Line>
          <MoreButton onClick={() => setShown(shown + CHUNK)}>
            Show {Math.min(CHUNK, rest)} more of {rest}
          </MoreButton>
        </Line>
      )}
    </>
  );
}

function Line({ children }: { children: ReactNode }) {
  return <div className="relative pl-6 wrap-anywhere whitespace-pre-wrap">{children}</div>;
}

function Name({ name }: { name: string | null }) {
  // Nor where the text breaks off before the name.
  if (name === null || name === '') return null;
  return (
    <>
      <span className="text-sending [unicode-bidi:isolate]">{readableString(name)}</span>
      <span className="text-muted">: </span>
    </>
  );
}

type ScalarNode = Exclude<JsonNode, Branch>;

const COLOURS: Record<ScalarNode['kind'], string> = {
  string: 'text-success',
  number: 'text-retrying',
  literal: 'text-accent',
  cut: 'text-muted',
};

function Scalar({ node }: { node: ScalarNode }) {
  const [isWhole, setIsWhole] = useState(false);
  const text = node.kind === 'string' ? readableString(node.text) : node.text;
  const isCut = !isWhole && text.length > LONG_STRING;
  return (
    <>
      <span className={classNames('[unicode-bidi:isolate]', COLOURS[node.kind])}>
        {isCut ? `${text.slice(0, LONG_STRING)}…` : text}
        {node.kind === 'cut' && <span className="font-sans italic">… cut off here</span>}
      </span>
      {isCut && (
        <MoreButton onClick={() => setIsWhole(true)}>
          Show all {formatPlural(text.length, 'character')}
        </MoreButton>
      )}
    </>
  );
}

function MoreButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className={classNames(linkClasses, 'mx-1 min-h-6 font-sans font-medium')}
    >
      {children}
    </button>
  );
}
