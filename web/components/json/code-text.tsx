/** Code to read; it scrolls, by keyboard too. */
export function CodeText({ code, label }: { code: string; label: string }) {
  return (
    <section
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- else no key scrolls it
      tabIndex={0}
      aria-label={label}
      className="max-h-96 overflow-auto bg-canvas px-3.5 py-3 focus-visible:-outline-offset-2"
    >
      <pre className="font-mono text-xs leading-5">
        <code>{code}</code>
      </pre>
    </section>
  );
}
