import { CircleCheck, RotateCw, type LucideIcon } from 'lucide-react';

import { classNames } from '../lib/class-names.ts';

interface Receiver {
  y: number;
  name: string;
  outcome: string;
  icon: LucideIcon;
  colour: string;
  line: string;
}

const RECEIVERS: readonly Receiver[] = [
  {
    y: 70,
    name: 'billing.example.com',
    outcome: '200 · 84 ms',
    icon: CircleCheck,
    colour: 'text-success',
    line: 'stroke-success',
  },
  {
    y: 180,
    name: 'crm.example.com',
    outcome: '503 · again in 60 s',
    icon: RotateCw,
    colour: 'text-retrying',
    line: 'stroke-retrying',
  },
  {
    y: 290,
    name: 'audit.example.com',
    outcome: '204 · 31 ms',
    icon: CircleCheck,
    colour: 'text-success',
    line: 'stroke-success',
  },
];

const WIDTH = 520;
const HEIGHT = 360;

/** What the product does, as a picture: one event on its way to three receivers. */
export function BrandPanel() {
  return (
    <aside
      aria-label="About NEXUS Webhooks"
      className="relative hidden flex-col items-center justify-center gap-10 overflow-hidden border-l border-line bg-canvas px-10 lg:flex"
    >
      <DotGrid />
      <div aria-hidden className="relative w-full max-w-[32.5rem]">
        <Paths />
        <div className="absolute top-1/2 left-0 w-44 -translate-y-1/2 rounded-lg border border-line bg-surface px-3 py-2.5 shadow-pop">
          <p className="text-xs text-muted">Event</p>
          <p className="font-mono text-xs leading-5 font-medium">order.created</p>
        </div>
        {RECEIVERS.map(({ y, name, outcome, icon: Icon, colour }) => (
          <div
            key={name}
            style={{ top: `${(y / HEIGHT) * 100}%` }}
            className="absolute right-0 w-52 -translate-y-1/2 rounded-lg border border-line bg-surface px-3 py-2.5 shadow-pop"
          >
            <p className="truncate font-mono text-xs leading-5">{name}</p>
            <p className={classNames('flex items-center gap-1.5 text-xs font-medium', colour)}>
              <Icon className="size-3.5" />
              {outcome}
            </p>
          </div>
        ))}
      </div>
      <div className="relative w-full max-w-[32.5rem]">
        <p className="text-xl font-semibold tracking-tight text-balance">
          Every event delivered, and every attempt in plain sight.
        </p>
        <p className="mt-1.5 max-w-md text-muted">
          Signed requests, retries with a growing wait, and a live view of what each receiver
          answered.
        </p>
      </div>
    </aside>
  );
}

function Paths() {
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} fill="none" className="block w-full">
      {RECEIVERS.map(({ y, name, line }) => {
        const path = `M176 180 C 246 180, 242 ${y}, 312 ${y}`;
        return (
          <g key={name} strokeWidth={1.5}>
            <path d={path} className="stroke-line-strong" />
            <path
              d={path}
              pathLength={100}
              strokeDasharray="14 86"
              strokeLinecap="round"
              strokeWidth={2.5}
              className={classNames(line, 'motion-safe:animate-flow')}
            />
          </g>
        );
      })}
    </svg>
  );
}

function DotGrid() {
  return (
    <svg aria-hidden className="absolute inset-0 size-full text-line-strong opacity-50">
      <defs>
        <pattern id="sign-in-dots" width="24" height="24" patternUnits="userSpaceOnUse">
          <circle cx="2" cy="2" r="1" fill="currentColor" />
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill="url(#sign-in-dots)" />
    </svg>
  );
}
