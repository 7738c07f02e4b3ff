import { Skeleton } from '../../../components/state/skeleton.tsx';

/** The form of a webhook on its way. */
export function FormSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4 xl:grid-cols-2">
      <div className="flex flex-col gap-4">
        <Skeleton className="h-83 rounded-lg" />
        <Skeleton className="h-40 rounded-lg" />
        <Skeleton className="h-32 rounded-lg" />
      </div>
      <Skeleton className="h-160 rounded-lg" />
    </div>
  );
}
