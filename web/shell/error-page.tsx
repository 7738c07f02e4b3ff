import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';

import { Button } from '../components/form/button.tsx';

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
          ? 'The server was updated since this page was opened. Reload it to continue.'
          : 'The rest of the app still works. Try again; if that fails, reload the page.'}
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
