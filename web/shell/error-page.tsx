import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';

import { Button } from '../components/button.tsx';

/** In place of a page that broke; a page of an older version of the app is loaded anew. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const isOutdated = /dynamically imported module|preload/i.test(String(error));
  return (
    <div className="mx-auto grid max-w-md justify-items-start gap-3 py-16">
      <h1 className="text-lg font-semibold">
        {isOutdated ? 'There is a new version' : 'This page broke'}
      </h1>
      <p className="text-muted">
        {isOutdated
          ? 'The server was updated since this page was opened. Load it again to go on.'
          : 'The rest of the app still works. Try again; if it breaks anew, load the page again.'}
      </p>
      <Button
        variant="primary"
        onClick={() => {
          if (isOutdated) {
            location.reload();
            return;
          }
          reset();
          void router.invalidate();
        }}
      >
        {isOutdated ? 'Load again' : 'Try again'}
      </Button>
    </div>
  );
}
