import { Skeleton } from '../../../components/state/skeleton.tsx';

/** The pane on its way: its parts where they will stand. */
export function PaneSkeleton() {
  return (
    <output aria-label="Loading" className="block space-y-5 px-4 py-4 sm:px-5">
      <span className="flex gap-2">
        <Skeleton className="h-8 w-20" />
        <Skeleton className="h-8 w-32" />
      </span>
      <span className="block space-y-3">
        {['w-2/3', 'w-1/2', 'w-3/5', 'w-2/5', 'w-1/3'].map((width) => (
          <span key={width} className="flex gap-6">
            <Skeleton className="h-5 w-20" />
            <Skeleton className={`h-5 ${width}`} />
          </span>
        ))}
      </span>
      <Skeleton className="h-15 w-full" />
      <span className="block space-y-2">
        <Skeleton className="h-11 w-full" />
        <Skeleton className="h-64 w-full" />
      </span>
    </output>
  );
}
